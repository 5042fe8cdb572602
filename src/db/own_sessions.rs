//! Table `browser_sessions`, as the person whose they are sees and ends them.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A browser in which somebody is signed in.
#[derive(Debug)]
pub struct OwnSession {
    /// The session.
    pub id: Uuid,
    /// «Firefox, Linux»; may be empty.
    pub device: String,
    /// «203.0.113.0/24»; may be empty.
    pub address_range: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// A person's live sessions, the latest used first.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(
    connection: &mut PgConnection,
    user: Uuid,
    idle: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<OwnSession>> {
    sqlx::query_as!(
        OwnSession,
        "SELECT id, device, address_range, created_at, last_seen_at FROM browser_sessions
         WHERE user_id = $1 AND expires_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC, id",
        user,
        now,
        now - idle
    )
    .fetch_all(connection)
    .await
}

/// Whether a session is still there.
///
/// # Errors
/// PostgreSQL's.
pub async fn is_open(connection: &mut PgConnection, user: Uuid, session: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM browser_sessions WHERE id = $1 AND user_id = $2) AS "open!""#,
        session,
        user
    )
    .fetch_one(connection)
    .await
}

/// Ends one, if it is theirs, as [`super::sessions::end`] does: in which browser it was.
///
/// # Errors
/// PostgreSQL's.
pub async fn end(
    connection: &mut PgConnection,
    user: Uuid,
    session: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    let ended = sqlx::query!(
        "WITH ended AS (DELETE FROM browser_sessions WHERE id = $1 AND user_id = $2 RETURNING id, device),
              revoked AS (UPDATE oauth_sessions SET revoked_at = $3
                          WHERE sid IN (SELECT id FROM ended) AND NOT offline AND revoked_at IS NULL)
         SELECT device, queue_logouts(ARRAY[id], $3) FROM ended",
        session,
        user,
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(ended.map(|ended| ended.device))
}

/// Ends all but one, and sign-ins that are half done. What services may do while the person is away goes on.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_others(connection: &mut PgConnection, user: Uuid, keep: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH others AS (DELETE FROM browser_sessions WHERE user_id = $1 AND id <> $2),
              pending AS (DELETE FROM pending_sign_ins WHERE user_id = $1),
              revoked AS (UPDATE oauth_sessions SET revoked_at = $3
                          WHERE user_id = $1 AND sid <> $2 AND NOT offline AND revoked_at IS NULL)
         SELECT queue_logouts(ARRAY(SELECT sid FROM oauth_sessions WHERE user_id = $1 AND sid <> $2), $3)",
        user,
        keep,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
