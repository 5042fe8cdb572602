//! The life of signing keys: published a day before they sign, so that services that keep the set for a
//! day know them in time, and published until nothing that they signed is good any more (rule 4).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::clock::after;
use crate::crypto::{Algorithm, SigningKey, Vault};
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::signing_keys::SealedKey;
use crate::directory::DirectoryError;

/// How long a key is published before it signs: services keep the set for up to a day.
pub const NOTICE: TimeDelta = TimeDelta::hours(24);
/// How long it stays after the last signature: the longest life of a token, and a day.
const FAREWELL: TimeDelta = TimeDelta::hours(48);
/// How long an ID token is still recognised as a hint after its key has left the set.
pub const MEMORY: TimeDelta = TimeDelta::days(400);

/// What becomes of the keys before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// They sign for another day and stay until nothing that they signed is good.
    Planned,
    /// They may be in somebody else's hands: forgotten now, with all that they signed.
    Compromised,
}

/// What rotating an algorithm's key did.
#[derive(Debug)]
pub enum Rotated {
    /// There is a next key.
    Next {
        /// Its name.
        kid: String,
        /// From when it signs.
        signs_from: DateTime<Utc>,
    },
    /// There was one already, which does not sign yet.
    Waiting,
}

/// Who makes a key.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// None: the command line, or Loquet by itself.
    pub actor: Option<Uuid>,
    /// From where.
    pub origin: &'a Origin,
}

/// Makes the first key of each algorithm, where there is none. Signs from now on: nobody has an older
/// set in memory.
///
/// # Errors
/// PostgreSQL's, or the library's.
pub async fn ensure(pool: &db::Pool, vault: &Vault, now: DateTime<Utc>) -> Result<(), DirectoryError> {
    let connection = &mut *pool.acquire().await?;
    let known = db::signing_keys::load(connection, now).await?;
    for algorithm in Algorithm::ALL {
        if known.iter().all(|key| key.algorithm != algorithm.name()) {
            insert(connection, vault, algorithm, now, DateTime::UNIX_EPOCH, Occasion::First, now).await?;
        }
    }
    Ok(())
}

/// Makes the next key of each algorithm whose present one will have signed for `period` in a day.
///
/// # Errors
/// PostgreSQL's, or the library's.
pub async fn rotate_if_due(
    pool: &db::Pool,
    vault: &Vault,
    period: Duration,
    now: DateTime<Utc>,
) -> Result<(), DirectoryError> {
    let connection = &mut *pool.acquire().await?;
    let known = db::signing_keys::load(connection, now).await?;
    for algorithm in Algorithm::ALL {
        let newest = known.iter().filter(|key| key.algorithm == algorithm.name()).map(|key| key.signs_from).max();
        let Some(newest) = newest.filter(|from| after(*from, period) <= now + NOTICE) else { continue };
        if let Some(kid) = insert(connection, vault, algorithm, now + NOTICE, newest, Occasion::Due, now).await? {
            tracing::info!(kid, algorithm = algorithm.name(), "published the next signing key; it signs in a day");
        }
    }
    Ok(())
}

/// Without a period of rotation, a key that has signed for longer than this is old.
const OLD: TimeDelta = TimeDelta::days(400);
/// How long a rotation that is due may take before somebody should look.
const GRACE: TimeDelta = TimeDelta::days(2);

/// Whether the newest key of some algorithm has signed for longer than it should.
#[must_use]
pub fn is_overdue(keys: &[SealedKey], period: Option<Duration>, now: DateTime<Utc>) -> bool {
    let newest = |algorithm: &Algorithm| {
        keys.iter().filter(|key| key.algorithm == algorithm.name()).map(|key| key.signs_from).max()
    };
    let end = |from: DateTime<Utc>| period.map_or(from + OLD, |period| after(from, period)) + GRACE;
    Algorithm::ALL.iter().filter_map(newest).any(|from| end(from) < now)
}

/// Makes the next key of an algorithm now, in the transaction of `connection` if there is one.
///
/// # Errors
/// PostgreSQL's, or the library's.
pub async fn rotate(
    connection: &mut PgConnection,
    vault: &Vault,
    algorithm: Algorithm,
    rotation: Rotation,
    hand: Hand<'_>,
    now: DateTime<Utc>,
) -> Result<Rotated, DirectoryError> {
    match rotation {
        Rotation::Planned => {
            let signs_from = now + NOTICE;
            let kid =
                insert(connection, vault, algorithm, signs_from, now, Occasion::Asked(rotation, hand), now).await?;
            Ok(kid.map_or(Rotated::Waiting, |kid| Rotated::Next { kid, signs_from }))
        }
        Rotation::Compromised => {
            // Whatever there is.
            let always = now + TimeDelta::days(36_500);
            let kid = insert(connection, vault, algorithm, now, always, Occasion::Asked(rotation, hand), now).await?;
            Ok(kid.map_or(Rotated::Waiting, |kid| Rotated::Next { kid, signs_from: now }))
        }
    }
}

/// Why a key is made.
#[derive(Debug, Clone, Copy)]
enum Occasion<'a> {
    /// There is none: nothing worth a line of the journal.
    First,
    /// The present one has signed for long enough.
    Due,
    /// Somebody wants it.
    Asked(Rotation, Hand<'a>),
}

/// Its name, unless there is a key that signs from later than `unless_after`.
async fn insert(
    connection: &mut PgConnection,
    vault: &Vault,
    algorithm: Algorithm,
    signs_from: DateTime<Utc>,
    unless_after: DateTime<Utc>,
    occasion: Occasion<'_>,
    now: DateTime<Utc>,
) -> Result<Option<String>, DirectoryError> {
    let kid = Uuid::now_v7().simple().to_string();
    let fault = || DirectoryError::Key(kid.clone());
    let clear = SigningKey::generate(algorithm).map_err(|_| fault())?;
    let private_key = vault.seal(&about(&kid), &clear).map_err(|_| fault())?;
    let key = SealedKey {
        kid: kid.clone(),
        algorithm: algorithm.name().to_owned(),
        private_key,
        signs_from,
        retired_at: None,
    };
    let mut transaction = connection.begin().await?;
    let stored =
        db::signing_keys::insert_next(&mut transaction, &key, unless_after, signs_from + FAREWELL, now).await?;
    let compromised = matches!(occasion, Occasion::Asked(Rotation::Compromised, _));
    if stored && compromised {
        db::signing_keys::delete_others(&mut transaction, algorithm.name(), &kid).await?;
    }
    if stored && !matches!(occasion, Occasion::First) {
        let details = json!({ "kid": kid, "algorithm": algorithm.name(), "signs_from": signs_from, "others_forgotten": compromised,
            "by_itself": matches!(occasion, Occasion::Due) });
        let nobody = Origin::default();
        let hand = match occasion {
            Occasion::Asked(_, hand) => hand,
            Occasion::First | Occasion::Due => Hand { actor: None, origin: &nobody },
        };
        let event = Event { actor: hand.actor, ..Event::of_host(Kind::KeysRotated, hand.origin) }.with(details);
        db::audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await?;
    Ok(stored.then_some(kid))
}

/// Opens a stored key.
///
/// # Errors
/// When this master key does not open it, or it is damaged.
pub fn open(row: &SealedKey, vault: &Vault) -> Result<SigningKey, DirectoryError> {
    let fault = || DirectoryError::Key(row.kid.clone());
    let algorithm = Algorithm::from_name(&row.algorithm).ok_or_else(fault)?;
    let pkcs8 = vault.open(&about(&row.kid), &row.private_key).map_err(|_| fault())?;
    SigningKey::from_pkcs8(row.kid.clone(), algorithm, &pkcs8).map_err(|_| fault())
}

fn about(kid: &str) -> String {
    format!("signing key {kid}")
}
