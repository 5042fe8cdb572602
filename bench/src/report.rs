//! The table that people read and the JSON that programs compare.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::latency::median;
use crate::load::Measured;
use crate::machine::DISTURBED;
use crate::processes::Memory;

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub enum Aim {
    AtMost(f64),
    AtLeast(f64),
    /// For information.
    None,
}

impl Aim {
    fn is_met(self, figure: f64) -> Option<bool> {
        match self {
            Self::AtMost(limit) => Some(figure <= limit),
            Self::AtLeast(limit) => Some(figure >= limit),
            Self::None => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(limit) => format!("≤ {}", number(limit)),
            Self::AtLeast(limit) => format!("≥ {}", number(limit)),
            Self::None => String::new(),
        }
    }
}

/// A line of the table.
struct Line {
    name: String,
    /// One a repetition.
    figures: Vec<f64>,
    unit: &'static str,
    aim: Aim,
    /// Cores that others used, in the worst repetition.
    foreign: f64,
}

/// Everything that was measured.
#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
    operations: Vec<Vec<String>>,
    json: Map<String, Value>,
}

impl Report {
    /// A figure, repeated: its median counts.
    pub fn add(&mut self, name: impl Into<String>, figures: Vec<f64>, unit: &'static str, aim: Aim, foreign: f64) {
        self.lines.push(Line { name: name.into(), figures, unit, aim, foreign });
    }

    /// Memory: of the process, and of all.
    pub fn add_memory(&mut self, name: &str, memory: &[Memory], aims: (Aim, Aim), foreign: f64) {
        let of = |part: fn(&Memory) -> u64| memory.iter().map(|memory| megabytes(part(memory))).collect::<Vec<_>>();
        self.add(format!("memory {name}: alone"), of(|memory| memory.server), "MB", aims.0, foreign);
        self.add(format!("memory {name}: with PostgreSQL"), of(|memory| memory.total), "MB", aims.1, foreign);
    }

    /// What one kind of operation cost, in all repetitions.
    pub fn add_operation(&mut self, name: &str, repetitions: &mut [Measured]) {
        let each = |total: fn(&Measured) -> f64, repetitions: &[Measured]| {
            median(&repetitions.iter().map(|one| 1e6 * one.each(total(one))).collect::<Vec<_>>())
        };
        let of = |figure: fn(&Measured) -> f64, repetitions: &[Measured]| {
            median(&repetitions.iter().map(figure).collect::<Vec<_>>())
        };
        let percentile =
            |share: f64, all: &mut [Measured]| median(&all.iter_mut().map(|one| one.times.percentile(share)).collect::<Vec<_>>());
        let rate = of(Measured::rate, repetitions);
        let (p50, p99) = (percentile(0.5, repetitions), percentile(0.99, repetitions));
        let (server, postgres) = (each(|one| one.server, repetitions), each(|one| one.postgres, repetitions));
        let driver = each(|one| one.driver, repetitions);
        let journal = of(|one| one.each(one.journal), repetitions);
        let (alone, total) =
            (of(|one| megabytes(one.memory.server), repetitions), of(|one| megabytes(one.memory.total), repetitions));
        let errors: u64 = repetitions.iter().map(|one| one.times.failures()).sum();
        let foreign = worst(repetitions);
        let mut row = vec![name.to_owned()];
        row.extend([rate, p50, p99, server, postgres, driver, journal, alone, total].map(number));
        row.extend([errors.to_string(), format!("{foreign:.2}")]);
        self.operations.push(row);
        let repeated: Vec<Value> = repetitions.iter_mut().map(describe).collect();
        let value = json!({
            "operation": name, "rate": rate, "p50_ms": p50, "p99_ms": p99, "server_us": server, "postgres_us": postgres,
            "driver_us": driver, "journal_bytes": journal, "errors": errors, "foreign_cores": foreign, "repetitions": repeated,
        });
        self.push("operations", value);
    }

    /// Something more for the JSON.
    pub fn put(&mut self, name: &str, value: Value) {
        self.json.insert(name.to_owned(), value);
    }

    /// Something more for a list of the JSON.
    pub fn push(&mut self, list: &str, value: Value) {
        if let Value::Array(values) = self.json.entry(list).or_insert_with(|| json!([])) {
            values.push(value);
        }
    }

    pub fn to_json(&self) -> Value {
        let mut all = self.json.clone();
        let line = |line: &Line| {
            let value = median(&line.figures);
            let limit = match line.aim {
                Aim::AtMost(limit) | Aim::AtLeast(limit) => Some(limit),
                Aim::None => None,
            };
            json!({
                "name": line.name, "value": value, "unit": line.unit, "aim": line.aim.text(), "limit": limit,
                "met": line.aim.is_met(value), "repetitions": line.figures, "foreign_cores": line.foreign,
                "disturbed": line.foreign > DISTURBED,
            })
        };
        all.insert("lines".to_owned(), self.lines.iter().map(line).collect());
        Value::Object(all)
    }

    /// The tables.
    pub fn text(&self) -> String {
        let mut rows = vec![["measurement", "value", "", "aim", "", "lowest … highest", ""].map(str::to_owned).to_vec()];
        for line in &self.lines {
            let value = median(&line.figures);
            let verdict = match line.aim.is_met(value) {
                Some(true) => "ok",
                Some(false) => "over",
                None => "",
            };
            let least = line.figures.iter().copied().fold(f64::INFINITY, f64::min);
            let most = line.figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let range = if line.figures.len() > 1 { format!("{} … {}", number(least), number(most)) } else { String::new() };
            let disturbed =
                if line.foreign > DISTURBED { format!("disturbed: {:.2} cores", line.foreign) } else { String::new() };
            rows.push(vec![
                line.name.clone(), number(value), line.unit.to_owned(), line.aim.text(), verdict.to_owned(), range, disturbed,
            ]);
        }
        let mut operations = vec![
            ["operation", "a second", "p50 ms", "p99 ms", "server µs", "PostgreSQL µs", "driver µs", "journal B", "alone MB", "all MB", "errors", "others"]
                .map(str::to_owned)
                .to_vec(),
        ];
        operations.extend(self.operations.iter().cloned());
        format!("{}\n{}", table(&rows, &[1]), table(&operations, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]))
    }
}

/// The most that others used.
pub fn worst(repetitions: &[Measured]) -> f64 {
    repetitions.iter().map(|one| one.foreign).fold(0.0, f64::max)
}

fn describe(one: &mut Measured) -> Value {
    json!({
        "rate": one.rate(), "seconds": one.seconds, "operations": one.times.count(),
        "p50_ms": one.times.percentile(0.5), "p99_ms": one.times.percentile(0.99), "max_ms": one.times.percentile(1.0),
        "server_seconds": one.server, "postgres_seconds": one.postgres, "driver_seconds": one.driver,
        "journal_bytes": one.journal, "memory": memory_json(&one.memory), "errors": one.times.errors, "foreign_cores": one.foreign,
    })
}

pub fn memory_json(memory: &Memory) -> Value {
    json!({
        "alone_mb": megabytes(memory.server), "postgres_mb": megabytes(memory.postgres), "total_mb": megabytes(memory.total),
        "peak_resident_mb": megabytes(memory.peak_resident),
    })
}

/// Millions of bytes.
#[expect(clippy::cast_precision_loss)]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Three digits that matter.
fn number(figure: f64) -> String {
    match figure.abs() {
        f if f.is_nan() => "-".to_owned(),
        f if f >= 99.95 || figure.fract() == 0.0 => format!("{figure:.0}"),
        f if f >= 9.995 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// Aligned columns; those named stand to the right.
fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            let _ = if right.contains(&column) { write!(line, "{cell:>width$}  ") } else { write!(line, "{cell:width$}  ") };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// Aligned columns: the first as it is, the others to the right.
pub fn columns(rows: &[Vec<String>]) -> String {
    let right: Vec<usize> = (1..rows.first().map_or(0, Vec::len)).collect();
    table(rows, &right)
}

/// The statements of one operation each.
pub fn statements(counted: &[crate::scenarios::statements::Counted]) -> String {
    let mut rows = vec![["operation", "statements", "commits", "journal B"].map(str::to_owned).to_vec()];
    for one in counted {
        rows.push(vec![one.name.to_owned(), number(one.statements), format!("{:.1}", one.commits), number(one.journal.round())]);
    }
    table(&rows, &[1, 2, 3])
}
