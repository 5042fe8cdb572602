//! Sets of accounts that come from an old database: a whole batch in each statement.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::users::{QUARANTINE, User};

/// Waits until no other import is writing, until the end of the transaction. Its statements may take
/// longer than those that somebody waits for at a page.
///
/// # Errors
/// PostgreSQL's.
pub async fn take_turn(connection: &mut PgConnection) -> sqlx::Result<()> {
    // The number means nothing: «lqimport» in ASCII.
    sqlx::query!("SELECT pg_advisory_xact_lock(7813577592183681652), set_config('statement_timeout', '60s', true)")
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Lets a transaction wait for its caller as long as it takes: for a rehearsal, which is one
/// transaction from the first line to the last.
///
/// # Errors
/// PostgreSQL's.
pub async fn allow_idling(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("SELECT set_config('idle_in_transaction_session_timeout', '0', true)").fetch_one(connection).await?;
    Ok(())
}

/// An account of an earlier import.
#[derive(Debug)]
pub struct Existing {
    /// The account.
    pub id: Uuid,
    /// Its key in the old database.
    pub legacy_id: String,
    /// What the old database last said of it, in short.
    pub legacy_digest: Option<Vec<u8>>,
}

/// The accounts with these keys of the old database.
///
/// # Errors
/// PostgreSQL's.
pub async fn existing(connection: &mut PgConnection, legacy_ids: &[&str]) -> sqlx::Result<Vec<Existing>> {
    sqlx::query_as!(
        Existing,
        r#"SELECT id, legacy_id AS "legacy_id!", legacy_digest FROM users WHERE legacy_id = ANY($1)"#,
        legacy_ids as _
    )
    .fetch_all(connection)
    .await
}

/// Who has a username or an address, or had it not long enough ago.
#[derive(Debug)]
pub struct Holder {
    /// The account.
    pub id: Uuid,
    /// Its key in the old database, if it comes from there.
    pub legacy_id: Option<String>,
    /// Its name, as compared.
    pub username_key: Option<String>,
    /// Its address, as compared.
    pub email_key: Option<String>,
}

/// The accounts that have one of these names or addresses (their keys), and those that had one which is
/// not given again.
///
/// # Errors
/// PostgreSQL's.
pub async fn holders(
    connection: &mut PgConnection,
    usernames: &[String],
    emails: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Holder>> {
    sqlx::query_as!(
        Holder,
        r#"SELECT user_id AS "id!", NULL AS legacy_id, key AS username_key, NULL AS email_key
           FROM unnest($1::text[]) AS key JOIN released_names ON kind = 'username' AND hash = name_hash(key)
           UNION ALL
           SELECT user_id, NULL, NULL, key
           FROM unnest($2::text[]) AS key JOIN released_names ON kind = 'email' AND hash = name_hash(key) AND released_at > $3
           UNION ALL
           SELECT id, legacy_id, username_key, email_key FROM users WHERE username_key = ANY($1) OR email_key = ANY($2)"#,
        usernames,
        emails,
        now - QUARANTINE
    )
    .fetch_all(connection)
    .await
}

/// A new account.
#[derive(Debug)]
pub struct Newcomer<'a> {
    /// Its identity.
    pub id: Uuid,
    /// Its key in the old database.
    pub legacy_id: &'a str,
    /// What the old database says of it, in short.
    pub legacy_digest: &'a [u8],
    /// The name to sign in with.
    pub username: &'a str,
    /// The address.
    pub email: &'a str,
    /// Since when the address is known to be theirs.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// First name.
    pub given_name: &'a str,
    /// Last name.
    pub family_name: &'a str,
    /// Language.
    pub locale: &'a str,
    /// The account may be used.
    pub active: bool,
    /// Hash made by the old site.
    pub password_hash: &'a str,
    /// Last day of the paid membership.
    pub membership_until: Option<NaiveDate>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// Creates the accounts. Their keys, names and addresses must be free.
///
/// # Errors
/// PostgreSQL's; a unique violation when somebody was quicker.
pub async fn insert(connection: &mut PgConnection, rows: &[Newcomer<'_>], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO users (id, legacy_id, legacy_digest, username, email, email_verified_at, given_name, family_name, locale,
             active, password_hash, membership_until, created_at, updated_at)
         SELECT *, $14::timestamptz FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::timestamptz[],
             $7::text[], $8::text[], $9::text[], $10::bool[], $11::text[], $12::date[], $13::timestamptz[])",
        column(rows, |row| row.id) as _,
        column(rows, |row| row.legacy_id) as _,
        column(rows, |row| row.legacy_digest) as _,
        column(rows, |row| row.username) as _,
        column(rows, |row| row.email) as _,
        column(rows, |row| row.email_verified_at) as _,
        column(rows, |row| row.given_name) as _,
        column(rows, |row| row.family_name) as _,
        column(rows, |row| row.locale) as _,
        column(rows, |row| row.active) as _,
        column(rows, |row| row.password_hash) as _,
        column(rows, |row| row.membership_until) as _,
        column(rows, |row| row.created_at) as _,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An account before its address or its password may change.
#[derive(Debug)]
pub struct Before {
    /// Its person.
    pub user: User,
    /// The hash that the old site made, unless its person signed in or chose another here.
    pub legacy_hash: Option<String>,
}

/// These accounts as they are, and they stay so until the end of the transaction but for what it changes.
///
/// # Errors
/// PostgreSQL's.
pub async fn before(connection: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Before>> {
    let rows = sqlx::query!(
        r#"SELECT id, username, email, email_verified_at IS NOT NULL AS "email_verified!", given_name, family_name, locale,
               active, password_expired, CASE WHEN password_hash LIKE '$2%' THEN password_hash END AS legacy_hash
           FROM users WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE"#,
        ids
    )
    .fetch_all(connection)
    .await?;
    let before = rows.into_iter().map(|row| Before {
        user: User {
            id: row.id,
            username: row.username,
            email: row.email,
            email_verified: row.email_verified,
            given_name: row.given_name,
            family_name: row.family_name,
            locale: row.locale,
            active: row.active,
            password_expired: row.password_expired,
        },
        legacy_hash: row.legacy_hash,
    });
    Ok(before.collect())
}

/// What the old database has changed of an account. None: as it was, so what was changed here stays.
#[derive(Debug)]
pub struct Revision<'a> {
    /// The account.
    pub id: Uuid,
    /// What the old database says of it now, in short.
    pub legacy_digest: &'a [u8],
    /// The name to sign in with.
    pub username: Option<&'a str>,
    /// The address.
    pub email: Option<&'a str>,
    /// The address in the old database, changed or not: what `email_verified` is about.
    pub legacy_email: &'a str,
    /// Whether that address is known to be theirs.
    pub email_verified: Option<bool>,
    /// The moment to write when it is.
    pub email_verified_at: DateTime<Utc>,
    /// First and last name.
    pub names: Option<(&'a str, &'a str)>,
    /// Language.
    pub locale: Option<&'a str>,
    /// The account may be used.
    pub active: Option<bool>,
    /// Hash made by the old site. Not written over a password that was chosen or hashed here.
    pub password_hash: Option<&'a str>,
    /// Last day of the paid membership, or that there is none.
    pub membership_until: Option<Option<NaiveDate>>,
    /// When the account was made.
    pub created_at: Option<DateTime<Utc>>,
}

/// Writes the changes. The names and addresses must be free. Gives the number of accounts found.
///
/// # Errors
/// PostgreSQL's.
pub async fn revise(connection: &mut PgConnection, rows: &[Revision<'_>], now: DateTime<Utc>) -> sqlx::Result<u64> {
    // Verification: of a new address, as the old site says, unless it was theirs here already; of
    // the same address, as the old site says now; of an address chosen here, no business of theirs.
    let written = sqlx::query!(
        r#"UPDATE users u SET
             legacy_digest = r.legacy_digest,
             username = coalesce(r.username, u.username),
             email = coalesce(r.email, u.email),
             email_verified_at = CASE
                 WHEN r.email_verified IS NULL THEN u.email_verified_at
                 WHEN u.email_key <> lower(r.legacy_email COLLATE "C") THEN
                     CASE WHEN r.email IS NULL THEN u.email_verified_at WHEN r.email_verified THEN r.email_verified_at END
                 WHEN r.email_verified OR r.email IS NOT NULL THEN
                     coalesce(u.email_verified_at, CASE WHEN r.email_verified THEN r.email_verified_at END)
             END,
             given_name = coalesce(r.given_name, u.given_name),
             family_name = coalesce(r.family_name, u.family_name),
             locale = coalesce(r.locale, u.locale),
             active = coalesce(r.active, u.active),
             password_hash = CASE WHEN u.password_hash LIKE '$2%' THEN coalesce(r.password_hash, u.password_hash) ELSE u.password_hash END,
             membership_until = CASE WHEN r.membership_changed THEN r.membership_until ELSE u.membership_until END,
             created_at = coalesce(r.created_at, u.created_at),
             updated_at = $16
           FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::timestamptz[], $8::text[],
             $9::text[], $10::text[], $11::bool[], $12::text[], $13::bool[], $14::date[], $15::timestamptz[])
             AS r (id, legacy_digest, username, email, legacy_email, email_verified, email_verified_at, given_name, family_name,
             locale, active, password_hash, membership_changed, membership_until, created_at)
           WHERE u.id = r.id"#,
        column(rows, |row| row.id) as _,
        column(rows, |row| row.legacy_digest) as _,
        column(rows, |row| row.username) as _,
        column(rows, |row| row.email) as _,
        column(rows, |row| row.legacy_email) as _,
        column(rows, |row| row.email_verified) as _,
        column(rows, |row| row.email_verified_at) as _,
        column(rows, |row| row.names.map(|names| names.0)) as _,
        column(rows, |row| row.names.map(|names| names.1)) as _,
        column(rows, |row| row.locale) as _,
        column(rows, |row| row.active) as _,
        column(rows, |row| row.password_hash) as _,
        column(rows, |row| row.membership_until.is_some()) as _,
        column(rows, |row| row.membership_until.flatten()) as _,
        column(rows, |row| row.created_at) as _,
        now
    )
    .execute(connection)
    .await?;
    Ok(written.rows_affected())
}

/// Puts people into a group.
///
/// # Errors
/// PostgreSQL's.
pub async fn add_all_to_group(connection: &mut PgConnection, group: Uuid, users: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO group_members (user_id, group_id) SELECT unnest($1::uuid[]), $2 ON CONFLICT DO NOTHING",
        users,
        group
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One value of each row: an array to send.
fn column<'r, R, T>(rows: &'r [R], value: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
