//! `loquet audit …`: reads the journal, and checks that nobody touched it.

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Database, Failure, say};
use crate::config::Settings;
use crate::db;
use crate::db::audit::chain::Head;
use crate::db::audit::{HostLine, Kind};
use crate::delegation::{self, Filter, Refusal};
use crate::journal::{self, Findings};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the chain of all lines: none altered, removed or put in between. Exit code 1 when one was
    Verify {
        /// A head that an earlier verification printed, kept elsewhere: that it is still there
        #[arg(long, value_name = "POSITION:HASH", value_parser = parse_head)]
        expect: Option<Head>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// List the latest lines, newest first
    List(List),
}

#[derive(Debug, Args)]
pub struct List {
    /// About this organization, as in addresses
    #[arg(long, value_name = "SLUG")]
    organization: Option<String>,
    /// About this person, or done by them: username, e-mail address or id
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Of this kind, such as signed-in
    #[arg(long, value_parser = parse_kind)]
    kind: Option<Kind>,
    /// From then on: 2026-11-27, or 2026-11-27T08:30:00Z
    #[arg(long, value_name = "WHEN", value_parser = parse_moment)]
    since: Option<DateTime<Utc>>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let database = Database::open(settings).await?;
    let outcome = act(command, &database.pool).await;
    database.close().await;
    outcome
}

async fn act(command: Command, pool: &db::Pool) -> Result<ExitCode, Failure> {
    match command {
        Command::Verify { expect, json } => {
            let findings = journal::verify(pool, expect.as_ref()).await?;
            tell(&findings, json);
            match findings.fault {
                Some(fault) if !json => Err(Failure::new(fault)),
                Some(_) => Ok(ExitCode::FAILURE),
                None => Ok(ExitCode::SUCCESS),
            }
        }
        Command::List(options) => {
            list(&mut *pool.acquire().await?, options).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn tell(findings: &Findings, as_json: bool) {
    let head = findings.head.as_ref().map(|head| (head.position, hex(&head.hash)));
    if as_json {
        let fault = findings
            .fault
            .as_ref()
            .map(|fault| json!({ "position": fault.position(), "event": fault.event(), "message": fault.to_string() }));
        say(json!({
            "ok": findings.fault.is_none(),
            "events": findings.events,
            "forgotten": findings.forgotten,
            "waiting": findings.waiting,
            "head": head.map(|(position, hash)| json!({ "position": position, "hash": hash })),
            "fault": fault,
        }));
        return;
    }
    say(format!("sealed     {}", findings.events));
    say(format!("forgotten  {} (somebody of the line has gone: what is personal is not checked)", findings.forgotten));
    say(format!("waiting    {} (sealed within seconds, while a server runs)", findings.waiting));
    match (head, &findings.fault) {
        (Some((position, hash)), None) => {
            say(format!("head       {position}:{hash}"));
            say("Keep the head elsewhere, and give it to the next verification with --expect.");
        }
        (Some((position, _)), Some(_)) => say(format!("good       up to position {position}")),
        (None, _) => {}
    }
}

async fn list(connection: &mut PgConnection, options: List) -> Result<(), Failure> {
    let filter = Filter {
        organization: options.organization.as_deref().unwrap_or_default(),
        person: options.user.as_deref().unwrap_or_default(),
        kind: options.kind,
        since: options.since,
    };
    let wanted = delegation::wanted(connection, &filter, options.limit).await.map_err(|refusal| match refusal {
        Refusal::Invalid(flaw) if flaw.field == "person" => {
            Failure::new(format!("there is no account named {}", flaw.value))
        }
        Refusal::Invalid(flaw) => Failure::new(format!("there is no organization named {}", flaw.value)),
        other => Failure::from(other),
    })?;
    let lines = db::audit::list(connection, &wanted).await?;
    if options.json {
        say(Value::Array(lines.iter().map(described).collect()));
        return Ok(());
    }
    for line in &lines {
        say(on_one_line(line));
    }
    if lines.is_empty() {
        say("No such line.");
    }
    Ok(())
}

fn described(line: &HostLine) -> Value {
    json!({
        "id": line.id, "at": line.at, "kind": line.kind, "outcome": line.outcome,
        "actor": { "id": line.actor_id, "username": line.actor }, "user": { "id": line.user_id, "username": line.user },
        "organization": line.organization, "client_id": line.client_id, "address_range": line.address_range,
        "device": line.device, "request_id": line.request_id, "details": line.details,
    })
}

fn on_one_line(line: &HostLine) -> String {
    let name = |name: &Option<String>, id: Option<Uuid>| match (name, id) {
        (Some(name), _) => name.clone(),
        (None, Some(id)) => id.to_string(),
        (None, None) => "-".to_owned(),
    };
    let (actor, user) = (name(&line.actor, line.actor_id), name(&line.user, line.user_id));
    let at = line.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut words = vec![at, line.outcome.clone(), line.kind.clone(), format!("by {actor}"), format!("to {user}")];
    let named = [("organization", &line.organization), ("service", &line.client_id), ("from", &line.address_range)];
    for (label, value) in named {
        words.extend(value.as_ref().filter(|value| !value.is_empty()).map(|value| format!("{label} {value}")));
    }
    words.extend(line.device.clone().filter(|device| !device.is_empty()));
    if line.details.as_object().is_some_and(|details| !details.is_empty()) {
        words.push(line.details.to_string());
    }
    words.join("  ")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn parse_head(text: &str) -> Result<Head, String> {
    let fault = || "is not a head such as verify prints it, POSITION:HASH".to_owned();
    let (position, hash) = text.split_once(':').ok_or_else(fault)?;
    let position = position.parse().ok().filter(|position| *position > 0).ok_or_else(fault)?;
    if hash.len() != 64 || !hash.is_ascii() {
        return Err(fault());
    }
    let digits = (0..64).step_by(2).map(|at| u8::from_str_radix(&hash[at..at + 2], 16));
    Ok(Head { position, hash: digits.collect::<Result<_, _>>().map_err(|_| fault())? })
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    Kind::of(text).ok_or_else(|| {
        let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        format!("is none of {}", all.join(", "))
    })
}

fn parse_moment(text: &str) -> Result<DateTime<Utc>, String> {
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc());
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
    moment.or_else(day).ok_or_else(|| "is neither a day (2026-11-27) nor a moment (2026-11-27T08:30:00Z)".to_owned())
}
