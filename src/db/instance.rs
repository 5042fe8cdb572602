//! Table `instance`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// The row of this installation.
#[derive(Debug)]
pub struct Instance {
    /// Its identity.
    pub id: Uuid,
    /// Whether it is a demonstration.
    pub demo: bool,
    /// A known text sealed with the master key.
    pub key_check: Vec<u8>,
}

/// The installation, if it has been started once.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection) -> sqlx::Result<Option<Instance>> {
    sqlx::query_as!(Instance, "SELECT id, demo, key_check FROM instance").fetch_optional(connection).await
}

/// Records the installation unless another process was first.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(connection: &mut PgConnection, instance: &Instance, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO instance (id, demo, key_check, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        instance.id,
        instance.demo,
        instance.key_check,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether there is any account: a demonstration starts in an empty database only.
///
/// # Errors
/// PostgreSQL's.
pub async fn has_users(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM users) AS "any!""#).fetch_one(connection).await
}
