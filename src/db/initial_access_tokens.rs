//! Table `initial_access_tokens`: leave for a client to register itself.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::crypto::Hashed;

/// A new token.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// Its hash.
    pub token: Hashed,
    /// What it is for.
    pub note: &'a str,
    /// How many clients may register with it.
    pub uses: i32,
    /// They are open to every account.
    pub everyone: bool,
    /// Its end.
    pub expires_at: DateTime<Utc>,
}

/// Stores a token.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(connection: &mut PgConnection, new: &NewToken<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO initial_access_tokens (hash, note, uses_left, policy, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        new.token.as_bytes(),
        new.note,
        new.uses,
        if new.everyone { "everyone" } else { "restricted" },
        now,
        new.expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The policy of the clients that a live token brings; none when it is not one.
///
/// # Errors
/// PostgreSQL's.
pub async fn policy(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT policy FROM initial_access_tokens WHERE hash = $1 AND uses_left > 0 AND expires_at > $2",
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// Spends one use; `false` when there is none left.
///
/// # Errors
/// PostgreSQL's.
pub async fn spend(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let spent = sqlx::query!(
        "UPDATE initial_access_tokens SET uses_left = uses_left - 1 WHERE hash = $1 AND uses_left > 0 AND expires_at > $2",
        token.as_bytes(),
        now
    )
    .execute(connection)
    .await?;
    Ok(spent.rows_affected() == 1)
}
