//! The folders of the private server, whose they are, and the lock that keeps
//! a second Loquet out.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

use super::Error;
use super::account::Account;

/// How long the lock is asked for. A process that a killed Loquet was just
/// creating has it too, until it becomes another program.
const LOCK_PATIENCE: Duration = Duration::from_millis(300);

/// Where things are; the paths are absolute and free of links.
#[derive(Debug)]
pub(super) struct Layout {
    /// [`Settings::directory`](super::Settings::directory).
    pub(super) root: PathBuf,
    /// Our configuration files. As root they stay root's: written in a folder
    /// of the unprivileged account, they could be led elsewhere by a link.
    pub(super) conf: PathBuf,
    /// The cluster.
    pub(super) data: PathBuf,
    /// The folder of the socket, if its path is short enough.
    pub(super) run: PathBuf,
}

impl Layout {
    /// Creates the folders and checks that the account can reach them.
    pub(super) fn prepare(directory: &Path, account: &Account) -> Result<Self, Error> {
        fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
        let root = fs::canonicalize(directory).map_err(Error::io("open", directory))?;
        // As root, the account passes through our folders by its group, and
        // reads the configuration, but owns only `data` and `run`.
        give_to_group(&root, account, 0o710)?;
        check_reachable(&root, account)?;
        let conf = root.join("conf");
        make_own(&conf)?;
        give_to_group(&conf, account, 0o750)?;
        Ok(Self { conf, data: root.join("data"), run: root.join("run"), root })
    }

    /// Takes the lock, held until the file is closed.
    pub(super) fn lock(&self) -> Result<File, Error> {
        let path = self.root.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            // The folder may have been the account's before it was ours.
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .map_err(Error::io("open", &path))?;
        let begun = Instant::now();
        while let Err(error) = file.try_lock() {
            match error {
                TryLockError::Error(cause) => return Err(Error::io("lock", &path)(cause)),
                TryLockError::WouldBlock if begun.elapsed() < LOCK_PATIENCE => {
                    thread::sleep(Duration::from_millis(10));
                }
                TryLockError::WouldBlock => {
                    let mut text = String::new();
                    let read = file.read_to_string(&mut text).ok();
                    return Err(Error::AlreadyRunning {
                        directory: self.root.clone(),
                        pid: read.and_then(|_| text.trim().parse().ok()),
                    });
                }
            }
        }
        // For the message of whoever finds it locked.
        let written =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(Error::io("write", &path))?;
        Ok(file)
    }

    /// The major version that made the cluster; none if there is no cluster.
    pub(super) fn cluster_version(&self, account: &Account) -> Result<Option<u32>, Error> {
        let Ok(metadata) = fs::symlink_metadata(&self.data) else {
            return Ok(None);
        };
        if !metadata.is_dir() {
            return Err(Error::NotACluster { data: self.data.clone() });
        }
        if metadata.uid() != account.uid {
            return Err(Error::WrongOwner {
                data: self.data.clone(),
                owner: metadata.uid(),
                account: account.name.clone(),
            });
        }
        let version = fs::read_to_string(self.data.join("PG_VERSION")).unwrap_or_default();
        if let Ok(major) = version.trim().parse() {
            return Ok(Some(major));
        }
        let is_empty = fs::read_dir(&self.data).is_ok_and(|mut entries| entries.next().is_none());
        if is_empty {
            return Ok(None);
        }
        Err(Error::NotACluster { data: self.data.clone() })
    }
}

/// Creates a folder, or checks that the one that is there is really ours.
fn make_own(folder: &Path) -> Result<(), Error> {
    let own = rustix::process::geteuid().as_raw();
    let is_own = fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir() && found.uid() == own);
    if is_own {
        return Ok(());
    }
    DirBuilder::new().mode(0o700).create(folder).map_err(Error::io("create", folder))
}

/// Makes a folder or file of ours readable by the account's group if we are
/// root (`mode`, as 0o750), and private otherwise.
pub(super) fn give_to_group(path: &Path, account: &Account, mode: u32) -> Result<(), Error> {
    let mode = if account.switch { mode } else { mode & 0o700 };
    if account.switch {
        chown(path, Some(0), Some(account.gid)).map_err(Error::io("change the group of", path))?;
    }
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(Error::io("change the permissions of", path))
}

/// Looks for a folder above `directory` that the account may not pass.
fn check_reachable(directory: &Path, account: &Account) -> Result<(), Error> {
    if !account.switch {
        return Ok(());
    }
    let mut folders: Vec<&Path> = directory.ancestors().skip(1).collect();
    // The outermost first: what it blocks is not to be blamed on the others.
    folders.reverse();
    for folder in folders {
        let metadata = fs::metadata(folder).map_err(Error::io("open", folder))?;
        let needed = if metadata.uid() == account.uid {
            0o100
        } else if metadata.gid() == account.gid {
            0o010
        } else {
            0o001
        };
        // The mode is not all: another group or an access list may let it pass.
        if metadata.mode() & needed == 0 && !can_pass(folder, account)? {
            return Err(Error::Unreachable {
                folder: folder.to_owned(),
                directory: directory.to_owned(),
                account: account.name.clone(),
            });
        }
    }
    Ok(())
}

/// Asks the kernel, as the account.
fn can_pass(folder: &Path, account: &Account) -> Result<bool, Error> {
    let output = account.run(Path::new("test"), &["-x".as_ref(), folder.as_os_str()])?;
    Ok(output.status.success())
}
