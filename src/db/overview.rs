//! The instance as a whole, for those who run it: counted when the page is looked at.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Connection as _, PgConnection};

use super::audit::{Kind, first_of};

/// How many accounts there are.
#[derive(Debug, Clone, Copy)]
pub struct Accounts {
    /// All.
    pub total: i64,
    /// Those that may not be used, whoever waits among them.
    pub inactive: i64,
    /// Those that wait for somebody of the host.
    pub waiting: i64,
}

/// Counts the accounts.
///
/// # Errors
/// PostgreSQL's.
pub async fn accounts(connection: &mut PgConnection) -> sqlx::Result<Accounts> {
    sqlx::query_as!(
        Accounts,
        r#"SELECT (SELECT count(*) FROM users) AS "total!", (SELECT count(*) FROM users WHERE NOT active) AS "inactive!",
               (SELECT count(*) FROM users WHERE awaiting_approval_at IS NOT NULL) AS "waiting!""#
    )
    .fetch_one(connection)
    .await
}

/// Sign-ins of a day.
#[derive(Debug)]
pub struct Day {
    /// The day, where the host is.
    pub day: NaiveDate,
    /// How many.
    pub count: i64,
}

/// Sign-ins since a moment, by day of that time zone; a day without any is left out. What is older is not
/// looked at.
///
/// # Errors
/// PostgreSQL's.
pub async fn sign_ins(connection: &mut PgConnection, since: DateTime<Utc>, zone: &str) -> sqlx::Result<Vec<Day>> {
    let mut transaction = connection.begin().await?;
    // How far back decides whether the index serves.
    sqlx::query!("SET LOCAL plan_cache_mode = force_custom_plan").execute(&mut *transaction).await?;
    let days = sqlx::query_as!(
        Day,
        r#"SELECT (at AT TIME ZONE $2)::date AS "day!", count(*) AS "count!" FROM audit_events
           WHERE id >= $4 AND at >= $1 AND kind = $3 GROUP BY 1 ORDER BY 1 DESC"#,
        since,
        zone,
        Kind::SignedIn.name(),
        first_of(since)
    )
    .fetch_all(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(days)
}

/// What the database takes on its disk, in bytes.
///
/// # Errors
/// PostgreSQL's.
pub async fn size(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT pg_database_size(current_database()) AS "size!""#).fetch_one(connection).await
}

/// An organization that nobody looks after.
#[derive(Debug)]
pub struct Orphan {
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Organizations that are on and have no referent who can sign in, by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn without_referent(connection: &mut PgConnection, count: i64) -> sqlx::Result<Vec<Orphan>> {
    sqlx::query_as!(
        Orphan,
        "SELECT slug, name FROM organizations o
         WHERE active AND NOT EXISTS (
             SELECT FROM memberships m JOIN users u ON u.id = m.user_id
             WHERE m.organization_id = o.id AND m.role = 'referent' AND u.active)
         ORDER BY name, id LIMIT $1",
        count
    )
    .fetch_all(connection)
    .await
}
