//! Writes one batch, in a transaction of the caller's. Conflicts with other accounts are found
//! before they would fail the batch.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::fingerprint::Changes;
use super::keys::{Keys, Taken};
use super::reader::Candidate;
use super::settled::Hand;
use crate::db;
use crate::db::import::{Existing, Newcomer, Revision};

/// The group of administrators.
const ADMINISTRATORS: &str = "admins";

/// What came of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A new account.
    Imported,
    /// Something has changed in the old database.
    Updated,
    /// The same record again.
    Unchanged,
    /// Its name or its address is somebody else's.
    Taken(Vec<Taken>),
}

/// Why a batch could not be written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// PostgreSQL's words.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// Somebody made, changed or removed one of these accounts at this very moment.
    #[error("an account was changed at the same time")]
    Raced,
}

impl StoreError {
    /// Whether the same batch may go in a moment later.
    #[must_use]
    pub fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Raced => true,
            Self::Sql(error) => {
                let clashes = |error: &dyn sqlx::error::DatabaseError| error.is_unique_violation();
                (db::is_unavailable(error) && !db::is_forbidden(error))
                    || error.as_database_error().is_some_and(clashes)
            }
        }
    }
}

/// Writes the records, each with its outcome. No key of the old database may be there twice.
///
/// # Errors
/// PostgreSQL's, or a race with somebody else. Roll back then.
pub async fn store(
    connection: &mut PgConnection,
    candidates: &[&Candidate],
    hand: &Hand<'_>,
) -> Result<Vec<Outcome>, StoreError> {
    db::import::take_turn(connection).await?;
    let ids: Vec<&str> = candidates.iter().map(|candidate| candidate.member.legacy_id.as_str()).collect();
    let existing = db::import::existing(connection, &ids).await?;
    let existing: HashMap<&str, &Existing> = existing.iter().map(|row| (row.legacy_id.as_str(), row)).collect();
    let mut outcomes = vec![Outcome::Unchanged; candidates.len()];
    let (mut newcomers, mut revised) = (Vec::new(), Vec::new());
    for (at, candidate) in candidates.iter().enumerate() {
        match existing.get(ids[at]) {
            None => newcomers.push(at),
            // An earlier try of this very batch did go in: only the answer was lost.
            Some(row) if row.id == candidate.id => outcomes[at] = Outcome::Imported,
            Some(row) => {
                let stored = row.legacy_digest.as_deref().unwrap_or_default();
                if let Some(changes) = candidate.fingerprint.changes_since(stored, candidate.member.active) {
                    revised.push((at, row.id, changes));
                }
            }
        }
    }
    // Changes first: a newcomer may not take what they give up.
    if !revised.is_empty() {
        revise(connection, candidates, revised, &mut outcomes, hand).await?;
    }
    if !newcomers.is_empty() {
        insert(connection, candidates, &newcomers, &mut outcomes, hand.now).await?;
    }
    Ok(outcomes)
}

async fn insert(
    connection: &mut PgConnection,
    candidates: &[&Candidate],
    newcomers: &[usize],
    outcomes: &mut [Outcome],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let wanting: Vec<&Candidate> = newcomers.iter().map(|at| candidates[*at]).collect();
    let mut keys = Keys::held(connection, &wanting, now).await?;
    let (mut rows, mut administrators) = (Vec::new(), Vec::new());
    for (at, candidate) in newcomers.iter().zip(wanting) {
        let taken = keys.taken_from(candidate, None, true, true);
        if !taken.is_empty() {
            outcomes[*at] = Outcome::Taken(taken);
            continue;
        }
        keys.claim(candidate, candidate.id, true, true);
        outcomes[*at] = Outcome::Imported;
        administrators.extend((candidate.member.administrator == Some(true)).then_some(candidate.id));
        rows.push(newcomer(candidate, now));
    }
    db::import::insert(connection, &rows, now).await?;
    let members: Vec<Uuid> = rows.iter().filter(|row| row.membership_until.is_some()).map(|row| row.id).collect();
    db::standing::follow(connection, &members, now).await?;
    add_administrators(connection, &administrators, now).await
}

async fn revise(
    connection: &mut PgConnection,
    candidates: &[&Candidate],
    revised: Vec<(usize, Uuid, Changes)>,
    outcomes: &mut [Outcome],
    hand: &Hand<'_>,
) -> Result<(), StoreError> {
    let now = hand.now;
    let renamed = revised.iter().filter(|(_, _, changes)| changes.username || changes.email);
    let mut keys = Keys::held(connection, &renamed.map(|(at, ..)| candidates[*at]).collect::<Vec<_>>(), now).await?;
    let (mut rows, mut administrators, mut credentials) = (Vec::new(), Vec::new(), HashMap::new());
    for (at, id, changes) in revised {
        let candidate = candidates[at];
        let taken = keys.taken_from(candidate, Some(id), changes.username, changes.email);
        if !taken.is_empty() {
            outcomes[at] = Outcome::Taken(taken);
            continue;
        }
        keys.claim(candidate, id, changes.username, changes.email);
        outcomes[at] = Outcome::Updated;
        administrators.extend((candidate.member.administrator == Some(true)).then_some(id));
        rows.push(revision(candidate, id, changes, now));
        if changes.password || changes.email {
            credentials.insert(id, (changes, &candidate.member));
        }
        if changes.active == Some(false) {
            db::sessions::end_all(connection, id, now).await?;
        }
    }
    let before = match credentials.keys().copied().collect::<Vec<Uuid>>() {
        none if none.is_empty() => Vec::new(),
        ids => db::import::before(connection, &ids).await?,
    };
    if db::import::revise(connection, &rows, now).await? != rows.len() as u64 {
        return Err(StoreError::Raced);
    }
    for before in &before {
        if let Some((changes, member)) = credentials.get(&before.user.id) {
            hand.settle(connection, before, *changes, member).await?;
        }
    }
    // Other dates may end what a membership opened.
    let members: Vec<Uuid> = rows.iter().filter(|row| row.membership_until.is_some()).map(|row| row.id).collect();
    if !members.is_empty() {
        db::rights::end_all_refused(connection, &members, now).await?;
    }
    add_administrators(connection, &administrators, now).await
}

fn newcomer(candidate: &Candidate, now: DateTime<Utc>) -> Newcomer<'_> {
    let member = &candidate.member;
    let created_at = member.created_at.unwrap_or(now);
    Newcomer {
        id: candidate.id,
        legacy_id: &member.legacy_id,
        legacy_digest: candidate.fingerprint.as_bytes(),
        username: member.username.as_str(),
        email: member.email.as_str(),
        // The old site does not say when: some time since the account was made.
        email_verified_at: member.email_verified.then_some(created_at),
        given_name: &member.given_name,
        family_name: &member.family_name,
        locale: &member.locale,
        active: member.active.unwrap_or(true),
        password_hash: member.password.as_str(),
        membership_until: member.membership_until,
        created_at,
    }
}

fn revision(candidate: &Candidate, id: Uuid, changes: Changes, now: DateTime<Utc>) -> Revision<'_> {
    let member = &candidate.member;
    Revision {
        id,
        legacy_digest: candidate.fingerprint.as_bytes(),
        username: changes.username.then_some(member.username.as_str()),
        email: changes.email.then_some(member.email.as_str()),
        legacy_email: member.email.as_str(),
        email_verified: (changes.email || changes.email_verified).then_some(member.email_verified),
        email_verified_at: member.created_at.unwrap_or(now),
        names: changes.names.then_some((&member.given_name, &member.family_name)),
        locale: changes.locale.then_some(&member.locale),
        active: changes.active,
        password_hash: changes.password.then_some(member.password.as_str()),
        membership_until: changes.membership_until.then_some(member.membership_until),
        created_at: member.created_at.filter(|_| changes.created_at),
    }
}

async fn add_administrators(connection: &mut PgConnection, ids: &[Uuid], now: DateTime<Utc>) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let group = db::organizations::ensure_group(connection, ADMINISTRATORS, now).await?;
    Ok(db::import::add_all_to_group(connection, group, ids).await?)
}
