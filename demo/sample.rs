//! Sample members, organizations and services.

use std::collections::HashMap;
use std::io::Cursor;

use loquet::app::AppState;
use loquet::cli::Failure;
use loquet::crypto::Plain;
use loquet::db;
use loquet::db::clients::Client;
use loquet::import::members::{self, Options};

use crate::Place;

/// The service's client id.
pub const CLIENT_ID: &str = "atelier-velo";

const MEMBERS: &str = include_str!("../tests/legacy/members.csv");
const PASSWORDS: &str = include_str!("../tests/legacy/passwords.csv");

/// An account to try.
pub struct Account {
    /// Username.
    pub login: &'static str,
    /// Name of the person.
    pub name: &'static str,
    /// What it shows, for the guide.
    pub story: &'static str,
    /// The same, for the terminal.
    pub summary: &'static str,
}

/// The accounts that the guide names; all 300 of the old database are there.
pub const ACCOUNTS: [Account; 6] = [
    Account {
        login: "margaud",
        name: "Margaud Michel",
        story: "story-member",
        summary: "may use the service; referent of the workshop",
    },
    Account {
        login: "nicole",
        name: "Nicole Ferreira",
        story: "story-refused",
        summary: "may not use the service: is told whom to ask",
    },
    Account {
        login: "emilie",
        name: "Émilie Rousset",
        story: "story-unverified",
        summary: "must verify an address first: see the captured mail",
    },
    Account {
        login: "croux",
        name: "croux",
        story: "story-long-password",
        summary: "must choose a new password (the old site had cut it), then verify an address",
    },
    Account {
        login: "alix",
        name: "Alix Blanchet",
        story: "story-imported",
        summary: "speaks English; may use the service",
    },
    Account {
        login: "roland",
        name: "Roland Lacroix",
        story: "story-blocked",
        summary: "is disabled: refused like a wrong password",
    },
];

/// The password that an account had in the old database.
pub fn password_of(login: &str) -> String {
    passwords().remove(login).unwrap_or_default()
}

fn passwords() -> HashMap<String, String> {
    csv::Reader::from_reader(PASSWORDS.as_bytes())
        .into_records()
        .flatten()
        .filter_map(|record| Some((record.get(0)?.to_lowercase(), record.get(1)?.to_owned())))
        .collect()
}

/// Fills an empty demonstration; one that is filled is left as it is. Returns the service's secret,
/// new at each start.
pub async fn fill(state: &AppState, place: &Place) -> Result<Plain, Failure> {
    let now = state.clock.now();
    let empty = !db::instance::has_users(&mut *state.pool.acquire().await?).await?;
    if empty {
        members::run(&state.pool, &state.clock, Cursor::new(MEMBERS), &Options::new(&["fr", "en"], "fr"), None, |_| ())
            .await?;
    }
    let mut transaction = state.pool.begin().await?;
    if empty {
        organizations(&mut transaction, state, place).await?;
    }
    let secret = Plain::random("lqt_cs_");
    db::clients::add_secret(&mut transaction, CLIENT_ID, secret.hashed(), now, now).await?;
    transaction.commit().await?;
    state.directory.reload(&state.pool, &state.vault, &state.clock).await?;
    Ok(secret)
}

async fn organizations(connection: &mut sqlx::PgConnection, state: &AppState, place: &Place) -> Result<(), Failure> {
    let now = state.clock.now();
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
        db::clients::save(connection, &client, true, now).await?;
    }
    db::organizations::ensure_role(connection, CLIENT_ID, "mecano", true).await?;
    let workshop =
        db::organizations::ensure_organization(connection, "atelier-des-deux-rives", "Atelier des Deux Rives", now)
            .await?;
    let peoples =
        db::organizations::ensure_organization(connection, "maison-des-peuples", "Maison des Peuples", now).await?;
    let gardens =
        db::organizations::ensure_organization(connection, "jardins-partages", "Jardins partagés", now).await?;
    db::organizations::attach(connection, workshop, CLIENT_ID, true).await?;
    db::organizations::attach(connection, peoples, CLIENT_ID, false).await?;
    db::organizations::attach(connection, peoples, "lettres", true).await?;
    db::organizations::attach(connection, gardens, "forge", false).await?;
    for (organization, login, referent) in [
        (workshop, "margaud", true),
        (workshop, "emilie", false),
        (workshop, "croux", false),
        (workshop, "alix", false),
        (workshop, "roland", false),
        (peoples, "madeleine", true),
        (peoples, "nicole", false),
        (peoples, "margaud", false),
        (gardens, "nicole", true),
    ] {
        let user = find(connection, login).await?;
        db::organizations::add_member(connection, organization, user, referent, now).await?;
    }
    let margaud = find(connection, "margaud").await?;
    db::organizations::grant(connection, peoples, margaud, CLIENT_ID, &["mecano".to_owned()], now).await?;
    let roland = find(connection, "roland").await?;
    db::users::set_active(connection, roland, false, now).await?;
    Ok(())
}

async fn find(connection: &mut sqlx::PgConnection, login: &str) -> Result<uuid::Uuid, Failure> {
    let user = db::users::find_by_login(connection, login).await?;
    user.map(|user| user.id).ok_or_else(|| Failure::new(format!("the sample has no {login}")))
}
