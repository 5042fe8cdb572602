//! Sample services and organizations: who is in them, who looks after them, who was invited.

use loquet::app::AppState;
use loquet::authz::delegation::Reach;
use loquet::cli::Failure;
use loquet::db;
use loquet::db::audit::Origin;
use loquet::db::clients::Client;
use loquet::delegation::{Actor, Desk};
use loquet::post::Post;
use loquet::types::{Email, Role};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Place;
use crate::sample::CLIENT_ID;

/// An organization of the sample.
struct Organization {
    slug: &'static str,
    name: &'static str,
    /// Its services, and whether all members have them.
    services: &'static [(&'static str, bool)],
    /// Usernames, and whether they look after it.
    members: &'static [(&'static str, bool)],
    /// Accesses, with roles.
    accesses: &'static [(&'static str, &'static str, &'static [&'static str])],
}

/// Roles of the services; those that referents do not give are false.
const ROLES: [(&str, &str, bool); 5] = [
    (CLIENT_ID, "mecano", true),
    (CLIENT_ID, "caisse", true),
    (CLIENT_ID, "responsable", false),
    ("forge", "relecture", true),
    ("forge", "administration", false),
];

const ORGANIZATIONS: [Organization; 3] = [
    Organization {
        slug: "atelier-des-deux-rives",
        name: "Atelier des Deux Rives",
        services: &[(CLIENT_ID, true), ("nuage", true), ("lettres", false), ("forge", false)],
        members: &[("margaud", true), ("emilie", false), ("croux", false), ("alix", false), ("roland", false)],
        accesses: &[
            ("margaud", CLIENT_ID, &["caisse", "mecano", "responsable"]),
            ("margaud", "lettres", &[]),
            ("alix", "forge", &["relecture"]),
        ],
    },
    Organization {
        slug: "maison-des-peuples",
        name: "Maison des Peuples",
        services: &[(CLIENT_ID, false), ("lettres", true), ("forge", false)],
        members: &[("madeleine", true), ("nicole", false), ("margaud", false)],
        accesses: &[("margaud", CLIENT_ID, &["mecano"]), ("madeleine", "forge", &["administration", "relecture"])],
    },
    Organization {
        slug: "jardins-partages",
        name: "Jardins partagés",
        services: &[("forge", false)],
        members: &[("nicole", true)],
        accesses: &[],
    },
];

/// Who was invited, by whom, where, with which services.
const INVITED: [(&str, &str, &str, &[&str]); 3] = [
    ("madeleine", "maison-des-peuples", "camille.petit@courriel.example", &[CLIENT_ID]),
    ("madeleine", "maison-des-peuples", "dominique@courriel.example", &[]),
    ("margaud", "atelier-des-deux-rives", "sacha@courriel.example", &["lettres", "forge"]),
];

/// Services and organizations. `others`: usernames of people to put into the largest one.
///
/// # Errors
/// PostgreSQL's; somebody whom the sample does not have.
pub async fn fill(
    connection: &mut PgConnection,
    state: &AppState,
    place: &Place,
    others: &[String],
) -> Result<(), Failure> {
    let now = state.clock.now();
    services(connection, state, place).await?;
    for organization in &ORGANIZATIONS {
        let id = db::organizations::ensure_organization(connection, organization.slug, organization.name, now).await?;
        for (service, all_members) in organization.services {
            db::organizations::attach(connection, id, service, *all_members).await?;
        }
        for (login, referent) in organization.members {
            let user = find(connection, login).await?;
            db::organizations::add_member(connection, id, user, *referent, now).await?;
        }
        for (login, service, roles) in organization.accesses {
            let user = find(connection, login).await?;
            let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
            db::organizations::grant(connection, id, user, service, &roles, now).await?;
        }
        if organization.slug == "maison-des-peuples" {
            for login in others {
                let user = find(connection, login).await?;
                db::organizations::add_member(connection, id, user, false, now).await?;
            }
        }
    }
    Ok(())
}

async fn services(connection: &mut PgConnection, state: &AppState, place: &Place) -> Result<(), Failure> {
    for (id, name_fr, name_en, uri, everyone) in [
        (CLIENT_ID, "Atelier vélo", "Bike workshop", format!("{}/callback", place.service), false),
        ("nuage", "Nuage", "Cloud", "https://nuage.test/apps/user_oidc/code".to_owned(), true),
        ("lettres", "Lettres d’information", "Newsletters", "https://lettres.test/auth/oidc".to_owned(), false),
        ("forge", "Forge", "Code forge", "https://forge.test/user/oauth2/loquet/callback".to_owned(), false),
    ] {
        let client = Client {
            client_id: id.to_owned(),
            name_fr: name_fr.to_owned(),
            name_en: name_en.to_owned(),
            everyone,
            ours: true,
            redirect_uris: vec![uri],
            post_logout_redirect_uris: vec![format!("{}/", place.service)],
            start_uri: (id == CLIENT_ID).then(|| format!("{}/", place.service)),
            scopes: loquet::claims::SCOPES.map(str::to_owned).to_vec(),
            ..Client::default()
        };
        db::clients::save(connection, &client, true, state.clock.now()).await?;
    }
    for (service, role, delegable) in ROLES {
        db::organizations::ensure_role(connection, service, role, delegable).await?;
    }
    Ok(())
}

/// Invites as the referents would: the mails are among those captured.
///
/// # Errors
/// PostgreSQL's; what the rule refuses.
pub async fn invite(state: &AppState) -> Result<(), Failure> {
    let origin = Origin::default();
    for (login, slug, email, services) in INVITED {
        let id = find(&mut *state.pool.acquire().await?, login).await?;
        let actor = Actor::Person { id, reach: Reach::Everything };
        let desk = Desk { pool: &state.pool, post: Post::of(state), actor, origin: &origin };
        let email = Email::parse(email).map_err(|_| Failure::new("the sample invites no address".to_owned()))?;
        let grants: Vec<_> = services.iter().map(|service| ((*service).to_owned(), Vec::new())).collect();
        let invited = desk.change(slug, async |work| work.invite(&email, Role::Member, &grants).await).await;
        invited.map_err(|refusal| Failure::new(refusal.to_string()))?;
    }
    Ok(())
}

/// Somebody of the sample.
///
/// # Errors
/// PostgreSQL's; when there is nobody of that name.
pub async fn find(connection: &mut PgConnection, login: &str) -> Result<Uuid, Failure> {
    let user = db::users::find_by_login(connection, login).await?;
    user.map(|user| user.id).ok_or_else(|| Failure::new(format!("the sample has no {login}")))
}
