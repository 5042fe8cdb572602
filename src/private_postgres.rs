//! Loquet's own PostgreSQL: a small private server run from the binaries that
//! the distribution installed, for hosts that have no database server.
//!
//! [`start`] creates the cluster when there is none, starts the server as a
//! child of this process and answers once it accepts connections. The server
//! listens on one Unix socket in a folder that only its account can enter,
//! and ends with this process, however this process ends.
//!
//! What is in [`Settings::directory`]:
//!
//! ```text
//! lock   held by the one Loquet that uses this folder
//! conf/  our configuration files, rewritten at every start
//! data/  the cluster: owned by the account that runs PostgreSQL
//! run/   the socket (or, when that path is too long, a folder of /run or /tmp)
//! ```
//!
//! As root, PostgreSQL runs as [`Settings::user`], and nothing that root
//! writes stands in a folder which that account could tamper with.
//!
//! The server's memory is tuned small, see `configuration.rs`; an operator may
//! change a setting with `ALTER SYSTEM`, except what keeps the server private.
//! There is no replication and no archive of the journal: back up with
//! `pg_dump` on the socket.
//!
//! This module imports nothing else of Loquet.

#![allow(clippy::doc_markdown, reason = "PostgreSQL is a name, not code")]

mod account;
mod binaries;
mod cluster;
mod configuration;
mod error;
mod layout;
mod log;
mod orphan;
mod process;
mod running;
mod server;
mod shared;
mod socket;
mod supervisor;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::sync::oneshot;
use tokio::time::timeout;

pub use binaries::major_in;
pub use error::Error;
pub use running::running;
use server::Server;
use shared::Shared;

/// The role, a superuser, as which Loquet connects; also the database's name.
const NAME: &str = "loquet";

/// The number in the socket's name (`.s.PGSQL.5432`); nothing listens on TCP.
const PORT: u16 = 5432;

/// How long a fast shutdown may last before an immediate one is asked for.
const FAST_SHUTDOWN: Duration = Duration::from_secs(15);

/// How long an immediate shutdown may last before the server is killed.
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(5);

/// Where the private server lives and what runs it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder given to PostgreSQL, by custom `<data>/postgres`. Created if
    /// absent. As root, every folder above it must let [`Settings::user`] pass.
    pub directory: PathBuf,
    /// The folder of `postgres` and `initdb`. When absent: the cluster's own
    /// version, or else the highest one, that the distribution installed.
    pub bin_dir: Option<PathBuf>,
    /// The account that runs PostgreSQL when Loquet runs as root, by custom
    /// `postgres`. Not used otherwise.
    pub user: String,
}

/// A private PostgreSQL that runs, and is restarted if it dies, as long as this
/// value lives.
///
/// End it with [`PrivatePostgres::stop`], which waits. Dropping it asks for the
/// same fast shutdown without waiting.
#[derive(Debug)]
pub struct PrivatePostgres {
    socket_directory: PathBuf,
    shared: Arc<Shared>,
    ended: oneshot::Receiver<()>,
}

/// Starts the private server, creating its cluster the first time, and waits
/// until it accepts connections: by custom under a second to create, and a few
/// hundredths to start.
///
/// If the future is dropped before it answers, the server is stopped.
///
/// # Errors
///
/// One line that says what to do about it: see [`Error`].
pub async fn start(settings: Settings) -> Result<PrivatePostgres, Error> {
    let shared = Arc::new(Shared::default());
    let (started, answer) = oneshot::channel();
    let (ending, ended) = oneshot::channel();
    let supervised = Arc::clone(&shared);
    // From here on, so that the server is stopped if this future is dropped.
    let mut private = PrivatePostgres { socket_directory: PathBuf::new(), shared, ended };
    // One thread from the first fork to the last wait: Linux ends the server
    // when the *thread* that forked it ends, so a pool's thread will not do.
    std::thread::Builder::new()
        .name("postgres".to_owned())
        .spawn(move || {
            match Server::prepare(&settings) {
                Ok(server) => supervisor::supervise(&server, &supervised, started),
                Err(error) => drop(started.send(Err(error))),
            }
            // The server, and its lock with it, is gone before this is told.
            drop(ending);
        })
        .map_err(Error::io("start the thread of", Path::new("PostgreSQL")))?;
    private.socket_directory = answer.await.map_err(|_| Error::Interrupted)??;
    Ok(private)
}

impl PrivatePostgres {
    /// The folder of the server's socket, to be given to a client as its host.
    #[must_use]
    pub fn socket_directory(&self) -> &Path {
        &self.socket_directory
    }

    /// The number in the socket's name. Give it to the client explicitly, or
    /// else `PGPORT` in the environment could make it look for another one.
    #[must_use]
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The name of the database.
    #[must_use]
    pub fn database(&self) -> &'static str {
        NAME
    }

    /// The role as which to connect; the kernel vouches for us, so there is no
    /// password.
    #[must_use]
    pub fn user(&self) -> &'static str {
        NAME
    }

    /// The process id of the server's first process; none while it is being
    /// restarted.
    #[must_use]
    pub fn postmaster_pid(&self) -> Option<u32> {
        self.shared.pid()
    }

    /// The process ids of the whole server at this moment: its first process,
    /// then that one's children (if the kernel lists them). For measurements.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.postmaster_pid().map(process::family).unwrap_or_default()
    }

    /// Stops the server and waits for its end: clients are disconnected and
    /// everything is written; after 15 seconds it is asked to end at once, and
    /// after 20 it is killed, which loses no committed data either.
    ///
    /// Needs tokio's timers.
    pub async fn stop(mut self) {
        self.shared.request_stop();
        // The channel never carries a value: it closes when the thread ends.
        if timeout(FAST_SHUTDOWN, &mut self.ended).await.is_ok() {
            return;
        }
        tracing::warn!("PostgreSQL is slow to stop; asking it to end at once");
        self.shared.signal(Signal::QUIT);
        if timeout(IMMEDIATE_SHUTDOWN, &mut self.ended).await.is_ok() {
            return;
        }
        tracing::error!("PostgreSQL does not stop; killing it");
        self.shared.signal(Signal::KILL);
        drop(timeout(IMMEDIATE_SHUTDOWN, &mut self.ended).await);
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        self.shared.request_stop();
    }
}
