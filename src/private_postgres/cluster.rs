//! Creates the cluster: whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use super::account::{Account, spawn_error};
use super::binaries::Binaries;
use super::layout::Layout;
use super::{Error, NAME, log};

/// What the name of a cluster begins with until it is complete.
const UNFINISHED: &str = "data.new";

/// Creates the cluster beside its place, then moves it there.
pub(super) fn create(layout: &Layout, account: &Account, binaries: &Binaries) -> Result<(), Error> {
    tracing::info!("creating the private PostgreSQL {} in {}", binaries.major, layout.data.display());
    let new = make_folder(layout, account)?;
    let made = fill(&new, layout, account, binaries);
    if made.is_err() {
        remove_unfinished(layout);
    }
    made?;
    fs::rename(&new, &layout.data).map_err(Error::io("create", &layout.data))?;
    // What could not be removed before: by now it can.
    remove_unfinished(layout);
    File::open(&layout.root).and_then(|root| root.sync_all()).map_err(Error::io("write", &layout.root))
}

/// Removes what interrupted creations left. Best effort: a program of one may
/// still be ending there, in which case the next creation takes another name,
/// and the next start removes the rest.
pub(super) fn remove_unfinished(layout: &Layout) {
    for entry in fs::read_dir(&layout.root).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// A new folder, the account's.
fn make_folder(layout: &Layout, account: &Account) -> Result<PathBuf, Error> {
    let mut folder = layout.root.join(UNFINISHED);
    let mut number = 0_u32;
    while fs::symlink_metadata(&folder).is_ok() {
        number += 1;
        folder = layout.root.join(format!("{UNFINISHED}-{number}"));
    }
    DirBuilder::new().mode(0o700).create(&folder).map_err(Error::io("create", &folder))?;
    if account.switch {
        chown(&folder, Some(account.uid), Some(account.gid)).map_err(Error::io("change the owner of", &folder))?;
    }
    Ok(folder)
}

/// The cluster with its role and its database, all of it on the disk.
fn fill(new: &Path, layout: &Layout, account: &Account, binaries: &Binaries) -> Result<(), Error> {
    let check = |output: Output| {
        // The single-user server answers success whatever became of the command.
        if output.status.success() && !log::has_error(&output.stderr) {
            return Ok(());
        }
        Err(Error::Creation { directory: layout.root.clone(), reason: log::last_error(&output.stderr) })
    };
    let initdb = binaries.program("initdb");
    let mut arguments = vec![
        "--username=loquet",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--data-checksums",
        // A server started by hand, without our configuration, lets nobody in.
        "--auth=reject",
        // Synchronised once, at the end.
        "--no-sync",
        "--no-instructions",
        "--pgdata",
    ];
    if binaries.major >= 17 {
        // PostgreSQL's own order of characters, which no update of the C
        // library changes under the indexes.
        arguments.insert(0, "--locale-provider=builtin");
        arguments.insert(0, "--builtin-locale=C.UTF-8");
    }
    let mut arguments: Vec<&OsStr> = arguments.into_iter().map(OsStr::new).collect();
    arguments.push(new.as_os_str());
    check(account.run(&initdb, &arguments)?)?;
    check(create_database(new, account, binaries)?)?;
    check(account.run(&initdb, &["--sync-only".as_ref(), "--pgdata".as_ref(), new.as_ref()])?)
}

/// Runs the server for one command, without a socket.
fn create_database(new: &Path, account: &Account, binaries: &Binaries) -> Result<Output, Error> {
    let postgres = binaries.program("postgres");
    let run = || {
        let mut child = account
            .command("KILL", &postgres)
            .args(["--single", "-F", "-c", "log_checkpoints=off", "-D"])
            .arg(new)
            .arg("template1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // If it cannot be written, the server ended, and tells why.
            drop(writeln!(stdin, "CREATE DATABASE {NAME}"));
        }
        child.wait_with_output()
    };
    run().map_err(|cause| spawn_error(&postgres, cause))
}
