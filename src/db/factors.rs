//! Tables `authenticators` and `recovery_codes`: the second factors that are not passkeys.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// The second factors of a person.
#[derive(Debug)]
pub struct Factors {
    /// Since when they have an authenticator app.
    pub authenticator_since: Option<DateTime<Utc>>,
    /// How many passkeys.
    pub passkeys: i64,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

/// Those of a person.
///
/// # Errors
/// PostgreSQL's.
pub async fn of(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Factors> {
    sqlx::query_as!(
        Factors,
        r#"SELECT (SELECT created_at FROM authenticators WHERE user_id = $1) AS authenticator_since,
               (SELECT count(*) FROM passkeys WHERE user_id = $1) AS "passkeys!",
               (SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL) AS "codes_left!""#,
        user
    )
    .fetch_one(connection)
    .await
}

/// What a second step of a sign-in is checked against.
#[derive(Debug)]
pub struct Challenge {
    /// The secret of the app, sealed.
    pub secret: Option<Vec<u8>>,
    /// The person has signed in from this browser before.
    pub known_browser: bool,
}

/// That of a person in a browser.
///
/// # Errors
/// PostgreSQL's.
pub async fn challenge(connection: &mut PgConnection, user: Uuid, browser: Hashed) -> sqlx::Result<Challenge> {
    sqlx::query_as!(
        Challenge,
        r#"SELECT (SELECT secret FROM authenticators WHERE user_id = $1) AS secret,
               EXISTS (SELECT FROM known_devices WHERE user_id = $1 AND browser_hash = $2) AS "known_browser!""#,
        user,
        browser.as_bytes()
    )
    .fetch_one(connection)
    .await
}

/// An authenticator app that a code has just confirmed.
#[derive(Debug)]
pub struct NewAuthenticator<'a> {
    /// Whose.
    pub user: Uuid,
    /// Sealed for them.
    pub secret: &'a [u8],
    /// The step of that code.
    pub step: i64,
    /// Since when they have the one that it takes the place of.
    pub replaces: Option<DateTime<Utc>>,
}

/// Puts it in place of the one it was meant to replace. `false`: that one is no longer there, or
/// another is.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_authenticator(
    connection: &mut PgConnection,
    new: &NewAuthenticator<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO authenticators AS a (user_id, secret, last_step, created_at, last_used_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (user_id) DO UPDATE SET secret = $2, last_step = $3, created_at = $4, last_used_at = $4
         WHERE a.created_at = $5",
        new.user,
        new.secret,
        new.step,
        now,
        new.replaces
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses up the code of a step: none is accepted twice, nor one of an earlier step (MF-01, MF-02).
///
/// # Errors
/// PostgreSQL's.
pub async fn use_step(connection: &mut PgConnection, user: Uuid, step: i64, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE authenticators SET last_step = $2, last_used_at = $3 WHERE user_id = $1 AND last_step < $2",
        user,
        step,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the app away; with the last factor go the recovery codes. Whether there was one.
///
/// # Errors
/// PostgreSQL's.
pub async fn remove_authenticator(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "WITH codes AS (DELETE FROM recovery_codes WHERE user_id = $1 AND NOT EXISTS (SELECT FROM passkeys WHERE user_id = $1))
         DELETE FROM authenticators WHERE user_id = $1",
        user
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes every second factor of a person away. Whether there was one.
///
/// # Errors
/// PostgreSQL's.
pub async fn reset(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"WITH codes AS (DELETE FROM recovery_codes WHERE user_id = $1),
               apps AS (DELETE FROM authenticators WHERE user_id = $1 RETURNING 1),
               keys AS (DELETE FROM passkeys WHERE user_id = $1 RETURNING 1)
           SELECT EXISTS (SELECT FROM apps UNION ALL SELECT FROM keys) AS "any!""#,
        user
    )
    .fetch_one(connection)
    .await
}

/// Gives a person these recovery codes (their hashes), in place of all that they had.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_recovery_codes(connection: &mut PgConnection, user: Uuid, hashes: &[Vec<u8>]) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH older AS (DELETE FROM recovery_codes WHERE user_id = $1)
         INSERT INTO recovery_codes (user_id, hash) SELECT $1, unnest($2::bytea[])",
        user,
        hashes
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses up a recovery code.
///
/// # Errors
/// PostgreSQL's.
pub async fn use_recovery_code(
    connection: &mut PgConnection,
    user: Uuid,
    hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
        user,
        hash,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
