//! The machine: what it is, and what else it was doing.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::processes;

/// Over this many cores of other people's work, a measurement is made again.
pub const DISTURBED: f64 = 0.15;

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What a reader needs to know to compare with another machine.
pub fn facts(directory: &Path) -> Value {
    let model = read("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name").and_then(|rest| rest.split_once(": ")).map(|(_, name)| name.to_owned()));
    let memory = read("/proc/meminfo").split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default();
    json!({
        "cores": cores(),
        "processor": model.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        "memory_mb": memory * 1024 / 1_000_000,
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "write_and_sync_us": sync_time(directory).ok(),
        "other_postgres_servers": other_servers(),
    })
}

/// The commit that a folder is at.
pub fn commit(folder: &Path) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(["describe", "--always", "--dirty", "--abbrev=12"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Median of what a commit waits for: 8 KiB written and on the disk.
fn sync_time(directory: &Path) -> io::Result<u64> {
    let path = directory.join("sync");
    let mut file = fs::File::create(&path)?;
    file.write_all(&[0; 1 << 20])?;
    file.sync_all()?;
    let mut times = Vec::new();
    for number in 0..100 {
        let start = Instant::now();
        file.write_all_at(&[1; 8192], number * 8192)?;
        file.sync_data()?;
        times.push(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    times.sort_unstable();
    fs::remove_file(path)?;
    Ok(times[50])
}

/// Other servers share the pages of the same programs with ours, which makes its share smaller.
fn other_servers() -> usize {
    processes::all().filter(|process| process.name == "postgres" && process.parent_name().as_deref() != Some("postgres")).count()
}

/// The work of the machine and of some processes at one moment.
#[derive(Clone)]
pub struct Moment {
    at: Instant,
    /// All cores, in seconds: user and system; kernel threads; taken by the host.
    busy: f64,
    kernel: f64,
    steal: f64,
    /// The server, its PostgreSQL, and this program, in seconds.
    pub server: f64,
    pub postgres: f64,
    pub driver: f64,
}

impl Moment {
    pub fn now(server: Option<u32>, postmaster: Option<u32>) -> Self {
        let ticks: Vec<f64> =
            read("/proc/stat").lines().next().unwrap_or_default().split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
        let second = |field: usize| ticks.get(field).copied().unwrap_or_default() / processes::TICKS;
        let kernel = processes::all().filter(|process| process.parent == 2).map(|process| process.seconds).sum();
        Self {
            at: Instant::now(),
            busy: second(0) + second(1) + second(2),
            kernel,
            steal: second(7),
            server: server.map(processes::seconds).unwrap_or_default(),
            postgres: postmaster.map(processes::seconds_of_family).unwrap_or_default(),
            driver: processes::seconds(std::process::id()),
        }
    }

    pub fn elapsed(&self, later: &Self) -> Duration {
        later.at - self.at
    }

    /// Cores that others used until `later`, the host of this virtual machine included.
    pub fn foreign(&self, later: &Self) -> f64 {
        let ours = |m: &Self| m.kernel + m.server + m.postgres + m.driver;
        let others = (later.busy - self.busy) - (ours(later) - ours(self)) + (later.steal - self.steal);
        (others / self.elapsed(later).as_secs_f64()).max(0.0)
    }
}

/// Waits until others leave the machine alone, `patience` at the longest. Returns whether they do.
pub fn wait_for_quiet(server: Option<u32>, postmaster: Option<u32>, patience: Duration) -> bool {
    let start = Instant::now();
    loop {
        let before = Moment::now(server, postmaster);
        std::thread::sleep(Duration::from_millis(700));
        let foreign = before.foreign(&Moment::now(server, postmaster));
        if foreign < DISTURBED / 2.0 {
            return true;
        }
        if start.elapsed() >= patience {
            return false;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}
