//! Who runs PostgreSQL: ourselves, or an unprivileged account when we are root.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::Error;

/// Where programs are looked for when the environment does not say.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The account that runs PostgreSQL.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// The name of the account that runs Loquet: the same one, or root.
    pub(super) ours: String,
    /// Whether we are root, and so must become this account.
    pub(super) switch: bool,
}

impl Account {
    /// Ourselves, or `user` if we are root.
    pub(super) fn find(user: &str) -> Result<Self, Error> {
        let uid = rustix::process::geteuid().as_raw();
        let ours = look_up(&uid.to_string())?.ok_or(Error::Unnamed { uid })?;
        if uid != 0 {
            return Ok(Self { ours: ours.name.clone(), name: ours.name, uid, gid: ours.gid, switch: false });
        }
        let found = look_up(user)?.ok_or_else(|| Error::NoAccount { name: user.to_owned() })?;
        if found.uid == 0 {
            return Err(Error::AccountIsRoot { name: found.name });
        }
        Ok(Self { name: found.name, uid: found.uid, gid: found.gid, ours: ours.name, switch: true })
    }

    /// A command that runs `program` as this account, and gets the signal
    /// `death` when the thread that spawned it ends.
    ///
    /// It has none of our environment, where there may be secrets.
    pub(super) fn command(&self, death: &str, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        if self.switch {
            command
                .args(["--reuid", &self.uid.to_string()])
                .args(["--regid", &self.gid.to_string()])
                .arg("--init-groups");
        }
        command
            .args(["--no-new-privs", "--pdeathsig", death, "--"])
            .arg(program)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_else(|| PATH.into()))
            // Messages that we can read, whatever the host's language.
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(Stdio::null());
        command
    }

    /// Runs `program` as this account to its end.
    pub(super) fn run(&self, program: &Path, arguments: &[&OsStr]) -> Result<Output, Error> {
        self.command("KILL", program).args(arguments).output().map_err(|cause| spawn_error(program, cause))
    }
}

/// Tells that `program` could not be spawned through `setpriv`.
pub(super) fn spawn_error(program: &Path, cause: std::io::Error) -> Error {
    // It is setpriv that is looked for; it tells itself if `program` is absent.
    if cause.kind() == std::io::ErrorKind::NotFound {
        return Error::ProgramMissing { program: "setpriv", package: "util-linux" };
    }
    Error::io("run", program)(cause)
}

/// One line of the accounts' database.
#[derive(Debug, PartialEq)]
struct Entry {
    name: String,
    uid: u32,
    gid: u32,
}

/// The account of that name or number: from /etc/passwd, which is quick, or else
/// from wherever the host keeps its accounts (LDAP, systemd's dynamic users).
fn look_up(key: &str) -> Result<Option<Entry>, Error> {
    let file = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if let Some(entry) = find_in(&file, key) {
        return Ok(Some(entry));
    }
    match Command::new("getent").args(["passwd", "--", key]).output() {
        Ok(output) => Ok(find_in(&String::from_utf8_lossy(&output.stdout), key)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::io("run", Path::new("getent"))(cause)),
    }
}

/// The account of that name or number in the text of a passwd file.
fn find_in(passwd: &str, key: &str) -> Option<Entry> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, uid, gid) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        (name == key || uid == key).then_some(())?;
        Some(Entry { name: name.to_owned(), uid: uid.parse().ok()?, gid: gid.parse().ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::{Entry, find_in};

    #[test]
    fn an_account_is_found_by_name_and_by_number() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\n#broken\npostgres:x:101:104::/:/bin/sh\n";
        let postgres = Entry { name: "postgres".to_owned(), uid: 101, gid: 104 };
        assert_eq!(find_in(passwd, "postgres"), Some(postgres));
        assert_eq!(find_in(passwd, "0").map(|entry| entry.gid), Some(0));
        assert_eq!(find_in(passwd, "10"), None);
    }
}
