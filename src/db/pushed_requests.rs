//! Table `pushed_requests`: requests that clients pushed, waiting for their browser.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::crypto::Hashed;

/// Stores a validated request.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(
    connection: &mut PgConnection,
    reference: Hashed,
    client_id: &str,
    parameters: &Value,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO pushed_requests (hash, client_id, parameters, expires_at) VALUES ($1, $2, $3, $4)",
        reference.as_bytes(),
        client_id,
        parameters,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a request of that client, once.
///
/// # Errors
/// PostgreSQL's.
pub async fn consume(
    connection: &mut PgConnection,
    reference: Hashed,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Value>> {
    sqlx::query_scalar!(
        "DELETE FROM pushed_requests WHERE hash = $1 AND client_id = $2 AND expires_at > $3 RETURNING parameters",
        reference.as_bytes(),
        client_id,
        now
    )
    .fetch_optional(connection)
    .await
}
