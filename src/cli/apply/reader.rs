//! Tables of a TOML file, with the lines of their keys; every fault is gathered.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use crate::cli::Failure;
use crate::config::Fault;

/// Every fault of a file.
pub struct Faults {
    file: String,
    found: Vec<(usize, Fault)>,
}

impl Faults {
    /// None yet.
    pub fn of(file: &str) -> Self {
        Self { file: file.to_owned(), found: Vec::new() }
    }

    /// One more.
    pub fn add(&mut self, line: usize, key: &str, reason: impl Display) {
        let place = format!("{}:{line}", self.file);
        self.found.push((line, Fault { key: key.to_owned(), place, reason: reason.to_string() }));
    }

    /// Whether something is wrong with a key there: what else is said of it may follow from that.
    pub fn has(&self, line: usize, key: &str) -> bool {
        self.found.iter().any(|(other, fault)| *other == line && fault.key == key)
    }

    /// All of them, in the order of the file; exit code 2. None: there are none.
    pub fn failure(&mut self) -> Option<Failure> {
        self.found.sort_by_key(|(line, _)| *line);
        let count = self.found.len();
        let title = format!("nothing was changed: the file has {count} fault{}:", if count == 1 { "" } else { "s" });
        let lines = self.found.iter().map(|(_, fault)| fault.to_string());
        (count > 0).then(|| Failure { lines: std::iter::once(title).chain(lines).collect(), code: 2 })
    }
}

/// Where the keys of a table are.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    own: usize,
    keys: BTreeMap<String, usize>,
}

impl Lines {
    /// That of a key; of the table when it does not have it.
    pub fn of(&self, key: &str) -> usize {
        self.keys.get(key).copied().unwrap_or(self.own)
    }
}

/// A table, of which keys are taken one by one.
pub struct Table {
    /// As faults call it: `service`, `service.role`.
    pub name: String,
    /// Where its keys are.
    pub lines: Lines,
    values: BTreeMap<String, Value>,
    tables: BTreeMap<String, Vec<Table>>,
}

impl Table {
    /// Reads a whole file.
    pub fn read(text: &str, faults: &mut Faults) -> Self {
        let line = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            faults.add(error.span().map_or(1, |span| line(span.start)), "", error.message());
        }
        Self::of("", 1, table.get_ref(), &line)
    }

    fn of(name: &str, own: usize, table: &DeTable<'_>, line: &dyn Fn(usize) -> usize) -> Self {
        let mut read = Self {
            name: name.to_owned(),
            lines: Lines { own, ..Lines::default() },
            values: BTreeMap::new(),
            tables: BTreeMap::new(),
        };
        for (key, value) in table {
            let inner = if name.is_empty() { key.get_ref().to_string() } else { format!("{name}.{}", key.get_ref()) };
            let key_line = line(key.span().start);
            let key = key.get_ref().to_string();
            read.lines.keys.insert(key.clone(), key_line);
            match value.get_ref() {
                DeValue::Array(items)
                    if !items.is_empty() && items.iter().all(|item| matches!(item.get_ref(), DeValue::Table(_))) =>
                {
                    let tables = items.iter().filter_map(|item| match item.get_ref() {
                        DeValue::Table(table) => Some(Self::of(&inner, line(item.span().start), table, line)),
                        _ => None,
                    });
                    read.tables.insert(key, tables.collect());
                }
                other => drop(read.values.insert(key, value_of(other))),
            }
        }
        read
    }

    /// The full name of a key.
    pub fn key(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// Something is wrong with a key.
    pub fn fault(&self, faults: &mut Faults, key: &str, reason: impl Display) {
        faults.add(self.lines.of(key), &self.key(key), reason);
    }

    /// Any value but a list of tables.
    pub fn value(&mut self, key: &str, faults: &mut Faults) -> Option<Value> {
        let value = self.values.remove(key)?;
        if is_clean(&value) {
            return Some(value);
        }
        self.fault(faults, key, "holds a line break or another control character");
        None
    }

    /// A text.
    pub fn string(&mut self, key: &str, faults: &mut Faults) -> Option<String> {
        match self.value(key, faults)? {
            Value::String(text) => Some(text),
            _ => self.wrong(faults, key, "a text: \"…\""),
        }
    }

    /// A text without which the table means nothing.
    pub fn required(&mut self, key: &str, faults: &mut Faults) -> Option<String> {
        if !self.lines.keys.contains_key(key) {
            self.fault(faults, key, "is missing");
        }
        self.string(key, faults)
    }

    /// `true` or `false`.
    pub fn truth(&mut self, key: &str, faults: &mut Faults) -> Option<bool> {
        match self.value(key, faults)? {
            Value::Bool(truth) => Some(truth),
            _ => self.wrong(faults, key, "true or false"),
        }
    }

    /// Several texts.
    pub fn strings(&mut self, key: &str, faults: &mut Faults) -> Option<Vec<String>> {
        const FORM: &str = "several texts: [\"…\", \"…\"]";
        let Value::Array(items) = self.value(key, faults)? else { return self.wrong(faults, key, FORM) };
        let mut texts: Vec<String> = Vec::new();
        for item in items {
            match item {
                Value::String(text) if texts.contains(&text) => {}
                Value::String(text) => texts.push(text),
                _ => return self.wrong(faults, key, FORM),
            }
        }
        Some(texts)
    }

    /// Tables of a list (`[[name.key]]`); none of them: there is no such list.
    pub fn tables(&mut self, key: &str, faults: &mut Faults) -> Option<Vec<Self>> {
        if let Some(tables) = self.tables.remove(key) {
            return Some(tables);
        }
        match self.values.remove(key)? {
            Value::Array(items) if items.is_empty() => Some(Vec::new()),
            _ => self.wrong(faults, key, &format!("tables: [[{}]]", self.key(key))),
        }
    }

    /// The names of keys that nobody has taken.
    pub fn left(&self) -> Vec<String> {
        self.values.keys().chain(self.tables.keys()).cloned().collect()
    }

    /// What nobody has taken means nothing.
    pub fn end(self, faults: &mut Faults) {
        for key in self.left() {
            let about_secrets = ["secret", "password", "token"].iter().any(|word| key.contains(word));
            let reason = if about_secrets {
                "has no place in this file: secrets are made by Loquet, see --secrets"
            } else {
                "is not known here"
            };
            self.fault(faults, &key, reason);
        }
    }

    fn wrong<T>(&self, faults: &mut Faults, key: &str, form: &str) -> Option<T> {
        self.fault(faults, key, format!("must be {form}"));
        None
    }
}

/// PostgreSQL stores no NUL, and nobody sees the others.
fn is_clean(value: &Value) -> bool {
    let clean = |text: &str| !text.chars().any(char::is_control);
    match value {
        Value::String(text) => clean(text),
        Value::Array(items) => items.iter().all(is_clean),
        Value::Object(entries) => entries.iter().all(|(key, value)| clean(key) && is_clean(value)),
        _ => true,
    }
}

fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(truth) => json!(truth),
        DeValue::Datetime(instant) => json!(instant.to_string()),
        DeValue::Array(items) => items.iter().map(|item| value_of(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let entries = table.iter().map(|(key, value)| (key.get_ref().to_string(), value_of(value.get_ref())));
            Value::Object(entries.collect())
        }
    }
}
