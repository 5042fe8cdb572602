//! Table `registrations`, people on the way to an account; and accounts that wait for somebody of the host.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::users::{QUARANTINE, User};
use crate::crypto::Hashed;
use crate::types::Email;

/// A link that is to be sent.
#[derive(Debug)]
pub struct NewRegistration<'a> {
    /// Where to.
    pub email: &'a Email,
    /// Hash of its token.
    pub token: Hashed,
    /// The language of the page that it was asked on.
    pub locale: &'a str,
    /// The service that they came from.
    pub client_id: Option<&'a str>,
    /// The host invites them.
    pub invited: bool,
    /// Somebody of the host looks at the account first.
    pub to_approve: bool,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Stores one, in place of an earlier one for the same address. Whoever was invited stays invited.
///
/// # Errors
/// PostgreSQL's.
pub async fn replace(connection: &mut PgConnection, new: &NewRegistration<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO registrations AS r (email_key, email, token_hash, locale, client_id, invited, to_approve, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (email_key) DO UPDATE SET email = $2, token_hash = $3, locale = $4, client_id = $5,
             invited = $6 OR (r.invited AND r.used_at IS NULL AND r.expires_at > $8),
             to_approve = $7, created_at = $8, used_at = NULL,
             expires_at = CASE WHEN r.invited AND r.used_at IS NULL THEN greatest(r.expires_at, $9) ELSE $9 END",
        new.email.key(),
        new.email.as_str(),
        new.token.as_bytes(),
        new.locale,
        new.client_id,
        new.invited,
        new.to_approve,
        now,
        new.expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody on the way to an account.
#[derive(Debug)]
pub struct Registration {
    /// Their address, proven by the link.
    pub email: String,
    /// The language of their mails.
    pub locale: String,
    /// The service that they came from.
    pub client_id: Option<String>,
    /// The host invited them.
    pub invited: bool,
    /// Somebody of the host looks at the account first.
    pub to_approve: bool,
    /// The account was made.
    pub used: bool,
}

/// The one behind a link, while it is good; looks only.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Registration>> {
    sqlx::query_as!(
        Registration,
        r#"SELECT email, locale, client_id, invited, to_approve, used_at IS NOT NULL AS "used!" FROM registrations
           WHERE token_hash = $1 AND expires_at > $2"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// Uses a link up, in the transaction that makes the account: of parallel tries only one gets it.
///
/// # Errors
/// PostgreSQL's.
pub async fn consume(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "UPDATE registrations SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
        token.as_bytes(),
        now
    )
    .execute(connection)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Whether no account can have that address: one has, or had it until lately.
///
/// # Errors
/// PostgreSQL's.
pub async fn is_taken(connection: &mut PgConnection, email: &Email, now: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM users WHERE email_key = $1)
               OR EXISTS (SELECT FROM released_names WHERE kind = 'email' AND hash = name_hash($1) AND released_at > $2) AS "taken!""#,
        email.key(),
        now - QUARANTINE
    )
    .fetch_one(connection)
    .await
}

/// A new account waits for somebody of the host.
///
/// # Errors
/// PostgreSQL's.
pub async fn hold(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE users SET active = false, awaiting_approval_at = $2 WHERE id = $1", user, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// An account that waits.
#[derive(Debug)]
pub struct Waiting {
    /// The account.
    pub id: Uuid,
    /// Its name.
    pub username: String,
    /// Its address.
    pub email: String,
    /// First name, may be empty.
    pub given_name: String,
    /// Last name, may be empty.
    pub family_name: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Those that wait, the longest first; so many at most.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting(connection: &mut PgConnection, count: i64) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"SELECT id, username, email, given_name, family_name, awaiting_approval_at AS "since!" FROM users
           WHERE awaiting_approval_at IS NOT NULL ORDER BY awaiting_approval_at, id LIMIT $1"#,
        count
    )
    .fetch_all(connection)
    .await
}

/// Lets an account that waits be used; `false` when it does not wait.
///
/// # Errors
/// PostgreSQL's.
pub async fn approve(connection: &mut PgConnection, user: &User, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let approved = sqlx::query!(
        "UPDATE users SET active = true, awaiting_approval_at = NULL, updated_at = $2
         WHERE id = $1 AND awaiting_approval_at IS NOT NULL",
        user.id,
        now
    )
    .execute(connection)
    .await?;
    Ok(approved.rows_affected() == 1)
}

/// Removes an account that waits: it was never used, and its names are free again. `false` when it does
/// not wait.
///
/// # Errors
/// PostgreSQL's.
pub async fn refuse(connection: &mut PgConnection, user: &User) -> sqlx::Result<bool> {
    let refused = sqlx::query!("DELETE FROM users WHERE id = $1 AND awaiting_approval_at IS NOT NULL", user.id)
        .execute(connection)
        .await?;
    Ok(refused.rows_affected() == 1)
}
