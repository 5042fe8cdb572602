//! `loquet apply FILE`: groups, services, organizations and what these have, as a file says it that the host
//! keeps (in git, say). See `docs/apply.md`.
//!
//! All of it is done in one transaction, by the acts of the other commands; a preview does the same and takes it
//! back, so that it cannot say anything else than what would happen.

mod file;
mod places;
mod reader;
mod report;
mod secrets;
mod service;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use sqlx::PgConnection;

use self::file::Declared;
use self::reader::Faults;
use self::report::Report;
use self::secrets::Secrets;
use super::{Database, Failure, PostOffice, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db;
use crate::db::audit::Origin;
use crate::delegation::{Actor, Desk};
use crate::groups::{BUILT_IN, By};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The file (TOML; see docs/apply.md); `-` for standard input
    file: PathBuf,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// In the lists that the file has (members, `allow_groups`, roles, services of an organization), also take away
    /// what it does not name; groups, services and organizations themselves are never removed
    #[arg(long)]
    prune: bool,
    /// Make secrets for services that have none, and write them to this new file, which only its owner can read
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// What is at work on a file.
struct Hands<'a> {
    connection: &'a mut PgConnection,
    settings: &'a Settings,
    desk: Desk<'a>,
    by: By<'a>,
    prune: bool,
    /// What the file declares, sound or not.
    names: Names,
    faults: Faults,
    report: Report,
    secrets: Secrets,
}

/// What the file declares.
struct Names {
    groups: BTreeSet<String>,
    services: BTreeSet<String>,
    organizations: BTreeSet<String>,
}

pub async fn run(arguments: Arguments, settings: &Settings) -> Result<ExitCode, Failure> {
    let text = read(&arguments.file)?;
    let office = PostOffice::of(settings)?;
    let database = Database::open(settings).await?;
    let outcome = apply(arguments, &text, &database, settings, &office).await;
    database.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<String, Failure> {
    let named = |reason: &dyn std::fmt::Display| Failure::new(format!("{}: {reason}", file.display()));
    let input: Box<dyn std::io::Read> = if file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| named(&error))?)
    };
    let mut text = String::new();
    input.take(LARGEST + 1).read_to_string(&mut text).map_err(|error| named(&error))?;
    if text.len() as u64 > LARGEST {
        return Err(named(&"is too large"));
    }
    Ok(text)
}

async fn apply(
    arguments: Arguments,
    text: &str,
    database: &Database,
    settings: &Settings,
    office: &PostOffice<'_>,
) -> Result<(), Failure> {
    let mut faults = Faults::of(&arguments.file.display().to_string());
    let declared = Declared::read(text, &mut faults);
    let (origin, clock) = (Origin::default(), Clock::default());
    let mut transaction = database.pool.begin().await?;
    let mut hands = Hands {
        connection: &mut transaction,
        settings,
        desk: Desk { pool: &database.pool, post: office.post(), actor: Actor::CommandLine, origin: &origin },
        by: By { actor: None, origin: &origin, clock: &clock },
        prune: arguments.prune,
        names: Names::of(&declared),
        faults,
        report: Report::default(),
        secrets: Secrets::to(arguments.secrets),
    };
    hands.put(&declared).await?;
    let Hands { mut faults, report, secrets, .. } = hands;
    if let Some(failure) = faults.failure() {
        transaction.rollback().await?;
        return Err(failure);
    }
    secrets.check()?;
    if arguments.dry_run {
        transaction.rollback().await?;
        report.tell(true, arguments.json);
        return Ok(());
    }
    // Before the commit: a secret that nobody has read must not be the only one.
    let written = secrets.write()?;
    if let Err(error) = transaction.commit().await {
        if let Some(file) = written {
            secrets::discard(file);
        }
        return Err(error.into());
    }
    report.tell(false, arguments.json);
    if let Some(file) = written.filter(|_| !arguments.json) {
        say(format!("The new secrets are in {}: paste them into the services, then delete it.", file.display()));
    }
    Ok(())
}

impl Names {
    fn of(declared: &Declared) -> Self {
        Self {
            groups: declared.groups.iter().map(|group| group.name.clone()).collect(),
            services: declared.services.iter().map(|service| service.client_id.clone()).collect(),
            organizations: declared.organizations.iter().map(|one| one.slug.clone()).collect(),
        }
    }
}

impl Hands<'_> {
    /// Everything, in an order in which each finds what it names.
    async fn put(&mut self, declared: &Declared) -> Result<(), Failure> {
        for group in &declared.groups {
            self.group(group).await?;
        }
        for service in &declared.services {
            self.service(service).await?;
        }
        for organization in &declared.organizations {
            self.organization(organization).await?;
        }
        self.others().await
    }

    /// What the file does not name.
    async fn others(&mut self) -> Result<(), Failure> {
        let groups = db::organizations::groups(self.connection, false).await?.into_iter().map(|group| group.name);
        let groups = groups.filter(|name| !BUILT_IN.contains(&name.as_str()) && !self.names.groups.contains(name));
        let groups: Vec<String> = groups.collect();
        let services = db::clients::load(self.connection, None).await?.into_iter().map(|client| client.client_id);
        let services: Vec<String> = services.filter(|id| !self.names.services.contains(id)).collect();
        let places = db::organizations::names(self.connection).await?.into_iter().map(|(slug, _)| slug);
        let places: Vec<String> = places.filter(|slug| !self.names.organizations.contains(slug)).collect();
        self.report.others = vec![("groups", groups), ("services", services), ("organizations", places)];
        Ok(())
    }
}
