//! Table `users`.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::crypto::Hashed;
use crate::types::{CustomValues, Details, Email, Profile, Username, username_key};

/// For how long an address that somebody gave up is given to nobody else.
pub const QUARANTINE: TimeDelta = TimeDelta::days(90);

/// What signing in needs to know of a person.
#[derive(Debug)]
pub struct Credentials {
    /// The account.
    pub user_id: Uuid,
    /// The account may be used.
    pub active: bool,
    /// Names its own kind by its prefix.
    pub password_hash: Option<String>,
    /// The person has signed in from this browser before.
    pub known_browser: bool,
    /// They have a second factor.
    pub second_factor: bool,
}

/// Finds the account behind what somebody typed: an address if it holds `@`, else a username, in
/// any case.
///
/// # Errors
/// PostgreSQL's.
pub async fn find_credentials(
    connection: &mut PgConnection,
    login: &str,
    browser: Hashed,
) -> sqlx::Result<Option<Credentials>> {
    // One statement for both forms: exactly one of the two keys is given.
    let (email, username) =
        if login.contains('@') { (Some(login.to_ascii_lowercase()), None) } else { (None, Some(username_key(login))) };
    sqlx::query_as!(
        Credentials,
        r#"SELECT u.id AS user_id, u.active, u.password_hash, has_second_factor(u.id) AS "second_factor!",
               EXISTS (SELECT FROM known_devices d WHERE d.user_id = u.id AND d.browser_hash = $3) AS "known_browser!"
           FROM users u WHERE u.email_key = $1 OR u.username_key = $2"#,
        email,
        username,
        browser.as_bytes()
    )
    .fetch_optional(connection)
    .await
}

/// A person, as their own pages show them.
#[derive(Debug, Clone)]
pub struct User {
    /// The account.
    pub id: Uuid,
    /// The name they sign in with.
    pub username: String,
    /// Their address.
    pub email: String,
    /// Whether it is proven to be theirs.
    pub email_verified: bool,
    /// First name, may be empty.
    pub given_name: String,
    /// Last name, may be empty.
    pub family_name: String,
    /// Their language.
    pub locale: String,
    /// The account may be used.
    pub active: bool,
    /// A new password must be chosen.
    pub password_expired: bool,
}

impl User {
    /// First and last name, or the username when neither is known.
    #[must_use]
    pub fn display_name(&self) -> String {
        display_name(&self.given_name, &self.family_name, &self.username)
    }
}

/// First and last name, or the username when neither is known.
#[must_use]
pub fn display_name(given: &str, family: &str, username: &str) -> String {
    let name = [given, family].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if name.is_empty() { username.to_owned() } else { name }
}

/// The person with this id.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<User>> {
    sqlx::query_as!(
        User,
        r#"SELECT id, username, email, email_verified_at IS NOT NULL AS "email_verified!", given_name, family_name, locale, active,
               password_expired
           FROM users WHERE id = $1"#,
        id
    )
    .fetch_optional(connection)
    .await
}

/// The person with this username or address (exact form of either, in any case).
///
/// # Errors
/// PostgreSQL's.
pub async fn find_by_login(connection: &mut PgConnection, login: &str) -> sqlx::Result<Option<User>> {
    sqlx::query_as!(
        User,
        r#"SELECT id, username, email, email_verified_at IS NOT NULL AS "email_verified!", given_name, family_name, locale, active,
               password_expired
           FROM users WHERE email_key = lower($1 COLLATE "C") OR username_key = $2"#,
        login,
        username_key(login)
    )
    .fetch_optional(connection)
    .await
}

/// What a person says of themself.
///
/// # Errors
/// PostgreSQL's.
pub async fn details(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Details> {
    let row = sqlx::query!(
        r#"SELECT given_name, family_name, profile AS "profile: Json<Profile>", custom AS "custom: Json<CustomValues>"
           FROM users WHERE id = $1"#,
        user
    )
    .fetch_one(connection)
    .await?;
    let (profile, custom) = (row.profile.0, row.custom.0);
    Ok(Details { given_name: row.given_name, family_name: row.family_name, profile, custom })
}

/// Waits for whoever is changing what a person says of themself, and keeps others waiting until the end of
/// the transaction: to be called before reading what will be changed.
///
/// # Errors
/// PostgreSQL's.
pub async fn hold(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<()> {
    sqlx::query!("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", user).fetch_optional(connection).await?;
    Ok(())
}

/// Changes it.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_details(
    connection: &mut PgConnection,
    user: Uuid,
    details: &Details,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE users SET given_name = $2, family_name = $3, profile = $4, custom = $5, updated_at = $6 WHERE id = $1",
        user,
        details.given_name,
        details.family_name,
        Json(&details.profile) as Json<&Profile>,
        Json(&details.custom) as Json<&CustomValues>,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Changes the language of somebody's mails.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_locale(
    connection: &mut PgConnection,
    user: Uuid,
    locale: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!("UPDATE users SET locale = $2, updated_at = $3 WHERE id = $1 AND locale <> $2", user, locale, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// A new account.
#[derive(Debug)]
pub struct NewUser<'a> {
    /// Its identity.
    pub id: Uuid,
    /// The name to sign in with.
    pub username: &'a Username,
    /// The address.
    pub email: &'a Email,
    /// Whether the address is known to be theirs.
    pub email_verified: bool,
    /// First name.
    pub given_name: &'a str,
    /// Last name.
    pub family_name: &'a str,
    /// Language.
    pub locale: &'a str,
    /// Hash to store.
    pub password_hash: Option<&'a str>,
}

/// Creates an account; `false` when the name or the address is taken.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(connection: &mut PgConnection, user: &NewUser<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let inserted = sqlx::query!(
        "INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, password_hash,
             password_changed_at, created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9
         WHERE NOT EXISTS (SELECT FROM released_names WHERE kind = 'username' AND hash = name_hash($10))
           AND NOT EXISTS (SELECT FROM released_names WHERE kind = 'email' AND hash = name_hash($11) AND released_at > $12)
         ON CONFLICT DO NOTHING",
        user.id,
        user.username.as_str(),
        user.email.as_str(),
        user.email_verified.then_some(now),
        user.given_name,
        user.family_name,
        user.locale,
        user.password_hash,
        now,
        user.username.key(),
        user.email.key(),
        now - QUARANTINE
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Replaces a hash by a better one of the same password, unless it has changed meanwhile.
///
/// # Errors
/// PostgreSQL's.
pub async fn upgrade_hash(connection: &mut PgConnection, user: Uuid, old: &str, new: &str) -> sqlx::Result<()> {
    sqlx::query!("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", user, old, new)
        .execute(connection)
        .await?;
    Ok(())
}

/// Asks for a new password at the next step.
///
/// # Errors
/// PostgreSQL's.
pub async fn expire_password(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<()> {
    sqlx::query!("UPDATE users SET password_expired = true WHERE id = $1 AND NOT password_expired", user)
        .execute(connection)
        .await?;
    Ok(())
}

/// The hash to compare a new password with.
///
/// # Errors
/// PostgreSQL's.
pub async fn password_hash(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Option<String>> {
    Ok(sqlx::query_scalar!("SELECT password_hash FROM users WHERE id = $1", user)
        .fetch_optional(connection)
        .await?
        .flatten())
}

/// When the present password was chosen.
///
/// # Errors
/// PostgreSQL's.
pub async fn password_changed_at(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("SELECT password_changed_at FROM users WHERE id = $1", user).fetch_one(connection).await
}

/// Stores a password that the person chose.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_password(
    connection: &mut PgConnection,
    user: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE users SET password_hash = $2, password_expired = false, password_changed_at = $3, updated_at = $3 WHERE id = $1",
        user,
        hash,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Switches an account on or off; `false` when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_active(
    connection: &mut PgConnection,
    user: Uuid,
    active: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let updated = sqlx::query!(
        "UPDATE users SET active = $2, updated_at = $3,
             awaiting_approval_at = CASE WHEN NOT $2 THEN awaiting_approval_at END WHERE id = $1",
        user,
        active,
        now
    )
    .execute(connection)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Gives a person another name; `None` when it is taken, or was somebody else's once.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_username(
    connection: &mut PgConnection,
    user: Uuid,
    username: &Username,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Uuid>> {
    let outcome = sqlx::query_scalar!(
        "UPDATE users u SET username = $2, updated_at = $3
         WHERE u.id = $1 AND NOT EXISTS (SELECT FROM users o WHERE o.username_key = $4 AND o.id <> u.id)
           AND NOT EXISTS (SELECT FROM released_names r WHERE r.kind = 'username' AND r.hash = name_hash($4) AND r.user_id <> u.id)
         RETURNING u.id",
        user,
        username.as_str(),
        now,
        username.key()
    )
    .fetch_optional(connection)
    .await;
    super::unless_taken(outcome)
}

/// Forgets what a person proves themself with besides the password: all of it, or what was set up
/// since a moment (of recovery codes, whose age is not known, all).
///
/// # Errors
/// PostgreSQL's.
pub async fn forget_factors(
    connection: &mut PgConnection,
    user: Uuid,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH authenticators AS (DELETE FROM authenticators WHERE user_id = $1 AND ($2::timestamptz IS NULL OR created_at >= $2)),
              passkeys AS (DELETE FROM passkeys WHERE user_id = $1 AND ($2::timestamptz IS NULL OR created_at >= $2)),
              devices AS (DELETE FROM known_devices WHERE user_id = $1)
         DELETE FROM recovery_codes WHERE user_id = $1",
        user,
        since
    )
    .execute(connection)
    .await?;
    Ok(())
}
