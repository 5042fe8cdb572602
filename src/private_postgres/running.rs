//! Joining a private server that another Loquet runs: a command beside `loquet serve`.

use std::fs;
use std::path::PathBuf;

use super::Settings;

/// The folder of the socket of a private server that runs now; none when none does.
///
/// Told by PostgreSQL's own `postmaster.pid`: process id, folder, time, port, socket folder, address,
/// memory key, status. Whoever cannot read that file cannot connect either.
#[must_use]
pub fn running(settings: &Settings) -> Option<PathBuf> {
    let text = fs::read_to_string(settings.directory.join("data/postmaster.pid")).ok()?;
    let mut lines = text.lines();
    let pid: i32 = lines.next()?.trim().parse().ok()?;
    let socket = PathBuf::from(lines.nth(3)?.trim());
    let is_ready = lines.nth(2).is_some_and(|status| status.trim() == "ready");
    // A file left by a crash names a process that is gone.
    let is_alive =
        rustix::process::Pid::from_raw(pid).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok());
    (is_ready && is_alive && socket.is_absolute()).then_some(socket)
}
