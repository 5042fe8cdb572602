//! What PostgreSQL says of itself and of the schema in it.

use std::time::Duration;

use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use super::Pool;

/// The longest wait for an answer of any kind.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which PostgreSQL it is.
#[derive(Debug)]
pub struct Version {
    /// `15.18 (Debian 15.18-0+deb12u1)`
    pub text: String,
    /// As 15.
    pub major: u32,
}

/// Connects once, beside the pool, which hides why it has no connection.
///
/// # Errors
/// Why not.
pub async fn reach(pool: &Pool) -> sqlx::Result<()> {
    let options = pool.connect_options();
    let connecting = async { options.connect().await?.close().await };
    tokio::time::timeout(PATIENCE, connecting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// The version of the server.
///
/// # Errors
/// PostgreSQL's.
pub async fn version(connection: &mut PgConnection) -> sqlx::Result<Version> {
    let row = sqlx::query!(
        r#"SELECT current_setting('server_version') AS "text!", current_setting('server_version_num')::int / 10000 AS "major!""#
    )
    .fetch_one(connection)
    .await?;
    Ok(Version { text: row.text, major: u32::try_from(row.major).unwrap_or_default() })
}

/// The migrations that were begun, in order, and whether each was finished. None in an empty database.
///
/// Not checked at compile time: the table is sqlx's own, and may not be there.
///
/// # Errors
/// PostgreSQL's.
pub async fn applied_migrations(connection: &mut PgConnection) -> sqlx::Result<Vec<(i64, bool)>> {
    let is_there: bool =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(&mut *connection).await?;
    if !is_there {
        return Ok(Vec::new());
    }
    sqlx::query_as("SELECT version, success FROM _sqlx_migrations ORDER BY version").fetch_all(connection).await
}
