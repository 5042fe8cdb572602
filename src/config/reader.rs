//! Reads keys one by one and gathers every fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use crate::types::distance;

/// Most tables of an array that are looked at.
const MOST_TABLES: usize = 100;

/// One thing wrong in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `section.key`; empty when the file itself cannot be read.
    pub key: String,
    /// `file:line`, or the name of the environment variable.
    pub place: String,
    /// What is wrong and what would be right.
    pub reason: String,
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.place.as_str(), self.key.as_str(), self.reason.as_str()];
        f.write_str(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": "))
    }
}

/// One setting as it stands: what `check-config` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// `section.key`.
    pub key: String,
    /// Its value; `(set)` for a secret.
    pub value: String,
    /// `file:line`, an environment variable, or `default`.
    pub origin: String,
}

struct Entry {
    value: String,
    place: String,
}

/// Gives the values of keys, remembers which were asked for, and gathers faults.
pub struct Reader {
    /// Those of the file.
    entries: BTreeMap<String, Entry>,
    /// By their names without prefix: sections and keys of several words cannot be told apart.
    environment: BTreeMap<String, Entry>,
    asked: BTreeSet<String>,
    in_force: Vec<InForce>,
    faults: Vec<Fault>,
}

impl Reader {
    /// Parses the file and overlays the environment.
    ///
    /// # Errors
    /// When the file cannot be read or is not TOML.
    pub fn new(file: Option<&Path>, environment: &[(String, String)]) -> Result<Self, Vec<Fault>> {
        let mut entries = BTreeMap::new();
        if let Some(path) = file {
            let fault = |place: String, reason: String| vec![Fault { key: String::new(), place, reason }];
            let text = std::fs::read_to_string(path)
                .map_err(|error| fault(path.display().to_string(), format!("cannot be read: {error}")))?;
            let table = DeTable::parse(&text).map_err(|error| {
                let line = error.span().map_or(1, |span| line_of(&text, span.start));
                fault(format!("{}:{line}", path.display()), error.message().to_owned())
            })?;
            flatten(&mut entries, "", table.get_ref(), &|offset| {
                format!("{}:{}", path.display(), line_of(&text, offset))
            });
        }
        let named = environment.iter().filter_map(|(name, value)| {
            let rest = name.strip_prefix("LOQUET_").filter(|rest| rest.contains('_'))?;
            Some((rest.to_ascii_lowercase(), Entry { value: value.clone(), place: name.clone() }))
        });
        let environment = named.collect();
        Ok(Self { entries, environment, asked: BTreeSet::new(), in_force: Vec::new(), faults: Vec::new() })
    }

    /// A setting with a default.
    pub fn or<T: FromStr<Err: Display>>(&mut self, key: &str, default: &str) -> Option<T> {
        let (value, place) = match self.take(key) {
            Some(entry) => (entry.value, entry.place),
            None => (default.to_owned(), "default".to_owned()),
        };
        self.parse(key, &value, &place, &value)
    }

    /// A setting that may be absent.
    pub fn optional<T: FromStr<Err: Display>>(&mut self, key: &str) -> Option<Option<T>> {
        match self.take(key) {
            Some(entry) => self.parse(key, &entry.value, &entry.place, &entry.value).map(Some),
            None => {
                self.show(key, "(not set)", "default");
                Some(None)
            }
        }
    }

    /// A setting without which nothing starts.
    pub fn required<T: FromStr<Err: Display>>(&mut self, key: &str, what: &str) -> Option<T> {
        if let Some(entry) = self.take(key) {
            self.parse(key, &entry.value, &entry.place, &entry.value)
        } else {
            self.fault(key, "", &format!("is not set: {what}"));
            None
        }
    }

    /// A list: a TOML array of strings, or values separated by commas in the environment.
    pub fn list<T: FromStr<Err: Display>>(&mut self, key: &str) -> Option<Vec<T>> {
        let Some(entry) = self.take(key) else {
            self.show(key, "(empty)", "default");
            return Some(Vec::new());
        };
        let parts: Vec<&str> = entry.value.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let parsed: Vec<Option<T>> = parts.iter().map(|part| self.convert(key, part, &entry.place)).collect();
        self.show(key, &parts.join(", "), &entry.place);
        parsed.into_iter().collect()
    }

    /// A secret: `key`, or `key_file` naming a file that others cannot read.
    pub fn secret(&mut self, key: &str) -> Option<Option<Zeroizing<String>>> {
        let direct = self.take(key);
        let file_key = format!("{key}_file");
        let file = self.take(&file_key);
        match (direct, file) {
            (None, None) => {
                self.show(key, "(not set)", "default");
                Some(None)
            }
            (Some(_), Some(file)) => {
                self.fault(&file_key, &file.place, &format!("and {key} are both set: keep one"));
                None
            }
            (Some(direct), None) => {
                self.show(key, "(set)", &direct.place);
                Some(Some(Zeroizing::new(direct.value)))
            }
            (None, Some(file)) => match read_secret(Path::new(&file.value)) {
                Ok(text) => {
                    self.show(&file_key, &file.value, &file.place);
                    Some(Some(text))
                }
                Err(reason) => {
                    self.fault(&file_key, &file.place, &reason);
                    None
                }
            },
        }
    }

    /// How many tables an array holds (`[[key]]`): their settings are `key.1.name`, `key.2.name`… in the
    /// order of the file, `LOQUET_KEY_1_NAME` in the environment.
    #[must_use]
    pub fn tables(&self, key: &str) -> usize {
        let (in_file, in_environment) = (format!("{key}."), format!("{}_", key.replace('.', "_")));
        let number =
            |rest: &str, end: char| rest.split(end).next()?.parse().ok().filter(|number| *number <= MOST_TABLES);
        let file = self.entries.keys().filter_map(|name| number(name.strip_prefix(&in_file)?, '.'));
        let environment = self.environment.keys().filter_map(|name| number(name.strip_prefix(&in_environment)?, '_'));
        file.chain(environment).max().unwrap_or_default()
    }

    /// Where a setting that was read stands: `file:line`, an environment variable, or `default`.
    #[must_use]
    pub fn place(&self, key: &str) -> &str {
        self.in_force.iter().rfind(|entry| entry.key == key).map_or("", |entry| entry.origin.as_str())
    }

    /// Records a fault found by a rule that spans several keys.
    pub fn fault(&mut self, key: &str, place: &str, reason: &str) {
        self.faults.push(Fault { key: key.to_owned(), place: place.to_owned(), reason: reason.to_owned() });
    }

    /// The names of all keys asked for so far.
    #[must_use]
    pub fn known_keys(&self) -> &BTreeSet<String> {
        &self.asked
    }

    /// Ends the reading: what was never asked for is unknown.
    ///
    /// # Errors
    /// All the faults gathered.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<(T, Vec<InForce>), Vec<Fault>> {
        let known: Vec<String> = self.asked.iter().cloned().collect();
        let in_environment = std::mem::take(&mut self.environment).into_iter();
        let in_environment = in_environment.map(|(name, entry)| (name.replacen('_', ".", 1), entry));
        for (key, entry) in std::mem::take(&mut self.entries).into_iter().chain(in_environment) {
            let hint = known
                .iter()
                .map(|known| (distance(&key, known), known))
                .min()
                .filter(|(distance, _)| *distance <= 3)
                .map_or(String::new(), |(_, known)| format!(" (did you mean {known}?)"));
            self.fault(&key, &entry.place, &format!("is not a setting{hint}"));
        }
        match value {
            Some(value) if self.faults.is_empty() => Ok((value, self.in_force)),
            _ => Err(self.faults),
        }
    }

    /// The environment goes before the file.
    fn take(&mut self, key: &str) -> Option<Entry> {
        self.asked.insert(key.to_owned());
        let in_file = self.entries.remove(key);
        self.environment.remove(&key.replace('.', "_")).or(in_file)
    }

    fn parse<T: FromStr<Err: Display>>(&mut self, key: &str, value: &str, place: &str, shown: &str) -> Option<T> {
        self.show(key, shown, place);
        self.convert(key, value, place)
    }

    fn convert<T: FromStr<Err: Display>>(&mut self, key: &str, value: &str, place: &str) -> Option<T> {
        value.parse().map_err(|error: T::Err| self.fault(key, place, &format!("'{value}': {error}"))).ok()
    }

    fn show(&mut self, key: &str, value: &str, origin: &str) {
        self.in_force.push(InForce { key: key.to_owned(), value: value.to_owned(), origin: origin.to_owned() });
    }
}

fn flatten(out: &mut BTreeMap<String, Entry>, prefix: &str, table: &DeTable<'_>, place: &dyn Fn(usize) -> String) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
        match value.get_ref() {
            DeValue::Table(inner) => flatten(out, &key, inner, place),
            DeValue::Array(items) if items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_))) => {
                for (item, number) in items.iter().zip(1..) {
                    let key = format!("{key}.{number}");
                    match item.get_ref() {
                        DeValue::Table(inner) => flatten(out, &key, inner, place),
                        _ => drop(out.insert(key, Entry { value: scalar(item), place: place(item.span().start) })),
                    }
                }
            }
            _ => drop(out.insert(key, Entry { value: scalar(value), place: place(name.span().start) })),
        }
    }
}

fn scalar(value: &Spanned<DeValue<'_>>) -> String {
    match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(instant) => instant.to_string(),
        DeValue::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(","),
        DeValue::Table(_) => "{…}".to_owned(),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

fn read_secret(path: &Path) -> Result<Zeroizing<String>, String> {
    let shown = PathBuf::from(path);
    let metadata = std::fs::metadata(path).map_err(|error| format!("{}: {error}", shown.display()))?;
    if metadata.permissions().mode() & 0o007 != 0 {
        return Err(format!("{} can be read by everyone: chmod 600 it", shown.display()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", shown.display()))?;
    let line = text.trim_end_matches(['\n', '\r']);
    if line.is_empty() { Err(format!("{} is empty", shown.display())) } else { Ok(Zeroizing::new(line.to_owned())) }
}
