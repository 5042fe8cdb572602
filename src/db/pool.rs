//! Connections, and turns to wait for one.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Executor as _, Postgres, Transaction};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::connect::check_writable;

/// Longest wait for a connection.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// A pool that connects when first used, and discards connections to a server that has become
/// read-only (a standby after a failover).
///
/// A request that waits in sqlx's own queue takes 15 KiB there: all that making a connection may
/// need. So no more wait there than there are connections; the others wait here, for their turn.
#[derive(Debug, Clone)]
pub struct Pool {
    connections: PgPool,
    turns: Arc<Semaphore>,
}

impl Pool {
    /// Nothing is connected yet.
    #[must_use]
    pub fn new(options: PgConnectOptions, size: u32) -> Self {
        let options = options
            .application_name("loquet")
            .options([
                ("statement_timeout", "5s"),
                ("lock_timeout", "2s"),
                ("idle_in_transaction_session_timeout", "10s"),
                ("timezone", "UTC"),
                // One plan for each statement, whoever asks: planning anew takes longer than most statements, and
                // PostgreSQL's choice between the two differs from host to host.
                ("plan_cache_mode", "force_generic_plan"),
            ])
            .log_statements(tracing::log::LevelFilter::Off)
            .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(1));
        let connections = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(LONGEST_WAIT)
            .idle_timeout(Duration::from_secs(600))
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET synchronous_commit = on").await?;
                    check_writable(connection).await
                })
            })
            .connect_lazy_with(options);
        Self { connections, turns: Arc::new(Semaphore::new(size as usize)) }
    }

    /// A connection.
    ///
    /// # Errors
    /// PostgreSQL's, or that none is free in time.
    pub async fn acquire(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        if let Some(connection) = self.connections.try_acquire() {
            return Ok(connection);
        }
        let waiting = async {
            let _turn = self.turns.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
            Box::pin(self.connections.acquire()).await
        };
        timeout(LONGEST_WAIT, waiting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// A transaction on a connection of its own.
    ///
    /// # Errors
    /// PostgreSQL's, or that no connection is free in time.
    pub async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        let waiting = async {
            let _turn = self.turns.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
            Box::pin(self.connections.begin()).await
        };
        timeout(LONGEST_WAIT, waiting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }
}

impl Deref for Pool {
    type Target = PgPool;

    fn deref(&self) -> &PgPool {
        &self.connections
    }
}
