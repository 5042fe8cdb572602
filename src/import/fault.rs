//! What is wrong with a record. Says what and where, and never repeats the value: it may be a hash
//! in the wrong column.

use std::fmt;
use std::sync::Arc;

use super::values::MomentError;
use crate::authn::password::HashError;
use crate::types::{EmailError, TextError, UsernameError};

/// One thing wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column, as the file calls it; none when it is the record as a whole.
    pub column: Option<Arc<str>>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong. Reads on after the name of the column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Columns are missing, or there are too many: nobody can say which is which.
    #[error("has {found} columns where the header has {expected}")]
    Columns {
        /// In this record.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Over the limit that bounds our memory.
    #[error("is longer than 64 KiB")]
    TooLong,
    /// Reading goes on at the next line.
    #[error("has a quotation mark that is not closed")]
    UnclosedQuote,
    /// `"abc"def`
    #[error("has text after a closing quotation mark")]
    AfterQuote,
    /// JSON lines: not an object, or cut.
    #[error("is not one JSON object on one line")]
    NotJson,
    /// JSON lines: not a text, a whole number, true, false or null.
    #[error("is not a text, a whole number, true, false or null")]
    NotScalar,
    /// Latin-1, most often.
    #[error("is not UTF-8 text")]
    NotUtf8,
    /// Also what the file of rejects shows in place of bytes that are no text: it must be corrected.
    #[error("holds the mark (U+FFFD) of a character that was lost in a conversion")]
    Lost,
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Neither of the two.
    #[error("is neither yes nor no (1, 0, true, false, yes, no, oui, non)")]
    Truth,
    /// A rule of usernames.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// A rule of addresses.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// A rule of imported hashes.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// A rule of free text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A rule of dates.
    #[error(transparent)]
    Moment(#[from] MomentError),
    /// Somebody earlier in this file has it.
    #[error("is already used by line {0}")]
    UsedByLine(u64),
    /// Somebody who is in Loquet already has it, or had it not long enough ago.
    #[error("is already used by another account")]
    UsedByAccount,
    /// A warning: the record goes in.
    #[error("is not a language of this server: '{0}' is used instead")]
    UnknownLanguage(String),
}

impl Reason {
    /// The reason without what differs from line to line: what the summary counts by.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Columns { .. } => "has not as many columns as the header".to_owned(),
            Self::UsedByLine(_) => "is already used by an earlier line".to_owned(),
            other => other.to_string(),
        }
    }
}

impl Fault {
    /// A fault of the record as a whole.
    #[must_use]
    pub fn of_record(reason: Reason) -> Self {
        Self { column: None, reason }
    }

    /// The column, or what stands for the whole record.
    #[must_use]
    pub fn place(&self) -> &str {
        self.column.as_deref().unwrap_or("the record")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.reason)
    }
}
