//! The outbox: mails are rows, sealed, written with what they tell and handed over later.

use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Message;
use super::transport::{Transport, TransportError};
use crate::clock::Clock;
use crate::crypto::Vault;
use crate::db;
use crate::db::outbox::Waiting;

/// For how long a claimed mail is nobody else's.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// For how long a mail is tried.
const PATIENCE: TimeDelta = TimeDelta::hours(24);

/// Writes a mail, in the caller's transaction.
///
/// # Errors
/// PostgreSQL's, or a sealing that fails (as a protocol error: a fault of ours).
pub async fn queue(connection: &mut PgConnection, vault: &Vault, clock: &Clock, message: &Message) -> sqlx::Result<()> {
    let id = Uuid::now_v7();
    let clear = serde_json::to_vec(message).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sealed = vault.seal(&about(id), &clear).map_err(|error| sqlx::Error::Encode(error.into()))?;
    db::outbox::insert(connection, id, &sealed, clock.now()).await
}

/// Hands over the mails that are due; returns how many were claimed.
///
/// # Errors
/// PostgreSQL's.
pub async fn deliver_due(pool: &db::Pool, vault: &Vault, clock: &Clock, transport: &Transport) -> sqlx::Result<usize> {
    if matches!(transport, Transport::None) {
        return Ok(0);
    }
    let claimed = db::outbox::claim(&mut *pool.acquire().await?, 10, LEASE, clock.now()).await?;
    for waiting in &claimed {
        let outcome = match open(vault, waiting) {
            Some(message) => transport.send(waiting.id, &message).await,
            None => Err(TransportError::Permanent("the mail cannot be opened with this master key".to_owned())),
        };
        let mut connection = pool.acquire().await?;
        let now = clock.now();
        match outcome {
            Ok(()) => {
                tracing::info!(mail = %waiting.id, "mail handed over");
                db::outbox::delivered(&mut connection, waiting.id).await?;
            }
            Err(error) => {
                // 10 s, 20 s, 40 s… and an hour at the most.
                let wait =
                    TimeDelta::seconds(10 << waiting.attempts.clamp(1, 9).saturating_sub(1)).min(TimeDelta::hours(1));
                let over = matches!(error, TransportError::Permanent(_)) || waiting.created_at + PATIENCE < now;
                tracing::warn!(mail = %waiting.id, %error, given_up = over, "mail not handed over");
                db::outbox::failed(&mut connection, waiting.id, &error.to_string(), (!over).then_some(now + wait), now)
                    .await?;
            }
        }
    }
    Ok(claimed.len())
}

fn open(vault: &Vault, waiting: &Waiting) -> Option<Message> {
    serde_json::from_slice(&vault.open(&about(waiting.id), &waiting.message).ok()?).ok()
}

fn about(id: Uuid) -> String {
    format!("mail {id}")
}
