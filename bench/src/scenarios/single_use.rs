//! Codes that four try to exchange at the same moment, on two servers of one installation: one gets tokens, three
//! are refused (PR-02).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use tokio::task::spawn_local;

use crate::http::Connection;
use crate::instance::Instance;
use crate::load::closed_loop;
use crate::person::Service;
use crate::scenarios::tokens::{Operation, Tokens};
use crate::{Failure, Options};

/// Attempts on one code.
const ATTEMPTS: usize = 4;
/// Codes tried at once.
const AT_ONCE: usize = 8;
/// Codes made before they are tried: they live for ten minutes.
const BATCH: usize = 2000;

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    pub codes: u64,
    pub attempts: u64,
    /// Codes that more than one got tokens for.
    pub doubles: u64,
    /// Codes that nobody got tokens for.
    pub lost: u64,
    /// Answers that are neither tokens nor `invalid_grant`.
    pub errors: BTreeMap<String, u64>,
    pub seconds: f64,
}

/// Tries `options.single_use` codes, or as many as the time allows.
pub async fn codes(options: &Options, instance: &Instance, tokens: &Tokens) -> Result<Outcome, Failure> {
    let mut replica = instance.replica()?;
    replica.start()?;
    let hosts = [instance.address, replica.address];
    let outcome: Rc<RefCell<Outcome>> = Rc::default();
    let begin = Instant::now();
    let mut left = options.single_use;
    while left > 0 && begin.elapsed() < options.single_use_longest {
        let count = left.min(BATCH);
        left -= count;
        tokens.codes.borrow_mut().clear();
        let workers = tokens.workers(hosts[0], Operation::Issue, options.connections, count);
        let made = closed_loop(workers, options.longest).await;
        if made.failures() > 0 {
            return Err(format!("codes: {:?}", made.errors).into());
        }
        let group = || spawn_local(group(tokens.service.clone(), tokens.codes.clone(), hosts, outcome.clone()));
        let groups: Vec<_> = (0..AT_ONCE).map(|_| group()).collect();
        for group in groups {
            group.await?;
        }
    }
    let mut outcome = outcome.take();
    outcome.seconds = begin.elapsed().as_secs_f64();
    replica.stop()?;
    Ok(outcome)
}

/// Takes one code after the other.
async fn group(service: Rc<Service>, codes: Rc<RefCell<Vec<String>>>, hosts: [SocketAddr; 2], outcome: Rc<RefCell<Outcome>>) {
    let mut connections = [hosts[0], hosts[1], hosts[0], hosts[1]].map(|host| (host, Connection::new(host)));
    loop {
        let Some(code) = codes.borrow_mut().pop() else { return };
        let [a, b, c, d] = &mut connections;
        let answers = tokio::join!(
            attempt(&service, &code, a),
            attempt(&service, &code, b),
            attempt(&service, &code, c),
            attempt(&service, &code, d)
        );
        let answers: [Result<bool, String>; ATTEMPTS] = answers.into();
        let winners = answers.iter().filter(|answer| **answer == Ok(true)).count();
        let mut outcome = outcome.borrow_mut();
        outcome.codes += 1;
        outcome.attempts += ATTEMPTS as u64;
        outcome.doubles += u64::from(winners > 1);
        outcome.lost += u64::from(winners == 0);
        for fault in answers.into_iter().filter_map(Result::err) {
            *outcome.errors.entry(fault).or_default() += 1;
        }
    }
}

/// Whether it got tokens.
async fn attempt(service: &Service, code: &str, (host, connection): &mut (SocketAddr, Connection)) -> Result<bool, String> {
    match connection.send(service.exchange(*host, code).as_bytes()).await {
        Ok(answer) if answer.status == 200 && answer.text("access_token").is_some() => Ok(true),
        Ok(answer) if answer.status == 400 && answer.text("error") == Some("invalid_grant") => Ok(false),
        Ok(answer) => Err(answer.fault()),
        Err(error) => Err(error.to_string()),
    }
}
