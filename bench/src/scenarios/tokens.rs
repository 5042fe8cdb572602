//! What services do: codes, exchanges, refreshes, userinfo, discovery; and the page of the sign-in.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use crate::http::{Answer, Connection};
use crate::instance::Instance;
use crate::load::{Measured, Step, Worker, closed_loop, measure, undisturbed};
use crate::person::{self, Service};
use crate::{Failure, Options};

/// The signed-in browsers, and what was got for them so far.
pub struct Tokens {
    pub sessions: Rc<Vec<String>>,
    pub codes: Rc<RefCell<Vec<String>>>,
    pub access: Rc<RefCell<Vec<String>>>,
    refresh: Rc<RefCell<Vec<String>>>,
    pub service: Rc<Service>,
}

/// An operation of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Issue,
    Exchange,
    Refresh,
    Userinfo,
    Introspection,
    Discovery,
    Page,
}

impl Operation {
    /// In the order in which each makes what the next needs.
    pub const ALL: [Self; 7] = [
        Self::Issue,
        Self::Exchange,
        Self::Refresh,
        Self::Userinfo,
        Self::Introspection,
        Self::Discovery,
        Self::Page,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Issue => "code (live session)",
            Self::Exchange => "code exchange",
            Self::Refresh => "refresh",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Discovery => "discovery",
            Self::Page => "page of the sign-in",
        }
    }
}

impl Tokens {
    pub fn new(service: Service, sessions: Vec<String>) -> Self {
        Self {
            sessions: Rc::new(sessions),
            codes: Rc::default(),
            access: Rc::default(),
            refresh: Rc::default(),
            service: Rc::new(service),
        }
    }

    /// Workers for an operation; `count` of them in all for codes and exchanges.
    pub fn workers(&self, host: SocketAddr, operation: Operation, connections: usize, count: usize) -> Vec<Client> {
        let left = Rc::new(RefCell::new(count));
        (0..connections)
            .map(|number| Client {
                host,
                operation,
                connection: Connection::new(host),
                service: Rc::clone(&self.service),
                sessions: Rc::clone(&self.sessions),
                codes: Rc::clone(&self.codes),
                access: Rc::clone(&self.access),
                refresh: Rc::clone(&self.refresh),
                left: Rc::clone(&left),
                keep: true,
                turn: number,
                own: None,
            })
            .collect()
    }

    /// Makes sure that there are codes, without measuring.
    async fn have_codes(&self, options: &Options, host: SocketAddr, count: usize) -> Result<(), Failure> {
        let missing = count.saturating_sub(self.codes.borrow().len());
        let workers = self.workers(host, Operation::Issue, options.connections, missing);
        let times = closed_loop(workers, options.longest).await;
        if self.codes.borrow().len() < count {
            return Err(format!("codes: {:?}", times.errors).into());
        }
        Ok(())
    }

    /// Measures one operation, with codes or for a time.
    pub async fn measure(&self, options: &Options, instance: &Instance, operation: Operation) -> Result<Measured, Failure> {
        undisturbed(options, instance, async || {
            let host = instance.address;
            let longest = match operation {
                Operation::Issue => {
                    self.codes.borrow_mut().clear();
                    options.longest
                }
                Operation::Exchange => {
                    self.have_codes(options, host, options.codes).await?;
                    options.longest
                }
                _ => options.short,
            };
            let workers = self.workers(host, operation, options.connections, options.codes);
            measure(instance, closed_loop(workers, longest)).await
        })
        .await
    }

    /// Many services that all exchange a code at the same moment, and then another: each over a new
    /// connection, or over one that is kept.
    pub async fn crowd(&self, options: &Options, instance: &Instance, keep: bool) -> Result<Measured, Failure> {
        undisturbed(options, instance, async || {
            let count = options.crowd * options.rounds;
            self.have_codes(options, instance.address, count).await?;
            let mut workers = self.workers(instance.address, Operation::Exchange, options.crowd, count);
            let hello = person::discovery(instance.address);
            for worker in &mut workers {
                worker.keep = keep;
                if keep {
                    // They begin together. Not by a connection alone: without a request, the server closes
                    // it after 5 s.
                    worker.connection.send(hello.as_bytes()).await?;
                }
            }
            measure(instance, closed_loop(workers, options.longest)).await
        })
        .await
    }
}

/// A worker.
pub struct Client {
    host: SocketAddr,
    operation: Operation,
    connection: Connection,
    service: Rc<Service>,
    sessions: Rc<Vec<String>>,
    codes: Rc<RefCell<Vec<String>>>,
    access: Rc<RefCell<Vec<String>>>,
    refresh: Rc<RefCell<Vec<String>>>,
    left: Rc<RefCell<usize>>,
    /// The connection, for the next request.
    keep: bool,
    turn: usize,
    /// The refresh token that this worker uses and replaces.
    own: Option<String>,
}

impl Client {
    /// The next request; none when there is no more to do.
    fn request(&mut self) -> Option<String> {
        self.turn += 1;
        match self.operation {
            Operation::Issue => {
                let mut left = self.left.borrow_mut();
                *left = left.checked_sub(1)?;
                Some(self.service.authorize(self.host, &self.sessions[self.turn % self.sessions.len()]))
            }
            Operation::Exchange => {
                let mut left = self.left.borrow_mut();
                *left = left.checked_sub(1)?;
                Some(self.service.exchange(self.host, &self.codes.borrow_mut().pop()?))
            }
            Operation::Refresh => {
                if self.own.is_none() {
                    self.own = self.refresh.borrow_mut().pop();
                }
                Some(self.service.refresh(self.host, self.own.as_deref()?))
            }
            Operation::Userinfo | Operation::Introspection => {
                let access = self.access.borrow();
                // The newest thousand.
                let token = access.iter().rev().nth(self.turn * 7 % access.len().clamp(1, 1000))?;
                Some(match self.operation {
                    Operation::Introspection => self.service.introspect(self.host, token),
                    _ => person::userinfo(self.host, token),
                })
            }
            Operation::Discovery => Some(person::discovery(self.host)),
            Operation::Page => Some(person::page(self.host)),
        }
    }
}

impl Worker for Client {
    async fn step(&mut self) -> Step {
        let Some(request) = self.request() else { return Step::Over };
        if !self.keep {
            self.connection.close();
        }
        let start = Instant::now();
        let sent = self.connection.send(request.as_bytes()).await;
        let took = start.elapsed();
        let answer = match sent {
            Ok(answer) => answer,
            Err(error) => return Step::Failed(error.to_string()),
        };
        let right = match self.operation {
            Operation::Issue => keep(&self.codes, answer.header("location").and_then(Service::code_of)),
            Operation::Exchange => {
                keep(&self.access, answer.text("access_token"))
                    && keep(&self.refresh, answer.text("refresh_token"))
                    && is_jwt(&answer)
            }
            Operation::Refresh => {
                self.own = answer.text("refresh_token").map(str::to_owned);
                self.own.is_some() && is_jwt(&answer)
            }
            Operation::Userinfo => answer.status == 200 && answer.text("sub").is_some(),
            Operation::Introspection => answer.status == 200 && answer.text("username").is_some(),
            Operation::Discovery => answer.status == 200 && answer.text("token_endpoint").is_some(),
            Operation::Page => answer.status == 200 && answer.between("name=\"csrf\" value=\"", b'"').is_some(),
        };
        if right { Step::Done(took) } else { Step::Failed(answer.fault()) }
    }
}

fn is_jwt(answer: &Answer<'_>) -> bool {
    answer.text("id_token").is_some_and(|token| token.split('.').count() == 3)
}

fn keep(place: &Rc<RefCell<Vec<String>>>, found: Option<&str>) -> bool {
    if let Some(found) = found {
        place.borrow_mut().push(found.to_owned());
    }
    found.is_some()
}
