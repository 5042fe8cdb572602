//! The server's process: how it is started, when it is ready, how its end is
//! noticed.

use std::ffi::OsString;
use std::fs;
use std::io::PipeWriter;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use super::Error;
use super::account::spawn_error;
use super::server::Server;

/// Becomes the server, unless our process (its id comes first) was killed in the
/// moment before the death signal was set, which then never comes.
const UNLESS_ORPHANED: &str = r#"ours=$1; shift; [ "$PPID" = "$ours" ] && exec "$@""#;

/// Starts the server, which is told to shut down fast when this *thread* ends.
pub(super) fn spawn(server: &Server, socket_directory: &Path, stderr: PipeWriter) -> Result<Child, Error> {
    let postgres = server.binaries.program("postgres");
    // Quoted, since it is a list in which a comma would separate.
    let mut sockets = OsString::from("unix_socket_directories=\"");
    sockets.push(socket_directory);
    sockets.push("\"");
    let mut command = server.account.command("INT", "sh");
    command.args(["-c", UNLESS_ORPHANED, "sh", &std::process::id().to_string()]);
    command.arg(&postgres).arg("-D").arg(&server.layout.data);
    for (setting, file) in
        [("config_file=", "postgresql.conf"), ("hba_file=", "pg_hba.conf"), ("ident_file=", "pg_ident.conf")]
    {
        let mut value = OsString::from(setting);
        value.push(server.layout.conf.join(file));
        command.arg("-c").arg(value);
    }
    command
        .args(["-c", "listen_addresses="])
        .arg("-c")
        .arg(sockets)
        .args(["-c", "unix_socket_permissions=0700"])
        .args(["-c", &format!("port={}", super::PORT)])
        // Here, so that it holds for the first messages too.
        .args(["-c", "log_line_prefix="])
        // Out of the terminal's group: Ctrl-C is for us, who then stop it.
        .process_group(0)
        .stdout(Stdio::null())
        .stderr(stderr);
    command.spawn().map_err(|cause| spawn_error(&postgres, cause))
}

/// Whether the server says, in its own file, that it accepts connections.
pub(super) fn is_ready(data: &Path, pid: u32) -> bool {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    // An earlier server's file may still be there.
    lines.next() == Some(pid.to_string().as_str()) && lines.nth(6) == Some("ready")
}

/// Whether the process has ended; it is not waited for, so that its number
/// stays its own until [`Child::wait`].
pub(super) fn has_ended(pid: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    // An error is that there is no such child: as if it had ended.
    waitid(WaitId::Pid(pid), options).map_or(true, |status| status.is_some())
}

/// Blocks until the process has ended; as [`has_ended`].
pub(super) fn wait_for_end(pid: Pid) {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while waitid(WaitId::Pid(pid), options).is_err_and(|error| error == Errno::INTR) {}
}

/// The folder of a process in /proc.
pub(super) fn folder(pid: u32) -> PathBuf {
    Path::new("/proc").join(pid.to_string())
}

/// A process and its children.
pub(super) fn family(pid: u32) -> Vec<u32> {
    let children = folder(pid).join(format!("task/{pid}/children"));
    let children = fs::read_to_string(children).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|id| id.parse().ok());
    std::iter::once(pid).chain(children).collect()
}
