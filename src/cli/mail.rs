//! `loquet mail …`: mail that waits or was given up, and whether the server takes any.

use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use super::post_office::{PostOffice, at_desk};
use super::{Failure, say};
use crate::config::Settings;
use crate::crypto::Vault;
use crate::db;
use crate::db::outbox::Kept;
use crate::delegation::{Desk, Refusal};
use crate::mail::{self, Transport};
use crate::types::{Email, masked_email};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the mails that wait and those that were given up, with what the server said
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Try again at once, as if it were new
    Retry {
        /// The mail, as `list` names it
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<Uuid>,
        /// All that wait or were given up
        #[arg(long)]
        all: bool,
    },
    /// Throw a mail away that was given up
    Forget {
        /// The mail, as `list` names it
        id: Uuid,
    },
    /// Send a message to an address now, and say what the mail server answers
    Test {
        /// Where to
        address: String,
    },
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    if let Command::Test { address } = command {
        return test(&address, settings).await.map(|()| ExitCode::SUCCESS);
    }
    at_desk(settings, async |desk| act(command, desk).await).await
}

async fn act(command: Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::List { json } => {
            let vault = desk.post.vault;
            let kept = db::outbox::all(&mut *desk.pool.acquire().await?).await?;
            if json {
                say(serde_json::Value::Array(kept.iter().map(|mail| as_json(mail, vault)).collect()));
                return Ok(());
            }
            for mail in &kept {
                show(mail, vault);
            }
            if kept.is_empty() {
                say("No mail waits, and none was given up.");
            }
        }
        Command::Retry { id, .. } => {
            let retried = desk.retry_mail(id).await.map_err(|refusal| match (refusal, id) {
                (Refusal::Hidden, Some(id)) => {
                    Failure::new(format!("there is no mail {id}: it was handed over, or never was"))
                }
                (other, _) => Failure::from(other),
            })?;
            say(format!("{retried} to be tried at once, by the server that runs."));
        }
        Command::Forget { id } => {
            desk.forget_mail(id).await.map_err(|refusal| match refusal {
                Refusal::Hidden => Failure::new(format!("no mail {id} was given up")),
                other => Failure::from(other),
            })?;
            say(format!("{id} is thrown away."));
        }
        Command::Test { .. } => {}
    }
    Ok(())
}

/// Whom it is to, masked, and its subject; nothing if it was sealed with another key.
fn face(mail: &Kept, vault: &Vault) -> Option<(String, String)> {
    mail::open(vault, mail.id, &mail.message).map(|message| (masked_email(&message.to), message.subject))
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn as_json(mail: &Kept, vault: &Vault) -> serde_json::Value {
    let (to, subject) = face(mail, vault).unzip();
    json!({
        "id": mail.id, "to": to, "subject": subject, "written_at": moment(mail.created_at), "tries": mail.attempts,
        "next_try_at": mail.dead_at.is_none().then(|| moment(mail.next_attempt_at)),
        "given_up_at": mail.dead_at.map(moment), "reason": mail.last_error,
    })
}

fn show(mail: &Kept, vault: &Vault) {
    let state = match mail.dead_at {
        Some(at) => format!("given up {}", moment(at)),
        None => format!("next try {}", moment(mail.next_attempt_at)),
    };
    say(format!("{}  written {}, {state}, {} tried", mail.id, moment(mail.created_at), mail.attempts));
    let (to, subject) = face(mail, vault).unwrap_or_else(|| ("…".to_owned(), "(sealed with another key)".to_owned()));
    say(format!("    {to}  {subject}"));
    if let Some(reason) = &mail.last_error {
        say(format!("    {reason}"));
    }
}

/// Straight to the server: what it answers is said at once.
async fn test(address: &str, settings: &Settings) -> Result<(), Failure> {
    let address = Email::parse(address).map_err(|error| Failure::new(format!("{address} {error}")))?;
    let transport = Transport::of(&settings.mail).map_err(Failure::new)?;
    let office = PostOffice::of(settings)?;
    let post = office.post();
    post.test(&transport, &address, &post.texts.default_language()).await?;
    say(format!("{} took a message to {address}.", settings.mail.host.as_deref().unwrap_or_default()));
    Ok(())
}
