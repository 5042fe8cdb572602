//! Cuts the input into records, one at a time, in bounded memory. A line that is no record is one
//! broken record, and reading goes on at the next line.

use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::columns::{Layout, Mapping};
use super::delimited::{parse, separator_of};
use super::fault::Reason;
use super::record::{Columns, Content, Record, Shape};
use super::window::{Window, line_end};

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// JSON lines if it starts with `{`, delimited otherwise.
    #[default]
    Auto,
    /// A header and records, separated by commas, semicolons or tabulations.
    Csv,
    /// One JSON object on each line.
    JsonLines,
}

/// Why a file is refused as a whole. Nothing has been imported then.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system's words.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Nothing there.
    #[error("the file is empty")]
    Empty,
    /// A byte-order mark of UTF-16, or NUL bytes in the first line.
    #[error("the file is in UTF-16, not UTF-8: save it as «CSV UTF-8», or convert it with `iconv -f UTF-16 -t UTF-8`")]
    Utf16,
    /// A header in Latin-1, or no text at all.
    #[error(
        "the first line is not UTF-8 text: save the file as «CSV UTF-8», or convert it, for instance with \
         `iconv -f WINDOWS-1252 -t UTF-8`"
    )]
    HeaderNotText,
    /// Lone CR as line ends, or no text at all.
    #[error("the first line holds control characters: is it a text file, with LF or CR LF as line ends?")]
    HeaderControl,
    /// A header that is no record.
    #[error("the header cannot be read: it {0}")]
    Header(Reason),
    /// `[{…},{…}]`
    #[error("the file is a JSON list: write one object on each line, for instance with `jq -c '.[]'`")]
    JsonList,
    /// A column that is needed is not there.
    #[error("the header has no column '{column}' for the field {field}: name it with --map {field}=COLUMN")]
    NoColumn {
        /// The field.
        field: &'static str,
        /// Its column.
        column: String,
    },
    /// A needed field was mapped to nothing.
    #[error("the field {0} is needed: name its column with --map {0}=COLUMN")]
    NotMapped(&'static str),
    /// Nobody can say which is meant.
    #[error("the header has the column '{0}' twice")]
    TwoColumns(String),
}

/// The records of an input.
pub struct Source<R> {
    window: Window<R>,
    columns: Arc<Columns>,
    cells: ByteRecord,
}

impl<R: Read> Source<R> {
    /// Looks at the start of the input and reads the header.
    ///
    /// # Errors
    /// Why the file is refused as a whole.
    pub fn open(input: R, format: Format, mapping: Mapping) -> Result<Self, SourceError> {
        let mut window = Window::new(input);
        let (view, _) = window.view()?;
        if view.starts_with(&[0xFF, 0xFE]) || view.starts_with(&[0xFE, 0xFF]) {
            return Err(SourceError::Utf16);
        }
        let has_mark = view.starts_with(b"\xEF\xBB\xBF");
        if has_mark {
            window.advance(3);
        }
        while matches!(window.view()?.0.first(), Some(b' ' | b'\r' | b'\n')) {
            window.advance(1);
        }
        let (view, _) = window.view()?;
        if view.iter().take(4).any(|byte| *byte == 0) {
            return Err(SourceError::Utf16);
        }
        let first = view.first().copied();
        let shape = match (format, first) {
            (_, None) => return Err(SourceError::Empty),
            (Format::Auto | Format::JsonLines, Some(b'[')) => return Err(SourceError::JsonList),
            (Format::JsonLines, _) | (Format::Auto, Some(b'{')) => Shape::JsonLines,
            _ => Shape::Delimited(Box::new(header(&mut window, &mapping)?)),
        };
        let columns = Arc::new(Columns { mapping, shape, has_mark });
        Ok(Self { window, columns, cells: ByteRecord::new() })
    }

    /// What is known of the columns.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The next record. Empty lines are passed over.
    ///
    /// # Errors
    /// The input's.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        let columns = Arc::clone(&self.columns);
        match &columns.shape {
            Shape::Delimited(layout) => self.next_delimited(layout),
            Shape::JsonLines => self.next_object(),
        }
    }

    fn next_delimited(&mut self, layout: &Layout) -> io::Result<Option<Record>> {
        loop {
            let line = self.window.line();
            let (view, is_all) = self.window.view()?;
            if view.is_empty() {
                return Ok(None);
            }
            let (found, expected) = match parse(view, is_all, layout.separator, &mut self.cells) {
                Err(reason) => return self.broken(line, layout, reason).map(Some),
                Ok(length) => {
                    let (found, expected) = (self.cells.len(), layout.names.len());
                    // Several lines that together are no record: a mark was opened by mistake, and
                    // the lines that it swallowed are records of their own.
                    let is_long = line_end(view).is_some_and(|at| at + 1 < length);
                    if found != expected && is_long {
                        return self.broken(line, layout, Reason::UnclosedQuote).map(Some);
                    }
                    self.window.advance(length);
                    (found, expected)
                }
            };
            if found == 1 && self.cells.get(0).is_some_and(<[u8]>::is_empty) && expected > 1 {
                continue;
            }
            return Ok(Some(Record { line, content: Content::Cells(std::mem::take(&mut self.cells)) }));
        }
    }

    fn next_object(&mut self) -> io::Result<Option<Record>> {
        loop {
            let line = self.window.line();
            if self.window.view()?.0.is_empty() {
                return Ok(None);
            }
            let (raw, is_whole) = self.window.skip_line()?;
            if raw.trim_ascii().is_empty() {
                continue;
            }
            let content = match serde_json::from_slice::<Map<String, Value>>(&raw) {
                Ok(object) => Content::Object(object),
                Err(_) if !is_whole => Content::Broken { raw, reason: Reason::TooLong },
                Err(_) if std::str::from_utf8(&raw).is_err() => Content::Broken { raw, reason: Reason::NotUtf8 },
                Err(_) => Content::Broken { raw, reason: Reason::NotJson },
            };
            return Ok(Some(Record { line, content }));
        }
    }

    /// The line here is no record; the next one may be.
    fn broken(&mut self, line: u64, layout: &Layout, reason: Reason) -> io::Result<Record> {
        let (raw, is_whole) = self.window.skip_line()?;
        let reason = match parse(&raw, true, layout.separator, &mut self.cells) {
            _ if !is_whole => Reason::TooLong,
            // What was found wrong may be on a later line: a mark opened here was closed there.
            Err(reason) => reason,
            Ok(_) => reason,
        };
        Ok(Record { line, content: Content::Broken { raw, reason } })
    }
}

fn header<R: Read>(window: &mut Window<R>, mapping: &Mapping) -> Result<Layout, SourceError> {
    let (view, is_all) = window.view()?;
    let line = &view[..line_end(view).unwrap_or(view.len())];
    if line.contains(&0) {
        return Err(SourceError::Utf16);
    }
    let separator = separator_of(line);
    let mut cells = ByteRecord::new();
    let length = parse(view, is_all, separator, &mut cells).map_err(|reason| match std::str::from_utf8(line) {
        Ok(_) => SourceError::Header(reason),
        Err(_) => SourceError::HeaderNotText,
    })?;
    let mut names = Vec::new();
    for cell in &cells {
        let name = std::str::from_utf8(cell).map_err(|_| SourceError::HeaderNotText)?.trim();
        if name.contains(char::is_control) {
            return Err(SourceError::HeaderControl);
        }
        names.push(name.to_owned());
    }
    window.advance(length);
    Layout::of(names, separator, mapping)
}
