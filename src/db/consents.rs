//! Table `consents`: what people agreed to give services.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// Who answers, and for which request.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The stored request.
    pub request: Uuid,
    /// The browser that it belongs to.
    pub browser: Hashed,
    /// The person.
    pub user: Uuid,
}

/// The person agrees: noted for this request, and remembered for the scopes. `false` when the request
/// is over.
///
/// # Errors
/// PostgreSQL's.
pub async fn agree(
    connection: &mut PgConnection,
    asked: Asked,
    scopes: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let noted = sqlx::query!(
        "WITH noted AS (
             UPDATE authorization_requests SET consented_by = $3
             WHERE id = $1 AND browser_hash = $2 AND expires_at > $5 AND NOT declined RETURNING client_id)
         INSERT INTO consents (user_id, client_id, scopes, created_at, updated_at)
         SELECT $3, client_id, $4, $5, $5 FROM noted
         ON CONFLICT (user_id, client_id) DO UPDATE
         SET scopes = ARRAY(SELECT DISTINCT unnest(consents.scopes || excluded.scopes) ORDER BY 1), updated_at = $5",
        asked.request,
        asked.browser.as_bytes(),
        asked.user,
        scopes,
        now
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// The person refuses this request; what they agreed to before stays.
///
/// # Errors
/// PostgreSQL's.
pub async fn decline(connection: &mut PgConnection, asked: Asked, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let noted = sqlx::query!(
        "UPDATE authorization_requests SET declined = true, consented_by = NULL
         WHERE id = $1 AND browser_hash = $2 AND expires_at > $3",
        asked.request,
        asked.browser.as_bytes(),
        now
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// The person takes back what they agreed to: asked again the next time, what the service holds ends now,
/// and it is told that their sessions have ended. `false` when there was nothing to end.
///
/// # Errors
/// PostgreSQL's.
pub async fn revoke(
    connection: &mut PgConnection,
    user: Uuid,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let revoked = sqlx::query!(
        r#"WITH ended AS (
               UPDATE oauth_sessions SET revoked_at = $3 WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL RETURNING id),
             forgotten AS (DELETE FROM consents WHERE user_id = $1 AND client_id = $2 RETURNING client_id)
           SELECT queue_logouts(ARRAY(SELECT sid FROM oauth_sessions WHERE user_id = $1 AND client_id = $2), ARRAY[$2], $3),
               (EXISTS (SELECT FROM ended) OR EXISTS (SELECT FROM forgotten)) AS "any!""#,
        user,
        client_id,
        now
    )
    .fetch_one(connection)
    .await?;
    Ok(revoked.any)
}

/// A service that a person agreed to give something, or that holds something of theirs now.
#[derive(Debug)]
pub struct Use {
    /// The service.
    pub client_id: String,
    /// What it may receive: agreed to, or held.
    pub scopes: Vec<String>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it last received something; none when what it held has ended.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Those services: all, or only one. The last use is read from tokens that are there anyhow: nothing is
/// written for it.
///
/// # Errors
/// PostgreSQL's.
pub async fn uses(
    connection: &mut PgConnection,
    user: Uuid,
    only: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Use>> {
    sqlx::query_as!(
        Use,
        r#"SELECT c.client_id AS "client_id!", ARRAY(
                   SELECT unnest(a.scopes)
                   UNION SELECT unnest(s.scope) FROM oauth_sessions s
                         WHERE s.user_id = $1 AND s.client_id = c.client_id AND s.revoked_at IS NULL AND s.expires_at > $3) AS "scopes!",
               least(a.created_at, held.since) AS "since!", held.last_used_at
           FROM (SELECT client_id FROM consents WHERE user_id = $1
                 UNION SELECT client_id FROM oauth_sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $3) c
               LEFT JOIN consents a ON a.client_id = c.client_id AND a.user_id = $1,
               LATERAL (
                   SELECT min(s.created_at) AS since, max(greatest(s.created_at, r.rotated_at)) AS last_used_at
                   FROM oauth_sessions s LEFT JOIN refresh_tokens r ON r.oauth_session_id = s.id
                   WHERE s.user_id = $1 AND s.client_id = c.client_id AND s.revoked_at IS NULL AND s.expires_at > $3) held
           WHERE ($2::text IS NULL OR c.client_id = $2) AND (a.user_id IS NOT NULL OR held.since IS NOT NULL)"#,
        user,
        only,
        now
    )
    .fetch_all(connection)
    .await
}
