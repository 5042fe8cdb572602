//! The migrations and what is asserted of the server.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::migrate::Migrator;
use sqlx::{Executor as _, PgConnection};

use super::Pool;

/// The embedded migrations.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Why a server is refused at start. Retrying would not help.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Older than what we support.
    #[error("PostgreSQL {0} is too old: version 15 or later is needed")]
    TooOld(String),
    /// A setting that loses acknowledged data.
    #[error("PostgreSQL has {0} = {1}: it must be 'on', or acknowledged changes would be lost in a crash")]
    NotDurable(&'static str, String),
    /// A schema from a later version of Loquet.
    #[error(
        "the database was set up by a later version of Loquet (migration {0}); use that version or restore a backup"
    )]
    TooNew(i64),
    /// PostgreSQL's own words.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

/// Refuses a connection to a read-only server.
///
/// # Errors
/// PostgreSQL's, or an I/O error that says the server is read-only.
pub async fn check_writable(connection: &mut PgConnection) -> sqlx::Result<()> {
    let read_only = sqlx::query_scalar!(r#"SELECT current_setting('transaction_read_only') AS "value!""#)
        .fetch_one(connection)
        .await?;
    if read_only == "on" { Err(sqlx::Error::Io(std::io::Error::other("the server is read-only"))) } else { Ok(()) }
}

/// Asserts the version, and the settings without which an acknowledged change can be lost.
///
/// # Errors
/// The first that does not hold.
pub async fn assert_durable(connection: &mut PgConnection) -> Result<(), DatabaseError> {
    let server = sqlx::query!(
        r#"SELECT current_setting('server_version_num')::int AS "number!", current_setting('server_version') AS "version!",
           current_setting('synchronous_commit') AS "synchronous_commit!", current_setting('fsync') AS "fsync!",
           current_setting('full_page_writes') AS "full_page_writes!""#
    )
    .fetch_one(connection)
    .await?;
    if server.number < 150_000 {
        return Err(DatabaseError::TooOld(server.version));
    }
    for (name, value) in [("fsync", server.fsync), ("full_page_writes", server.full_page_writes)] {
        if value != "on" {
            return Err(DatabaseError::NotDurable(name, value));
        }
    }
    // `remote_write` and `remote_apply` wait for more than `on` does.
    if !matches!(server.synchronous_commit.as_str(), "on" | "remote_write" | "remote_apply") {
        return Err(DatabaseError::NotDurable("synchronous_commit", server.synchronous_commit));
    }
    Ok(())
}

/// Applies the migrations; several processes may call it at once (PostgreSQL's advisory lock).
///
/// # Errors
/// When the schema is newer than this program, or a migration fails.
pub async fn migrate(pool: &Pool) -> Result<(), DatabaseError> {
    let mut connection = pool.acquire().await?;
    connection.execute("SET statement_timeout = 0; SET lock_timeout = '60s'").await?;
    let outcome = MIGRATOR.run_direct(None, &mut *connection, false).await;
    // Back to the limits of ordinary work, or away with the connection.
    let restored = connection.execute("RESET statement_timeout; RESET lock_timeout").await;
    if restored.is_err() {
        connection.detach();
    }
    match outcome {
        Ok(()) => Ok(()),
        Err(sqlx::migrate::MigrateError::VersionMissing(version)) => Err(DatabaseError::TooNew(version)),
        Err(sqlx::migrate::MigrateError::Execute(error)) if super::is_unavailable(&error) => Err(error.into()),
        Err(error) => Err(DatabaseError::Migrate(error)),
    }
}

/// How far PostgreSQL's clock is ahead of `now`.
///
/// # Errors
/// PostgreSQL's.
pub async fn offset_of(connection: &mut PgConnection, now: impl FnOnce() -> DateTime<Utc>) -> sqlx::Result<TimeDelta> {
    let theirs = sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(connection).await?;
    Ok(theirs - now())
}
