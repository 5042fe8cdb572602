//! What grows with the host: the same people do the same things on a small one and on one a thousand times
//! as large, both running, in turn. Only what surrounds them differs, so that what an operation costs more
//! is the price of size.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Connection;
use crate::instance::Instance;
use crate::latency::median;
use crate::load::{Measured, Step, Worker, closed_loop, measure};
use crate::machine::Moment;
use crate::person::{self, Service, SignedIn};
use crate::report::columns;
use crate::scenarios::tokens::{Operation, Tokens};
use crate::{Failure, Options, members};

/// Accounts that do things; the last two are in 500 organizations, and referent of 500 people.
const SUBJECTS: usize = 20;
/// What they use: as services do, and as people do.
const TOKENS: [Operation; 5] =
    [Operation::Issue, Operation::Exchange, Operation::Refresh, Operation::Userinfo, Operation::Introspection];
/// Services are removed one after the other.
const DOOMED: usize = 3;
/// Sessions of each.
const DOOMED_SESSIONS: usize = 20_000;

/// The referent's key for programs: subjects.sql knows it.
const KEY: &str = "lqt_pt_bench";

/// How large a host is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub organizations: usize,
    pub people: usize,
    pub clients: usize,
}

impl Size {
    /// A thousandth, and never nothing.
    pub fn thousandth(self) -> Self {
        let of = |count: usize| (count / 1000).max(1);
        Self { organizations: of(self.organizations), people: of(self.people), clients: of(self.clients) }
    }

    pub fn text(self) -> String {
        format!("{} organizations, {} people, {} services", self.organizations, self.people, self.clients)
    }
}

/// A host, running, with its people signed in.
pub struct Host {
    instance: Instance,
    tokens: Tokens,
    /// The one who is in 500 organizations: with a service of two of them, and with one of all.
    many: Tokens,
    shared: Tokens,
    /// The cookies of the referent.
    referent: String,
    pub seeded: Duration,
}

impl Host {
    /// A new one.
    pub async fn new(options: &Options, folder: &Path, size: Size) -> Result<Self, Failure> {
        let mut settings = options.settings.clone();
        // They sign in once each.
        settings.push(("passwords.cost".to_owned(), "10".to_owned()));
        let mut instance = Instance::new(&options.program, folder.to_owned(), &settings)?;
        let file = instance.folder.join("members.csv");
        members::write(&file, SUBJECTS + 2)?;
        instance.run(&["import", "members", &file.display().to_string()])?;
        let service = Service::register(&instance)?;
        instance.start()?;
        let begin = Instant::now();
        let count = |number: usize| number.to_string();
        let sizes =
            [("organizations", count(size.organizations)), ("people", count(size.people)), ("clients", count(size.clients))];
        instance.sql_file("seed.sql", &sizes)?;
        instance.sql_file("subjects.sql", &[("sessions", count(DOOMED_SESSIONS))])?;
        let seeded = begin.elapsed();
        // Nothing happens by itself while others are measured.
        instance.sql("ALTER SYSTEM SET autovacuum = off")?;
        instance.sql("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")?;
        instance.stop()?;
        instance.start()?;
        instance.sql("CREATE EXTENSION pg_stat_statements")?;
        let mut sessions = Vec::new();
        for number in 0..SUBJECTS + 2 {
            sessions.push(sign_in(instance.address, number).await?);
        }
        let referent = sessions.pop().ok_or("no referent")?;
        let many = sessions.pop().ok_or("nobody in many organizations")?;
        let shared = service.named("shared");
        Ok(Self {
            tokens: Tokens::new(service.named("common"), sessions),
            many: Tokens::new(service, vec![many.clone()]),
            shared: Tokens::new(shared, vec![many]),
            referent,
            seeded,
            instance,
        })
    }

    /// The program and its PostgreSQL.
    fn now(&self) -> Moment {
        Moment::now(self.instance.pid(), self.instance.postmaster())
    }
}

async fn sign_in(host: SocketAddr, number: usize) -> Result<String, Failure> {
    let mut connection = Connection::new(host);
    let form = person::open_form(&mut connection, host).await?;
    match person::send_form(&mut connection, host, &form, &members::login(number)).await? {
        SignedIn::Yes(cookies) => Ok(cookies),
        SignedIn::Later(_) => Err("busy, although nobody else is there".into()),
    }
}

/// What is done on both hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// By people in three organizations, for a service that every organization of the host has.
    Usual(Operation),
    /// By somebody in 500, for a service of two of them.
    OfMany(Operation),
    /// …for a service of all.
    OfAll(Operation),
    /// A page, of a person or of a referent.
    Page(Look),
}

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Home,
    /// Of the one who is in 500 organizations.
    HomeOfMany,
    OwnOrganizations,
    /// The services that one uses.
    Services,
    /// The people of an organization of 500, as its referent sees them.
    People,
    Search,
    Journal,
    /// The same people, for a program.
    Members,
}

impl Look {
    const ALL: [Self; 8] =
        [Self::Home, Self::HomeOfMany, Self::OwnOrganizations, Self::Services, Self::People, Self::Search, Self::Journal, Self::Members];

    fn path(self) -> &'static str {
        match self {
            Self::Home | Self::HomeOfMany => "/",
            Self::OwnOrganizations => "/account/organizations",
            Self::Services => "/account/services",
            Self::People => "/organizations/crowd",
            Self::Search => "/organizations/crowd?q=Petit+77",
            Self::Journal => "/organizations/crowd/journal",
            Self::Members => "/api/v1/organizations/crowd/members?limit=50",
        }
    }

    /// What is on it.
    fn sign(self) -> &'static str {
        match self {
            Self::Home | Self::HomeOfMany => "id=\"services\"",
            Self::OwnOrganizations => "Une grande association",
            Self::Services => "common",
            Self::People | Self::Members => "Petit 1000",
            Self::Search => "Petit 770",
            Self::Journal => "<h1",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Home => "home of a member",
            Self::HomeOfMany => "home, person in 500 organizations",
            Self::OwnOrganizations => "one's own organizations",
            Self::Services => "the services that one uses",
            Self::People => "people of an organization of 500",
            Self::Search => "search among them",
            Self::Journal => "journal of an organization",
            Self::Members => "API: 50 of 500 members",
        }
    }
}

impl Deed {
    fn all() -> Vec<Self> {
        let usual = TOKENS.map(Self::Usual);
        let of_many = [Operation::Issue, Operation::Exchange, Operation::Userinfo];
        let pages = Look::ALL.map(Self::Page);
        usual.into_iter().chain(of_many.map(Self::OfMany)).chain(of_many.map(Self::OfAll)).chain(pages).collect()
    }

    fn name(self) -> String {
        match self {
            Self::Usual(operation) => operation.name().to_owned(),
            Self::OfMany(operation) => format!("{}, person in 500 organizations", operation.name()),
            Self::OfAll(operation) => format!("{}, …and the service in all of them", operation.name()),
            Self::Page(look) => look.name().to_owned(),
        }
    }

    /// How much more it may cost on the large host (performance.md).
    fn limit(self) -> f64 {
        match self {
            Self::Page(_) => 1.3,
            _ => 1.1,
        }
    }

    /// Does it for a while.
    async fn measure(self, options: &Options, host: &Host) -> Result<Measured, Failure> {
        let (connections, instance) = (8, &host.instance);
        let (tokens, operation) = match self {
            Self::Usual(operation) => (&host.tokens, operation),
            Self::OfMany(operation) => (&host.many, operation),
            Self::OfAll(operation) => (&host.shared, operation),
            Self::Page(look) => {
                let workers = (0..connections).map(|_| Reader::new(host, look)).collect();
                return measure(instance, closed_loop(workers, options.short)).await;
            }
        };
        let count = match self {
            Self::OfAll(_) => options.codes / 20,
            Self::OfMany(_) => options.codes / 8,
            _ => options.codes / 2,
        };
        match operation {
            Operation::Issue => tokens.codes.borrow_mut().clear(),
            Operation::Exchange if tokens.codes.borrow().len() < count => return Err("no codes".into()),
            _ => {}
        }
        let longest = if matches!(operation, Operation::Issue | Operation::Exchange) { options.longest } else { options.short };
        let workers = tokens.workers(instance.address, operation, connections, count);
        measure(instance, closed_loop(workers, longest)).await
    }

    /// Statements of one operation, counted by PostgreSQL.
    async fn statements(self, options: &Options, host: &Host) -> Result<f64, Failure> {
        host.instance.sql("SELECT pg_stat_statements_reset()")?;
        let done = self.measure(options, host).await?;
        let count = done.times.count();
        // What is rarer than the operations is of the jobs.
        let calls = host.instance.sql(&format!(
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE calls >= {count} * 0.4 AND query NOT ILIKE '%pg_stat_statements%'"
        ))?;
        #[expect(clippy::cast_precision_loss)]
        Ok(calls.parse::<f64>()? / count as f64)
    }
}

/// Somebody who reads a page again and again.
struct Reader {
    connection: Connection,
    request: String,
    look: Look,
}

impl Reader {
    fn new(host: &Host, look: Look) -> Self {
        let address = host.instance.address;
        let first = |tokens: &Tokens| tokens.sessions.first().cloned().unwrap_or_default();
        let request = match look {
            Look::Home | Look::Services => person::read(address, look.path(), &first(&host.tokens)),
            Look::HomeOfMany => person::read(address, look.path(), &first(&host.many)),
            Look::Members => person::call(address, look.path(), KEY),
            _ => person::read(address, look.path(), &host.referent),
        };
        Self { connection: Connection::new(address), request, look }
    }
}

impl Worker for Reader {
    async fn step(&mut self) -> Step {
        let start = Instant::now();
        match self.connection.send(self.request.as_bytes()).await {
            Ok(answer) if answer.status == 200 && answer.contains(self.look.sign()) => Step::Done(start.elapsed()),
            Ok(answer) => Step::Failed(answer.fault()),
            Err(error) => Step::Failed(error.to_string()),
        }
    }
}

/// What one thing costs on both hosts, in microseconds of processor time.
struct Line {
    name: String,
    limit: f64,
    /// Program and PostgreSQL, on the small host and on the large one.
    small: [f64; 2],
    large: [f64; 2],
    /// Of each repetition.
    ratios: Vec<f64>,
    statements: [f64; 2],
}

impl Line {
    fn ratio(&self) -> f64 {
        median(&self.ratios)
    }

    fn is_met(&self) -> bool {
        // Statements of jobs, and one now and then that notes that somebody was seen, are among them.
        self.ratio() <= self.limit && (self.statements[0] - self.statements[1]).abs() < 0.5
    }

    /// Of PostgreSQL alone, where nearly all of it is.
    fn ratio_of_postgres(&self) -> f64 {
        self.large[1] / self.small[1]
    }

    fn to_json(&self) -> Value {
        json!({
            "operation": self.name, "limit": self.limit, "ratio": self.ratio(), "ratio_postgres": self.ratio_of_postgres(), "ratios": self.ratios,
            "small": { "server_us": self.small[0], "postgres_us": self.small[1], "statements": self.statements[0] },
            "large": { "server_us": self.large[0], "postgres_us": self.large[1], "statements": self.statements[1] },
        })
    }
}

/// Everything, on both hosts.
pub struct Growth(Vec<Line>);

impl Growth {
    pub fn text(&self) -> String {
        let mut rows = vec![
            ["operation", "small: server", "PostgreSQL", "large: server", "PostgreSQL", "statements", "PostgreSQL alone", "growth", "limit", ""]
                .map(str::to_owned)
                .to_vec(),
        ];
        for line in &self.0 {
            let (low, high) = line.ratios.iter().fold((f64::MAX, 0.0_f64), |(low, high), ratio| (low.min(*ratio), high.max(*ratio)));
            rows.push(vec![
                line.name.clone(),
                format!("{:.0}", line.small[0]),
                format!("{:.0}", line.small[1]),
                format!("{:.0}", line.large[0]),
                format!("{:.0}", line.large[1]),
                format!("{:.1} {:.1}", line.statements[0], line.statements[1]),
                format!("{:.2}", line.ratio_of_postgres()),
                format!("{:.2} ({low:.2}–{high:.2})", line.ratio()),
                format!("≤ {:.1}", line.limit),
                if line.is_met() { String::new() } else { "MISSED".to_owned() },
            ]);
        }
        columns(&rows)
    }

    pub fn to_json(&self) -> Value {
        self.0.iter().map(Line::to_json).collect()
    }

    /// What grows too much.
    pub fn missed(&self) -> Vec<String> {
        self.0.iter().filter(|line| !line.is_met()).map(|line| line.name.clone()).collect()
    }
}

/// Measures everything, on both hosts in turn: three times at least, for a difference of a twentieth matters.
pub async fn growth(options: &Options, small: &Host, large: &Host) -> Result<Growth, Failure> {
    let mut lines = Vec::new();
    // Makes what others use, and every connection its plans.
    let deeds: Vec<Deed> = Deed::all().into_iter().filter(|deed| deed.name().contains(&options.deed)).collect();
    for deed in deeds.iter().copied() {
        for host in [small, large] {
            prepare(deed, options, host).await?;
            failures(&deed.name(), &deed.measure(options, host).await?)?;
        }
    }
    for deed in deeds {
        eprintln!("growth: {}", deed.name());
        let (mut of_small, mut of_large, mut ratios) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()], Vec::new());
        for _ in 0..options.repetitions.max(3) {
            let mut total = [0.0, 0.0];
            for (which, (host, list)) in [(small, &mut of_small), (large, &mut of_large)].into_iter().enumerate() {
                prepare(deed, options, host).await?;
                let measured = deed.measure(options, host).await?;
                failures(&deed.name(), &measured)?;
                let each = [measured.each(measured.server) * 1e6, measured.each(measured.postgres) * 1e6];
                list[0].push(each[0]);
                list[1].push(each[1]);
                total[which] = each[0] + each[1];
            }
            ratios.push(total[1] / total[0]);
        }
        let mut statements = [0.0, 0.0];
        for (which, host) in [small, large].into_iter().enumerate() {
            prepare(deed, options, host).await?;
            statements[which] = deed.statements(options, host).await?;
        }
        lines.push(Line {
            name: deed.name(),
            limit: deed.limit(),
            small: [median(&of_small[0]), median(&of_small[1])],
            large: [median(&of_large[0]), median(&of_large[1])],
            ratios,
            statements,
        });
    }
    eprintln!("growth: a service is removed");
    lines.push(removal(small, large)?);
    Ok(Growth(lines))
}

/// Codes, for the exchange of them.
async fn prepare(deed: Deed, options: &Options, host: &Host) -> Result<(), Failure> {
    let issue = match deed {
        Deed::Usual(Operation::Exchange) => Deed::Usual(Operation::Issue),
        Deed::OfMany(Operation::Exchange) => Deed::OfMany(Operation::Issue),
        Deed::OfAll(Operation::Exchange) => Deed::OfAll(Operation::Issue),
        _ => return Ok(()),
    };
    issue.measure(options, host).await.map(|_| ())
}

fn failures(name: &str, measured: &Measured) -> Result<(), Failure> {
    if measured.times.failures() > 0 || measured.times.count() == 0 {
        return Err(format!("{name}: {:?}", measured.times.errors).into());
    }
    Ok(())
}

/// A service is removed with all its sessions, by the command line: what PostgreSQL does for it, a session.
#[expect(clippy::cast_precision_loss)]
fn removal(small: &Host, large: &Host) -> Result<Line, Failure> {
    let (mut of_small, mut of_large, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for number in 1..=DOOMED {
        let mut each = [0.0, 0.0];
        for (which, host) in [small, large].into_iter().enumerate() {
            let before = host.now();
            host.instance.run(&["client", "remove", &format!("doomed-{number}")])?;
            each[which] = (host.now().postgres - before.postgres) * 1e6 / DOOMED_SESSIONS as f64;
        }
        of_small.push(each[0]);
        of_large.push(each[1]);
        ratios.push(each[1] / each[0]);
    }
    Ok(Line {
        name: format!("a service with {} sessions is removed, a session", DOOMED_SESSIONS),
        limit: 1.3,
        small: [0.0, median(&of_small)],
        large: [0.0, median(&of_large)],
        ratios,
        statements: [0.0, 0.0],
    })
}

