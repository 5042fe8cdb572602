//! Table `pending_sign_ins`: a right password that waits for its second factor. Not a session.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// A sign-in that is half done.
#[derive(Debug)]
pub struct Pending {
    /// Whose password it was.
    pub user: Uuid,
    /// RFC 8176 methods that succeeded so far.
    pub amr: Vec<String>,
}

/// Stores one, for one browser.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(
    connection: &mut PgConnection,
    token: Hashed,
    browser: Hashed,
    pending: &Pending,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH older AS (DELETE FROM pending_sign_ins WHERE browser_hash = $2)
         INSERT INTO pending_sign_ins (token_hash, browser_hash, user_id, amr, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token.as_bytes(),
        browser.as_bytes(),
        pending.user,
        &pending.amr,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The one behind a cookie, in the browser that began it, while it lives and its account may be used.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    token: Hashed,
    browser: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Pending>> {
    sqlx::query_as!(
        Pending,
        r#"SELECT p.user_id AS "user", p.amr FROM pending_sign_ins p JOIN users u ON u.id = p.user_id
           WHERE p.token_hash = $1 AND p.browser_hash = $2 AND p.expires_at > $3 AND u.active"#,
        token.as_bytes(),
        browser.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// Uses it up: of parallel tries only one gets it.
///
/// # Errors
/// PostgreSQL's.
pub async fn consume(
    connection: &mut PgConnection,
    token: Hashed,
    browser: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Pending>> {
    sqlx::query_as!(
        Pending,
        r#"DELETE FROM pending_sign_ins p USING users u
           WHERE u.id = p.user_id AND p.token_hash = $1 AND p.browser_hash = $2 AND p.expires_at > $3 AND u.active
           RETURNING p.user_id AS "user", p.amr"#,
        token.as_bytes(),
        browser.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}
