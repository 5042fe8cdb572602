//! Table `logout_deliveries`: services to tell that a session has ended.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A notice claimed for delivery.
#[derive(Debug)]
pub struct Due {
    /// Its row.
    pub id: Uuid,
    /// The service.
    pub client_id: String,
    /// The person whose session ended.
    pub user_id: Uuid,
    /// The session.
    pub sid: Uuid,
    /// Tries, this one included.
    pub attempts: i32,
}

/// Claims notices that are due, at most `each` for a service and none for those of `busy`, for
/// `lease`: another replica takes them after that if this one has died.
///
/// # Errors
/// PostgreSQL's.
pub async fn claim(
    connection: &mut PgConnection,
    busy: &[String],
    each: i64,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as!(
        Due,
        "WITH services AS (
             SELECT DISTINCT client_id FROM logout_deliveries
             WHERE delivered_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1 AND client_id <> ALL ($2)),
         due AS (
             SELECT d.id FROM services CROSS JOIN LATERAL (
                 SELECT id FROM logout_deliveries d
                 WHERE d.client_id = services.client_id AND delivered_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1
                 ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED) d)
         UPDATE logout_deliveries SET attempts = attempts + 1, next_attempt_at = $4 WHERE id IN (SELECT id FROM due)
         RETURNING id, client_id, user_id, sid, attempts",
        now,
        busy,
        each,
        now + lease
    )
    .fetch_all(connection)
    .await
}

/// A service was told.
///
/// # Errors
/// PostgreSQL's.
pub async fn delivered(connection: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE logout_deliveries SET delivered_at = $2, last_error = NULL WHERE id = $1", id, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// A service was not told: again at `next`, or never when there is none.
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
        "UPDATE logout_deliveries SET last_error = $2, next_attempt_at = coalesce($3, next_attempt_at),
             failed_at = CASE WHEN $3::timestamptz IS NULL THEN $4::timestamptz END WHERE id = $1",
        id,
        error,
        next,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many notices are to be delivered still.
///
/// # Errors
/// PostgreSQL's.
pub async fn count_waiting(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM logout_deliveries WHERE delivered_at IS NULL AND failed_at IS NULL"#
    )
    .fetch_one(connection)
    .await
}

/// A notice, for administrators.
#[derive(Debug)]
pub struct Notice {
    /// The service.
    pub client_id: String,
    /// When the session ended.
    pub created_at: DateTime<Utc>,
    /// Tries.
    pub attempts: i32,
    /// When the service was told.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub failed_at: Option<DateTime<Utc>>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// The latest notices, newest first: all, or those of one service.
///
/// # Errors
/// PostgreSQL's.
pub async fn latest(connection: &mut PgConnection, client_id: Option<&str>, count: i64) -> sqlx::Result<Vec<Notice>> {
    sqlx::query_as!(
        Notice,
        "SELECT client_id, created_at, attempts, delivered_at, failed_at, last_error FROM logout_deliveries
         WHERE $1::text IS NULL OR client_id = $1 ORDER BY created_at DESC LIMIT $2",
        client_id,
        count
    )
    .fetch_all(connection)
    .await
}
