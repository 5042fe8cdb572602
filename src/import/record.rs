//! A record as the file gives it, and how its fields are read: the same for both formats.

use std::borrow::Cow;
use std::sync::Arc;

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::columns::{Field, Layout, Mapping};
use super::fault::{Fault, Reason};
use super::values;

/// One record of the file.
#[derive(Debug)]
pub struct Record {
    /// The line it begins on, from 1.
    pub line: u64,
    /// What is there.
    pub content: Content,
}

/// What is there.
#[derive(Debug)]
pub enum Content {
    /// The fields of a delimited file.
    Cells(ByteRecord),
    /// One of the JSON lines.
    Object(Map<String, Value>),
    /// No record can be made out.
    Broken {
        /// The line, or the start of an endless one.
        raw: Vec<u8>,
        /// Why not.
        reason: Reason,
    },
}

/// What is known of the columns of a file.
#[derive(Debug)]
pub struct Columns {
    /// Column of each field.
    pub mapping: Mapping,
    /// Where they are.
    pub shape: Shape,
    /// The file starts with a byte-order mark: spreadsheets want one.
    pub has_mark: bool,
}

/// The two formats.
#[derive(Debug)]
pub enum Shape {
    /// A header, then fields by position.
    Delimited(Box<Layout>),
    /// Fields by name in each record.
    JsonLines,
}

impl Columns {
    /// Whether a column was given for this field.
    pub fn is_mapped(&self, field: Field) -> bool {
        self.mapping.column(field).is_some()
    }

    /// A fault in the column of this field.
    pub fn fault(&self, field: Field, reason: impl Into<Reason>) -> Fault {
        Fault { column: self.mapping.column(field).map(Arc::clone), reason: reason.into() }
    }

    /// The text of a field; empty when the record has none.
    ///
    /// # Errors
    /// Why it is no text.
    pub fn text<'r>(&self, content: &'r Content, field: Field) -> Result<Cow<'r, str>, Reason> {
        let text = match (content, &self.shape) {
            (Content::Cells(cells), Shape::Delimited(layout)) => {
                let bytes = layout.position(field).and_then(|at| cells.get(at)).unwrap_or_default();
                Cow::Borrowed(std::str::from_utf8(bytes).map_err(|_| Reason::NotUtf8)?)
            }
            (Content::Object(object), _) => self
                .mapping
                .column(field)
                .and_then(|name| member(object, name))
                .map_or(Ok(Cow::Borrowed("")), scalar)?,
            _ => Cow::Borrowed(""),
        };
        if text.contains(char::REPLACEMENT_CHARACTER) { Err(Reason::Lost) } else { Ok(text) }
    }

    /// Whether the record has an administrator flag that nobody mapped.
    pub fn has_ignored_flag(&self, content: &Content) -> bool {
        match (content, &self.shape) {
            (Content::Cells(cells), Shape::Delimited(layout)) => layout.ignored_flags().iter().any(|at| {
                let text = cells.get(*at).and_then(|bytes| std::str::from_utf8(bytes).ok());
                text.is_some_and(is_yes)
            }),
            (Content::Object(object), _) => object.iter().any(|(name, value)| {
                self.mapping.is_ignored_flag(name) && scalar(value).is_ok_and(|text| is_yes(&text))
            }),
            _ => false,
        }
    }
}

fn is_yes(text: &str) -> bool {
    values::truth(text.trim()) == Ok(Some(true))
}

fn member<'r>(object: &'r Map<String, Value>, name: &str) -> Option<&'r Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn scalar(value: &Value) -> Result<Cow<'_, str>, Reason> {
    match value {
        Value::Null => Ok(Cow::Borrowed("")),
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Bool(truth) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
        // Others are written in several ways: no key of an account.
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(Cow::Owned(number.to_string())),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => Err(Reason::NotScalar),
    }
}
