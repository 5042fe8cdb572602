//! stub
use super::Failure;
use crate::config::Settings;
use clap::Subcommand;
use std::process::ExitCode;
#[derive(Debug, Subcommand)]
pub enum Command {
    /// x
    Members,
}
pub async fn run(_: Command, _: &Settings) -> Result<ExitCode, Failure> {
    Ok(ExitCode::SUCCESS)
}
