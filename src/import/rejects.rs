//! The file of rejects: the refused records as they were, with the line and the reason at the end,
//! in the format of the input. Corrected, it is imported like any other file; uncorrected, each of
//! its records is refused again.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::columns::NOTES;
use super::fault::Fault;
use super::record::{Columns, Content, Record, Shape};

/// Where the records go that did not go in.
pub type Output = Box<dyn Write + Send>;

/// Most bytes shown of a line that is no record.
const EXCERPT: usize = 4096;

/// Writes refused records.
pub struct Rejects {
    columns: Arc<Columns>,
    writer: Writer,
}

enum Writer {
    Delimited(Box<csv::Writer<Output>>),
    JsonLines(Output),
}

impl Rejects {
    /// Starts the file: its header.
    ///
    /// # Errors
    /// The output's.
    pub fn start(mut output: Output, columns: Arc<Columns>) -> io::Result<Self> {
        let writer = match &columns.shape {
            Shape::JsonLines => Writer::JsonLines(output),
            Shape::Delimited(layout) => {
                if columns.has_mark {
                    output.write_all(b"\xEF\xBB\xBF")?;
                }
                // Flexible: a record with too few columns is written with too few.
                let mut writer =
                    csv::WriterBuilder::new().delimiter(layout.separator).flexible(true).from_writer(output);
                let own = layout.names.len() - if layout.has_notes { NOTES.len() } else { 0 };
                writer.write_record(layout.names.iter().take(own).map(String::as_str).chain(NOTES))?;
                Writer::Delimited(Box::new(writer))
            }
        };
        Ok(Self { columns, writer })
    }

    /// Writes a refused record.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&mut self, record: &Record, faults: &[Fault]) -> io::Result<()> {
        let line = record.line.to_string();
        let reason = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        match &mut self.writer {
            Writer::Delimited(writer) => {
                let cells = self.columns.own_cells(&record.content);
                let is_altered = cells.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER));
                let note = if is_altered { " (what was no text is shown as U+FFFD)" } else { "" };
                Ok(writer.write_record(cells.into_iter().chain([line, format!("{reason}{note}")]))?)
            }
            Writer::JsonLines(output) => {
                let mut object = match &record.content {
                    Content::Object(object) => object.clone(),
                    Content::Broken { raw, .. } => {
                        Map::from_iter([("loquet_raw".to_owned(), Value::from(as_text(excerpt(raw))))])
                    }
                    Content::Cells(_) => Map::new(),
                };
                for (note, value) in NOTES.into_iter().zip([Value::from(record.line), Value::from(reason)]) {
                    object.insert(note.to_owned(), value);
                }
                writeln!(output, "{}", Value::Object(object))
            }
        }
    }

    /// Makes sure that what was written is in the file.
    ///
    /// # Errors
    /// The output's.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.writer {
            Writer::Delimited(writer) => writer.flush(),
            Writer::JsonLines(output) => output.flush(),
        }
    }
}

impl Columns {
    /// The cells of a record without our notes of an earlier time. A line that is no record is one
    /// cell: whatever it holds, it is refused again until somebody makes a record of it.
    fn own_cells(&self, content: &Content) -> Vec<String> {
        let has_notes = matches!(&self.shape, Shape::Delimited(layout) if layout.has_notes);
        match content {
            Content::Cells(cells) => {
                let own = if has_notes { cells.len().saturating_sub(NOTES.len()) } else { cells.len() };
                cells.iter().take(own).map(as_text).collect()
            }
            Content::Broken { raw, .. } => vec![as_text(excerpt(raw))],
            Content::Object(_) => Vec::new(),
        }
    }
}

/// Bytes that are no text become U+FFFD, which the import refuses: nothing half lost goes in.
fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{FFFD}")
}

fn excerpt(raw: &[u8]) -> &[u8] {
    &raw[..raw.len().min(EXCERPT)]
}
