//! Table `mail_links`: one-time links that somebody gets by mail and that prove who they are.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Proving the address.
    VerifyEmail,
    /// Choosing another password.
    ResetPassword,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// A link to be sent.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// What for.
    pub purpose: Purpose,
    /// Whose.
    pub user: Uuid,
    /// Where it is sent: it proves that address and no other.
    pub email: &'a str,
    /// Hash of its token.
    pub token: Hashed,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Stores a link, in place of earlier ones for the same.
///
/// # Errors
/// PostgreSQL's.
pub async fn replace(connection: &mut PgConnection, link: &NewLink<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH older AS (DELETE FROM mail_links WHERE user_id = $3 AND purpose = $2 AND used_at IS NULL)
         INSERT INTO mail_links (token_hash, purpose, user_id, email, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        link.token.as_bytes(),
        link.purpose.as_str(),
        link.user,
        link.email,
        now,
        link.expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a link of a mail is worth.
#[derive(Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It can be used.
    Live {
        /// Whose it is.
        user: Uuid,
    },
    /// It has been used.
    Used,
    /// Unknown, replaced, expired, or the address is no longer the person's.
    Dead,
}

/// Looks at a link without using it.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    purpose: Purpose,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<LinkState> {
    let row = sqlx::query!(
        r#"SELECT u.id, l.used_at IS NOT NULL AS "used!", l.expires_at > $3 AS "fresh!"
           FROM mail_links l JOIN users u ON u.id = l.user_id AND u.email_key = lower(l.email COLLATE "C")
           WHERE l.token_hash = $1 AND l.purpose = $2"#,
        token.as_bytes(),
        purpose.as_str(),
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(match row {
        Some(row) if row.used => LinkState::Used,
        Some(row) if row.fresh => LinkState::Live { user: row.id },
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

/// Whose password was set by a link.
#[derive(Debug, Clone, Copy)]
pub struct Recovered {
    /// The person.
    pub user: Uuid,
    /// Their address was not proven before: whatever was set up so far may be somebody else's.
    pub unproven: bool,
    /// They have a second factor.
    pub second_factor: bool,
}

/// Uses a link: a new password, and the address it was sent to is proven. One statement decides.
///
/// # Errors
/// PostgreSQL's.
pub async fn consume_recovery(
    connection: &mut PgConnection,
    token: Hashed,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Recovered>> {
    sqlx::query_as!(
        Recovered,
        r#"WITH used AS (
               UPDATE mail_links SET used_at = $2
               WHERE token_hash = $1 AND purpose = 'reset_password' AND used_at IS NULL AND expires_at > $2
               RETURNING user_id, email)
           UPDATE users u SET password_hash = $3, password_expired = false, password_changed_at = $2,
               email_verified_at = coalesce(u.email_verified_at, $2), updated_at = $2
           FROM used JOIN users before ON before.id = used.user_id
           WHERE u.id = before.id AND u.active AND u.email_key = lower(used.email COLLATE "C")
           RETURNING u.id AS "user", before.email_verified_at IS NULL AS "unproven!", has_second_factor(u.id) AS "second_factor!""#,
        token.as_bytes(),
        now,
        hash
    )
    .fetch_optional(connection)
    .await
}
