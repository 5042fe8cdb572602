//! The pool that computes password hashes: the only expensive thing we do, kept off the async
//! workers, bounded, and refused early when the queue is long.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// Longest time that somebody is made to wait for a place (security rule 10).
const LONGEST_WAIT: Duration = Duration::from_secs(2);

type Job = Box<dyn FnOnce() + Send>;

/// The hashing threads and their queue.
#[derive(Clone)]
pub struct Hasher {
    jobs: mpsc::Sender<Job>,
    load: Arc<Load>,
}

struct Load {
    threads: usize,
    /// Jobs that hold a place, waiting or running.
    places: AtomicUsize,
    /// Mean time of a job in microseconds, moving.
    mean: AtomicU64,
}

/// A place in the queue. Taken before anything is counted against the person, given back when
/// dropped.
pub struct Place {
    hasher: Hasher,
}

/// Too many are waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server has too many sign-ins to check")]
pub struct Busy {
    /// When it is worth trying again, in seconds.
    pub retry_after: u64,
}

impl Hasher {
    /// Starts `threads` threads (0: one per core), of lower priority than the rest.
    /// `job_time` is the time one hash takes, as measured at start.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(threads: usize, job_time: Duration) -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { cores } else { threads.min(cores) };
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let mean = AtomicU64::new(u64::try_from(job_time.as_micros()).unwrap_or(u64::MAX));
        let load = Arc::new(Load { threads, places: AtomicUsize::new(0), mean });
        for number in 0..threads {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new().name(format!("hashing-{number}")).stack_size(256 * 1024).spawn(move || {
                // On Linux the nice value belongs to the thread. Not being allowed is no reason to stop.
                let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), 5);
                loop {
                    let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    match job {
                        Ok(job) => job(),
                        Err(mpsc::RecvError) => break,
                    }
                }
            })?;
        }
        Ok(Self { jobs, load })
    }

    /// Takes a place, if the wait would be short enough.
    ///
    /// # Errors
    /// [`Busy`] when it would not.
    pub fn place(&self) -> Result<Place, Busy> {
        let before = self.load.places.fetch_add(1, Ordering::AcqRel);
        let place = Place { hasher: self.clone() };
        let ahead = u64::try_from(before / self.load.threads).unwrap_or(u64::MAX);
        let wait = Duration::from_micros(self.load.mean.load(Ordering::Relaxed).saturating_mul(ahead));
        if wait > LONGEST_WAIT {
            return Err(Busy { retry_after: LONGEST_WAIT.as_secs() });
        }
        Ok(place)
    }

    /// How many hold a place now: for the log and for tests.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.load.places.load(Ordering::Relaxed)
    }
}

impl Place {
    /// Runs `job` on the pool and waits for its result.
    ///
    /// # Errors
    /// [`Busy`] when the pool has stopped or the job panicked.
    pub async fn run<T: Send + 'static>(self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (sender, receiver) = oneshot::channel();
        let load = Arc::clone(&self.hasher.load);
        let task: Job = Box::new(move || {
            // Whoever waited may be gone (a closed connection): then nothing is computed.
            if sender.is_closed() {
                return;
            }
            let start = Instant::now();
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            let took = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            let mean = load.mean.load(Ordering::Relaxed);
            load.mean.store((mean * 7 + took) / 8, Ordering::Relaxed);
            if let Ok(result) = result {
                let _ = sender.send(result);
            }
        });
        self.hasher.jobs.send(task).map_err(|_| Busy { retry_after: 1 })?;
        receiver.await.map_err(|_| Busy { retry_after: 1 })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hasher.load.places.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn refuses_when_the_wait_is_long() {
        let hasher = Hasher::start(1, Duration::from_millis(900)).unwrap();
        let places: Vec<_> = std::iter::from_fn(|| hasher.place().ok()).take(10).collect();
        assert_eq!(places.len(), 3, "0, 0.9 and 1.8 s are short enough, 2.7 s is not");
        drop(places);
        assert_eq!(hasher.waiting(), 0);
        assert_eq!(hasher.place().unwrap().run(|| 41 + 1).await, Ok(42));
    }

    #[tokio::test]
    async fn survives_a_panic() {
        let hasher = Hasher::start(1, Duration::ZERO).unwrap();
        let outcome = hasher.place().unwrap().run(|| -> u8 { panic!("in a job") }).await;
        assert!(outcome.is_err());
        assert_eq!(hasher.place().unwrap().run(|| 1).await, Ok(1));
    }
}
