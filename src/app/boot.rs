//! From a reachable server to a database that is ours and up to date.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::AppState;
use crate::crypto::random_id;
use crate::db::instance::Instance;
use crate::db::{self, DatabaseError};
use crate::directory::DirectoryError;
use crate::key_rotation;

/// A known text: sealed at the first start, opened at each later one.
const KEY_CHECK: &[u8] = b"loquet";

/// Why a start is refused; trying again would not help.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The server or its schema.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Keys or clients.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The master key is not the one of this database.
    #[error(
        "secrets.master_key is not the key that this database was set up with: give the right one (see docs/operations.md)"
    )]
    WrongMasterKey,
    /// A demonstration on real data.
    #[error("this database is not a demonstration's: a demonstration runs in an empty database or in its own")]
    NotADemo,
    /// Real use of a demonstration.
    #[error("this database is a demonstration's, with published passwords: use another one")]
    IsADemo,
    /// A fault of ours.
    #[error("{0}")]
    Internal(String),
}

impl BootError {
    /// Whether the database is just not there yet.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database(DatabaseError::Sql(error)) | Self::Directory(DirectoryError::Database(error)) => {
                db::is_unavailable(error) && !db::is_forbidden(error)
            }
            _ => false,
        }
    }
}

impl From<sqlx::Error> for BootError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Checks the server, applies migrations, checks that the database is this installation's and fills
/// the directory. Then the server is ready.
///
/// # Errors
/// [`BootError::is_transient`] tells what is worth another try.
pub async fn prepare_database(state: &AppState) -> Result<(), BootError> {
    let pool = &state.pool;
    let mut connection = pool.acquire().await?;
    db::assert_durable(&mut connection).await?;
    drop(connection);
    db::migrate(pool).await?;
    follow_clock(state).await?;
    identify(state).await?;
    key_rotation::ensure(pool, &state.vault, state.clock.now()).await?;
    state.directory.reload(pool, &state.vault, &state.clock).await?;
    state.ready.store(true, Ordering::Relaxed);
    Ok(())
}

/// Prepares the database, waiting for it as long as it takes.
///
/// # Errors
/// What waiting would not mend.
pub async fn prepare_when_possible(state: &AppState) -> Result<(), BootError> {
    let mut wait = Duration::from_millis(250);
    let mut last_said = None::<Instant>;
    loop {
        match prepare_database(state).await {
            Err(error) if error.is_transient() => {
                if last_said.is_none_or(|said| said.elapsed() >= Duration::from_secs(5)) {
                    tracing::warn!(%error, "the database is not reachable; trying again");
                    last_said = Some(Instant::now());
                }
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(2));
            }
            outcome => return outcome,
        }
    }
}

/// Our clock keeps to PostgreSQL's, so that all replicas agree on what has expired.
///
/// # Errors
/// PostgreSQL's.
pub async fn follow_clock(state: &AppState) -> sqlx::Result<()> {
    let mut connection = state.pool.acquire().await?;
    let ahead = db::offset_of(&mut connection, || state.clock.now() - state.clock.shift()).await?;
    // Under a tenth of a second it is the time of the question itself.
    if ahead.abs() > chrono::TimeDelta::milliseconds(100) {
        tracing::warn!(
            milliseconds = ahead.num_milliseconds(),
            "this machine's clock differs from PostgreSQL's, which decides"
        );
        state.clock.set_offset(state.clock.offset() + ahead);
    }
    Ok(())
}

async fn identify(state: &AppState) -> Result<(), BootError> {
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    if db::instance::find(&mut transaction).await?.is_none() {
        if state.demo && db::instance::has_users(&mut transaction).await? {
            return Err(BootError::NotADemo);
        }
        let id = random_id();
        let key_check =
            state.vault.seal("instance", KEY_CHECK).map_err(|error| BootError::Internal(error.to_string()))?;
        db::instance::insert(&mut transaction, &Instance { id, demo: state.demo, key_check }, now).await?;
    }
    // Read again: another process may have been first.
    let instance =
        db::instance::find(&mut transaction).await?.ok_or_else(|| BootError::Internal("no instance row".to_owned()))?;
    transaction.commit().await?;
    // Said before the key: a production start on a demonstration's data has neither.
    match (state.demo, instance.demo) {
        (true, false) => return Err(BootError::NotADemo),
        (false, true) => return Err(BootError::IsADemo),
        _ => {}
    }
    match state.vault.open("instance", &instance.key_check) {
        Ok(clear) if clear.as_slice() == KEY_CHECK => Ok(()),
        _ => Err(BootError::WrongMasterKey),
    }
}
