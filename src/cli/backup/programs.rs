//! PostgreSQL's own programs for backups: found where distributions put them, of the version that fits the
//! server, and run with nothing secret in their arguments.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::cli::Failure;
use crate::config::Database;
use crate::db::{self, Pool};

/// What of our environment they are given, besides the way to the database: how to prove who we are, as sqlx reads
/// it too. Nothing that could lead them to another database (`PGSERVICE`, `PGHOSTADDR`), and nothing of ours, where
/// there may be secrets.
const KEPT: [&str; 9] =
    ["PATH", "HOME", "TMPDIR", "PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];

/// What each folder must have.
const NEEDED: [&str; 3] = ["pg_dump", "pg_restore", "psql"];

/// The programs of one version, and the way to the database.
pub struct Programs {
    directory: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl Programs {
    /// Those that fit a server of this version: in the folder that the settings name, or else where they were
    /// installed.
    ///
    /// # Errors
    /// There are none.
    pub fn find(settings: &Database, server: u32, pool: &Pool) -> Result<Self, Failure> {
        // That folder may hold a server alone.
        let mut found = on_path(settings.private_programs.iter().cloned());
        if found.is_empty() {
            let path = std::env::var_os("PATH").unwrap_or_default();
            found = installed(Path::new("/usr"));
            found.extend(on_path(std::env::split_paths(&path)));
        }
        let directory = choose(found, server).map_err(Failure::new)?;
        let address = settings.url.as_ref().map(|url| url.as_str());
        let environment = db::programs::environment(&pool.connect_options(), address);
        Ok(Self { directory, environment })
    }

    /// A command that reaches the database, and ends with us.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.directory.join(name));
        let kept = KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command
            .env_clear()
            .envs(kept)
            .envs(self.environment.iter().map(|(name, value)| (*name, value)))
            .env("PGAPPNAME", "loquet-backup")
            // Messages that we can read, whatever the host's language.
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs one to its end; what it said on standard output.
    ///
    /// # Errors
    /// What it said when it failed.
    pub async fn output(&self, name: &str, arguments: &[&OsStr]) -> Result<String, Failure> {
        let output = self.command(name).args(arguments).output().await.map_err(|error| absent(name, &error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(Failure::new(complaint(name, &output.stderr)))
    }
}

/// That a program cannot be run.
pub fn absent(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("{name} cannot be run: {error}"))
}

/// The first thing that a program complained of, in one line.
pub fn complaint(name: &str, stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines().find(|line| line.contains("error:") || line.contains("ERROR:")).or_else(|| lines().next());
    match line {
        Some(line) if line.starts_with(name) => line.to_owned(),
        Some(line) => format!("{name}: {line}"),
        None => format!("{name} failed and did not say why"),
    }
}

/// Of the server's own version, since what a later one writes an earlier server may not read; or else the next
/// one above, which at least can read the server.
fn choose(found: Vec<(u32, PathBuf)>, server: u32) -> Result<PathBuf, String> {
    let newest = found.iter().map(|(major, _)| *major).max();
    let fits = found.into_iter().filter(|(major, _)| *major >= server).min_by_key(|(major, _)| *major);
    fits.map(|(_, directory)| directory).ok_or_else(|| {
        let there = newest.map_or("there are none".to_owned(), |newest| format!("those here are of version {newest}"));
        format!(
            "PostgreSQL's programs pg_dump, pg_restore and psql of version {server} are needed, and {there}: install the package postgresql-client-{server}, or name their folder in database.private_programs"
        )
    })
}

/// Where the packages of Debian (`/usr/lib/postgresql/15/bin`) and Red Hat (`/usr/pgsql-15/bin`) put them.
fn installed(usr: &Path) -> Vec<(u32, PathBuf)> {
    let mut found = Vec::new();
    for (parent, prefix) in [(usr.join("lib/postgresql"), ""), (usr.to_owned(), "pgsql-")] {
        for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let major = name.to_str().and_then(|name| name.strip_prefix(prefix)).and_then(|major| major.parse().ok());
            let directory = entry.path().join("bin");
            if let Some(major) = major
                && is_complete(&directory)
            {
                found.push((major, directory));
            }
        }
    }
    found
}

/// Those in these folders, which are asked for their version.
fn on_path(folders: impl Iterator<Item = PathBuf>) -> Vec<(u32, PathBuf)> {
    let complete = folders.filter(|folder| is_complete(folder));
    let versions = complete.filter_map(|folder| {
        let output = std::process::Command::new(folder.join("pg_dump")).arg("--version").output().ok()?;
        Some((major_in(&String::from_utf8_lossy(&output.stdout))?, folder))
    });
    versions.collect()
}

fn is_complete(folder: &Path) -> bool {
    NEEDED.iter().all(|program| folder.join(program).is_file())
}

/// 15 in `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major_in(version: &str) -> Option<u32> {
    let (_, number) = version.split_once("(PostgreSQL) ")?;
    let end = number.find(|c: char| !c.is_ascii_digit());
    number[..end.unwrap_or(number.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_the_server_is_chosen() {
        let chosen = |found: &[u32], server| {
            choose(found.iter().map(|major| (*major, PathBuf::from(format!("/{major}")))).collect(), server)
        };
        assert_eq!(chosen(&[18, 15, 16], 15), Ok("/15".into()));
        assert_eq!(chosen(&[18, 17, 15], 16), Ok("/17".into()));
        assert!(chosen(&[15, 16], 17).is_err_and(|told| told.contains("postgresql-client-17") && told.contains("16")));
        assert!(chosen(&[], 15).is_err_and(|told| told.contains("there are none")));
        assert_eq!(major_in("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
    }

    #[test]
    fn what_went_wrong_is_one_line() {
        let said = b"psql: note\npsql:<stdin>:3: ERROR:  must be owner of schema public\nDETAIL: x\n";
        assert_eq!(complaint("psql", said), "psql:<stdin>:3: ERROR:  must be owner of schema public");
        assert_eq!(complaint("pg_dump", b"\nno such host\n"), "pg_dump: no such host");
        assert_eq!(complaint("pg_dump", b""), "pg_dump failed and did not say why");
    }
}
