//! PostgreSQL's messages: passed on to our log, and searched for errors.

use std::io::{self, BufRead, BufReader, PipeWriter, Read};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use tracing::Level;

use super::Error;
use super::shared::Shared;

/// The longest piece of a line kept in memory, in bytes.
const LONGEST_LINE: u64 = 16 * 1024;

/// What follows each severity at the beginning of a message.
const SEPARATOR: &str = ":  ";

/// Passes on to `tracing` every line written to the pipe that is returned, on a
/// thread that ends with the last of the processes that write there.
///
/// The thread's value is what the server said it died of.
pub(super) fn forward(shared: Arc<Shared>) -> Result<(JoinHandle<Option<String>>, PipeWriter), Error> {
    let read_error = || Error::io("read the messages of", Path::new("PostgreSQL"));
    let (reader, writer) = io::pipe().map_err(read_error())?;
    let thread = std::thread::Builder::new()
        .name("postgres-log".to_owned())
        .spawn(move || pass_on(BufReader::new(reader), &shared))
        .map_err(read_error())?;
    Ok((thread, writer))
}

fn pass_on(mut lines: impl BufRead, shared: &Shared) -> Option<String> {
    let mut level = Level::WARN;
    let (mut fatal, mut other) = (None, None);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        if !read.is_ok_and(|bytes| bytes > 0) {
            return fatal.or(other);
        }
        let line = String::from_utf8_lossy(&line);
        let (severity, message) = split(line.trim_end());
        level = severity.and_then(level_of).unwrap_or(level);
        if matches!(severity, Some("FATAL" | "PANIC")) {
            fatal = Some(message.to_owned());
            // Each client is told so when the server shuts down.
            if shared.is_stopping() {
                level = Level::DEBUG;
            }
        } else if severity.is_none() && !line.starts_with('\t') {
            // Of setpriv or of the dynamic linker, if there is no server yet.
            other = Some(message.to_owned());
        }
        emit(level, message);
    }
}

/// The last line that tells an error, without its severity, or else the last.
pub(super) fn last_error(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = || text.lines().map(str::trim).rev();
    lines()
        .find(|line| error_in(line).is_some())
        .and_then(error_in)
        .or_else(|| lines().find(|line| !line.is_empty()))
        .unwrap_or("it ended without a message")
        .to_owned()
}

/// Whether there is an error among these messages.
pub(super) fn has_error(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr);
    text.lines().any(|line| error_in(line).is_some())
}

/// The error's message. A line may begin with a time or with the program's name.
fn error_in(line: &str) -> Option<&str> {
    ["PANIC:  ", "FATAL:  ", "ERROR:  ", "initdb: error: ", "setpriv: "]
        .iter()
        .find_map(|word| line.split_once(word))
        .map(|(_, message)| message)
}

/// The severity, if the line begins with one, and the rest.
fn split(line: &str) -> (Option<&str>, &str) {
    match line.split_once(SEPARATOR) {
        Some((word, message)) if word.chars().all(|c| c.is_ascii_uppercase()) => (Some(word), message),
        // The rest of a message of several lines, or another program's.
        _ => (None, line.trim_start()),
    }
}

/// None for what belongs to the message before: DETAIL, HINT, CONTEXT.
fn level_of(severity: &str) -> Option<Level> {
    match severity {
        "PANIC" | "FATAL" | "ERROR" => Some(Level::ERROR),
        "WARNING" => Some(Level::WARN),
        "LOG" | "INFO" | "NOTICE" => Some(Level::INFO),
        _ => None,
    }
}

fn emit(level: Level, message: &str) {
    match level {
        Level::ERROR => tracing::error!(target: "postgres", "{message}"),
        Level::WARN => tracing::warn!(target: "postgres", "{message}"),
        Level::INFO => tracing::info!(target: "postgres", "{message}"),
        _ => tracing::debug!(target: "postgres", "{message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_told_from_text() {
        assert_eq!(split("FATAL:  no"), (Some("FATAL"), "no"));
        assert_eq!(split("\tmore of it"), (None, "more of it"));
        assert_eq!(split("note:  this"), (None, "note:  this"));
        assert_eq!(level_of("WARNING"), Some(Level::WARN));
        assert_eq!(level_of("HINT"), None);
    }

    #[test]
    fn the_line_that_tells_the_error_is_found() {
        let initdb = b"initdb: error: invalid locale name \"xx\"\ninitdb: removing contents\n";
        assert_eq!(last_error(initdb), "invalid locale name \"xx\"");
        let server = b"2026-01-01 UTC [1] FATAL:  no space\n2026-01-01 UTC [1] HINT:  buy\n";
        assert_eq!(last_error(server), "no space");
        assert_eq!(last_error(b"something else\n\n"), "something else");
        assert_eq!(last_error(b""), "it ended without a message");
        assert!(has_error(server) && !has_error(b"LOG:  fine\n"));
    }
}
