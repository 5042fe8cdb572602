//! Tables `client_tokens` and `used_assertions`: what clients get and spend in their own name.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::crypto::Hashed;

/// A live token.
#[derive(Debug)]
pub struct ClientToken {
    /// Whose it is.
    pub client_id: String,
    /// What it may do.
    pub scope: Vec<String>,
    /// Its end.
    pub expires_at: DateTime<Utc>,
}

/// Stores a token.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(
    connection: &mut PgConnection,
    token: Hashed,
    client_id: &str,
    scope: &[String],
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO client_tokens (hash, client_id, scope, expires_at) VALUES ($1, $2, $3, $4)",
        token.as_bytes(),
        client_id,
        scope,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A live token of a client that is switched on.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<ClientToken>> {
    sqlx::query_as!(
        ClientToken,
        "SELECT t.client_id, t.scope, t.expires_at FROM client_tokens t JOIN clients c USING (client_id)
         WHERE t.hash = $1 AND t.expires_at > $2 AND c.enabled",
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// A client gives its token back.
///
/// # Errors
/// PostgreSQL's.
pub async fn delete(connection: &mut PgConnection, token: Hashed, client_id: &str) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM client_tokens WHERE hash = $1 AND client_id = $2", token.as_bytes(), client_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Spends an assertion; `false` when it was spent before.
///
/// # Errors
/// PostgreSQL's.
pub async fn spend_assertion(
    connection: &mut PgConnection,
    assertion: Hashed,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let spent = sqlx::query!(
        "INSERT INTO used_assertions (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        assertion.as_bytes(),
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(spent.rows_affected() == 1)
}
