//! What came of an import: numbers, never values.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::fault::Fault;
use crate::authn::password::LegacyKind;

/// How often each thing was said of each column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<(String, String), u64>);

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Nothing was kept.
    pub dry_run: bool,
    /// Records read.
    pub records: u64,
    /// The line on which the last of them begins. Everything up to there is in.
    pub line: u64,
    /// New accounts.
    pub imported: u64,
    /// Accounts of an earlier import of which the old site has changed something.
    pub updated: u64,
    /// Accounts of an earlier import, as they were.
    pub unchanged: u64,
    /// Records that did not go in.
    pub rejected: u64,
    /// Why. A record with two faults is counted under both.
    pub reasons: Tally,
    /// Oddities of records that went in.
    pub warnings: Tally,
    /// Hashes of the records that went in, by kind.
    pub hashes: BTreeMap<LegacyKind, u64>,
    /// Of the records that went in, those that are switched off.
    pub disabled: u64,
    /// Of the records that went in, those of administrators, when that column is mapped.
    pub administrators: u64,
    /// Of the records that went in, those with an administrator flag that was ignored.
    pub ignored_flags: u64,
}

impl Tally {
    pub(super) fn add(&mut self, fault: &Fault) {
        *self.0.entry((fault.place().to_owned(), fault.reason.label())).or_default() += 1;
    }

    /// Column, reason and number, in the order of the columns' names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.0.iter().map(|((place, label), count)| (place.as_str(), label.as_str(), *count))
    }

    fn to_json(&self) -> Value {
        self.iter()
            .map(|(column, reason, count)| json!({ "column": column, "reason": reason, "count": count }))
            .collect()
    }
}

impl Report {
    /// The summary for programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let hashes: BTreeMap<&str, u64> = self.hashes.iter().map(|(kind, count)| (prefix(*kind), *count)).collect();
        json!({
            "dry_run": self.dry_run,
            "records": self.records,
            "imported": self.imported,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "reasons": self.reasons.to_json(),
            "warnings": self.warnings.to_json(),
            "hashes": hashes,
            "disabled": self.disabled,
            "administrators": self.administrators,
            "administrator_flags_ignored": self.ignored_flags,
        })
    }
}

fn prefix(kind: LegacyKind) -> &'static str {
    match kind {
        LegacyKind::A => "$2a$",
        LegacyKind::B => "$2b$",
        LegacyKind::Y => "$2y$",
    }
}

impl fmt::Display for Report {
    /// The summary for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            writeln!(f, "A rehearsal: nothing was changed. It would have been:")?;
        }
        for (name, count) in [
            ("records", self.records),
            ("imported", self.imported),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("rejected", self.rejected),
        ] {
            writeln!(f, "{name:10} {count:>9}")?;
        }
        for (column, reason, count) in self.reasons.iter() {
            writeln!(f, "  {count:>9}  {column}: {reason}")?;
        }
        if !self.warnings.0.is_empty() {
            writeln!(f, "warnings")?;
        }
        for (column, reason, count) in self.warnings.iter() {
            writeln!(f, "  {count:>9}  {column}: {reason}")?;
        }
        if !self.hashes.is_empty() {
            writeln!(f, "password hashes")?;
        }
        for (kind, count) in &self.hashes {
            writeln!(f, "  {count:>9}  {}", prefix(*kind))?;
        }
        for (note, count) in [
            ("accounts are switched off", self.disabled),
            ("administrators, put into the group 'admins'", self.administrators),
            ("administrator flags were ignored (see --map administrator=COLUMN)", self.ignored_flags),
        ] {
            if count > 0 {
                writeln!(f, "{count} {note}")?;
            }
        }
        Ok(())
    }
}
