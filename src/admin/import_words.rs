//! What came of an import, in words.

use crate::http::page::Page;
use crate::i18n::Value;
use crate::import::members::ImportError;
use crate::import::{Fault, Reason, Report, SourceError};

/// A line that did not go in, and all that is wrong with it.
pub type Refused = (u64, Vec<Fault>);

/// What came of it.
pub struct Said {
    /// In one line.
    pub title: String,
    /// The numbers.
    pub facts: Vec<(String, u64)>,
    /// Lines that did not go in: the line, and what is wrong.
    pub refused: Vec<(String, Vec<String>)>,
    /// Others that are not told one by one; or "".
    pub others: String,
    /// Oddities of those that go in.
    pub warnings: Vec<String>,
}

/// The report.
pub fn said(report: &Report, refused: &[Refused], page: &Page) -> Said {
    let keys = [
        ("import-records", report.records),
        ("import-imported", report.imported),
        ("import-updated", report.updated),
        ("import-unchanged", report.unchanged),
        ("import-rejected", report.rejected),
    ];
    let left = i64::try_from(report.rejected).unwrap_or(i64::MAX) - i64::try_from(refused.len()).unwrap_or(i64::MAX);
    let mut warnings = Vec::new();
    for (key, count) in [("import-disabled", report.disabled), ("import-flags", report.ignored_flags)] {
        if count > 0 {
            warnings.push(page.count(key, i64::try_from(count).unwrap_or(i64::MAX)));
        }
    }
    // The only oddity that there is.
    let languages: u64 = report.warnings.iter().map(|(_, _, count)| count).sum();
    if languages > 0 {
        warnings.push(page.count("import-languages", i64::try_from(languages).unwrap_or(i64::MAX)));
    }
    let line = |(line, faults): &Refused| {
        let line = numbered("import-line", *line, page);
        (line, faults.iter().map(|fault| wrong(fault, page)).collect())
    };
    Said {
        title: page.text(if report.dry_run { "import-tried" } else { "import-done" }),
        facts: keys.into_iter().map(|(key, count)| (page.text(key), count)).collect(),
        refused: refused.iter().map(line).collect(),
        others: if left > 0 { page.count("import-others", left) } else { String::new() },
        warnings,
    }
}

/// Why it did not come to its end.
pub fn error(error: &ImportError, page: &Page) -> String {
    let refused = match error {
        ImportError::Refused(refused) => refused,
        ImportError::Stopped { line, dry_run, .. } => {
            tracing::error!(%error, "an import from the console stopped");
            let key = if *dry_run || *line == 0 { "import-stopped-before" } else { "import-stopped" };
            return numbered(key, *line, page);
        }
    };
    match refused {
        SourceError::Empty => page.text("import-empty"),
        SourceError::Utf16 | SourceError::HeaderNotText => page.text("import-not-utf8"),
        SourceError::JsonList => page.text("import-json-list"),
        SourceError::NoColumn { column, .. } => page.text1("import-no-column", "column", column),
        SourceError::TwoColumns(column) => page.text1("import-two-columns", "column", column),
        SourceError::NotMapped(_) | SourceError::Io(_) | SourceError::HeaderControl | SourceError::Header(_) => {
            page.text("import-no-header")
        }
    }
}

/// What is wrong with a field. Never what it holds: that may be a hash in the wrong column.
fn wrong(fault: &Fault, page: &Page) -> String {
    let what = match &fault.reason {
        Reason::Columns { .. } => page.text("import-wrong-columns"),
        Reason::TooLong => page.text("import-wrong-length"),
        Reason::UnclosedQuote | Reason::AfterQuote => page.text("import-wrong-quote"),
        Reason::NotJson | Reason::NotScalar => page.text("import-wrong-json"),
        Reason::NotUtf8 | Reason::Lost => page.text("import-wrong-letters"),
        Reason::Empty => page.text("import-wrong-empty"),
        Reason::Truth => page.text("import-wrong-truth"),
        Reason::Username(_) => page.text("import-wrong-username"),
        Reason::Email(_) => page.text("import-wrong-email"),
        Reason::Hash(_) => page.text("import-wrong-hash"),
        Reason::Text(_) => page.text("import-wrong-text"),
        Reason::Moment(_) => page.text("import-wrong-date"),
        Reason::UsedByLine(line) => numbered("import-wrong-twice", *line, page),
        Reason::UsedByAccount => page.text("import-wrong-taken"),
        Reason::UnknownLanguage(_) => page.text("import-wrong-language"),
    };
    match &fault.column {
        Some(column) => page.text2("import-wrong", "column", column, "what", &what),
        None => what,
    }
}

fn numbered(key: &str, line: u64, page: &Page) -> String {
    page.language().whole(key, &[("line", Value::Number(i64::try_from(line).unwrap_or(i64::MAX)))])
}
