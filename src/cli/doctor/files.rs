//! The files that `loquet doctor` looks at: the master key's, and backups.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use chrono::{DateTime, Utc};

use super::finding::Finding;
use super::surroundings::{self, Access, Found};
use crate::cli::backup::ENDING;
use crate::config::InForce;

/// Who may read the master key.
pub fn master_key(in_force: &[InForce]) -> Finding {
    const CHECK: &str = "master key";
    let Some(setting) = in_force.iter().find(|entry| entry.key == "secrets.master_key_file") else {
        return Finding::warning(
            CHECK,
            "secrets.master_key is in the settings themselves: whoever copies them has it",
            "put it into a file of its own and name that as secrets.master_key_file",
        );
    };
    match std::fs::metadata(&setting.value) {
        Ok(metadata) => {
            let ours = rustix::process::geteuid().as_raw();
            let access = Access { mode: metadata.permissions().mode(), owner: metadata.uid(), ours };
            surroundings::key_file(&setting.value, access)
        }
        Err(error) => Finding::fault(CHECK, format!("{}: {error}", setting.value), "put it back from your copy"),
    }
}

/// How old the newest backup is.
pub fn backups(directory: Option<&Path>, now: DateTime<Utc>) -> Finding {
    const CHECK: &str = "backups";
    let Some(directory) = directory else {
        return Finding::skipped(CHECK, "not looked at: backup.directory is not set");
    };
    let shown = directory.display().to_string();
    match newest(directory) {
        Ok(newest) => surroundings::backup(newest.as_ref(), &shown, now),
        Err(error) => {
            Finding::fault(CHECK, format!("{shown}: {error}"), "make the folder, or correct backup.directory")
        }
    }
}

fn newest(directory: &Path) -> std::io::Result<Option<Found>> {
    let mut newest = None::<Found>;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(ENDING) {
            continue;
        }
        let metadata: Metadata = std::fs::metadata(entry.path())?;
        let made_at = DateTime::<Utc>::from(metadata.modified()?);
        // An empty file is no backup.
        let is_newer = newest.as_ref().is_none_or(|newest| made_at > newest.made_at);
        if metadata.is_file() && metadata.len() > 0 && is_newer {
            newest = Some(Found { name, made_at, mode: metadata.permissions().mode() });
        }
    }
    Ok(newest)
}
