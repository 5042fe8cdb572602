//! Table `throttles`: counters of tries.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;

use crate::authn::throttle::Limit;

/// A limit that refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Which one, from 0, in the order given.
    pub limit: usize,
    /// When a try will be evaluated again.
    pub free_at: DateTime<Utc>,
}

/// Counts one try against each limit, in order, until one refuses.
///
/// # Errors
/// PostgreSQL's.
pub async fn take(
    connection: &mut PgConnection,
    limits: &[(Vec<u8>, Limit)],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Refused>> {
    let keys: Vec<Vec<u8>> = limits.iter().map(|(key, _)| key.clone()).collect();
    let of = |field: fn(&Limit) -> i32| limits.iter().map(|(_, limit)| field(limit)).collect::<Vec<_>>();
    let waits =
        |field: fn(&Limit) -> TimeDelta| limits.iter().map(|(_, limit)| interval(field(limit))).collect::<Vec<_>>();
    let row = sqlx::query!(
        r#"SELECT refused_by AS "refused_by!", free_at AS "free_at!" FROM throttle_take($1, $2, $3, $4, $5, $6, $7)"#,
        &keys,
        &of(|limit| limit.free),
        &waits(|limit| limit.first_wait),
        &waits(|limit| limit.longest_wait),
        &of(|limit| limit.last),
        &waits(|limit| limit.forget),
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Refused { limit: usize::try_from(row.refused_by - 1).unwrap_or_default(), free_at: row.free_at }))
}

/// Whether one of these counters has come so far (and was touched since).
///
/// # Errors
/// PostgreSQL's.
pub async fn any_reached(
    connection: &mut PgConnection,
    counters: &[(Vec<u8>, i32, DateTime<Utc>)],
) -> sqlx::Result<bool> {
    let keys: Vec<Vec<u8>> = counters.iter().map(|(key, _, _)| key.clone()).collect();
    let counts: Vec<i32> = counters.iter().map(|(_, count, _)| *count).collect();
    let since: Vec<DateTime<Utc>> = counters.iter().map(|(_, _, since)| *since).collect();
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT FROM unnest($1::bytea[], $2::integer[], $3::timestamptz[]) AS l (key, count, since)
             JOIN throttles t USING (key) WHERE t.attempts >= l.count AND t.updated_at > l.since) AS "reached!""#,
        &keys,
        &counts,
        &since
    )
    .fetch_one(connection)
    .await
}

/// Forgets the tries counted under these keys: a success.
///
/// # Errors
/// PostgreSQL's.
pub async fn clear(connection: &mut PgConnection, keys: &[Vec<u8>]) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM throttles WHERE key = ANY($1)", keys).execute(connection).await?;
    Ok(())
}

/// Gives one try back: it was a success, or was never evaluated.
///
/// # Errors
/// PostgreSQL's.
pub async fn give_back(connection: &mut PgConnection, keys: &[Vec<u8>]) -> sqlx::Result<()> {
    sqlx::query!("UPDATE throttles SET attempts = greatest(attempts - 1, 0) WHERE key = ANY($1)", keys)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether something may happen that happens at most once in a while, such as a mail. Of parallel
/// askers only one hears yes.
///
/// # Errors
/// PostgreSQL's.
pub async fn once_in(
    connection: &mut PgConnection,
    key: &[u8],
    period: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO throttles AS t (key, attempts, free_at, updated_at) VALUES ($1, 1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET free_at = $2, updated_at = $3 WHERE t.free_at <= $3",
        key,
        now + period,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts one request of somebody who may make one `every` so often, and so many at once that they last
/// for `ahead`. `false`: they must wait, `every` at most.
///
/// # Errors
/// PostgreSQL's.
pub async fn pace(
    connection: &mut PgConnection,
    key: &[u8],
    every: TimeDelta,
    ahead: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO throttles AS t (key, attempts, free_at, updated_at) VALUES ($1, 0, $3::timestamptz + $2::interval, $3)
         ON CONFLICT (key) DO UPDATE SET free_at = greatest(t.free_at, $3) + $2, updated_at = $3 WHERE t.free_at < $4",
        key,
        interval(every),
        now,
        now + ahead
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

fn interval(delta: TimeDelta) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: delta.num_microseconds().unwrap_or(i64::MAX) }
}
