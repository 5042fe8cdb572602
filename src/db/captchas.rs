//! Table `spent_captchas`: what was solved, so that it is good once and so that load is known.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::authn::proof_of_work::{LOAD_WINDOW, Load};

/// How many were solved lately, from this address range and from everywhere.
///
/// # Errors
/// PostgreSQL's.
pub async fn load(connection: &mut PgConnection, range: &[u8], now: DateTime<Utc>) -> sqlx::Result<Load> {
    let most = Load::MOST;
    sqlx::query_as!(
        Load,
        r#"SELECT
             (SELECT count(*) FROM (SELECT FROM spent_captchas WHERE range_key = $1 AND spent_at > $2 LIMIT $3) r) AS "range!",
             (SELECT count(*) FROM (SELECT FROM spent_captchas WHERE spent_at > $2 LIMIT $4) o) AS "overall!""#,
        range,
        now - LOAD_WINDOW,
        most.range,
        most.overall
    )
    .fetch_one(connection)
    .await
}

/// Uses one up; `false` when it was already, in whatever transaction or replica.
///
/// # Errors
/// PostgreSQL's.
pub async fn spend(connection: &mut PgConnection, key: &[u8], range: &[u8], now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO spent_captchas (key, range_key, spent_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
        key,
        range,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
