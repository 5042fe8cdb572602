//! `loquet import members`: runs the reader, writes the batches, counts.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgPool, Postgres, Transaction};

use super::columns::Mapping;
use super::fault::{Fault, Reason};
use super::member::Rules;
use super::reader::{self, Candidate, Entry, Message, Plan};
use super::record::Columns;
use super::rejects::Rejects;
use super::report::Report;
use super::seen::Seen;
use super::source::{Format, SourceError};
use super::store::{Outcome, StoreError, Taken, store};
use crate::clock::Clock;

pub use super::rejects::Output;

/// The pause before the second try of a batch; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

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

/// Why an import stopped. What was reported as progress is in, except in a rehearsal.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is refused as a whole.
    #[error(transparent)]
    Refused(#[from] SourceError),
    /// The input broke off.
    #[error("the file could not be read to its end ({error}). {}", state(*.line, *.dry_run))]
    Input {
        /// The system's words.
        error: io::Error,
        /// The last line that is in.
        line: u64,
        /// Nothing is kept anyway.
        dry_run: bool,
    },
    /// The file of rejects cannot be written.
    #[error("the file of rejects cannot be written ({error}). {}", state(*.line, *.dry_run))]
    Rejects {
        /// The system's words.
        error: io::Error,
        /// The last line that is in.
        line: u64,
        /// Nothing is kept anyway.
        dry_run: bool,
    },
    /// PostgreSQL did not come back, or refused.
    #[error("the database failed ({error}). {}", state(*.line, *.dry_run))]
    Database {
        /// PostgreSQL's words.
        error: StoreError,
        /// The last line that is in.
        line: u64,
        /// Nothing is kept anyway.
        dry_run: bool,
    },
}

fn state(line: u64, dry_run: bool) -> String {
    match (dry_run, line) {
        (true, _) => "It was a rehearsal: nothing was changed.".to_owned(),
        (false, 0) => "Nothing was imported.".to_owned(),
        (false, line) => {
            format!("Everything up to line {line} is in: run the same command again, and it goes on from there.")
        }
    }
}

/// Imports a file of members. Each batch is a transaction; doing it again changes nothing.
///
/// # Errors
/// What stopped it before the end of the file. Refused records do not.
pub async fn run(
    pool: &PgPool,
    clock: &Clock,
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
    let mut import = Import {
        target: Target::open(pool, options.dry_run).await.map_err(|error| import_error(error, 0, options.dry_run))?,
        now: clock.now(),
        patience: options.patience,
        rejects: None,
        seen: Seen::new(),
        report: Report { dry_run: options.dry_run, ..Report::default() },
        columns,
        observe,
    };
    import.rejects = match rejects.map(|output| Rejects::start(output, Arc::clone(&import.columns))).transpose() {
        Ok(rejects) => rejects,
        Err(error) => return Err(import.rejects_error(error)),
    };
    loop {
        let (line, dry_run) = (import.report.line, import.report.dry_run);
        match messages.recv().await {
            Some(Message::Batch(entries)) => import.take(entries).await?,
            Some(Message::End) => return import.finish().await,
            Some(Message::Failed(error)) => return Err(ImportError::Input { error, line, dry_run }),
            _ => return Err(ImportError::Input { error: reader_stopped(), line, dry_run }),
        }
    }
}

fn reader_stopped() -> io::Error {
    io::Error::other("the reader stopped")
}

fn import_error(error: impl Into<StoreError>, line: u64, dry_run: bool) -> ImportError {
    ImportError::Database { error: error.into(), line, dry_run }
}

/// Where the batches go.
enum Target<'p> {
    /// Each into a transaction of its own.
    Kept(&'p PgPool),
    /// All into one transaction, which is not kept: the way is the same to the last check.
    Rehearsed(Transaction<'static, Postgres>),
}

impl<'p> Target<'p> {
    async fn open(pool: &'p PgPool, dry_run: bool) -> sqlx::Result<Self> {
        if !dry_run {
            return Ok(Self::Kept(pool));
        }
        let mut transaction = pool.begin().await?;
        crate::db::import::allow_idling(&mut transaction).await?;
        Ok(Self::Rehearsed(transaction))
    }
}

/// An import on its way.
struct Import<'p, F> {
    target: Target<'p>,
    now: DateTime<Utc>,
    patience: Duration,
    rejects: Option<Rejects>,
    seen: Seen,
    report: Report,
    columns: Arc<Columns>,
    observe: F,
}

impl<F: FnMut(Event<'_>) + Send> Import<'_, F> {
    /// Writes a batch, then tells what came of each record, in the order of the file.
    async fn take(&mut self, mut entries: Vec<Entry>) -> Result<(), ImportError> {
        for entry in &mut entries {
            let Ok(candidate) = &entry.checked else { continue };
            if let Some(line) = self.seen.line_of(&candidate.member.legacy_id) {
                entry.checked = Err(vec![self.columns.fault(super::Field::Id, Reason::UsedByLine(line))]);
            }
        }
        let candidates: Vec<&Candidate> = entries.iter().filter_map(|entry| entry.checked.as_ref().ok()).collect();
        let outcomes = self.write(&candidates).await?;
        // All of them first: a name may be held by a record that comes later.
        let sound = entries.iter().filter_map(|entry| Some((entry.record.line, entry.checked.as_ref().ok()?)));
        for ((line, candidate), outcome) in sound.zip(&outcomes) {
            if !matches!(outcome, Outcome::Taken(_)) {
                self.seen.insert(&candidate.member.legacy_id, line);
            }
        }
        let mut outcomes = outcomes.into_iter();
        for entry in entries {
            self.report.records += 1;
            self.report.line = entry.record.line;
            match &entry.checked {
                Err(faults) => self.refuse(&entry, faults)?,
                Ok(candidate) => match outcomes.next().unwrap_or(Outcome::Unchanged) {
                    Outcome::Taken(taken) => self.refuse(&entry, &self.faults_of(taken))?,
                    outcome => self.accept(entry.record.line, candidate, &outcome),
                },
            }
        }
        if let Some(Err(error)) = self.rejects.as_mut().map(Rejects::flush) {
            return Err(self.rejects_error(error));
        }
        (self.observe)(Event::Progress(&self.report));
        Ok(())
    }

    async fn finish(self) -> Result<Report, ImportError> {
        let (line, dry_run) = (self.report.line, self.report.dry_run);
        if let Target::Rehearsed(transaction) = self.target {
            transaction.rollback().await.map_err(|error| import_error(error, line, dry_run))?;
        }
        Ok(self.report)
    }

    /// Writes the records, again and again while PostgreSQL is away.
    async fn write(&mut self, candidates: &[&Candidate]) -> Result<Vec<Outcome>, ImportError> {
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.try_to_write(candidates).await {
                Ok(outcomes) => return Ok(outcomes),
                Err(error) => error,
            };
            // What a rehearsal has done so far went with its transaction.
            let is_final = matches!(self.target, Target::Rehearsed(_)) || !error.is_worth_another_try();
            if is_final || started.elapsed() + pause > self.patience {
                return Err(import_error(error, self.report.line, self.report.dry_run));
            }
            (self.observe)(Event::Waiting(&error));
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn try_to_write(&mut self, candidates: &[&Candidate]) -> Result<Vec<Outcome>, StoreError> {
        match &mut self.target {
            Target::Kept(pool) => {
                let mut transaction = pool.begin().await?;
                let outcomes = store(&mut transaction, candidates, self.now).await?;
                transaction.commit().await?;
                Ok(outcomes)
            }
            Target::Rehearsed(transaction) => store(transaction, candidates, self.now).await,
        }
    }

    fn faults_of(&self, taken: Vec<Taken>) -> Vec<Fault> {
        let fault = |Taken { field, holder }: Taken| {
            let line = holder.and_then(|key| self.seen.line_of(&key));
            self.columns.fault(field, line.map_or(Reason::UsedByAccount, Reason::UsedByLine))
        };
        taken.into_iter().map(fault).collect()
    }

    fn refuse(&mut self, entry: &Entry, faults: &[Fault]) -> Result<(), ImportError> {
        self.report.rejected += 1;
        for fault in faults {
            self.report.reasons.add(fault);
        }
        (self.observe)(Event::Refused { line: entry.record.line, faults });
        match self.rejects.as_mut().map(|rejects| rejects.write(&entry.record, faults)) {
            Some(Err(error)) => Err(self.rejects_error(error)),
            _ => Ok(()),
        }
    }

    fn accept(&mut self, line: u64, candidate: &Candidate, outcome: &Outcome) {
        let report = &mut self.report;
        match outcome {
            Outcome::Imported => report.imported += 1,
            Outcome::Updated => report.updated += 1,
            Outcome::Unchanged | Outcome::Taken(_) => report.unchanged += 1,
        }
        *report.hashes.entry(candidate.member.password.kind()).or_default() += 1;
        report.disabled += u64::from(candidate.member.active == Some(false));
        report.administrators += u64::from(candidate.member.administrator == Some(true));
        report.ignored_flags += u64::from(candidate.has_ignored_flag);
        for fault in &candidate.warnings {
            report.warnings.add(fault);
            (self.observe)(Event::Warning { line, fault });
        }
    }

    fn rejects_error(&self, error: io::Error) -> ImportError {
        ImportError::Rejects { error, line: self.report.line, dry_run: self.report.dry_run }
    }
}
