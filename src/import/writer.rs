//! Takes the batches that the reader makes: writes them, tells what came of each record, counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::columns::Field;
use super::fault::{Fault, Reason};
use super::keys::Taken;
use super::members::{Cause, Event, Options};
use super::reader::{Candidate, Entry};
use super::record::Columns;
use super::rejects::Rejects;
use super::report::Report;
use super::seen::Seen;
use super::settled::Hand;
use super::store::{Outcome, StoreError, store};
use crate::db;
use crate::db::audit::{self, Kind};
use crate::post::Post;

/// The pause before the second try of a batch; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where the batches go.
enum Target<'p> {
    /// Each into a transaction of its own.
    Kept(&'p PgPool),
    /// All into one transaction, which is not kept: the way is the same to the last check.
    Rehearsed(Transaction<'static, Postgres>),
}

/// An import on its way.
pub struct Writer<'p, F> {
    target: Target<'p>,
    hand: Hand<'p>,
    patience: Duration,
    columns: Arc<Columns>,
    rejects: Option<Rejects>,
    seen: Seen,
    report: Report,
    observe: F,
}

impl<'p, F: FnMut(Event<'_>) + Send> Writer<'p, F> {
    /// Ready for the first batch.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn open(
        pool: &'p PgPool,
        post: Post<'p>,
        options: &Options,
        columns: Arc<Columns>,
        rejects: Option<Rejects>,
        observe: F,
    ) -> Result<Self, Cause> {
        let target = if options.dry_run {
            let mut transaction = pool.begin().await.map_err(StoreError::from)?;
            db::import::allow_idling(&mut transaction).await.map_err(StoreError::from)?;
            Target::Rehearsed(transaction)
        } else {
            Target::Kept(pool)
        };
        let report = Report { dry_run: options.dry_run, ..Report::default() };
        let hand = Hand { post, actor: options.actor, origin: options.origin.clone(), now: post.clock.now() };
        let patience = options.patience;
        Ok(Self { target, hand, patience, columns, rejects, seen: Seen::new(), report, observe })
    }

    /// The numbers so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Writes a batch, then tells what came of each record, in the order of the file.
    ///
    /// # Errors
    /// What failed. The batch is not in then, unless it was the file of rejects.
    pub async fn take(&mut self, mut entries: Vec<Entry>) -> Result<(), Cause> {
        for entry in &mut entries {
            let Ok(candidate) = &entry.checked else { continue };
            if let Some(line) = self.seen.line_of(&candidate.member.legacy_id) {
                entry.checked = Err(vec![self.columns.fault(Field::Id, Reason::UsedByLine(line))]);
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
        if let Some(rejects) = &mut self.rejects {
            rejects.flush().map_err(Cause::Rejects)?;
        }
        (self.observe)(Event::Progress(&self.report));
        Ok(())
    }

    /// Ends a rehearsal; the numbers.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn finish(self) -> Result<Report, Cause> {
        if let Target::Rehearsed(transaction) = self.target {
            transaction.rollback().await.map_err(StoreError::from)?;
        }
        Ok(self.report)
    }

    /// Writes the records, again and again while PostgreSQL is away.
    async fn write(&mut self, candidates: &[&Candidate]) -> Result<Vec<Outcome>, StoreError> {
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
                return Err(error);
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
                let outcomes = store(&mut transaction, candidates, &self.hand).await?;
                journal(&mut transaction, &outcomes, &self.hand).await?;
                transaction.commit().await?;
                Ok(outcomes)
            }
            Target::Rehearsed(transaction) => {
                let outcomes = store(transaction, candidates, &self.hand).await?;
                journal(transaction, &outcomes, &self.hand).await?;
                Ok(outcomes)
            }
        }
    }

    fn faults_of(&self, taken: Vec<Taken>) -> Vec<Fault> {
        let fault = |Taken { field, holder }: Taken| {
            let line = holder.and_then(|key| self.seen.line_of(&key));
            self.columns.fault(field, line.map_or(Reason::UsedByAccount, Reason::UsedByLine))
        };
        taken.into_iter().map(fault).collect()
    }

    fn refuse(&mut self, entry: &Entry, faults: &[Fault]) -> Result<(), Cause> {
        self.report.rejected += 1;
        for fault in faults {
            self.report.reasons.add(fault);
        }
        (self.observe)(Event::Refused { line: entry.record.line, faults });
        match &mut self.rejects {
            Some(rejects) => rejects.write(&entry.record, faults).map_err(Cause::Rejects),
            None => Ok(()),
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
}

/// Counts of what a batch changed: a line in the same transaction. A batch that changes nothing has none.
async fn journal(connection: &mut PgConnection, outcomes: &[Outcome], hand: &Hand<'_>) -> Result<(), StoreError> {
    let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
    let imported = count(|outcome| matches!(outcome, Outcome::Imported));
    let updated = count(|outcome| matches!(outcome, Outcome::Updated));
    if imported + updated == 0 {
        return Ok(());
    }
    let event = audit::Event { actor: hand.actor, ..audit::Event::of_host(Kind::MembersImported, &hand.origin) };
    let event = event.with(json!({ "imported": imported, "updated": updated }));
    Ok(audit::record(connection, &event, hand.now).await?)
}
