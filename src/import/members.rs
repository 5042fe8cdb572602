//! `loquet import members`: what it is told, what it tells, and the way from the one to the other.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use sqlx::PgPool;
use uuid::Uuid;

use super::columns::Mapping;
use super::fault::Fault;
use super::member::Rules;
use super::reader::{self, Message, Plan};
use super::rejects::Rejects;
use super::report::Report;
use super::source::{Format, SourceError};
use super::store::StoreError;
use super::writer::Writer;
use crate::db::audit::Origin;
use crate::post::Post;

pub use super::rejects::Output;

/// How an import is done.
#[derive(Debug, Clone)]
pub struct Options {
    /// How the file is written.
    pub format: Format,
    /// Column of each field.
    pub mapping: Mapping,
    /// Highest bcrypt cost: dearer hashes would keep a core busy at every sign-in.
    pub max_cost: u32,
    /// The languages of this server.
    pub languages: Vec<String>,
    /// The language of those who have none, or one that is not spoken here.
    pub default_language: String,
    /// Where the clocks of the old site were.
    pub timezone: Tz,
    /// Records in one transaction.
    pub batch: usize,
    /// Do everything and keep nothing.
    pub dry_run: bool,
    /// How long to try again when PostgreSQL is away.
    pub patience: Duration,
    /// Who does it, as the journal will say; none: the command line.
    pub actor: Option<Uuid>,
    /// From where.
    pub origin: Origin,
}

impl Options {
    /// For the old site's export and a server of these languages.
    #[must_use]
    pub fn new(languages: &[&str], default_language: &str) -> Self {
        Self {
            format: Format::Auto,
            mapping: Mapping::default(),
            max_cost: 14,
            languages: languages.iter().map(|&language| language.to_owned()).collect(),
            default_language: default_language.to_owned(),
            timezone: Tz::Europe__Paris,
            batch: 2000,
            dry_run: false,
            patience: Duration::from_secs(20),
            actor: None,
            origin: Origin::default(),
        }
    }
}

/// What happens on the way.
#[derive(Debug)]
pub enum Event<'a> {
    /// A record did not go in.
    Refused {
        /// The line on which it begins.
        line: u64,
        /// All that is wrong with it.
        faults: &'a [Fault],
    },
    /// A record went in, with an oddity.
    Warning {
        /// The line on which it begins.
        line: u64,
        /// The oddity.
        fault: &'a Fault,
    },
    /// A batch is done.
    Progress(&'a Report),
    /// PostgreSQL is away, or busy: the batch is tried again.
    Waiting(&'a StoreError),
}

/// Why an import did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is refused as a whole.
    #[error(transparent)]
    Refused(#[from] SourceError),
    /// Something failed on the way.
    #[error("{cause}. {}", state(*.line, *.dry_run))]
    Stopped {
        /// What.
        cause: Cause,
        /// The last line that is in.
        line: u64,
        /// It was a rehearsal: nothing is in.
        dry_run: bool,
    },
}

/// What failed on the way.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The input broke off.
    #[error("the file could not be read to its end ({0})")]
    Input(#[source] io::Error),
    /// The file of rejects cannot be written.
    #[error("the file of rejects cannot be written ({0})")]
    Rejects(#[source] io::Error),
    /// PostgreSQL did not come back, or refused.
    #[error("the database failed ({0})")]
    Database(#[from] StoreError),
}

fn state(line: u64, dry_run: bool) -> String {
    match (dry_run, line) {
        (true, _) => "It was a rehearsal: nothing was changed".to_owned(),
        (false, 0) => "Nothing was imported".to_owned(),
        (false, line) => format!("Everything up to line {line} is in: run the same command again to go on from there"),
    }
}

/// Imports a file of members. Each batch is a transaction; doing it again changes nothing. Whoever has another
/// address or password by it is told with `post`, whose clock rules.
///
/// # Errors
/// What stopped it before the end of the file. Refused records do not.
pub async fn run(
    pool: &PgPool,
    post: Post<'_>,
    input: impl Read + Send + 'static,
    options: &Options,
    rejects: Option<Output>,
    observe: impl FnMut(Event<'_>) + Send,
) -> Result<Report, ImportError> {
    let rules = Rules {
        max_cost: options.max_cost,
        languages: options.languages.clone(),
        default_language: options.default_language.clone(),
        timezone: options.timezone,
    };
    let (format, mapping, batch) = (options.format, options.mapping.clone(), options.batch.max(1));
    let mut messages = reader::start(input, Plan { format, mapping, rules, batch }).map_err(SourceError::Io)?;
    let columns = match messages.recv().await {
        Some(Message::Opened(columns)) => columns,
        Some(Message::Refused(error)) => return Err(error.into()),
        _ => return Err(SourceError::Io(reader_stopped()).into()),
    };
    let dry_run = options.dry_run;
    let stopped = |cause: Cause, line| ImportError::Stopped { cause, line, dry_run };
    let rejects = rejects.map(|output| Rejects::start(output, Arc::clone(&columns))).transpose();
    let rejects = rejects.map_err(|error| stopped(Cause::Rejects(error), 0))?;
    let writer = Writer::open(pool, post, options, columns, rejects, observe).await;
    let mut writer = writer.map_err(|cause| stopped(cause, 0))?;
    loop {
        let step = match messages.recv().await {
            Some(Message::Batch(entries)) => writer.take(entries).await,
            Some(Message::End) => break,
            Some(Message::Failed(error)) => Err(Cause::Input(error)),
            _ => Err(Cause::Input(reader_stopped())),
        };
        step.map_err(|cause| stopped(cause, writer.report().line))?;
    }
    let line = writer.report().line;
    writer.finish().await.map_err(|cause| stopped(cause, line))
}

fn reader_stopped() -> io::Error {
    io::Error::other("the reader stopped")
}
