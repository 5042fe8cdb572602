//! Table `mail_outbox`: mail waiting to be handed over, and what was given up.

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
    /// Deliveries tried, this one included.
    pub attempts: i32,
}

/// A mail as it is kept.
#[derive(Debug)]
pub struct Kept {
    /// Its id.
    pub id: Uuid,
    /// The message, sealed.
    pub message: Vec<u8>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub next_attempt_at: DateTime<Utc>,
    /// Deliveries tried.
    pub attempts: i32,
    /// Since when it is given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// Why it was not handed over.
    pub last_error: Option<String>,
}

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    /// Mails that wait.
    pub waiting: i64,
    /// Since when the first of them does.
    pub oldest: Option<DateTime<Utc>>,
    /// Mails that were given up.
    pub dead: i64,
}

/// Queues a mail, in the transaction of what it tells.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(
    connection: &mut PgConnection,
    id: Uuid,
    message: &[u8],
    now: DateTime<Utc>,
    patience: TimeDelta,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at) VALUES ($1, $2, $3, $3, $4)",
        id,
        message,
        now,
        now + patience
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Claims the mail that has been due for longest, for `lease`: another replica takes it after that if
/// this one has died.
///
/// # Errors
/// PostgreSQL's.
pub async fn claim(
    connection: &mut PgConnection,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Waiting>> {
    sqlx::query_as!(
        Waiting,
        "UPDATE mail_outbox SET next_attempt_at = $2, attempts = attempts + 1
         WHERE id = (SELECT id FROM mail_outbox WHERE next_attempt_at <= $1 AND dead_at IS NULL
                     ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, message, attempts",
        now,
        now + lease
    )
    .fetch_optional(connection)
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

/// A mail was not handed over: again at `next`.
///
/// # Errors
/// PostgreSQL's.
pub async fn postpone(connection: &mut PgConnection, id: Uuid, error: &str, next: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE mail_outbox SET last_error = $2, next_attempt_at = $3 WHERE id = $1", id, error, next)
        .execute(connection)
        .await?;
    Ok(())
}

/// A mail could not even be tried: again at `next`, and this does not count.
///
/// # Errors
/// PostgreSQL's.
pub async fn put_back(connection: &mut PgConnection, id: Uuid, error: &str, next: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE mail_outbox SET attempts = attempts - 1, last_error = $2, next_attempt_at = $3 WHERE id = $1",
        id,
        error,
        next
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A mail was refused for good.
///
/// # Errors
/// PostgreSQL's.
pub async fn bury(connection: &mut PgConnection, id: Uuid, error: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE mail_outbox SET last_error = $2, dead_at = $3 WHERE id = $1", id, error, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives up the mails that were tried and whose time is over; how many.
///
/// # Errors
/// PostgreSQL's.
pub async fn give_up(connection: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let given_up = sqlx::query!(
        "UPDATE mail_outbox SET dead_at = $1 WHERE dead_at IS NULL AND give_up_at <= $1 AND attempts > 0",
        now
    )
    .execute(connection)
    .await?;
    Ok(given_up.rows_affected())
}

/// Has mails tried again from the start, at once: one, or all that failed; how many.
///
/// # Errors
/// PostgreSQL's.
pub async fn retry(
    connection: &mut PgConnection,
    id: Option<Uuid>,
    now: DateTime<Utc>,
    patience: TimeDelta,
) -> sqlx::Result<u64> {
    let retried = sqlx::query!(
        "UPDATE mail_outbox SET attempts = 0, dead_at = NULL, next_attempt_at = $2, give_up_at = $3
         WHERE id = $1 OR ($1 IS NULL AND (dead_at IS NOT NULL OR last_error IS NOT NULL))",
        id,
        now,
        now + patience
    )
    .execute(connection)
    .await?;
    Ok(retried.rows_affected())
}

/// Everything that is kept, oldest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn all(connection: &mut PgConnection) -> sqlx::Result<Vec<Kept>> {
    sqlx::query_as!(
        Kept,
        "SELECT id, message, created_at, next_attempt_at, attempts, dead_at, last_error FROM mail_outbox
         ORDER BY created_at, id"
    )
    .fetch_all(connection)
    .await
}

/// What was given up, and after that what waits, oldest first; so many at most.
///
/// # Errors
/// PostgreSQL's.
pub async fn first(connection: &mut PgConnection, count: i64) -> sqlx::Result<Vec<Kept>> {
    sqlx::query_as!(
        Kept,
        "SELECT id, message, created_at, next_attempt_at, attempts, dead_at, last_error FROM mail_outbox
         ORDER BY dead_at IS NULL, created_at, id LIMIT $1",
        count
    )
    .fetch_all(connection)
    .await
}

/// Throws a mail away that was given up; `false` when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn forget(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let forgotten =
        sqlx::query!("DELETE FROM mail_outbox WHERE id = $1 AND dead_at IS NOT NULL", id).execute(connection).await?;
    Ok(forgotten.rows_affected() == 1)
}

/// Counts what is kept.
///
/// # Errors
/// PostgreSQL's.
pub async fn count(connection: &mut PgConnection) -> sqlx::Result<Count> {
    sqlx::query_as!(
        Count,
        r#"SELECT count(*) FILTER (WHERE dead_at IS NULL) AS "waiting!", count(dead_at) AS "dead!",
               min(created_at) FILTER (WHERE dead_at IS NULL) AS oldest FROM mail_outbox"#
    )
    .fetch_one(connection)
    .await
}
