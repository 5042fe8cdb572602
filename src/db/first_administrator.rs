//! Table `first_administrator`: the link by which an instance gets its first administrator. A trigger of
//! `group_members` notes that there was one, by whatever way.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::crypto::Hashed;

/// Makes a link good in place of the one before. `false`: there was an administrator once, so none is.
///
/// # Errors
/// PostgreSQL's.
pub async fn renew(connection: &mut PgConnection, token: Hashed, expires_at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE first_administrator SET token_hash = $1, expires_at = $2 WHERE NOT existed",
        token.as_bytes(),
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a link is good; looks only.
///
/// # Errors
/// PostgreSQL's.
pub async fn is_good(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM first_administrator WHERE token_hash = $1 AND expires_at > $2 AND NOT existed) AS "good!""#,
        token.as_bytes(),
        now
    )
    .fetch_one(connection)
    .await
}

/// Uses a link up, in the transaction that makes the account: of parallel tries only one gets it.
///
/// # Errors
/// PostgreSQL's.
pub async fn consume(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE first_administrator SET existed = true, token_hash = NULL, expires_at = NULL
         WHERE token_hash = $1 AND expires_at > $2 AND NOT existed",
        token.as_bytes(),
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
