//! `loquet master-key`

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, say};
use crate::crypto::Vault;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Where to write it: a new file that only its owner can read. Never overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let shown = arguments.file.display();
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&arguments.file)
        .map_err(|error| Failure::new(format!("{shown}: {error}")))?;
    writeln!(file, "{}", Vault::generate_master_key().as_str()).and_then(|()| file.sync_all())?;
    say(format!(
        "Wrote a new master key to {shown}. Name the file as secrets.master_key_file, and keep a copy apart from the"
    ));
    say("backups of the database: without it, nobody can sign in with a password any more.");
    Ok(ExitCode::SUCCESS)
}
