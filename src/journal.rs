//! The journal as a chain: every line is sealed soon after it was written, so that none can be altered,
//! removed or put in between without it showing (`loquet audit verify`). What is personal enters it only
//! as a commitment: somebody can be forgotten, and the chain holds.

mod hash;
mod verification;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::db;
use crate::db::audit::chain::{self, Head};

pub use hash::START;
use verification::Walk;
pub use verification::{Fault, Findings};

/// Lines sealed, read or emptied at once.
const BATCH: i64 = 500;

/// Seals the lines that wait. Any number of replicas may call it: one of them does it.
///
/// # Errors
/// PostgreSQL's.
pub async fn seal(pool: &db::Pool) -> sqlx::Result<()> {
    if !chain::any_waits(&mut *pool.acquire().await?).await? {
        return Ok(());
    }
    let mut after = Uuid::nil();
    loop {
        let mut transaction = pool.begin().await?;
        if !chain::try_lock(&mut transaction).await? {
            return Ok(());
        }
        // Asked after the lock was had: what the one before did is seen.
        let head = chain::head(&mut transaction).await?;
        let (mut position, mut hash) = head.map_or((0, START.to_vec()), |head| (head.position, head.hash));
        let (events, last) = chain::waiting(&mut transaction, after, BATCH).await?;
        let (mut positions, mut ids, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        for event in &events {
            position += 1;
            hash = hash::sealed(&hash, position, event).to_vec();
            positions.push(position);
            ids.push(event.id);
            hashes.push(hash.clone());
        }
        chain::append(&mut transaction, &positions, &ids, &hashes).await?;
        transaction.commit().await?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Goes through all of it, piece by piece: nothing waits meanwhile. `expected` is a head that was kept
/// elsewhere.
///
/// # Errors
/// PostgreSQL's.
pub async fn verify(pool: &db::Pool, expected: Option<&Head>) -> sqlx::Result<Findings> {
    let mut walk = Walk::new(expected);
    let mut fault = None;
    'chain: loop {
        let mut connection = pool.acquire().await?;
        let links = chain::links(&mut connection, walk.position(), BATCH).await?;
        drop(connection);
        if links.is_empty() {
            break;
        }
        for link in &links {
            if let Err(found) = walk.step(link) {
                fault = Some(found);
                break 'chain;
            }
        }
    }
    let fault = fault.or_else(|| walk.end());
    let (waiting, gone) = chain::waiting_count(&mut *pool.acquire().await?).await?;
    let fault = match (fault, gone) {
        (None, Some(id)) => Some(Fault::WaitingGone(id)),
        (None, None) => beside(pool).await?.map(Fault::Beside),
        (fault, _) => fault,
    };
    Ok(walk.findings(waiting, fault))
}

/// A line that is neither in the chain nor waits to be.
async fn beside(pool: &db::Pool) -> sqlx::Result<Option<Uuid>> {
    let mut last = Uuid::nil();
    loop {
        let mut connection = pool.acquire().await?;
        let places = chain::places(&mut connection, last, BATCH).await?;
        drop(connection);
        if let Some((id, _)) = places.iter().find(|(_, placed)| !placed) {
            return Ok(Some(*id));
        }
        match places.last() {
            Some((id, _)) => last = *id,
            None => return Ok(None),
        }
    }
}

/// Forgets what is personal in lines that are older than the host keeps it.
///
/// # Errors
/// PostgreSQL's.
pub async fn forget_old(pool: &db::Pool, retention: TimeDelta, now: DateTime<Utc>) -> sqlx::Result<()> {
    while chain::empty(&mut *pool.acquire().await?, now - retention, BATCH).await? >= BATCH.unsigned_abs() {
        tokio::task::yield_now().await;
    }
    Ok(())
}
