//! The outbox: mails are rows, sealed, written with what they tell and handed over later.

use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Message;
use super::transport::{Courier, Transport, TransportError};
use crate::clock::Clock;
use crate::crypto::Vault;
use crate::db;

/// For how long a mail is tried.
const PATIENCE: TimeDelta = TimeDelta::hours(24);
/// How long a mail waits when the server is out of order: once it is back, everything is on its way
/// within a minute (PR-05).
const PAUSE: TimeDelta = TimeDelta::seconds(20);
/// The longest wait of a mail that the server does not want for now.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// What became of the mails that were due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// How many were tried.
    pub tried: usize,
    /// The server is out of order: the others have not been tried.
    pub out_of_order: bool,
}

/// Writes a mail, in the caller's transaction.
///
/// # Errors
/// PostgreSQL's, or a sealing that fails (as a protocol error: a fault of ours).
pub async fn queue(connection: &mut PgConnection, vault: &Vault, clock: &Clock, message: &Message) -> sqlx::Result<()> {
    let id = Uuid::now_v7();
    let clear = serde_json::to_vec(message).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sealed = vault.seal(&about(id), &clear).map_err(|error| sqlx::Error::Encode(error.into()))?;
    db::outbox::insert(connection, id, &sealed, clock.now(), PATIENCE).await
}

/// Hands over the mails that are due, one after another: a mail is claimed when its turn comes, so
/// that a slow server never lets a claim run out.
///
/// # Errors
/// PostgreSQL's.
pub async fn deliver_due(pool: &db::Pool, vault: &Vault, clock: &Clock, transport: &Transport) -> sqlx::Result<Round> {
    let mut round = Round::default();
    let mut connection = pool.acquire().await?;
    let given_up = db::outbox::give_up(&mut connection, clock.now()).await?;
    drop(connection);
    if given_up > 0 {
        tracing::error!(mails = given_up, "not handed over for a day: given up (`loquet mail list` shows them)");
    }
    let Some(mut courier) = Courier::of(transport) else { return Ok(round) };
    let lease = courier.longest() + TimeDelta::seconds(15);
    while !round.out_of_order {
        let claimed = db::outbox::claim(&mut *pool.acquire().await?, lease, clock.now()).await?;
        let Some(waiting) = claimed else { break };
        round.tried += 1;
        let outcome = match open(vault, waiting.id, &waiting.message) {
            Some(message) => courier.send(waiting.id, &message).await,
            None => Err(TransportError::Never("it cannot be opened with this master key".to_owned())),
        };
        round.out_of_order = matches!(outcome, Err(TransportError::OutOfOrder(_)));
        settle(&mut *pool.acquire().await?, &waiting, outcome, clock).await?;
    }
    courier.end().await;
    Ok(round)
}

/// Writes down what became of a mail. The log holds no answer of the server: it may name the recipient.
async fn settle(
    connection: &mut PgConnection,
    waiting: &db::outbox::Waiting,
    outcome: Result<(), TransportError>,
    clock: &Clock,
) -> sqlx::Result<()> {
    let (id, now) = (waiting.id, clock.now());
    match outcome {
        Ok(()) => {
            tracing::info!(mail = %id, "mail handed over");
            db::outbox::delivered(connection, id).await
        }
        Err(TransportError::OutOfOrder(error)) => {
            tracing::warn!(%error, "the mail server is out of order");
            db::outbox::put_back(connection, id, &error, now + PAUSE).await
        }
        Err(TransportError::Later(error)) => {
            // 10 s, 20 s, 40 s…
            let doublings = u32::try_from(waiting.attempts - 1).unwrap_or_default().min(9);
            let wait = TimeDelta::seconds(10 << doublings).min(LONGEST_WAIT);
            tracing::warn!(mail = %id, again_in = wait.num_seconds(), "mail not handed over");
            db::outbox::postpone(connection, id, &error, now + wait).await
        }
        Err(TransportError::Never(error)) => {
            tracing::error!(mail = %id, "mail refused for good: `loquet mail list` says why");
            db::outbox::bury(connection, id, &error, now).await
        }
    }
}

/// Has mails tried again at once, as if they were new: one, or all that failed; how many.
///
/// # Errors
/// PostgreSQL's.
pub async fn retry(connection: &mut PgConnection, id: Option<Uuid>, clock: &Clock) -> sqlx::Result<u64> {
    db::outbox::retry(connection, id, clock.now(), PATIENCE).await
}

/// Opens a mail that is kept; nothing if it was sealed with another master key.
#[must_use]
pub fn open(vault: &Vault, id: Uuid, sealed: &[u8]) -> Option<Message> {
    serde_json::from_slice(&vault.open(&about(id), sealed).ok()?).ok()
}

fn about(id: Uuid) -> String {
    format!("mail {id}")
}
