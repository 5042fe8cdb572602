//! The private server's configuration files.
//!
//! Sizes are for a small host: the whole server is about 27 MB with eight new
//! connections, and 45 MB once `shared_buffers` and their caches are full (as
//! the sum of its processes' proportional sets). An operator's `ALTER SYSTEM` wins over this file; what
//! keeps the server private is on its command line, which wins over both.

use std::fs;
use std::path::Path;

use super::account::Account;
use super::layout::{Layout, give_to_group};
use super::{Error, NAME};

const SETTINGS: &str = "\
# Written by Loquet at every start. To change a setting: ALTER SYSTEM.

# Memory. A process for each connection, so few of them; no helper processes.
max_connections = 40
shared_buffers = 16MB
work_mem = 2MB
maintenance_work_mem = 16MB
wal_buffers = 1MB
huge_pages = off
max_worker_processes = 0
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
autovacuum_max_workers = 1
max_logical_replication_workers = 0
track_activities = on
track_activity_query_size = 256
jit = off

# Durability: what was acknowledged survives a crash.
fsync = on
synchronous_commit = on
full_page_writes = on

# The journal: for crash recovery only, neither replicas nor archive.
wal_level = minimal
max_wal_senders = 0
max_replication_slots = 0
max_wal_size = 256MB
min_wal_size = 32MB
checkpoint_timeout = 10min

# The log goes to Loquet's. No statement, parameter or row is ever in it:
# terse leaves out the DETAIL lines, which quote the rows of a failed insert.
log_destination = stderr
logging_collector = off
log_min_messages = warning
log_error_verbosity = terse
log_min_error_statement = panic
log_min_duration_statement = -1
log_statement = none
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off

# Whatever the host's.
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
lc_monetary = 'C'
lc_numeric = 'C'
lc_time = 'C'
default_text_search_config = 'pg_catalog.simple'
";

/// Version 18 would start three processes to read files, and keep shared memory
/// for sixteen vacuum workers.
const SETTINGS_18: &str = "\
io_method = sync
autovacuum_worker_slots = 1
";

/// Writes the three configuration files.
pub(super) fn write(layout: &Layout, account: &Account, major: u32) -> Result<(), Error> {
    let memory = if Path::new("/dev/shm").is_dir() { "posix" } else { "mmap" };
    let newer = if major >= 18 { SETTINGS_18 } else { "" };
    let settings = format!("{SETTINGS}dynamic_shared_memory_type = {memory}\n{newer}");
    // Nobody enters but by the socket, and then only these accounts.
    let access = format!("local all {NAME} peer map={NAME}\n");
    let mut names = vec![&account.name, &account.ours];
    names.dedup();
    let identity = |name: &&String| format!("{NAME} \"{}\" {NAME}\n", name.replace('"', "\"\""));
    let identities: String = names.iter().map(identity).collect();
    for (name, text) in [("postgresql.conf", &settings), ("pg_hba.conf", &access), ("pg_ident.conf", &identities)] {
        let path = layout.conf.join(name);
        fs::write(&path, text).map_err(Error::io("write", &path))?;
        give_to_group(&path, account, 0o640)?;
    }
    Ok(())
}
