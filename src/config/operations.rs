//! `[backup]` and `[metrics]`: for those who look after the machine.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::Reader;

/// `[backup]`: where backups are.
#[derive(Debug, Clone)]
pub struct Backup {
    /// Where `loquet backup` writes when it is not told, and where `loquet doctor` looks how old the newest is.
    pub directory: Option<PathBuf>,
}

impl Backup {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        Some(Self { directory: r.optional("backup.directory")? })
    }
}

/// `[metrics]`: figures for Prometheus.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Where they are served, apart from everything else; nowhere by default.
    pub listen: Option<SocketAddr>,
}

impl Metrics {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        Some(Self { listen: r.optional("metrics.listen")? })
    }
}
