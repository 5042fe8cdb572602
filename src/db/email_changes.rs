//! Table `email_changes`: an address that takes the place of another, and the way back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::users::QUARANTINE;
use crate::crypto::Hashed;

/// A change that is asked for.
#[derive(Debug)]
pub struct NewChange<'a> {
    /// Whose.
    pub user: Uuid,
    /// The present address.
    pub old: &'a str,
    /// The one to be.
    pub new: &'a str,
    /// Of the link that proves the new address; none when it is somebody else's.
    pub confirm: Option<Hashed>,
    /// Until when that link is good.
    pub confirm_expires_at: DateTime<Utc>,
    /// Of the link that undoes the change; none when the present address is not proven.
    pub cancel: Option<Hashed>,
    /// Until when that link is good.
    pub cancel_expires_at: DateTime<Utc>,
}

/// Stores one, in place of what the person asked for before and did not confirm.
///
/// # Errors
/// PostgreSQL's.
pub async fn replace(connection: &mut PgConnection, change: &NewChange<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH older AS (DELETE FROM email_changes WHERE user_id = $2 AND confirmed_at IS NULL)
         INSERT INTO email_changes (id, user_id, old_email, new_email, confirm_hash, confirm_expires_at, cancel_hash,
             cancel_expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        Uuid::now_v7(),
        change.user,
        change.old,
        change.new,
        change.confirm.as_ref().map(Hashed::as_bytes),
        change.confirm_expires_at,
        change.cancel.as_ref().map(Hashed::as_bytes),
        change.cancel_expires_at,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The address that waits to be confirmed.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT new_email FROM email_changes
         WHERE user_id = $1 AND confirmed_at IS NULL AND cancelled_at IS NULL AND confirm_expires_at > $2",
        user,
        now
    )
    .fetch_optional(connection)
    .await
}

/// A change, behind one of its links.
#[derive(Debug)]
pub struct Change {
    /// Whose.
    pub user: Uuid,
    /// Their username.
    pub username: String,
    /// The address before.
    pub old: String,
    /// The address after.
    pub new: String,
    /// The new address rules already.
    pub confirmed: bool,
    /// The link can be used.
    pub live: bool,
}

/// The change that a link proves; looks only.
///
/// # Errors
/// PostgreSQL's.
pub async fn of_confirmation(
    connection: &mut PgConnection,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Change>> {
    sqlx::query_as!(
        Change,
        r#"SELECT c.user_id AS "user", u.username, c.old_email AS old, c.new_email AS new, c.confirmed_at IS NOT NULL AS "confirmed!",
               c.confirmed_at IS NULL AND c.cancelled_at IS NULL AND c.confirm_expires_at > $2 AS "live!"
           FROM email_changes c JOIN users u ON u.id = c.user_id WHERE c.confirm_hash = $1 AND u.active"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// The change that a link undoes; looks only.
///
/// # Errors
/// PostgreSQL's.
pub async fn of_cancellation(
    connection: &mut PgConnection,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Change>> {
    sqlx::query_as!(
        Change,
        r#"SELECT c.user_id AS "user", u.username, c.old_email AS old, c.new_email AS new, c.confirmed_at IS NOT NULL AS "confirmed!",
               c.cancelled_at IS NULL AND c.cancel_expires_at > $2 AS "live!"
           FROM email_changes c JOIN users u ON u.id = c.user_id WHERE c.cancel_hash = $1 AND u.active"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// Uses a link: the new address takes the place of the old one, unless it is another person's or was
/// until lately. One statement decides.
///
/// # Errors
/// PostgreSQL's.
pub async fn confirm(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    let outcome = sqlx::query_scalar!(
        r#"WITH used AS (
               UPDATE email_changes SET confirmed_at = $2
               WHERE confirm_hash = $1 AND confirmed_at IS NULL AND cancelled_at IS NULL AND confirm_expires_at > $2
               RETURNING user_id, old_email, new_email)
           UPDATE users u SET email = used.new_email, email_verified_at = $2, updated_at = $2 FROM used
           WHERE u.id = used.user_id AND u.active AND u.email_key = lower(used.old_email COLLATE "C")
             AND NOT EXISTS (SELECT FROM users o WHERE o.email_key = lower(used.new_email COLLATE "C") AND o.id <> u.id)
             AND NOT EXISTS (SELECT FROM released_names r WHERE r.kind = 'email' AND r.user_id <> u.id AND r.released_at > $3
                 AND r.hash = name_hash(lower(used.new_email COLLATE "C")))
           RETURNING u.id"#,
        token.as_bytes(),
        now,
        now - QUARANTINE
    )
    .fetch_optional(connection)
    .await;
    super::unless_taken(outcome)
}

/// What undoing a change did.
#[derive(Debug)]
pub struct Undone {
    /// Whose.
    pub user: Uuid,
    /// When the change was asked for.
    pub asked_at: DateTime<Utc>,
    /// The address that rules again.
    pub old: String,
    /// The address that ruled until now, if the change had been confirmed.
    pub replaced: Option<String>,
}

/// Uses a link: this change is undone, and every later one. If another address rules by now, the old
/// one takes its place again and the password is worth nothing any more: whoever made the change knew
/// it. One statement decides.
///
/// # Errors
/// PostgreSQL's.
pub async fn cancel(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<Option<Undone>> {
    let outcome = sqlx::query_as!(
        Undone,
        r#"WITH used AS (
               UPDATE email_changes SET cancelled_at = $2
               WHERE cancel_hash = $1 AND cancelled_at IS NULL AND cancel_expires_at > $2
               RETURNING id, user_id, old_email, created_at),
           later AS (
               UPDATE email_changes c SET cancelled_at = $2 FROM used
               WHERE c.user_id = used.user_id AND c.id <> used.id AND c.created_at >= used.created_at AND c.cancelled_at IS NULL),
           restored AS (
               UPDATE users u SET email = used.old_email, email_verified_at = $2, updated_at = $2, password_hash = NULL
               FROM used JOIN users before ON before.id = used.user_id
               WHERE u.id = before.id AND u.email_key <> lower(used.old_email COLLATE "C")
               RETURNING before.email)
           SELECT user_id AS "user", created_at AS asked_at, old_email AS old, (SELECT email FROM restored) AS replaced FROM used"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await;
    super::unless_taken(outcome)
}
