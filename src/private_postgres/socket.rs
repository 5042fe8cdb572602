//! The folder of the server's socket: ours if its path is short enough, or else
//! a private one in a place with a short path.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::account::Account;
use super::layout::Layout;
use super::{Error, PORT};

/// The longest path, in bytes, that a Unix socket can have on Linux.
const LONGEST_PATH: usize = 107;

/// The folder of the socket, created and checked to be private.
pub(super) fn prepare(layout: &Layout, account: &Account) -> Result<PathBuf, Error> {
    if fits(&layout.run) {
        make_private(&layout.run, account)?;
        return Ok(layout.run.clone());
    }
    let name = format!("loquet-{:016x}", hash(layout.data.as_os_str().as_bytes()));
    let mut last = None;
    for place in places(account) {
        let folder = place.join(&name);
        if !fits(&folder) {
            continue;
        }
        match make_private(&folder, account) {
            Ok(()) => return Ok(folder),
            // Someone else's folder under our name is an attack, or an error
            // that the operator must see: not to be passed over.
            Err(error @ Error::SocketDirectory { .. }) => return Err(error),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| Error::SocketDirectory {
        path: layout.run.clone(),
        reason: "the path is too long and there is no /tmp: set a shorter data folder".to_owned(),
    }))
}

/// Removes what a killed server left, which would stop the next one if its
/// process id is in use again. Only to be called when no server runs.
pub(super) fn remove_stale(folder: &Path) {
    for name in [socket_name(), format!("{}.lock", socket_name())] {
        // Absent, as a rule. If it resists, PostgreSQL tells why.
        drop(fs::remove_file(folder.join(name)));
    }
}

/// Removes a folder that we made out of ours; fails silently, as it is empty
/// and harmless.
pub(super) fn leave(folder: &Path, layout: &Layout) {
    if folder != layout.run {
        drop(fs::remove_dir(folder));
    }
}

fn socket_name() -> String {
    format!(".s.PGSQL.{PORT}")
}

fn fits(folder: &Path) -> bool {
    folder.as_os_str().len() + 1 + socket_name().len() <= LONGEST_PATH
}

/// Places with a short path: those that only their owner can write come first.
fn places(account: &Account) -> Vec<PathBuf> {
    let own =
        if account.switch { Some(PathBuf::from("/run")) } else { env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from) };
    let own = own.filter(|place| place.is_absolute());
    own.into_iter().chain([PathBuf::from("/tmp")]).collect()
}

/// Creates the folder, or checks that the one that is there is ours, and gives
/// it to the account alone.
fn make_private(folder: &Path, account: &Account) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => {
            return Err(Error::io("create", folder)(cause));
        }
        _ => {}
    }
    let refuse = |reason: String| Error::SocketDirectory { path: folder.to_owned(), reason };
    // Everything goes through one open folder, so that what was checked is what
    // is changed, whatever takes its place meanwhile.
    let open =
        open_folder(folder).map_err(|cause| refuse(format!("it is not a folder of ours ({cause}); remove it")))?;
    let metadata = open.metadata().map_err(Error::io("open", folder))?;
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() != account.uid && metadata.uid() != own {
        return Err(refuse(format!("it belongs to user id {}, not to {}; remove it", metadata.uid(), account.name)));
    }
    if account.switch {
        fchown(&open, Some(account.uid), Some(account.gid)).map_err(Error::io("change the owner of", folder))?;
    }
    open.set_permissions(Permissions::from_mode(0o700)).map_err(Error::io("change the permissions of", folder))
}

/// Opens a folder, not following a link.
fn open_folder(folder: &Path) -> std::io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::DIRECTORY).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(folder)
}

/// FNV-1a: the same in every version of Loquet, so that the folder's name stays.
/// Its collisions are harmless, since the owner is checked and the server locks
/// its socket.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn ourselves() -> Account {
        Account {
            name: "us".to_owned(),
            ours: "us".to_owned(),
            uid: rustix::process::geteuid().as_raw(),
            gid: rustix::process::getegid().as_raw(),
            switch: false,
        }
    }

    #[test]
    fn the_hash_is_stable() {
        // From the algorithm's published test vectors.
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_path_of_107_bytes_fits() {
        let folder = |length: usize| PathBuf::from("/".repeat(length));
        assert!(fits(&folder(107 - "/.s.PGSQL.5432".len())));
        assert!(!fits(&folder(108 - "/.s.PGSQL.5432".len())));
    }

    #[test]
    fn a_link_is_refused_and_a_wide_open_folder_is_closed() -> Outcome {
        let place = tempfile::tempdir()?;
        let target = place.path().join("target");
        make_private(&target, &ourselves())?;
        fs::set_permissions(&target, Permissions::from_mode(0o777))?;
        make_private(&target, &ourselves())?;
        assert_eq!(fs::metadata(&target)?.mode() & 0o777, 0o700);
        let link = place.path().join("link");
        symlink(&target, &link)?;
        let refused = make_private(&link, &ourselves()).err();
        assert!(matches!(refused, Some(Error::SocketDirectory { .. })), "{refused:?}");
        Ok(())
    }
}
