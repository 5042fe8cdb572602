//! Reads and checks on a thread of its own, so that the database never waits for it, and hands over
//! one batch at a time.

use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use uuid::Uuid;

use super::columns::Mapping;
use super::fault::Fault;
use super::fingerprint::Fingerprint;
use super::member::{Member, Rules, check};
use super::record::{Columns, Content, Record};
use super::source::{Format, Source, SourceError};

/// A batch ends here whatever its number of records: with long records it would be large.
const MAX_BATCH: usize = 4 * 1024 * 1024;

/// A sound record.
#[derive(Debug)]
pub struct Candidate {
    /// The id of the account, if it is a new one.
    pub id: Uuid,
    /// What the record says.
    pub member: Member,
    /// The same in short.
    pub fingerprint: Fingerprint,
    /// Oddities that do not keep it out.
    pub warnings: Vec<Fault>,
    /// It has an administrator flag that nobody mapped.
    pub has_ignored_flag: bool,
}

/// A record that has been checked.
#[derive(Debug)]
pub struct Entry {
    /// As the file gives it, for the file of rejects.
    pub record: Record,
    /// What came of it.
    pub checked: Result<Candidate, Vec<Fault>>,
}

/// What the reader says. Without [`Message::End`], it has not read everything.
#[derive(Debug)]
pub enum Message {
    /// The file can be read; its columns.
    Opened(Arc<Columns>),
    /// The file is refused as a whole.
    Refused(SourceError),
    /// The next records, in order. No key of the old database is in one batch twice.
    Batch(Vec<Entry>),
    /// The input failed.
    Failed(io::Error),
    /// Everything is read.
    End,
}

/// What the reader needs to know.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How the file is written.
    pub format: Format,
    /// Column of each field.
    pub mapping: Mapping,
    /// What a sound record is.
    pub rules: Rules,
    /// Records in a batch.
    pub batch: usize,
}

/// Starts reading. The thread ends with the input, or when nobody listens any more.
///
/// # Errors
/// When the system gives no thread.
pub fn start(input: impl Read + Send + 'static, plan: Plan) -> io::Result<Receiver<Message>> {
    // One batch being written, one waiting, one being read: no more in memory.
    let (sender, receiver) = channel(1);
    std::thread::Builder::new().name("import-reader".to_owned()).spawn(move || {
        // An error here is a receiver that is gone: nothing is left to do.
        let _ = read(input, plan, &sender);
    })?;
    Ok(receiver)
}

/// Nobody listens any more.
struct Gone;

fn read(input: impl Read, plan: Plan, sender: &Sender<Message>) -> Result<(), Gone> {
    let say = |message| sender.blocking_send(message).map_err(|_| Gone);
    let mut source = match Source::open(input, plan.format, plan.mapping) {
        Ok(source) => source,
        Err(error) => return say(Message::Refused(error)),
    };
    let columns = Arc::clone(source.columns());
    say(Message::Opened(Arc::clone(&columns)))?;
    let mut batch = Vec::new();
    let mut size = 0;
    let mut keys = HashSet::new();
    loop {
        let record = match source.next() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => {
                say(Message::Batch(batch))?;
                return say(Message::Failed(error));
            }
        };
        let length = length_of(&record);
        let entry = examine(record, &columns, &plan.rules);
        // A key that comes back waits for what becomes of the first: hence a batch of its own.
        let returns = entry.checked.as_ref().is_ok_and(|candidate| keys.contains(&candidate.member.legacy_id));
        if returns || batch.len() >= plan.batch || size + length > MAX_BATCH {
            say(Message::Batch(std::mem::take(&mut batch)))?;
            size = 0;
            keys.clear();
        }
        if let Ok(candidate) = &entry.checked {
            keys.insert(candidate.member.legacy_id.clone());
        }
        size += length;
        batch.push(entry);
    }
    say(Message::Batch(batch))?;
    say(Message::End)
}

fn examine(record: Record, columns: &Columns, rules: &Rules) -> Entry {
    let checked = check(&record, columns, rules).map(|(member, warnings)| Candidate {
        id: Uuid::now_v7(),
        fingerprint: Fingerprint::of(&member),
        has_ignored_flag: columns.has_ignored_flag(&record.content),
        member,
        warnings,
    });
    Entry { record, checked }
}

/// About the memory that a record takes.
fn length_of(record: &Record) -> usize {
    match &record.content {
        Content::Cells(cells) => cells.as_slice().len(),
        Content::Object(object) => object.iter().map(|(key, value)| key.len() + value.to_string().len()).sum(),
        Content::Broken { raw, .. } => raw.len(),
    }
}
