//! What `loquet doctor` asks the database.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::finding::Finding;
use super::rules::{self, Key};
use crate::cli::Database;
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::{Algorithm, Vault};
use crate::db::signing_keys::SealedKey;
use crate::db::{self, DatabaseError};
use crate::key_rotation;

const CHECK: &str = "database";

/// Looks at the database, which is left as it is. Returns the names of the keys that sign.
pub async fn examine(settings: &Settings, findings: &mut Vec<Finding>) -> Vec<String> {
    let private = &settings.database.private_directory;
    // It would be made, by whoever looks.
    if settings.database.url.is_none() && !private.join("data").exists() {
        let advice = "start the server, which makes one; or correct database.url or database.private_directory";
        findings.push(Finding::fault(CHECK, format!("there is none in {} yet", private.display()), advice));
        return Vec::new();
    }
    let database = match Database::find(settings).await {
        Ok(database) => database,
        Err(failure) => {
            let advice = "see database.private_directory and database.private_programs in `loquet check-config`";
            findings.push(Finding::fault(CHECK, failure.to_string(), advice));
            return Vec::new();
        }
    };
    let outcome = ask(&database, settings, findings).await;
    database.close().await;
    outcome.unwrap_or_else(|error| {
        let advice = "see that PostgreSQL runs, and that database.url is right; sign-ins fail until it does";
        findings.push(Finding::fault(CHECK, error.to_string(), advice));
        Vec::new()
    })
}

async fn ask(
    database: &Database,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Result<Vec<String>, DatabaseError> {
    db::health::reach(&database.pool).await?;
    let mut connection = database.pool.acquire().await?;
    findings.push(match db::assert_durable(&mut connection).await {
        Ok(()) => {
            let version = db::health::version(&mut connection).await?;
            Finding::good(CHECK, format!("PostgreSQL {} answers, and keeps what it acknowledges", version.text))
        }
        Err(DatabaseError::Sql(error)) => return Err(error.into()),
        Err(error @ DatabaseError::TooOld(_)) => Finding::fault(CHECK, error.to_string(), "upgrade PostgreSQL"),
        Err(error) => Finding::fault(CHECK, error.to_string(), "change it in postgresql.conf"),
    });
    let clock = Clock::default();
    let ahead = db::offset_of(&mut connection, || clock.now()).await?;
    findings.push(rules::clock(ahead));
    let applied = db::health::applied_migrations(&mut connection).await?;
    let known: Vec<i64> = db::MIGRATOR.iter().map(|migration| migration.version).collect();
    findings.push(rules::migrations(&applied, &known));
    // Tables of another version may be other ones.
    if applied.len() != known.len() {
        findings.push(Finding::skipped("keys", "not looked at: the database is of another version"));
        return Ok(Vec::new());
    }
    let now = clock.now() + ahead;
    let kids = keys(&mut connection, settings, now, findings).await?;
    let count = db::outbox::count(&mut connection).await?;
    findings.push(rules::mail_queue(count.waiting, count.oldest, count.dead, now));
    Ok(kids)
}

async fn keys(
    connection: &mut PgConnection,
    settings: &Settings,
    now: DateTime<Utc>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<String>, DatabaseError> {
    // The settings were refused if it were none.
    let vault = Vault::new(&settings.secrets.master_key).ok();
    let stored = db::signing_keys::load(connection, now).await?;
    let opens = |key: &SealedKey| vault.as_ref().is_some_and(|vault| key_rotation::open(key, vault).is_ok());
    let keys: Vec<Key> = stored
        .iter()
        .map(|key| Key {
            kid: key.kid.clone(),
            algorithm: key.algorithm.clone(),
            signs_from: key.signs_from,
            opens: opens(key),
        })
        .collect();
    let period = settings.keys.rotation.and_then(|period| TimeDelta::from_std(period).ok());
    findings.extend(Algorithm::ALL.iter().map(|algorithm| rules::key(&keys, algorithm.name(), period, now)));
    let signing = Algorithm::ALL.iter().filter_map(|algorithm| rules::signing(&keys, algorithm.name(), now));
    Ok(signing.map(|key| key.kid.clone()).collect())
}
