//! `loquet import …`: accounts from elsewhere.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Read, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono_tz::Tz;
use clap::{Args, Subcommand, ValueEnum};

use super::post_office::PostOffice;
use super::{Database, Failure, say};
use crate::config::Settings;
use crate::import::members::{self, Event, Options, Output};
use crate::import::{Field, Format, Report};
use crate::post::Post;

/// Everything is done, and some records were refused.
const SOME_REFUSED: u8 = 3;

const MAP_HELP: &str = "Take a field from a column of another name, or from none (FIELD=); repeat for several. Fields: id, \
    username, email, email_verified, password, given_name, family_name, language, created_at, membership_until; and, left \
    alone unless named here: administrator, active, disabled";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Members of an old site, from a CSV or JSON lines file (see docs/import.md)
    Members(Members),
}

#[derive(Debug, Args)]
pub struct Members {
    /// The file; `-` for standard input
    file: PathBuf,
    #[arg(long = "map", value_name = "FIELD=COLUMN", value_parser = parse_map, help = MAP_HELP)]
    map: Vec<(Field, String)>,
    /// How the file is written
    #[arg(long, value_enum, default_value_t = FileFormat::Auto)]
    format: FileFormat,
    /// Highest bcrypt cost accepted: each step doubles the time of a sign-in
    #[arg(long, value_name = "COST", default_value_t = 14, value_parser = clap::value_parser!(u32).range(4..=31))]
    max_cost: u32,
    /// Language of those who have none, or one that is not spoken here [default: host.language]
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Where the clocks of the old site were
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris", value_parser = parse_timezone)]
    timezone: Tz,
    /// Check everything against the database, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the refused records here, with the reasons: correct them, and import this file
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Records in one transaction
    #[arg(long, value_name = "COUNT", default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    batch: u16,
    /// Summary in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FileFormat {
    /// By the first character
    Auto,
    /// Commas, semicolons or tabulations; a header first
    Csv,
    /// One object on each line
    Jsonl,
}

fn parse_map(text: &str) -> Result<(Field, String), String> {
    let (field, column) = text.split_once('=').ok_or("is not of the form FIELD=COLUMN")?;
    let known = field.parse().map_err(|error| format!("'{field}' {error}"))?;
    Ok((known, column.to_owned()))
}

fn parse_timezone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| "is not a time zone such as Europe/Paris".to_owned())
}

pub async fn run(Command::Members(arguments): Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let options = options(&arguments, settings)?;
    let (input, handle): (Box<dyn Read + Send>, File) = if arguments.file.as_os_str() == "-" {
        (Box::new(io::stdin()), File::from(io::stdin().as_fd().try_clone_to_owned()?))
    } else {
        let named = |error: io::Error| Failure::new(format!("{}: {error}", arguments.file.display()));
        let file = File::open(&arguments.file).map_err(named)?;
        let handle = file.try_clone()?;
        (Box::new(file), handle)
    };
    let office = PostOffice::of(settings)?;
    let database = Database::open(settings).await?;
    let outcome = import(&arguments, &options, &database, office.post(), input, &handle).await;
    database.close().await;
    let report = outcome?;
    if arguments.json {
        say(report.to_json());
    } else {
        say(report.to_string().trim_end());
    }
    Ok(if report.rejected > 0 { ExitCode::from(SOME_REFUSED) } else { ExitCode::SUCCESS })
}

async fn import(
    arguments: &Members,
    options: &Options,
    database: &Database,
    post: Post<'_>,
    input: Box<dyn Read + Send>,
    handle: &File,
) -> Result<Report, Failure> {
    let rejects = arguments.rejects.as_deref().map(|path| create_rejects(path, handle)).transpose()?;
    let mut screen = Screen { is_terminal: io::stderr().is_terminal(), line: 0 };
    let outcome = tokio::select! {
        outcome = members::run(&database.pool, post, input, options, rejects, |event| screen.show(&event)) => outcome,
        _ = tokio::signal::ctrl_c() => {
            screen.clear();
            let state = match (options.dry_run, screen.line) {
                (true, _) | (false, 0) => "nothing was changed".to_owned(),
                (false, line) => format!("everything up to line {line} is in; run the same command again to go on"),
            };
            return Err(Failure::new(format!("interrupted: {state}")));
        }
    };
    screen.clear();
    outcome.map_err(Failure::from)
}

fn options(arguments: &Members, settings: &Settings) -> Result<Options, Failure> {
    let texts = settings.texts()?;
    let languages: Vec<&str> = texts.languages().iter().map(|language| language.code()).collect();
    let default = arguments.language.as_deref().unwrap_or(&settings.host.language);
    if !languages.contains(&default) {
        return Err(Failure::new(format!("--language: there is {}, and no '{default}'", languages.join(", "))));
    }
    let mut options = Options::new(&languages, default);
    options.format = match arguments.format {
        FileFormat::Auto => Format::Auto,
        FileFormat::Csv => Format::Csv,
        FileFormat::Jsonl => Format::JsonLines,
    };
    for (field, column) in &arguments.map {
        options.mapping.set(*field, column);
    }
    options.max_cost = arguments.max_cost;
    options.timezone = arguments.timezone;
    options.batch = usize::from(arguments.batch);
    options.dry_run = arguments.dry_run;
    Ok(options)
}

/// A new file that only its owner reads: it holds password hashes. One of an earlier time is
/// removed, and not written into: somebody else may have left it there.
fn create_rejects(path: &Path, input: &File) -> Result<Output, Failure> {
    let named = |reason: &dyn std::fmt::Display| Failure::new(format!("{}: {reason}", path.display()));
    match fs::symlink_metadata(path) {
        Ok(known) if !known.is_file() => return Err(named(&"is not an ordinary file")),
        Ok(known) => {
            let read = input.metadata()?;
            if (known.dev(), known.ino()) == (read.dev(), read.ino()) {
                return Err(named(&"is the file to import: write the rejects to another one"));
            }
            fs::remove_file(path).map_err(|error| named(&error))?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(named(&error)),
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    Ok(Box::new(BufWriter::new(file.map_err(|error| named(&error))?)))
}

/// Standard error: what is wrong with each line and, on a terminal, how far we are.
struct Screen {
    is_terminal: bool,
    /// The last line that is in.
    line: u64,
}

impl Screen {
    fn show(&mut self, event: &Event<'_>) {
        let mut out = io::stderr().lock();
        // Standard error closed: nobody to tell, and no reason to stop.
        let _ = match event {
            Event::Refused { line, faults } => {
                self.clear();
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                writeln!(out, "line {line}: refused: {}", faults.join("; "))
            }
            Event::Warning { line, fault } => {
                self.clear();
                writeln!(out, "line {line}: warning: {fault}")
            }
            Event::Waiting(error) => {
                self.clear();
                writeln!(out, "waiting for the database ({error})")
            }
            Event::Progress(report) => {
                self.line = report.line;
                if !self.is_terminal {
                    return;
                }
                let Report { records, imported, updated, unchanged, rejected, .. } = report;
                let done = "\r\x1b[K";
                write!(out, "{done}{records} records: {imported} imported, {updated} updated, {unchanged} unchanged, {rejected} rejected")
                    .and_then(|()| out.flush())
            }
        };
    }

    /// Takes the progress away, so that a line can be written in its place.
    fn clear(&self) {
        if self.is_terminal {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
