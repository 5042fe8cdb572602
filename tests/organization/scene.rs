//! Two organizations: `atelier`, which rita and rex look after, with alice and carl; and `fournil`, which
//! bob looks after, with carl. Dora is in neither. The host has adm and aud.

use std::collections::HashMap;

use loquet::db;
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::client::REDIRECT;
use crate::support::people::Person;
use crate::support::{Browser, Reply, Server};

/// Below here are the pages.
pub const ATELIER: &str = "/organizations/atelier";

pub struct Scene {
    pub server: Server,
    pub pool: PgPool,
    pub people: HashMap<&'static str, Person>,
}

const PEOPLE: [(&str, &str, &str); 8] = [
    ("rita", "Rita", "Moreau"),
    ("rex", "Rex", "Lambert"),
    ("alice", "Alice", "Martin"),
    ("carl", "Carl", "Noël"),
    ("bob", "Bob", "Petit"),
    ("dora", "Dora", "Blanc"),
    ("adm", "Adèle", "Roux"),
    ("aud", "Aude", "Roy"),
];

impl Scene {
    pub async fn new(pool: &PgPool) -> Self {
        Self::with(pool, &[]).await
    }

    pub async fn with(pool: &PgPool, settings: &[(&str, &str)]) -> Self {
        let one_step = ("LOQUET_SECOND_FACTOR_ADMINISTRATORS", "false");
        let server = Server::with(pool, &[&[one_step], settings].concat()).await;
        let mut people = HashMap::new();
        for (login, given, family) in PEOPLE {
            let person = server.person(login).await;
            name(pool, &person, given, family).await;
            people.insert(login, person);
        }
        for (id, name_fr, name_en) in [
            ("cloud", "Nuage", "Cloud"),
            ("compta", "Compta", "Accounts"),
            ("forge", "Forge", "Code forge"),
            ("site", "Site", "Website"),
        ] {
            let closed = |client: &mut db::clients::Client| {
                client.everyone = false;
                name_fr.clone_into(&mut client.name_fr);
                name_en.clone_into(&mut client.name_en);
            };
            server.service_with(id, REDIRECT, closed).await;
        }
        let now = server.state.clock.now();
        let mut connection = pool.acquire().await.unwrap();
        for (role, delegable) in [("editor", true), ("viewer", true), ("owner", false)] {
            db::organizations::ensure_role(&mut connection, "cloud", role, delegable).await.unwrap();
        }
        for (slug, name, members, services) in [
            (
                "atelier",
                "Atelier des Deux Rives",
                &[("rita", true), ("rex", true), ("alice", false), ("carl", false)][..],
                &[("cloud", false), ("compta", false), ("site", true)][..],
            ),
            ("fournil", "Le Fournil", &[("bob", true), ("carl", false)], &[("forge", false), ("cloud", false)]),
        ] {
            let id = db::organizations::ensure_organization(&mut connection, slug, name, now).await.unwrap();
            for (login, referent) in members {
                db::organizations::add_member(&mut connection, id, people[login].id, *referent, now).await.unwrap();
            }
            for (service, all) in services {
                db::organizations::attach(&mut connection, id, service, *all).await.unwrap();
            }
        }
        drop(connection);
        server.group("admins", &[&people["adm"]], &[]).await;
        server.group("auditors", &[&people["aud"]], &[]).await;
        Self { server, pool: pool.clone(), people }
    }

    /// Somebody's browser, signed in.
    pub async fn browser(&self, login: &str) -> Browser {
        let browser = Browser::of(&self.server);
        browser.sign_in(login).await;
        browser
    }

    pub fn id(&self, login: &str) -> Uuid {
        self.people[login].id
    }

    /// What a member has through an organization: services with their roles.
    pub async fn grants(&self, slug: &str, login: &str) -> Vec<(String, Vec<String>)> {
        sqlx::query_as(
            "SELECT g.client_id, ARRAY(SELECT r.role FROM access_grant_roles r WHERE (r.organization_id, r.user_id, r.client_id) = (g.organization_id, g.user_id, g.client_id) ORDER BY 1)
             FROM access_grants g JOIN organizations o ON o.id = g.organization_id WHERE o.slug = $1 AND g.user_id = $2 ORDER BY 1",
        )
        .bind(slug)
        .bind(self.id(login))
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    /// Gives access as the host would.
    pub async fn grant(&self, slug: &str, login: &str, service: &str, roles: &[&str]) {
        let mut connection = self.pool.acquire().await.unwrap();
        let organization = self.organization(slug).await;
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let now = self.server.state.clock.now();
        db::attachments::grant(&mut connection, organization, self.id(login), service, &roles, now).await.unwrap();
    }

    pub async fn organization(&self, slug: &str) -> Uuid {
        sqlx::query_scalar("SELECT id FROM organizations WHERE slug = $1")
            .bind(slug)
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Role of each member of an organization, by login.
    pub async fn roles(&self, slug: &str) -> Vec<(String, String)> {
        sqlx::query_as(
            "SELECT u.username, m.role FROM memberships m JOIN users u ON u.id = m.user_id
             JOIN organizations o ON o.id = m.organization_id WHERE o.slug = $1 ORDER BY 1",
        )
        .bind(slug)
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    /// The kinds of the lines of the journal about an organization.
    pub async fn journal(&self, slug: &str) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT e.kind FROM audit_events e JOIN organizations o ON o.id = e.organization_id WHERE o.slug = $1 ORDER BY e.id",
        )
        .bind(slug)
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    /// Switches an organization off.
    pub async fn switch_off(&self, slug: &str) {
        let sql = "UPDATE organizations SET active = false WHERE slug = $1";
        sqlx::query(sql).bind(slug).execute(&self.pool).await.unwrap();
    }

    /// Makes somebody of an organization something else there, behind everybody's back.
    pub async fn set_role(&self, slug: &str, login: &str, role: &str) {
        let sql = "UPDATE memberships SET role = $3 WHERE user_id = $2 AND organization_id = (SELECT id FROM organizations WHERE slug = $1)";
        sqlx::query(sql).bind(slug).bind(self.id(login)).bind(role).execute(&self.pool).await.unwrap();
    }
}

/// Gives a person a name of their own.
pub async fn name(pool: &PgPool, person: &Person, given: &str, family: &str) {
    let sql = "UPDATE users SET given_name = $2, family_name = $3 WHERE id = $1";
    sqlx::query(sql).bind(person.id).bind(given).bind(family).execute(pool).await.unwrap();
}

/// The token of the forms of a browser that has a page open.
pub async fn csrf(browser: &Browser) -> String {
    browser.open("/account/profile").await.attribute("input[name=csrf]", "value").unwrap()
}

/// Texts of all that match, with spaces of one kind.
pub fn lines(page: &Reply, selector: &str) -> Vec<String> {
    page.texts(selector).iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The names on the lines of the grid.
pub fn names(page: &Reply) -> Vec<String> {
    page.texts(".grid tbody th > a")
}
