//! Sign-ins with a password, as a share of what bcrypt allows on these cores; and whether the others
//! notice.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::http::Connection;
use crate::instance::Instance;
use crate::latency::Times;
use crate::load::{Measured, Probe, Question, Step, Worker, closed_loop, measure};
use crate::person::{self, Form, SignedIn};
use crate::scenarios::tokens::Tokens;
use crate::{Failure, Options, machine, members, processes};

/// Requests of the probe a second.
const PROBES: u32 = 40;

/// One repetition.
pub struct SignIns {
    pub measured: Measured,
    /// Hashes a second that the cores can compute, before and after.
    pub limit: f64,
    /// Answers «come back later».
    pub refusals: u64,
    /// What the probe asked.
    pub others: Vec<(&'static str, Times)>,
}

impl SignIns {
    /// Of all that the cores could hash.
    pub fn share(&self) -> f64 {
        self.measured.rate() / self.limit
    }

    /// Of what they could hash in the time that others left.
    #[expect(clippy::cast_precision_loss)]
    pub fn share_of_the_rest(&self) -> f64 {
        self.share() / (1.0 - self.measured.foreign / machine::cores() as f64)
    }
}

/// Signs each account in for the first time: its old hash is replaced. The cookies of the browsers.
pub async fn first(host: SocketAddr, accounts: usize) -> Result<Vec<String>, Failure> {
    let (next, sessions) = (Rc::new(RefCell::new(0..accounts)), Rc::new(RefCell::new(Vec::new())));
    let workers = (0..machine::cores() * 2).map(|_| FirstTime {
        host,
        connection: Connection::new(host),
        next: Rc::clone(&next),
        sessions: Rc::clone(&sessions),
    });
    let times = closed_loop(workers.collect(), Duration::from_secs(600)).await;
    if times.failures() > 0 || sessions.borrow().len() != accounts {
        return Err(format!("first sign-ins: {:?}", times.errors).into());
    }
    Ok(sessions.take())
}

struct FirstTime {
    host: SocketAddr,
    connection: Connection,
    next: Rc<RefCell<std::ops::Range<usize>>>,
    sessions: Rc<RefCell<Vec<String>>>,
}

impl Worker for FirstTime {
    async fn step(&mut self) -> Step {
        let Some(number) = self.next.borrow_mut().next() else { return Step::Over };
        let start = Instant::now();
        let outcome = async {
            let form = person::open_form(&mut self.connection, self.host).await?;
            person::send_form(&mut self.connection, self.host, &form, &members::login(number)).await
        };
        match outcome.await {
            Ok(SignedIn::Yes(cookies)) => {
                self.sessions.borrow_mut().push(cookies);
                Step::Done(start.elapsed())
            }
            Ok(SignedIn::Later(_)) => Step::Failed("busy".to_owned()),
            Err(failure) => Step::Failed(failure.to_string()),
        }
    }
}

/// One repetition: many browsers at once, each new, each as patient as it is asked to be; and others
/// who are signed in already.
pub async fn many(options: &Options, instance: &Instance, tokens: &Tokens) -> Result<SignIns, Failure> {
    let host = instance.address;
    let before = bcrypt_limit(options);
    let refusals = Rc::new(RefCell::new(0));
    let workers = (0..options.browsers).map(|number| Stranger {
        host,
        connection: Connection::new(host),
        login: members::login(number % options.accounts),
        form: None,
        since: Instant::now(),
        refusals: Rc::clone(&refusals),
        dice: number as u64 + 1,
    });
    let token = tokens.access.borrow().last().cloned().unwrap_or_default();
    let questions = vec![
        Question { name: "userinfo", request: person::userinfo(host, &token).into_bytes(), status: 200 },
        Question { name: "discovery", request: person::discovery(host).into_bytes(), status: 200 },
    ];
    let mut others = Vec::new();
    let measured = measure(instance, async {
        let probe = Probe::start(host, questions, PROBES);
        let times = closed_loop(workers.collect(), options.long).await;
        others = probe.stop();
        times
    })
    .await?;
    // The hashes of those who were cut off.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let limit = f64::midpoint(before, bcrypt_limit(options));
    Ok(SignIns { measured, limit, refusals: refusals.take(), others })
}

/// Somebody who signs in from a browser that was never used.
struct Stranger {
    host: SocketAddr,
    connection: Connection,
    login: String,
    form: Option<Form>,
    /// First try.
    since: Instant,
    refusals: Rc<RefCell<u64>>,
    dice: u64,
}

impl Worker for Stranger {
    async fn step(&mut self) -> Step {
        loop {
            match self.try_once().await {
                Ok(SignedIn::Yes(_)) => {
                    self.form = None;
                    return Step::Done(self.since.elapsed());
                }
                Ok(SignedIn::Later(seconds)) => {
                    *self.refusals.borrow_mut() += 1;
                    let wait = Duration::from_secs(seconds) + Duration::from_millis(self.roll(1000));
                    tokio::time::sleep(wait).await;
                }
                Err(failure) => {
                    self.form = None;
                    return Step::Failed(failure.to_string());
                }
            }
        }
    }
}

impl Stranger {
    async fn try_once(&mut self) -> Result<SignedIn, Failure> {
        if self.form.is_none() {
            self.form = Some(person::open_form(&mut self.connection, self.host).await?);
            self.since = Instant::now();
        }
        let form = self.form.as_ref().ok_or("no form")?;
        person::send_form(&mut self.connection, self.host, form, &self.login).await
    }

    /// People do not come back all at the same moment (xorshift).
    fn roll(&mut self, below: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice % below
    }
}

/// Hashes a second, with a thread on each core that does nothing else. Counted in processor time, so
/// that what others do meanwhile is left out.
pub fn bcrypt_limit(options: &Options) -> f64 {
    // 43 characters, like what the server gives it.
    let password = "R0lPRWhBQjJYbGR6S0hQTUtNNUpMYzdxWnR2NGVmZ2g";
    let Ok(hash) = bcrypt::hash(password, options.cost) else { return f64::NAN };
    let threads: Vec<_> = (0..machine::cores())
        .map(|_| {
            let (hash, longest) = (hash.clone(), options.calibration);
            std::thread::spawn(move || {
                let (start, before, mut count) = (Instant::now(), processes::seconds_of_thread(), 0.0);
                while start.elapsed() < longest {
                    let _ = bcrypt::verify(password, &hash);
                    count += 1.0;
                }
                count / (processes::seconds_of_thread() - before)
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap_or(f64::NAN)).sum()
}
