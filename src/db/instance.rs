//! Tables `instance` and `signing_keys`.

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

/// A signing key as stored.
#[derive(Debug)]
pub struct SealedKey {
    /// Its name.
    pub kid: String,
    /// `RS256` or `ES256`.
    pub algorithm: String,
    /// PKCS#8, sealed.
    pub private_key: Vec<u8>,
    /// From when it signs.
    pub signs_from: DateTime<Utc>,
}

/// The keys of the JWKS at `now`, newest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn published_keys(connection: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Vec<SealedKey>> {
    sqlx::query_as!(
        SealedKey,
        "SELECT kid, algorithm, private_key, signs_from FROM signing_keys
         WHERE retired_at IS NULL OR retired_at > $1 ORDER BY signs_from DESC, kid",
        now
    )
    .fetch_all(connection)
    .await
}

/// Stores the first key of an algorithm, unless another process was first.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert_first_key(connection: &mut PgConnection, key: &SealedKey, now: DateTime<Utc>) -> sqlx::Result<()> {
    // The lock makes «none yet» and the insertion one step for all replicas.
    sqlx::query!("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE").execute(&mut *connection).await?;
    sqlx::query!(
        "INSERT INTO signing_keys (kid, algorithm, private_key, created_at, signs_from)
         SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM signing_keys WHERE algorithm = $2)",
        key.kid,
        key.algorithm,
        key.private_key,
        now,
        key.signs_from
    )
    .execute(connection)
    .await?;
    Ok(())
}
