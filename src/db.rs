//! The only folder with SQL: free functions on a connection, one file per family of tables, checked
//! at compile time against the migrations. Callers open and commit transactions; nothing here does.
//! Must not import a surface, `http` or `mail`.

pub mod authorizations;
pub mod clients;
mod connect;
pub mod import;
pub mod instance;
pub mod jobs;
pub mod organizations;
pub mod outbox;
mod pool;
pub mod sessions;
pub mod throttles;
pub mod tokens;
pub mod users;

pub use connect::{DatabaseError, MIGRATOR, assert_durable, check_writable, migrate, offset_of};
pub use pool::Pool;

/// Whether an error means that the database is away, starting, stopping or read-only: answered with
/// 503 and worth another try, unlike a fault of ours.
#[must_use]
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        // Classes: 57P administrator shutdown, 08 connection, 53 resources, 25006 read only,
        // 57014 cancelled by a timeout, 55P03 lock timeout, 40 serialization and deadlock.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["57P", "08", "53", "40"].iter().any(|class| code.starts_with(class))
                || matches!(&*code, "25006" | "57014" | "55P03")
        }),
        _ => false,
    }
}
