//! What Linux tells about processes: processor time and memory.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Units of processor time in a second: Linux shows this many to programs, whatever its own clock.
pub const TICKS: f64 = 100.0;

/// A line of `/proc/PID/stat`.
pub struct Process {
    pub parent: u32,
    pub name: String,
    /// Processor time of its own.
    pub seconds: f64,
    /// And of its children that have ended.
    ended: f64,
}

impl Process {
    pub fn read(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in parentheses and may hold anything.
        let (name, rest) = (text.split_once('(')?.1.rsplit_once(')')?.0, text.rsplit_once(") ")?.1);
        let fields: Vec<&str> = rest.split(' ').collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            name: name.to_owned(),
            seconds: (number(11) + number(12)) / TICKS,
            ended: (number(13) + number(14)) / TICKS,
        })
    }

    pub fn parent_name(&self) -> Option<String> {
        Self::read(self.parent).map(|parent| parent.name)
    }
}

/// Every process.
pub fn all() -> impl Iterator<Item = Process> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| Process::read(entry.ok()?.file_name().to_str()?.parse().ok()?))
}

/// Processor time of a process, all its threads.
pub fn seconds(pid: u32) -> f64 {
    Process::read(pid).map_or(0.0, |process| process.seconds)
}

/// Processor time of this thread, to the nanosecond.
pub fn seconds_of_thread() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}

/// Of a process and its children, those that have ended too.
pub fn seconds_of_family(pid: u32) -> f64 {
    let own = Process::read(pid).map_or(0.0, |process| process.seconds + process.ended);
    own + children(pid).into_iter().map(seconds).sum::<f64>()
}

pub fn children(pid: u32) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

/// Its proportional share of memory in bytes: what it has alone, and a part of what is shared.
pub fn pss(pid: u32) -> u64 {
    field(&format!("/proc/{pid}/smaps_rollup"), "Pss:")
}

/// The share of a process and its children.
pub fn pss_of_family(pid: u32) -> u64 {
    pss(pid) + children(pid).into_iter().map(pss).sum::<u64>()
}

/// The most that was ever resident, in bytes.
pub fn peak_resident(pid: u32) -> u64 {
    field(&format!("/proc/{pid}/status"), "VmHWM:")
}

/// Makes [`peak_resident`] start again from now.
pub fn forget_peak(pid: u32) {
    let _ = fs::write(format!("/proc/{pid}/clear_refs"), "5");
}

fn field(path: &str, name: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let kb = text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok());
    kb.unwrap_or_default() * 1024
}

/// Memory at one moment or at its highest, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// The process alone.
    pub server: u64,
    /// All of PostgreSQL.
    pub postgres: u64,
    /// Both at the same moment.
    pub total: u64,
    /// The most resident at once, shared pages counted whole.
    pub peak_resident: u64,
}

impl Memory {
    pub fn now(server: u32, postmaster: Option<u32>) -> Self {
        let (own, postgres) = (pss(server), postmaster.map(pss_of_family).unwrap_or_default());
        Self { server: own, postgres, total: own + postgres, peak_resident: peak_resident(server) }
    }

    pub fn highest(self, other: Self) -> Self {
        Self {
            server: self.server.max(other.server),
            postgres: self.postgres.max(other.postgres),
            total: self.total.max(other.total),
            peak_resident: self.peak_resident.max(other.peak_resident),
        }
    }
}

/// How often the memory is looked at; and after how many looks PostgreSQL's too, since each of its
/// dozen processes costs a third of a millisecond.
const PAUSE: Duration = Duration::from_millis(100);
const POSTGRES_TURN: u32 = 5;

/// Looks at the memory again and again, in a thread.
pub struct Sampler {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Memory>,
}

impl Sampler {
    /// `postmaster` is asked for each time: it may come later than the process.
    pub fn start(server: u32, postmaster: impl Fn() -> Option<u32> + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (mut highest, mut postgres) = (Memory::default(), 0);
            for turn in 0.. {
                if turn % POSTGRES_TURN == 0 {
                    postgres = postmaster().map(pss_of_family).unwrap_or_default();
                }
                let own = pss(server);
                let now = Memory { server: own, postgres, total: own + postgres, peak_resident: peak_resident(server) };
                highest = highest.highest(now);
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                std::thread::sleep(PAUSE);
            }
            highest
        });
        Self { stop, thread }
    }

    pub fn stop(self) -> Memory {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}
