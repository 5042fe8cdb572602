//! Statements and commits of one operation, counted by PostgreSQL itself: exact, and the same on every
//! machine. In a restart of its own, since counting costs memory and time.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Connection;
use crate::instance::Instance;
use crate::load::{Step, Worker, closed_loop};
use crate::person::{self, SignedIn};
use crate::scenarios::tokens::{Operation, Tokens};
use crate::{Failure, Options, members};

/// Operations of each kind, one after the other.
const COUNT: usize = 200;
/// Sign-ins take a quarter of a second each.
const SIGN_INS: usize = 10;

/// A server process reports its commits when it has done nothing for ten seconds.
const UNTIL_REPORTED: Duration = Duration::from_secs(11);

/// What one operation asks of PostgreSQL.
pub struct Counted {
    pub name: &'static str,
    pub statements: f64,
    pub commits: f64,
    pub journal: f64,
    /// The statements, each with how often, how long in microseconds, and bytes of journal.
    pub list: Vec<Value>,
}

/// Counts every kind of operation. The instance is started anew, before and after.
pub async fn count(options: &Options, instance: &mut Instance, tokens: &Tokens) -> Result<Vec<Counted>, Failure> {
    instance.sql("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")?;
    instance.stop()?;
    instance.start()?;
    instance.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")?;
    let mut all = Vec::new();
    for operation in Operation::ALL {
        if operation == Operation::Exchange {
            tokens.codes.borrow_mut().clear();
            let workers = tokens.workers(instance.address, Operation::Issue, 1, COUNT * 2);
            closed_loop(workers, options.longest).await;
        }
        // The first few prepare their statements.
        closed_loop(tokens.workers(instance.address, operation, 8, COUNT / 4), Duration::from_secs(1)).await;
        all.push(one(instance, operation.name(), tokens.workers(instance.address, operation, 1, COUNT)).await?);
    }
    let (left, connection) = (Rc::new(RefCell::new(0..SIGN_INS)), Connection::new(instance.address));
    all.push(one(instance, "password sign-in", vec![SignIn { connection, instance: instance.address, left }]).await?);
    instance.sql("DROP EXTENSION pg_stat_statements")?;
    instance.sql("ALTER SYSTEM RESET shared_preload_libraries")?;
    Ok(all)
}

struct SignIn {
    connection: Connection,
    instance: std::net::SocketAddr,
    left: Rc<RefCell<std::ops::Range<usize>>>,
}

impl Worker for SignIn {
    async fn step(&mut self) -> Step {
        let Some(number) = self.left.borrow_mut().next() else { return Step::Over };
        let start = Instant::now();
        let outcome = async {
            let form = person::open_form(&mut self.connection, self.instance).await?;
            person::send_form(&mut self.connection, self.instance, &form, &members::login(number)).await
        };
        match outcome.await {
            Ok(SignedIn::Yes(_)) => Step::Done(start.elapsed()),
            Ok(SignedIn::Later(_)) => Step::Failed("busy".to_owned()),
            Err(failure) => Step::Failed(failure.to_string()),
        }
    }
}

#[expect(clippy::cast_precision_loss)]
async fn one<W: Worker + 'static>(instance: &Instance, name: &'static str, workers: Vec<W>) -> Result<Counted, Failure> {
    tokio::time::sleep(UNTIL_REPORTED).await;
    instance.sql("SELECT pg_stat_statements_reset()")?;
    let (commits, journal) = (commits(instance)?, instance.journal()?);
    let began = Instant::now();
    // Of operations without a limit in number, a second and a half.
    let times = closed_loop(workers, Duration::from_secs(if name == "password sign-in" { 60 } else { 2 })).await;
    let (operations, written) = (times.count() as f64, instance.journal()? - journal);
    // Background jobs ask a few times a second at most: what is rarer than the operations is theirs.
    let rows = instance.sql(&format!(
        "SELECT json_build_object('calls', round(calls / {operations}::numeric, 2), 'microseconds', round((1000 * total_exec_time / calls)::numeric),
             'journal', round(wal_bytes / calls), 'statement', left(regexp_replace(query, '\\s+', ' ', 'g'), 300))
         FROM pg_stat_statements WHERE calls >= {operations} * 0.4 ORDER BY calls DESC, query"
    ))?;
    let list: Vec<Value> = rows.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    tokio::time::sleep(UNTIL_REPORTED).await;
    let during = self::commits(instance)? - commits;
    let waited = began.elapsed().as_secs_f64();
    // What the jobs do meanwhile, on their own.
    let alone = self::commits(instance)?;
    tokio::time::sleep(UNTIL_REPORTED).await;
    let background = (self::commits(instance)? - alone) / UNTIL_REPORTED.as_secs_f64();
    let statements = list.iter().filter_map(|row| row["calls"].as_f64()).sum();
    Ok(Counted {
        name,
        statements,
        commits: ((during - background * waited) / operations).max(0.0),
        journal: written / operations,
        list,
    })
}

fn commits(instance: &Instance) -> Result<f64, Failure> {
    Ok(instance.sql("SELECT xact_commit FROM pg_stat_database WHERE datname = 'loquet'")?.parse()?)
}

impl Counted {
    pub fn to_json(&self) -> Value {
        json!({
            "operation": self.name, "statements": self.statements, "commits": self.commits,
            "journal_bytes": self.journal, "list": self.list,
        })
    }
}
