//! Tables `passkeys` and `passkey_challenges`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// A passkey of somebody.
#[derive(Debug, Clone)]
pub struct StoredPasskey {
    /// Its row.
    pub id: Uuid,
    /// What browsers call it.
    pub credential_id: Vec<u8>,
    /// Its public key and counter.
    pub credential: Value,
    /// What its person calls it; may be empty.
    pub name: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last signed somebody in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Those of a person, oldest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Vec<StoredPasskey>> {
    sqlx::query_as!(
        StoredPasskey,
        "SELECT id, credential_id, credential, name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY id",
        user
    )
    .fetch_all(connection)
    .await
}

/// The one that a browser names, of a person whose account may be used.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    user: Uuid,
    credential_id: &[u8],
) -> sqlx::Result<Option<StoredPasskey>> {
    sqlx::query_as!(
        StoredPasskey,
        "SELECT p.id, p.credential_id, p.credential, p.name, p.created_at, p.last_used_at
         FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.user_id = $1 AND p.credential_id = $2 AND u.active",
        user,
        credential_id
    )
    .fetch_optional(connection)
    .await
}

/// Adds one. `false`: somebody has it already.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(connection: &mut PgConnection, user: Uuid, passkey: &StoredPasskey) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        passkey.id,
        user,
        passkey.credential_id,
        passkey.credential,
        passkey.name,
        passkey.created_at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes a use. `false`: it is gone, or was used meanwhile, so that its counter is another.
///
/// # Errors
/// PostgreSQL's.
pub async fn used(
    connection: &mut PgConnection,
    passkey: &StoredPasskey,
    renewed: &Value,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE passkeys SET credential = $3, last_used_at = $4 WHERE id = $1 AND credential = $2",
        passkey.id,
        passkey.credential,
        renewed,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes one away; with the last factor go the recovery codes. Whether it was there.
///
/// # Errors
/// PostgreSQL's.
pub async fn remove(connection: &mut PgConnection, user: Uuid, id: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "WITH codes AS (
             DELETE FROM recovery_codes WHERE user_id = $1 AND NOT EXISTS (SELECT FROM authenticators WHERE user_id = $1)
                 AND NOT EXISTS (SELECT FROM passkeys WHERE user_id = $1 AND id <> $2))
         DELETE FROM passkeys WHERE user_id = $1 AND id = $2",
        user,
        id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new passkey.
    Add,
    /// The second step of a sign-in.
    SecondFactor,
    /// A whole sign-in.
    SignIn,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SecondFactor => "second_factor",
            Self::SignIn => "sign_in",
        }
    }
}

/// Remembers what a browser was asked, in place of what it was asked before.
///
/// # Errors
/// PostgreSQL's.
pub async fn ask(
    connection: &mut PgConnection,
    browser: Hashed,
    purpose: Purpose,
    user: Option<Uuid>,
    state: &Value,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO passkey_challenges (browser_hash, purpose, user_id, state, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (browser_hash, purpose) DO UPDATE SET user_id = $3, state = $4, expires_at = $5",
        browser.as_bytes(),
        purpose.name(),
        user,
        state,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses up what a browser was asked: an answer is looked at once, good or not. `user` is whom it must have
/// been asked of.
///
/// # Errors
/// PostgreSQL's.
pub async fn take(
    connection: &mut PgConnection,
    browser: Hashed,
    purpose: Purpose,
    user: Option<Uuid>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Value>> {
    sqlx::query_scalar!(
        "DELETE FROM passkey_challenges
         WHERE browser_hash = $1 AND purpose = $2 AND user_id IS NOT DISTINCT FROM $3 AND expires_at > $4 RETURNING state",
        browser.as_bytes(),
        purpose.name(),
        user,
        now
    )
    .fetch_optional(connection)
    .await
}
