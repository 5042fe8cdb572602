//! Table `signing_keys`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A signing key as stored.
#[derive(Debug)]
pub struct SealedKey {
    /// Its name.
    pub kid: String,
    /// `RS256` or `ES256`.
    pub algorithm: String,
    /// PKCS#8, sealed.
    pub private_key: Vec<u8>,
    /// From when it signs; published before.
    pub signs_from: DateTime<Utc>,
    /// From when it is not published any more.
    pub retired_at: Option<DateTime<Utc>>,
}

/// The keys that were still published at `since`, newest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn load(connection: &mut PgConnection, since: DateTime<Utc>) -> sqlx::Result<Vec<SealedKey>> {
    sqlx::query_as!(
        SealedKey,
        "SELECT kid, algorithm, private_key, signs_from, retired_at FROM signing_keys
         WHERE retired_at IS NULL OR retired_at > $1 ORDER BY signs_from DESC, kid",
        since
    )
    .fetch_all(connection)
    .await
}

/// Stores the next key of its algorithm unless there is one that signs from later than `unless_after`
/// (another replica, or an administrator, was first); those before it retire at `others_retire_at`.
/// Returns whether it was stored.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert_next(
    connection: &mut PgConnection,
    key: &SealedKey,
    unless_after: DateTime<Utc>,
    others_retire_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // The lock makes «none yet» and the insertion one step for all replicas.
    sqlx::query!("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE").execute(&mut *connection).await?;
    let inserted = sqlx::query!(
        "INSERT INTO signing_keys (kid, algorithm, private_key, created_at, signs_from)
         SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM signing_keys WHERE algorithm = $2 AND signs_from > $6)",
        key.kid,
        key.algorithm,
        key.private_key,
        now,
        key.signs_from,
        unless_after
    )
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE signing_keys SET retired_at = $3 WHERE algorithm = $1 AND kid <> $2 AND retired_at IS NULL",
        key.algorithm,
        key.kid,
        others_retire_at
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// Forgets every key of an algorithm but one: they may be in somebody else's hands. Returns how many.
///
/// # Errors
/// PostgreSQL's.
pub async fn delete_others(connection: &mut PgConnection, algorithm: &str, keep: &str) -> sqlx::Result<u64> {
    let deleted = sqlx::query!("DELETE FROM signing_keys WHERE algorithm = $1 AND kid <> $2", algorithm, keep)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected())
}
