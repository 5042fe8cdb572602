//! What is done to each thing of a file, in words and in JSON.

use serde_json::{Value, json};

use crate::cli::say;

/// What becomes of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Created,
    Changed,
    Unchanged,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        }
    }

    const fn sign(self) -> char {
        match self {
            Self::Created => '+',
            Self::Changed => '~',
            Self::Unchanged => '=',
        }
    }
}

/// One thing of the file.
#[derive(Debug)]
pub struct Item {
    kind: &'static str,
    name: String,
    created: bool,
    changes: Vec<(String, Value, Value)>,
    notes: Vec<String>,
}

impl Item {
    /// Nothing is done to it, so far.
    pub fn new(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned(), created: false, changes: Vec::new(), notes: Vec::new() }
    }

    /// It was not there.
    pub fn created(&mut self) {
        self.created = true;
    }

    /// Something of it is other than before.
    pub fn change(&mut self, key: impl Into<String>, before: Value, after: Value) {
        self.changes.push((key.into(), before, after));
    }

    /// All the fields that differ.
    pub fn changes(&mut self, before: &Value, after: &Value) {
        for (key, value) in after.as_object().into_iter().flatten() {
            let was = before.get(key).unwrap_or(&Value::Null);
            if was != value {
                self.change(key, was.clone(), value.clone());
            }
        }
    }

    /// Something to know.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    fn outcome(&self) -> Outcome {
        match (self.created, self.changes.is_empty()) {
            (true, _) => Outcome::Created,
            (false, false) => Outcome::Changed,
            (false, true) => Outcome::Unchanged,
        }
    }

    fn as_json(&self) -> Value {
        let change =
            |(key, before, after): &(String, Value, Value)| json!({ "key": key, "before": before, "after": after });
        json!({
            "kind": self.kind, "name": self.name, "outcome": self.outcome().name(), "notes": self.notes,
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
        })
    }

    fn say(&self) {
        say(format!("{} {} {}", self.outcome().sign(), self.kind, self.name));
        for (key, before, after) in &self.changes {
            if self.created || before.is_null() {
                say(format!("    {key}: {after}"));
            } else {
                say(format!("    {key}: {before} → {after}"));
            }
        }
        for note in &self.notes {
            say(format!("    {note}"));
        }
    }
}

/// All that is done.
#[derive(Debug, Default)]
pub struct Report {
    /// In the order in which it is done.
    pub items: Vec<Item>,
    /// What the database has and the file does not name: kind, and names.
    pub others: Vec<(&'static str, Vec<String>)>,
}

impl Report {
    /// Tells it.
    pub fn tell(&self, dry_run: bool, as_json: bool) {
        let count = |outcome| self.items.iter().filter(|item| item.outcome() == outcome).count();
        let (created, changed, unchanged) =
            (count(Outcome::Created), count(Outcome::Changed), count(Outcome::Unchanged));
        if as_json {
            let others: serde_json::Map<String, Value> =
                self.others.iter().map(|(kind, names)| ((*kind).to_owned(), json!(names))).collect();
            say(json!({
                "dry_run": dry_run, "created": created, "changed": changed, "unchanged": unchanged,
                "items": self.items.iter().map(Item::as_json).collect::<Vec<_>>(), "not_in_the_file": others,
            }));
            return;
        }
        for item in &self.items {
            item.say();
        }
        say(format!("{created} created, {changed} changed, {unchanged} as the file says already."));
        for (kind, names) in self.others.iter().filter(|(_, names)| !names.is_empty()) {
            say(format!("Not in the file, and left alone: {} {kind}.", names.len()));
        }
        if dry_run {
            say("This was a preview: nothing was changed.");
        }
    }
}
