//! `loquet backup`: a copy of the whole database, of one moment, while servers run. Private keys and mails in it
//! are sealed with the master key, which is not in it; names and addresses are in clear, so it is nobody else's
//! to read (KM-07).

pub mod programs;

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use clap::Args;
use serde_json::json;

use self::programs::{Programs, absent, complaint};
use super::{Database, Failure, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::audit::{self, Event, Kind, Origin};
use crate::db::{self, Pool};

/// What the names that we give end with.
pub const ENDING: &str = ".dump";

#[derive(Debug, Args)]
pub struct Arguments {
    /// A file, which is replaced, or a folder, where it is named after the moment [default: backup.directory]
    #[arg(value_name = "FILE|DIRECTORY")]
    target: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Writes a backup.
///
/// # Errors
/// What prevents it; then there is no file, and one of that name is as it was.
pub async fn run(arguments: &Arguments, settings: &Settings) -> Result<ExitCode, Failure> {
    let Some(target) = arguments.target.as_deref().or(settings.backup.directory.as_deref()) else {
        return Err(Failure::new("say where to: a file or a folder, or set backup.directory"));
    };
    let target = if target.is_dir() {
        target.join(format!("loquet-{}{ENDING}", Clock::default().now().format("%Y%m%dT%H%M%SZ")))
    } else {
        target.to_owned()
    };
    let database = Database::find(settings).await?;
    let outcome = tokio::select! {
        outcome = write(&database.pool, settings, &target) => outcome,
        // The unfinished file goes too.
        () = super::serve::stop_signal() => Err(Failure::new("interrupted: no backup was written")),
    };
    database.close().await;
    let (bytes, noted) = outcome?;
    if arguments.json {
        say(json!({ "file": target.display().to_string(), "bytes": bytes, "in_journal": noted }));
        return Ok(ExitCode::SUCCESS);
    }
    say(format!("Wrote {} ({} KiB). It holds personal data: keep it closed, and", target.display(), bytes / 1024));
    say("keep the master key somewhere else: neither is worth anything without the other.");
    if !noted {
        say("The journal has no line of it: the database is of another version of Loquet.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Its size, and whether the journal could say so.
async fn write(pool: &Pool, settings: &Settings, target: &Path) -> Result<(u64, bool), Failure> {
    let mut connection = pool.acquire().await?;
    let server = db::health::version(&mut connection).await?.major;
    let programs = Programs::find(&settings.database, server, pool)?;
    // Before an upgrade it is the old schema that is copied: never brought up to date for that.
    let applied = db::health::applied_migrations(&mut connection).await?;
    drop(connection);
    if applied.is_empty() {
        return Err(Failure::new("there is nothing to back up: this database was never set up"));
    }
    let ours = applied.len() == db::MIGRATOR.iter().count();
    let unfinished = Unfinished::beside(target)?;
    if ours {
        // Whoever takes a copy of everything leaves a trace, in the copy too.
        let mut transaction = pool.begin().await?;
        let origin = Origin::default();
        let event = Event::of_host(Kind::BackupMade, &origin);
        audit::record(&mut transaction, &event, Clock::default().now()).await?;
        transaction.commit().await?;
    }
    let mut dump = programs.command("pg_dump");
    dump.args(["--format=custom", "--no-password"]).stdout(Stdio::from(unfinished.file.try_clone()?));
    // Not `output`, which would take what goes into the file.
    let dump = dump.spawn().map_err(|error| absent("pg_dump", &error))?;
    let output = dump.wait_with_output().await?;
    if !output.status.success() {
        return Err(Failure::new(complaint("pg_dump", &output.stderr)));
    }
    // A copy that cannot be read is told today, not on the day it is needed.
    programs.output("pg_restore", &[OsStr::new("--list"), unfinished.path.as_os_str()]).await?;
    let bytes = unfinished.become_whole(target)?;
    Ok((bytes, ours))
}

/// A file beside its place, of its owner alone, that is removed unless it becomes whole.
struct Unfinished {
    path: PathBuf,
    file: File,
    whole: bool,
}

impl Unfinished {
    fn beside(target: &Path) -> Result<Self, Failure> {
        let Some(name) = target.file_name() else {
            return Err(Failure::new(format!("{} is no file", target.display())));
        };
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}", std::process::id()));
        let path = target.with_file_name(hidden);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        Ok(Self { path, file, whole: false })
    }

    /// On the disk before it takes the place of an older one. Its size.
    fn become_whole(mut self, target: &Path) -> Result<u64, Failure> {
        self.file.sync_all()?;
        let bytes = self.file.metadata()?.len();
        std::fs::rename(&self.path, target)?;
        self.whole = true;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
        Ok(bytes)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.whole {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn nothing_is_left_of_what_failed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("x.dump");
        std::fs::write(&target, "older").unwrap();
        drop(Unfinished::beside(&target).unwrap_or_else(|_| panic!("a new file")));
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "older");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let unfinished = Unfinished::beside(&target).unwrap_or_else(|_| panic!("a new file"));
        assert!(unfinished.become_whole(&target).is_ok_and(|bytes| bytes == 0));
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
