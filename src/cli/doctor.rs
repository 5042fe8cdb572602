//! `loquet doctor`: what is wrong with this installation, in plain words, and what to do about it. It changes
//! nothing and sends nothing. Exit code 0 when nothing is wrong, 1 for warnings, 2 for faults.

mod examined;
mod files;
mod finding;
mod outside;
mod rules;
mod surroundings;

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use self::finding::{Finding, Level};
use super::{Failure, say};
use crate::clock::Clock;
use crate::config::{InForce, Settings};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Looks at everything.
///
/// # Errors
/// An answer that cannot be written.
pub async fn run(arguments: &Arguments, settings: &Settings, in_force: &[InForce]) -> Result<ExitCode, Failure> {
    let mut findings = Vec::new();
    let kids = examined::examine(settings, &mut findings).await;
    findings.push(outside::mail_server(&settings.mail).await);
    findings.extend(outside::issuer(&settings.server.issuer, &settings.outgoing, &kids).await);
    findings.push(surroundings::proxies(settings.server.listen, &settings.server.trusted_proxies));
    findings.extend(surroundings::metrics(settings.metrics.listen));
    findings.push(files::master_key(in_force));
    findings.push(files::backups(settings.backup.directory.as_deref(), Clock::default().now()));
    if arguments.json {
        say(json!({ "level": finding::worst(&findings), "checks": serde_json::to_value(&findings)? }));
    } else {
        tell(&findings);
    }
    Ok(ExitCode::from(finding::exit_code(&findings)))
}

fn tell(findings: &[Finding]) {
    let width = findings.iter().map(|finding| finding.check.len()).max().unwrap_or_default();
    for finding in findings {
        say(format!("{:7}  {:width$}  {}", finding.level.name(), finding.check, finding.message));
        if let Some(advice) = &finding.advice {
            say(format!("{:7}  {:width$}  → {advice}", "", ""));
        }
    }
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    say(match (count(Level::Fault), count(Level::Warning)) {
        (0, 0) => "\nNothing is wrong.".to_owned(),
        (faults, warnings) => format!("\nFaults: {faults}. Warnings: {warnings}."),
    });
}
