//! `loquet check-config`

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Failure, load, say};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub fn run(file: Option<&Path>, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (settings, in_force) = load(file)?;
    if arguments.json {
        let entries: Vec<_> = in_force
            .iter()
            .map(|entry| json!({ "key": entry.key, "value": entry.value, "origin": entry.origin }))
            .collect();
        say(json!({ "settings": entries }));
        return Ok(ExitCode::SUCCESS);
    }
    say("The settings are sound. In force:\n");
    let width = in_force.iter().map(|entry| entry.key.len()).max().unwrap_or_default();
    for entry in &in_force {
        say(format!("{:width$}  {}  ({})", entry.key, entry.value, entry.origin));
    }
    if settings.mail.host.is_none() {
        say("\nNote: mail.host is not set, so no mail is sent: it waits in the outbox.");
    }
    for fault in &settings.theme.left_out {
        say(format!("\nWarning: a text of the theme is left out, and ours said: {fault}"));
    }
    if settings.testing.unlimited {
        say("\nWarning: testing.unlimited is on: guessing is not limited.");
    }
    Ok(ExitCode::SUCCESS)
}
