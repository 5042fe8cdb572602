//! Table `acceptances`: which terms people accepted, and when.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A person accepts the terms of that version.
///
/// # Errors
/// PostgreSQL's.
pub async fn accept(connection: &mut PgConnection, user: Uuid, version: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH kept AS (INSERT INTO acceptances (user_id, document, version, accepted_at) VALUES ($1, 'terms', $2, $3)
                       ON CONFLICT DO NOTHING)
         UPDATE users SET accepted_terms = $2 WHERE id = $1",
        user,
        version,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
