//! What is settled before the server first starts, and holds for its life.

use std::fs::File;
use std::path::PathBuf;

use super::account::Account;
use super::binaries::Binaries;
use super::layout::Layout;
use super::{Error, Settings, cluster, configuration, orphan, socket};

/// A cluster, the programs and the account to run it, and its lock.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) account: Account,
    pub(super) layout: Layout,
    pub(super) binaries: Binaries,
    lock: File,
}

impl Server {
    /// Takes the lock, chooses the programs, and creates the cluster if there
    /// is none.
    pub(super) fn prepare(settings: &Settings) -> Result<Self, Error> {
        let account = Account::find(&settings.user)?;
        let layout = Layout::prepare(&settings.directory, &account)?;
        let lock = layout.lock()?;
        cluster::remove_unfinished(&layout);
        let cluster = layout.cluster_version(&account)?;
        let binaries = Binaries::find(settings.bin_dir.as_deref(), cluster, &layout.data, &account)?;
        if cluster.is_none() {
            cluster::create(&layout, &account, &binaries)?;
        }
        Ok(Self { account, layout, binaries, lock })
    }

    /// Makes everything ready for the server to start, again each time it does:
    /// the folder of its socket (which is returned), its configuration, and no
    /// remains of an earlier one.
    pub(super) fn make_ready(&self) -> Result<PathBuf, Error> {
        orphan::stop(&self.layout.data, &self.account)?;
        let socket_directory = socket::prepare(&self.layout, &self.account)?;
        socket::remove_stale(&socket_directory);
        configuration::write(&self.layout, &self.account, self.binaries.major)?;
        Ok(socket_directory)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing it is not enough while another thread creates a process, which
        // then has the file open too for a moment.
        drop(self.lock.unlock());
    }
}
