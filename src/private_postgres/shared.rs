//! What the supervising thread shares with the handle.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The state of the server, seen from outside its thread.
#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The server's process, as long as nobody waited for it: until then its
    /// number is not another's, and a signal cannot go astray.
    pid: Option<Pid>,
    stopping: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is one assignment: a panic elsewhere leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server's process id.
    pub(super) fn pid(&self) -> Option<u32> {
        let pid = self.state().pid?;
        Some(pid.as_raw_nonzero().get().unsigned_abs())
    }

    /// Notes that the server runs, and stops it if a stop was asked meanwhile.
    pub(super) fn spawned(&self, pid: Pid) {
        let mut state = self.state();
        state.pid = Some(pid);
        if state.stopping {
            send(pid, Signal::INT);
        }
    }

    /// Forgets the server's process with `reap`, which waits for it.
    pub(super) fn reaped<T>(&self, reap: impl FnOnce() -> T) -> T {
        let mut state = self.state();
        state.pid = None;
        reap()
    }

    /// Asks for a fast shutdown, now and for ever.
    pub(super) fn request_stop(&self) {
        let mut state = self.state();
        state.stopping = true;
        if let Some(pid) = state.pid {
            send(pid, Signal::INT);
        }
        self.changed.notify_all();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.state().stopping
    }

    /// Signals the server, if there is one.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(pid) = self.state().pid {
            send(pid, signal);
        }
    }

    /// Sleeps, or returns as soon as a stop is asked for. True if it is.
    pub(super) fn sleep(&self, pause: Duration) -> bool {
        let begun = Instant::now();
        let mut state = self.state();
        while !state.stopping {
            let Some(left) = pause.checked_sub(begun.elapsed()) else {
                break;
            };
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.stopping
    }
}

fn send(pid: Pid, signal: Signal) {
    if let Err(error) = kill_process(pid, signal) {
        tracing::warn!("PostgreSQL (process {pid}) could not be signalled: {error}");
    }
}
