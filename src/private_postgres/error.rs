//! What can prevent the private server from running, each in one line that
//! says what to do.

use std::io;
use std::path::{Path, PathBuf};

use super::binaries::OLDEST;

/// Why the private PostgreSQL does not run. The text of each is one line, meant
/// for the operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No PostgreSQL server is installed in any of the usual places.
    #[error(
        "PostgreSQL is not installed: install the package postgresql (version {OLDEST} or newer), or set the folder of its programs"
    )]
    NotInstalled,

    /// The configured folder has not the programs that make a server.
    #[error(
        "{} has no PostgreSQL server (the programs postgres and initdb): set the folder that has them, as /usr/lib/postgresql/{OLDEST}/bin", .bin_dir.display()
    )]
    NoProgram {
        /// The configured folder.
        bin_dir: PathBuf,
    },

    /// The programs are older than what Loquet supports.
    #[error(
        "PostgreSQL {found} in {} is too old: install version {OLDEST} or newer", .bin_dir.display()
    )]
    TooOld {
        /// The major version found, the highest.
        found: u32,
        /// The folder of its programs.
        bin_dir: PathBuf,
    },

    /// The cluster was made by a major version that is not installed.
    #[error(
        "the data in {} was made by PostgreSQL {cluster}, and the programs in {} are version {found}: install the package postgresql-{cluster}, or convert the data with pg_upgrade", .data.display(), .bin_dir.display()
    )]
    OtherMajor {
        /// The cluster.
        data: PathBuf,
        /// The major version that made the cluster.
        cluster: u32,
        /// The highest major version found.
        found: u32,
        /// The folder of its programs.
        bin_dir: PathBuf,
    },

    /// A program needed beside PostgreSQL is missing.
    #[error("the program {program} is missing: install the package {package}")]
    ProgramMissing {
        /// The program's name.
        program: &'static str,
        /// The package that has it.
        package: &'static str,
    },

    /// Another Loquet uses this folder.
    #[error(
        "another Loquet{} already uses {}: stop it first, or set another folder", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), .directory.display()
    )]
    AlreadyRunning {
        /// [`Settings::directory`](super::Settings::directory).
        directory: PathBuf,
        /// Its process id, if it could be read.
        pid: Option<u32>,
    },

    /// A PostgreSQL process that is not ours to end, or that does not end,
    /// uses the cluster.
    #[error(
        "process {pid} still uses the data in {}: end it, then start Loquet again", .data.display()
    )]
    InUse {
        /// The cluster.
        data: PathBuf,
        /// The process id.
        pid: u32,
    },

    /// The configured account does not exist.
    #[error(
        "there is no account named {name} to run PostgreSQL: create it, or set another one (as root, PostgreSQL needs an ordinary account)"
    )]
    NoAccount {
        /// Its name.
        name: String,
    },

    /// The configured account is root, as which PostgreSQL refuses to run.
    #[error("PostgreSQL refuses to run as {name}, an administrator: set an ordinary account")]
    AccountIsRoot {
        /// Its name.
        name: String,
    },

    /// Our user id has no name, without which PostgreSQL can identify nobody.
    #[error("user id {uid} has no name: add it to /etc/passwd (PostgreSQL needs the name of the account it runs as)")]
    Unnamed {
        /// The user id.
        uid: u32,
    },

    /// A folder above ours does not let the account pass.
    #[error(
        "{} does not let the account {account} pass, which runs PostgreSQL in {}: allow it with 'chmod o+x {}', or set another data folder", .folder.display(), .directory.display(), .folder.display()
    )]
    Unreachable {
        /// The outermost folder that blocks.
        folder: PathBuf,
        /// [`Settings::directory`](super::Settings::directory).
        directory: PathBuf,
        /// The account's name.
        account: String,
    },

    /// The cluster belongs to another account than the one that runs the
    /// server.
    #[error(
        "the data in {} belongs to user id {owner}, but PostgreSQL runs as {account}: give it with 'chown -R {account} {}', or run it as its owner", .data.display(), .data.display()
    )]
    WrongOwner {
        /// The cluster.
        data: PathBuf,
        /// Its owner's user id.
        owner: u32,
        /// The account's name.
        account: String,
    },

    /// The cluster's folder holds something else.
    #[error(
        "{} is neither empty nor a PostgreSQL cluster (it has no valid PG_VERSION): move its content away", .data.display()
    )]
    NotACluster {
        /// The cluster's folder.
        data: PathBuf,
    },

    /// The folder of the socket cannot be trusted.
    #[error("PostgreSQL's socket cannot be in {}: {reason}", .path.display())]
    SocketDirectory {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },

    /// The cluster could not be created; what was begun is removed at the next
    /// start.
    #[error("PostgreSQL's data could not be created in {}: {reason}", .directory.display())]
    Creation {
        /// [`Settings::directory`](super::Settings::directory).
        directory: PathBuf,
        /// The last error line of the program that failed.
        reason: String,
    },

    /// The server ended before it accepted connections.
    #[error("PostgreSQL did not start: {reason}")]
    Startup {
        /// The server's last error line.
        reason: String,
    },

    /// The server did not accept connections in time.
    #[error(
        "PostgreSQL did not accept connections within {seconds} seconds: see its messages in the log, then start Loquet again"
    )]
    NotReady {
        /// How long was waited.
        seconds: u64,
    },

    /// The start was given up because a stop was asked for.
    #[error("PostgreSQL was stopped while it started")]
    Interrupted,

    /// A file or a process could not be handled.
    #[error("cannot {action} {}: {cause}", .path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system answered.
        cause: io::Error,
    },
}

impl Error {
    /// Tells what was tried on `path`; for `map_err`.
    pub(super) fn io<E: Into<io::Error>>(action: &'static str, path: &Path) -> impl FnOnce(E) -> Self {
        move |cause| Self::Io { action, path: path.to_owned(), cause: cause.into() }
    }
}
