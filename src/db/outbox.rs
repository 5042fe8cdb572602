//! Table `mail_outbox`: mail waiting to be handed over.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A mail claimed for delivery.
#[derive(Debug)]
pub struct Waiting {
    /// Also its `Message-ID`: a mail sent twice is recognisable.
    pub id: Uuid,
    /// The message, sealed.
    pub message: Vec<u8>,
    /// Deliveries tried before this one.
    pub attempts: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Queues a mail, in the transaction of what it tells.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(connection: &mut PgConnection, id: Uuid, message: &[u8], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO mail_outbox (id, message, created_at, next_attempt_at) VALUES ($1, $2, $3, $3)",
        id,
        message,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Claims up to `count` mails that are due, for `lease`: another replica takes them after that if
/// this one has died.
///
/// # Errors
/// PostgreSQL's.
pub async fn claim(
    connection: &mut PgConnection,
    count: i64,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        "UPDATE mail_outbox SET next_attempt_at = $3, attempts = attempts + 1
         WHERE id IN (SELECT id FROM mail_outbox WHERE next_attempt_at <= $1 AND dead_at IS NULL
                      ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING id, message, attempts, created_at",
        now,
        count,
        now + lease
    )
    .fetch_all(connection)
    .await
}

/// A mail was handed over.
///
/// # Errors
/// PostgreSQL's.
pub async fn delivered(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM mail_outbox WHERE id = $1", id).execute(connection).await?;
    Ok(())
}

/// A mail was not handed over: again at `next`, or never when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn failed(
    connection: &mut PgConnection,
    id: Uuid,
    error: &str,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE mail_outbox SET last_error = $2, next_attempt_at = coalesce($3, next_attempt_at),
             dead_at = CASE WHEN $3::timestamptz IS NULL THEN $4::timestamptz END WHERE id = $1",
        id,
        error,
        next,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
