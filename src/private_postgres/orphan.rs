//! A server that outlived the Loquet which started it, and what it leaves.
//!
//! Linux asks the server for a fast shutdown when Loquet is killed, but that
//! takes a moment, in which the next Loquet may already be here. It holds the
//! lock, so whatever still runs on the cluster is nobody's.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::Error;
use super::account::Account;
use super::process;

/// How long an orphan may take to stop when asked for a fast shutdown, then for
/// an immediate one.
const PATIENCE: [(Signal, Duration); 2] =
    [(Signal::INT, Duration::from_secs(15)), (Signal::QUIT, Duration::from_secs(7))];

/// Stops a server that runs on this cluster, and removes its process id file.
pub(super) fn stop(data: &Path, account: &Account) -> Result<(), Error> {
    let file = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&file) else {
        return Ok(());
    };
    let number: i32 = text.lines().next().and_then(|line| line.trim().parse().ok()).unwrap_or_default();
    if let Some(pid) = Pid::from_raw(number.saturating_abs())
        && runs_on(pid, data, account)
    {
        // A negative number is a single-user server: someone is repairing.
        let stopped = number > 0 && stop_server(pid, data, account);
        if !stopped {
            return Err(Error::InUse { data: data.to_owned(), pid: pid.as_raw_nonzero().get().unsigned_abs() });
        }
    }
    // By now it is stale, and would keep the next server from starting if some
    // other process has that number.
    drop(fs::remove_file(file));
    Ok(())
}

/// Whether it ended.
fn stop_server(pid: Pid, data: &Path, account: &Account) -> bool {
    tracing::warn!("stopping PostgreSQL (process {pid}), left by a Loquet that was killed");
    for (signal, patience) in PATIENCE {
        if let Err(error) = kill_process(pid, signal) {
            tracing::warn!("it could not be signalled: {error}");
        }
        let asked = Instant::now();
        while asked.elapsed() < patience {
            if !runs_on(pid, data, account) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    false
}

/// Whether this process is a PostgreSQL of this cluster and of this account;
/// by then its number may be any other process's.
fn runs_on(pid: Pid, data: &Path, account: &Account) -> bool {
    let folder = process::folder(pid.as_raw_nonzero().get().unsigned_abs());
    let is_accounts = fs::metadata(&folder).is_ok_and(|owner| owner.uid() == account.uid);
    if !is_accounts {
        return false;
    }
    // Empty once the process has ended, even if nobody waited for it yet.
    let command = fs::read(folder.join("cmdline")).unwrap_or_default();
    let mut words = command.split(|byte| *byte == 0);
    let program = words.next().unwrap_or_default();
    let is_postgres = program.ends_with(b"postgres") || program.ends_with(b"postmaster");
    // In a container, root may not read another account's links in /proc.
    let is_here = words.any(|word| word == data.as_os_str().as_bytes())
        || fs::read_link(folder.join("cwd")).is_ok_and(|cwd| cwd == data);
    is_postgres && is_here
}
