//! Table `account_deletions`, and what becomes of an account in the end.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// An account is to go at `due_at`, unless somebody holds the link behind `token`. `false` when that was
/// asked before: the first time counts.
///
/// # Errors
/// PostgreSQL's.
pub async fn schedule(
    connection: &mut PgConnection,
    user: Uuid,
    token: Hashed,
    now: DateTime<Utc>,
    due_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO account_deletions (user_id, asked_at, due_at, cancel_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        user,
        now,
        due_at,
        token.as_bytes()
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// When the account behind the link of a mail goes.
///
/// # Errors
/// PostgreSQL's.
pub async fn by_link(connection: &mut PgConnection, token: Hashed) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("SELECT due_at FROM account_deletions WHERE cancel_hash = $1", token.as_bytes())
        .fetch_optional(connection)
        .await
}

/// The account stays. `false` when it was to stay anyhow.
///
/// # Errors
/// PostgreSQL's.
pub async fn cancel(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!("DELETE FROM account_deletions WHERE user_id = $1", user).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// The same, by the link of a mail: whose account stays.
///
/// # Errors
/// PostgreSQL's.
pub async fn cancel_by_link(connection: &mut PgConnection, token: Hashed) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("DELETE FROM account_deletions WHERE cancel_hash = $1 RETURNING user_id", token.as_bytes())
        .fetch_optional(connection)
        .await
}

/// An account whose time has come, for this transaction alone.
///
/// # Errors
/// PostgreSQL's.
pub async fn claim_due(connection: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "SELECT user_id FROM account_deletions WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        now
    )
    .fetch_optional(connection)
    .await
}

/// Nobody signs in to an account from here to the end of the transaction. `false` when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn lock(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!("SELECT id FROM users WHERE id = $1 FOR UPDATE", user);
    Ok(found.fetch_optional(connection).await?.is_some())
}

/// What others did to the person stays in the journal, and what the person did to others; who they were
/// does not: `pseudonym` takes their place, and ties the lines together that were theirs. To be called when
/// the account is gone: the journal forgets nobody else.
///
/// # Errors
/// PostgreSQL's.
pub async fn pseudonymise(connection: &mut PgConnection, user: Uuid, pseudonym: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE audit_events SET
             address_range = CASE WHEN actor_id <> $1 THEN address_range END,
             device = CASE WHEN actor_id <> $1 THEN device END,
             request_id = CASE WHEN actor_id <> $1 THEN request_id END,
             details = CASE WHEN user_id = $1 THEN '{}' ELSE details END,
             user_id = CASE WHEN user_id = $1 THEN $2 ELSE user_id END,
             actor_id = CASE WHEN actor_id = $1 THEN $2 ELSE actor_id END,
             salt = NULL
         WHERE user_id = $1 OR (actor_id = $1 AND actor_id IS DISTINCT FROM user_id)",
        user,
        pseudonym
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes an account and all that hangs on it; triggers keep its names from others. Its sessions must
/// have ended before (`sessions::end_all`): what was given to services is forgotten here.
///
/// # Errors
/// PostgreSQL's.
pub async fn remove(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH asked AS (DELETE FROM authorization_requests WHERE consented_by = $1),
              invited AS (DELETE FROM invitations i USING users u WHERE u.id = $1 AND i.email_key = u.email_key),
              registered AS (DELETE FROM registrations r USING users u WHERE u.id = $1 AND r.email_key = u.email_key)
         DELETE FROM users WHERE id = $1",
        user
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Every mail that waits or was given up: its id and what is sealed.
///
/// # Errors
/// PostgreSQL's.
pub async fn mails(connection: &mut PgConnection) -> sqlx::Result<Vec<(Uuid, Vec<u8>)>> {
    let rows = sqlx::query!("SELECT id, message FROM mail_outbox").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.message)).collect())
}

/// Drops these mails.
///
/// # Errors
/// PostgreSQL's.
pub async fn drop_mails(connection: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM mail_outbox WHERE id = ANY ($1)", ids).execute(connection).await?;
    Ok(())
}
