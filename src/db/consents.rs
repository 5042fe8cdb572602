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

/// The person takes back what they agreed to: asked again the next time, and what the service holds
/// ends now.
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
        "WITH ended AS (
             UPDATE oauth_sessions SET revoked_at = $3 WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL)
         DELETE FROM consents WHERE user_id = $1 AND client_id = $2",
        user,
        client_id,
        now
    )
    .execute(connection)
    .await?;
    Ok(revoked.rows_affected() == 1)
}
