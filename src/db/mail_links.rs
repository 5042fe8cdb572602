//! Table `mail_links`: one-time links that prove addresses.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// Stores a link that proves `email`, in place of earlier ones for this person.
///
/// # Errors
/// PostgreSQL's.
pub async fn replace_verification(
    connection: &mut PgConnection,
    user: Uuid,
    email: &str,
    token: Hashed,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH older AS (DELETE FROM mail_links WHERE user_id = $2 AND purpose = 'verify_email' AND used_at IS NULL)
         INSERT INTO mail_links (token_hash, purpose, user_id, email, created_at, expires_at)
         VALUES ($1, 'verify_email', $2, $3, $4, $5)",
        token.as_bytes(),
        user,
        email,
        now,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a link of a mail is worth.
#[derive(Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It can be used; the address it proves.
    Live(String),
    /// It has been used: the address is proven already.
    Used,
    /// Unknown, replaced or expired.
    Dead,
}

/// Looks at a link without using it.
///
/// # Errors
/// PostgreSQL's.
pub async fn verification(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<LinkState> {
    let row = sqlx::query!(
        r#"SELECT l.email, l.used_at IS NOT NULL AS "used!", l.expires_at > $2 AS "fresh!"
           FROM mail_links l JOIN users u ON u.id = l.user_id AND u.email_key = lower(l.email COLLATE "C")
           WHERE l.token_hash = $1 AND l.purpose = 'verify_email'"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(match row {
        Some(row) if row.used => LinkState::Used,
        Some(row) if row.fresh => LinkState::Live(row.email),
        _ => LinkState::Dead,
    })
}

/// Uses a link: the address it was sent to is proven, if it still is the person's. One statement
/// decides, so that two presses of the button are one.
///
/// # Errors
/// PostgreSQL's.
pub async fn consume_verification(
    connection: &mut PgConnection,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        r#"WITH used AS (
               UPDATE mail_links SET used_at = $2
               WHERE token_hash = $1 AND purpose = 'verify_email' AND used_at IS NULL AND expires_at > $2
               RETURNING user_id, email)
           UPDATE users u SET email_verified_at = $2, updated_at = $2 FROM used
           WHERE u.id = used.user_id AND u.email_key = lower(used.email COLLATE "C")
           RETURNING u.id"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}
