//! Table `pictures`. The claim `picture` goes with it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A person's picture, at its address.
#[derive(Debug)]
pub struct NewPicture<'a> {
    /// The person.
    pub user: Uuid,
    /// What its address holds.
    pub id: Uuid,
    /// The picture.
    pub jpeg: &'a [u8],
    /// Its address, for services.
    pub claim: &'a str,
}

/// The picture at an address, unless its person's account is switched off.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT jpeg FROM pictures p JOIN users u ON u.id = p.user_id WHERE p.id = $1 AND u.active", id)
        .fetch_optional(connection)
        .await
}

/// Gives a person a picture, in place of the one before.
///
/// # Errors
/// PostgreSQL's.
pub async fn set(connection: &mut PgConnection, new: &NewPicture<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH kept AS (INSERT INTO pictures (user_id, id, jpeg, created_at) VALUES ($1, $2, $3, $5)
                       ON CONFLICT (user_id) DO UPDATE SET id = $2, jpeg = $3, created_at = $5)
         UPDATE users SET profile = jsonb_set(profile, '{picture}', to_jsonb($4::text)), updated_at = $5 WHERE id = $1",
        new.user,
        new.id,
        new.jpeg,
        new.claim,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a person's picture away; `false` when there was none.
///
/// # Errors
/// PostgreSQL's.
pub async fn remove(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let updated = sqlx::query!(
        "WITH gone AS (DELETE FROM pictures WHERE user_id = $1)
         UPDATE users SET profile = profile - 'picture', updated_at = $2 WHERE id = $1 AND profile ? 'picture'",
        user,
        now
    )
    .execute(connection)
    .await?;
    Ok(updated.rows_affected() == 1)
}
