//! Reads a list: `email, role, services…`, as spreadsheets write it.
//!
//! - Separated by commas, semicolons or tabulations, whichever the first line holds most of.
//! - A first line without an address names the columns (`email`, `role`, `services`; others are ignored).
//!   Without one, the columns are the address, the role, and services from there on.
//! - A role is `member` or `referent` (in French too); empty: as it is, `member` for newcomers.
//! - Services: `cloud`, or `cloud:editor+viewer` with roles; several in one cell are separated by spaces.
//!   `-` is none; nothing at all: as they are.

use super::super::Refusal;
use crate::db::invitations::Grant;
use crate::types::{Email, Role};

/// Longest list, in bytes.
pub const LONGEST: usize = 512 * 1024;
/// Most lines.
const MOST_LINES: usize = 5000;

/// One person of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which line it is, from 1.
    pub number: u64,
    /// The address, as written.
    pub email: String,
    /// What it says, or what is wrong: a field and a problem.
    pub entry: Result<Entry, (&'static str, &'static str)>,
}

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub email: Email,
    /// What they are to be; none: as they are.
    pub role: Option<Role>,
    /// Exactly the accesses that they are to have; none: as they are.
    pub grants: Option<Vec<Grant>>,
}

/// Where the columns are.
struct Columns {
    email: usize,
    role: Option<usize>,
    /// The cells that hold services.
    services: Cells,
}

enum Cells {
    None,
    One(usize),
    From(usize),
}

/// Reads a list.
///
/// # Errors
/// [`Refusal::Invalid`] when it is too long, or is no list at all.
pub fn parse(text: &str) -> Result<Vec<Line>, Refusal> {
    let wrong = |problem| Refusal::invalid("list", problem, "");
    if text.len() > LONGEST {
        return Err(wrong("too-long"));
    }
    if text.contains('\0') {
        return Err(wrong("not-text"));
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns = Columns { email: 0, role: Some(1), services: Cells::From(2) };
    let (mut lines, mut first, mut lines_before) = (Vec::new(), true, Counter { text, at: 0, line: 1 });
    for record in reader.records() {
        let record = record.map_err(|_| wrong("not-csv"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if std::mem::take(&mut first) && !record.iter().any(|cell| cell.contains('@')) {
            columns = headings(&record).ok_or_else(|| wrong("no-address-column"))?;
            continue;
        }
        if lines.len() == MOST_LINES {
            return Err(wrong("too-many-lines"));
        }
        let number = lines_before.at(&record);
        // The apostrophe of a list that we wrote ([`super::write`]).
        let email = record.get(columns.email).unwrap_or_default();
        let formula = |rest: &&str| rest.starts_with(['=', '+', '-', '@']);
        let email = email.strip_prefix('\'').filter(formula).unwrap_or(email).to_owned();
        lines.push(Line { number, entry: entry(&record, &columns, &email), email });
    }
    Ok(lines)
}

/// Counts lines: the reader passes over empty ones uncounted.
struct Counter<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Counter<'_> {
    /// The line that a record begins on; records come in their order.
    fn at(&mut self, record: &csv::StringRecord) -> u64 {
        let start = record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or_default().min(self.text.len());
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let passed = self.text.as_bytes().get(self.at..start + blank).unwrap_or_default();
        self.line += passed.split(|byte| *byte == b'\n').skip(1).count() as u64;
        self.at = start + blank;
        self.line
    }
}

/// The separator that the first line holds most of.
fn separator(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| line.bytes().filter(|byte| *byte == separator).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

fn headings(record: &csv::StringRecord) -> Option<Columns> {
    let find = |names: &[&str]| record.iter().position(|cell| names.contains(&cell.to_lowercase().as_str()));
    Some(Columns {
        email: find(&["email", "e-mail", "mail", "address", "adresse", "adresse e-mail", "adresse mail", "courriel"])?,
        role: find(&["role", "rôle"]),
        services: find(&["services", "service", "accesses", "accès"]).map_or(Cells::None, Cells::One),
    })
}

fn entry(record: &csv::StringRecord, columns: &Columns, email: &str) -> Result<Entry, (&'static str, &'static str)> {
    let email = Email::parse(email).map_err(|_| ("email", "not-an-address"))?;
    let role = match columns.role.and_then(|at| record.get(at)).unwrap_or_default().to_lowercase().as_str() {
        "" => None,
        "member" | "membre" => Some(Role::Member),
        "referent" | "référent" | "référente" | "referente" | "personne référente" => Some(Role::Referent),
        _ => return Err(("role", "unknown")),
    };
    let cells: Vec<&str> = match columns.services {
        Cells::None => Vec::new(),
        Cells::One(at) => record.get(at).into_iter().collect(),
        Cells::From(at) => record.iter().skip(at).collect(),
    };
    let words: Vec<&str> = cells.into_iter().flat_map(str::split_whitespace).collect();
    let grants = match words.as_slice() {
        [] => None,
        ["-"] => Some(Vec::new()),
        words => Some(words.iter().map(|word| grant(word)).collect::<Result<_, _>>()?),
    };
    Ok(Entry { email, role, grants: grants.map(tidy) })
}

fn grant(word: &str) -> Result<Grant, (&'static str, &'static str)> {
    let (service, roles) = word.split_once(':').unwrap_or((word, ""));
    if service.is_empty() {
        return Err(("services", "unknown-service"));
    }
    let roles = roles.split(['+', '|']).filter(|role| !role.is_empty()).map(str::to_owned);
    Ok((service.to_owned(), roles.collect()))
}

/// In order, each service and each role once.
fn tidy(mut grants: Vec<Grant>) -> Vec<Grant> {
    grants.sort();
    let mut tidied: Vec<Grant> = Vec::new();
    for (service, roles) in grants {
        match tidied.last_mut() {
            Some((last, known)) if *last == service => known.extend(roles),
            _ => tidied.push((service, roles)),
        }
    }
    for (_, roles) in &mut tidied {
        roles.sort();
        roles.dedup();
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<(u64, Option<Role>, Option<Vec<Grant>>)> {
        let told = |line: Line| {
            let entry = line.entry.unwrap();
            (line.number, entry.role, entry.grants)
        };
        parse(text).unwrap().into_iter().map(told).collect()
    }

    fn grant(service: &str, roles: &[&str]) -> Grant {
        (service.to_owned(), roles.iter().map(|role| (*role).to_owned()).collect())
    }

    #[test]
    fn as_spreadsheets_write_it() {
        let cloud = Some(vec![grant("cloud", &["editor", "viewer"]), grant("forge", &[])]);
        let expected = vec![(1, Some(Role::Referent), cloud.clone()), (2, None, None), (4, None, Some(Vec::new()))];
        for separator in [",", ";", "\t"] {
            let text = ["a@b.test,référente,cloud:viewer+editor,forge", "c@d.test", "", "e@f.test,,-"].join("\n");
            assert_eq!(entries(&text.replace(',', separator)), expected, "{separator:?}");
        }
        let named = "\u{feff}Nom;Adresse e-mail;Services;Rôle\r\n\"Petit; Camille\";a@b.test;forge cloud:viewer|editor cloud:viewer;REFERENT\r\n";
        assert_eq!(entries(named), [(2, Some(Role::Referent), cloud)]);
        assert_eq!(entries("email\na@b.test"), [(2, None, None)]);
    }

    #[test]
    fn what_is_wrong_is_told_line_by_line() {
        let wrong: Vec<_> = parse("a@b.test,boss\nnobody,member\nc@d.test,member,:x\n")
            .unwrap()
            .into_iter()
            .map(|line| line.entry)
            .collect();
        assert_eq!(
            wrong,
            [Err(("role", "unknown")), Err(("email", "not-an-address")), Err(("services", "unknown-service"))]
        );
        for bad in ["nom;role\nx;y\n".to_owned(), "a@b.test\0".to_owned(), "a".repeat(LONGEST + 1)] {
            assert!(matches!(parse(&bad), Err(Refusal::Invalid(_))));
        }
        assert_eq!(parse(" \n\n").unwrap(), []);
    }
}
