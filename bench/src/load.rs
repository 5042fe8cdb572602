//! Load: workers that each send one request after the other, and a probe that asks at fixed moments
//! whether the server answers or not.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::spawn_local;

use crate::http::Connection;
use crate::instance::{self, Instance};
use crate::latency::Times;
use crate::machine::Moment;
use crate::processes::{Memory, Sampler, forget_peak};
use crate::{Failure, Options, machine};

/// What a worker did.
pub enum Step {
    /// One operation, that took so long.
    Done(Duration),
    /// One that failed.
    Failed(String),
    /// There is no more to do.
    Over,
}

/// One who does an operation, then another.
pub trait Worker {
    async fn step(&mut self) -> Step;
}

/// Lets the workers work until they are done or the time is over; what they are in the middle of
/// then is dropped, and counts for nothing.
pub async fn closed_loop<W: Worker + 'static>(workers: Vec<W>, longest: Duration) -> Times {
    let times = Rc::new(RefCell::new(Times::default()));
    let tasks: Vec<_> = workers.into_iter().map(|worker| spawn_local(work(worker, Rc::clone(&times)))).collect();
    let stops: Vec<_> = tasks.iter().map(tokio::task::JoinHandle::abort_handle).collect();
    let all = async {
        for task in tasks {
            let _ = task.await;
        }
    };
    if tokio::time::timeout(longest, all).await.is_err() {
        for stop in stops {
            stop.abort();
        }
    }
    times.take()
}

async fn work<W: Worker>(mut worker: W, times: Rc<RefCell<Times>>) {
    loop {
        match worker.step().await {
            Step::Done(time) => times.borrow_mut().add(time),
            Step::Failed(fault) => {
                times.borrow_mut().fail(fault);
                // A server that refuses connections must not be met by a busy loop.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Step::Over => return,
        }
    }
}

/// A request that the probe sends, and what its answer must be.
pub struct Question {
    pub name: &'static str,
    pub request: Vec<u8>,
    pub status: u16,
}

/// Asks each question in turn, `rate` times a second in all, whether the server keeps up or not;
/// times count from the moment at which the question was due. Until dropped.
pub struct Probe {
    times: Vec<(&'static str, Rc<RefCell<Times>>)>,
    task: tokio::task::JoinHandle<()>,
}

impl Probe {
    pub fn start(address: SocketAddr, questions: Vec<Question>, rate: u32) -> Self {
        let times: Vec<_> = questions.iter().map(|question| (question.name, Rc::<RefCell<Times>>::default())).collect();
        let (kept, pause) = (times.clone(), Duration::from_secs(1) / rate);
        let task = spawn_local(async move {
            let (questions, free) = (Rc::new(questions), Rc::new(RefCell::new(Vec::new())));
            let begin = Instant::now();
            for number in 0_u32.. {
                let due = begin + pause * number;
                tokio::time::sleep_until(due.into()).await;
                let which = number as usize % questions.len();
                let (questions, free, times) = (Rc::clone(&questions), Rc::clone(&free), Rc::clone(&kept[which].1));
                spawn_local(async move {
                    let mut connection = free.borrow_mut().pop().unwrap_or_else(|| Connection::new(address));
                    let question = &questions[which];
                    let fault = match connection.send(&question.request).await {
                        Ok(answer) if answer.status == question.status => None,
                        Ok(answer) => Some(answer.fault()),
                        Err(error) => Some(error.to_string()),
                    };
                    match fault {
                        None => times.borrow_mut().add(due.elapsed()),
                        Some(fault) => times.borrow_mut().fail(fault),
                    }
                    free.borrow_mut().push(connection);
                });
            }
        });
        Self { times, task }
    }

    /// The times of each question.
    pub fn stop(self) -> Vec<(&'static str, Times)> {
        self.task.abort();
        self.times.iter().map(|(name, times)| (*name, times.take())).collect()
    }
}

/// A load and what it cost.
pub struct Measured {
    pub times: Times,
    pub seconds: f64,
    /// Processor time, in seconds.
    pub server: f64,
    pub postgres: f64,
    pub driver: f64,
    /// Bytes of journal.
    pub journal: f64,
    /// The highest during the load.
    pub memory: Memory,
    /// Cores that others used.
    pub foreign: f64,
}

impl Measured {
    #[expect(clippy::cast_precision_loss)]
    fn operations(&self) -> f64 {
        self.times.count() as f64
    }

    pub fn rate(&self) -> f64 {
        self.operations() / self.seconds
    }

    /// A total, divided among the operations.
    pub fn each(&self, total: f64) -> f64 {
        total / self.operations()
    }

    pub fn was_disturbed(&self) -> bool {
        self.foreign > machine::DISTURBED
    }
}

/// Measures a load, looking at the memory ten times a second.
pub async fn measure(instance: &Instance, load: impl Future<Output = Times>) -> Result<Measured, Failure> {
    let (Some(server), postmaster) = (instance.pid(), instance.postmaster()) else {
        return Err("the server does not run".into());
    };
    let journal = instance.journal()?;
    forget_peak(server);
    let folder = instance.folder.clone();
    let sampler = Sampler::start(server, move || instance::postmaster(&folder));
    let before = Moment::now(Some(server), postmaster);
    let times = load.await;
    let after = Moment::now(Some(server), postmaster);
    let memory = sampler.stop();
    Ok(Measured {
        times,
        seconds: before.elapsed(&after).as_secs_f64(),
        server: after.server - before.server,
        postgres: after.postgres - before.postgres,
        driver: after.driver - before.driver,
        journal: instance.journal()? - journal,
        memory,
        foreign: before.foreign(&after),
    })
}

/// Measures as long as others disturb it, within reason: the least disturbed one.
pub async fn undisturbed(
    options: &Options,
    instance: &Instance,
    mut attempt: impl AsyncFnMut() -> Result<Measured, Failure>,
) -> Result<Measured, Failure> {
    let mut best: Option<Measured> = None;
    for _ in 0..options.tries {
        machine::wait_for_quiet(instance.pid(), instance.postmaster(), options.patience);
        let measured = attempt().await?;
        if best.as_ref().is_none_or(|best| measured.foreign < best.foreign) {
            best = Some(measured);
        }
        if best.as_ref().is_some_and(|best| !best.was_disturbed()) {
            break;
        }
    }
    best.ok_or_else(|| "no try".into())
}
