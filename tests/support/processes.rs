//! Other people's programs, started by tests.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Fails with the Debian package to install when a program or a module could not be started or read.
pub fn needs<T>(outcome: std::io::Result<T>, what: &str, package: &str) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}. To install it: apt-get install {package} (or `make setup`)"),
    }
}

/// A port that nobody has, for now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program that ends with the test, however the test ends.
pub struct Process {
    /// The program.
    pub child: Child,
    /// It leads a group of processes, which end with it.
    pub leader: bool,
}

impl Process {
    /// Waits until the program answers on a port; shows what it complained of when it does not.
    pub fn wait_for(&mut self, port: u16, log: impl Fn() -> String) {
        for _ in 0..1200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{status}\n{}", log());
            }
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nobody answers on port {port}\n{}", log());
    }

    /// Reads what it prints until something comes after these words: the rest of that line.
    pub fn told(&mut self, words: &str) -> String {
        let lines = BufReader::new(self.child.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
        let mut told = lines.filter_map(|line| Some(line.split_once(words)?.1.to_owned()));
        told.next().unwrap_or_else(|| panic!("ended without {words:?}: {:?}", self.child.try_wait()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return };
        // Politely first: what is killed leaves semaphores, databases and orphans behind.
        let _ = kill_process(pid, Signal::TERM);
        for _ in 0..500 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        if self.leader {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
