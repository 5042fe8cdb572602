//! The life of the server, on the one thread that starts it and waits for it.

use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tokio::sync::oneshot;

use super::server::Server;
use super::shared::Shared;
use super::{Error, log, process, socket};

/// How long a start may take; recovery after a crash included.
const LONGEST_START: Duration = Duration::from_secs(60);

/// How often a starting or an ending server is looked at.
const GLANCE: Duration = Duration::from_millis(3);

/// How often a server that is still starting is asked again to stop.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// The pause before a dead server is started again, and how far it grows.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A server that ran this long did not die of its start: pauses begin anew.
const STABLE: Duration = Duration::from_secs(60);

/// How long the last messages of a dead server, and with them the end of its
/// last process, are waited for.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a start says while processes of a killed server are still ending, or if
/// one that a killed Loquet had only just begun took the cluster meanwhile.
const IN_THE_WAY: [&str; 2] = ["pre-existing shared memory block", "lock file \"postmaster.pid\" already exists"];

/// A server that was started.
struct Running {
    child: Child,
    pid: Pid,
    messages: JoinHandle<Option<String>>,
    socket_directory: PathBuf,
}

/// Starts the server, tells the socket's folder to `started`, and keeps it
/// running until a stop is asked for.
pub(super) fn supervise(server: &Server, shared: &Arc<Shared>, started: oneshot::Sender<Result<PathBuf, Error>>) {
    let mut running = match first_start(server, shared) {
        Ok(running) => running,
        Err(error) => return drop(started.send(Err(error))),
    };
    let socket_directory = running.socket_directory.clone();
    // If nobody waits for the answer any more, a stop was asked for.
    drop(started.send(Ok(socket_directory.clone())));
    let mut pause = FIRST_PAUSE;
    loop {
        let since = Instant::now();
        let (status, _) = running.end(shared);
        if shared.is_stopping() {
            break;
        }
        tracing::error!("PostgreSQL ended by itself ({status}); starting it again");
        if since.elapsed() > STABLE {
            pause = FIRST_PAUSE;
        }
        match start_again(server, shared, &mut pause) {
            Some(again) => running = again,
            None => break,
        }
    }
    socket::leave(&socket_directory, &server.layout);
}

/// The start that the operator waits for: it fails if the server does, unless
/// an earlier server is in the way, which each attempt sees to.
fn first_start(server: &Server, shared: &Arc<Shared>) -> Result<Running, Error> {
    let begun = Instant::now();
    loop {
        match start(server, shared, begun) {
            Err(Error::Startup { reason }) if is_in_the_way(&reason) && begun.elapsed() < LONGEST_START => {
                if shared.sleep(FIRST_PAUSE) {
                    return Err(Error::Interrupted);
                }
            }
            result => return result,
        }
    }
}

fn is_in_the_way(reason: &str) -> bool {
    IN_THE_WAY.iter().any(|text| reason.contains(text))
}

/// Starts the server until it runs; none if a stop is asked for.
fn start_again(server: &Server, shared: &Arc<Shared>, pause: &mut Duration) -> Option<Running> {
    while !shared.sleep(*pause) {
        *pause = LONGEST_PAUSE.min(*pause * 2);
        match start(server, shared, Instant::now()) {
            Ok(running) => {
                tracing::info!("PostgreSQL runs again");
                return Some(running);
            }
            Err(Error::Interrupted) => return None,
            Err(error) => tracing::error!("{error}; trying again in {pause:?}"),
        }
    }
    None
}

/// Starts the server and waits until it accepts connections; the wait counts
/// from `begun`.
fn start(server: &Server, shared: &Arc<Shared>, begun: Instant) -> Result<Running, Error> {
    let socket_directory = server.make_ready()?;
    let (messages, stderr) = log::forward(Arc::clone(shared))?;
    let child = process::spawn(server, &socket_directory, stderr)?;
    let pid = Pid::from_child(&child);
    shared.spawned(pid);
    let running = Running { child, pid, messages, socket_directory };
    let mut asked = Instant::now();
    loop {
        if process::has_ended(pid) {
            let (status, reason) = running.end(shared);
            if shared.is_stopping() {
                return Err(Error::Interrupted);
            }
            let reason = reason.unwrap_or_else(|| format!("it ended with {status}"));
            return Err(Error::Startup { reason });
        }
        if process::is_ready(&server.layout.data, running.child.id()) {
            if shared.is_stopping() {
                // Now it listens: see below.
                shared.signal(Signal::INT);
            }
            return Ok(running);
        }
        // A shell that starts us in the background has us, and PostgreSQL until it says otherwise, ignore
        // this signal: one that came too early is lost.
        if shared.is_stopping() && asked.elapsed() > ASK_AGAIN {
            shared.signal(Signal::INT);
            asked = Instant::now();
        }
        if begun.elapsed() > LONGEST_START {
            shared.signal(Signal::QUIT);
            running.end(shared);
            return Err(Error::NotReady { seconds: LONGEST_START.as_secs() });
        }
        thread::sleep(GLANCE);
    }
}

impl Running {
    /// Waits for the server's end. Tells its status, and what it died of if it
    /// said so.
    fn end(mut self, shared: &Shared) -> (String, Option<String>) {
        process::wait_for_end(self.pid);
        let status =
            shared.reaped(|| self.child.wait()).map_or_else(|error| error.to_string(), |status| status.to_string());
        let ended = Instant::now();
        while !self.messages.is_finished() {
            if ended.elapsed() > LAST_WORDS {
                return (status, None);
            }
            thread::sleep(GLANCE);
        }
        (status, self.messages.join().ok().flatten())
    }
}
