//! `loquet keys …`: what signs tokens.

use std::process::ExitCode;

use chrono::SecondsFormat;
use clap::Subcommand;
use serde_json::json;

use super::post_office::at_desk;
use super::{Failure, say};
use crate::config::Settings;
use crate::delegation::Desk;
use crate::key_rotation::{Rotated, Rotation};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the keys that are published
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Publish the next key of each algorithm; it signs in a day, so that services know it in time
    Rotate {
        /// The present keys may be in somebody else's hands: forget them now. Every token that they
        /// signed is worth nothing from now on, and services that keep the key set refuse sign-ins until
        /// they read it again
        #[arg(long)]
        compromised: bool,
    },
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    at_desk(settings, async |desk| act(command, desk).await).await
}

async fn act(command: Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::List { json } => {
            let keys = desk.signing_keys().await?;
            if json {
                let keys = keys.iter().map(|key| {
                    json!({ "kid": key.kid, "algorithm": key.algorithm, "signs_from": key.signs_from, "retired_at": key.retired_at })
                });
                say(serde_json::Value::Array(keys.collect()));
                return Ok(());
            }
            for key in keys {
                let from = key.signs_from.to_rfc3339_opts(SecondsFormat::Secs, true);
                let until = key.retired_at.map(|moment| moment.to_rfc3339_opts(SecondsFormat::Secs, true));
                let until = until.map(|moment| format!(", leaves the set on {moment}")).unwrap_or_default();
                say(format!("{}  {}  signs from {from}{until}", key.kid, key.algorithm));
            }
        }
        Command::Rotate { compromised } => {
            let rotation = if compromised { Rotation::Compromised } else { Rotation::Planned };
            for (algorithm, rotated) in desk.rotate_keys(rotation).await? {
                match rotated {
                    Rotated::Next { kid, signs_from } => {
                        let from = signs_from.to_rfc3339_opts(SecondsFormat::Secs, true);
                        say(format!("{}: {kid} is published and signs from {from}", algorithm.name()));
                    }
                    Rotated::Waiting => {
                        say(format!("{}: the next key is published already and does not sign yet", algorithm.name()));
                    }
                }
            }
        }
    }
    Ok(())
}
