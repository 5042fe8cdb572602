//! Sample members.

use std::collections::HashMap;
use std::io::Cursor;

use loquet::app::AppState;
use loquet::cli::Failure;
use loquet::crypto::Plain;
use loquet::db;
use loquet::import::members::{self, Options};
use loquet::post::Post;

use crate::{Place, organizations};

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
pub const ACCOUNTS: [Account; 7] = [
    Account {
        login: "margaud",
        name: "Margaud Michel",
        story: "story-member",
        summary: "may use the service; referent of the workshop",
    },
    Account {
        login: "madeleine",
        name: "Madeleine Giraud",
        story: "story-referent",
        summary: "looks after Maison des Peuples and its seventy members",
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
        let options = Options::new(&["fr", "en"], "fr");
        members::run(&state.pool, Post::of(state), Cursor::new(MEMBERS), &options, None, |_| ()).await?;
    }
    let mut transaction = state.pool.begin().await?;
    if empty {
        organizations::fill(&mut transaction, state, place, &others(70)).await?;
        let roland = organizations::find(&mut transaction, "roland").await?;
        db::users::set_active(&mut transaction, roland, false, now).await?;
    }
    let secret = Plain::random("lqt_cs_");
    db::clients::add_secret(&mut transaction, CLIENT_ID, secret.hashed(), now, now).await?;
    transaction.commit().await?;
    state.directory.reload(&state.pool, &state.vault, &state.clock).await?;
    if empty {
        organizations::invite(state).await?;
    }
    Ok(secret)
}

/// Those who are not named in the guide, in the order of the old database.
fn others(count: usize) -> Vec<String> {
    let named = |login: &str| ACCOUNTS.iter().any(|account| account.login.eq_ignore_ascii_case(login));
    csv::Reader::from_reader(MEMBERS.as_bytes())
        .into_records()
        .flatten()
        .filter_map(|record| Some(record.get(1)?.to_owned()))
        .filter(|login| !named(login))
        .take(count)
        .collect()
}
