//! The command line: one file per family of commands.

mod access;
mod accounts;
mod apply;
mod arrivals;
mod audit;
mod backup;
mod check_config;
mod client;
mod database;
mod doctor;
mod group;
mod import;
mod keys;
mod log;
mod mail;
mod master_key;
mod membership;
mod merge;
mod news;
mod organization;
mod people;
mod post_office;
pub mod recipe;
mod restore;
mod serve;
mod shell;
mod theme;
mod user;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config::{Fault, InForce, Settings};

pub use database::Database;
use post_office::PostOffice;
pub use serve::stop_signal;

/// An OpenID Connect identity provider for small hosts.
#[derive(Debug, Parser)]
#[command(name = "loquet", version, about, propagate_version = true)]
struct Arguments {
    /// The settings file [default: /etc/loquet/loquet.toml if it exists]
    #[arg(long, short, global = true, env = "LOQUET_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Bring the database up to date, and stop
    Migrate,
    /// Say what is wrong in the settings, or what is in force
    CheckConfig(check_config::Arguments),
    /// Look at the whole installation and say what is wrong and what to do. Exit code 0 when nothing is, 1
    /// for warnings, 2 for faults
    Doctor(doctor::Arguments),
    /// Write a backup of the database, of this moment, whole
    Backup(backup::Arguments),
    /// Put a backup into the database. All that was issued before is void: sessions, tokens, links
    Restore(restore::Arguments),
    /// The folder that makes the pages your own (theme.directory)
    #[command(subcommand)]
    Theme(theme::Command),
    /// Make the master key that protects the secrets of the database
    MasterKey(master_key::Arguments),
    /// Services (OpenID Connect clients)
    #[command(subcommand)]
    Client(client::Command),
    /// Accounts
    #[command(subcommand)]
    User(user::Command),
    /// Mail that waits or was given up
    #[command(subcommand)]
    Mail(mail::Command),
    /// Groups
    #[command(subcommand)]
    Group(group::Command),
    /// Membership: dates of people and organizations, and the groups that follow them
    #[command(subcommand)]
    Membership(membership::Command),
    /// Organizations
    #[command(subcommand)]
    Organization(organization::Command),
    /// The journal: who did what, to whom, from where
    #[command(subcommand)]
    Audit(audit::Command),
    /// Who may use which service, and why
    #[command(subcommand)]
    Access(access::Command),
    /// What the host tells everybody on their home page
    #[command(subcommand)]
    News(news::Command),
    /// Keys that sign tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// Make groups, services and organizations what a file says
    Apply(apply::Arguments),
    /// Bring accounts in from elsewhere
    #[command(subcommand)]
    Import(import::Command),
    /// Print the completions of a shell
    Completions(shell::Arguments),
    /// Print the manual page
    Man,
}

/// What a command ends with when it fails: told on standard error, exit code 1 unless it says
/// otherwise.
#[derive(Debug)]
pub struct Failure {
    lines: Vec<String>,
    code: u8,
}

impl Failure {
    /// A failure of ordinary kind.
    pub fn new(reason: impl std::fmt::Display) -> Self {
        Self { lines: vec![reason.to_string()], code: 1 }
    }

    /// Faults of the settings.
    #[must_use]
    pub fn of_faults(faults: &[Fault]) -> Self {
        let count = faults.len();
        let title = format!("the settings have {count} fault{}:", if count == 1 { "" } else { "s" });
        Self { lines: std::iter::once(title).chain(faults.iter().map(ToString::to_string)).collect(), code: 2 }
    }

    /// Tells it on standard error.
    #[must_use]
    pub fn report(self) -> ExitCode {
        for line in self.lines {
            eprintln!("loquet: {line}");
        }
        ExitCode::from(self.code)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lines.join("; "))
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

/// Parses the command line and runs it.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(arguments)));
    match outcome {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::MasterKey(options) => master_key::run(&options),
        Command::CheckConfig(options) => check_config::run(arguments.config.as_deref(), &options),
        Command::Completions(options) => shell::completions(&options, Arguments::command()),
        Command::Man => shell::man(Arguments::command()),
        Command::Theme(command) => theme::run(arguments.config.as_deref(), &command),
        command => {
            let (settings, in_force) = load(arguments.config.as_deref())?;
            log::start(&settings.log)?;
            match command {
                Command::Doctor(options) => doctor::run(&options, &settings, &in_force).await,
                Command::Backup(options) => backup::run(&options, &settings).await,
                Command::Restore(options) => restore::run(&options, &settings).await,
                Command::Serve => serve::run(settings).await,
                Command::Migrate => database::migrate(&settings).await,
                Command::Access(command) => access::run(command, &settings).await,
                Command::Client(command) => client::run(command, &settings).await,
                Command::Group(command) => group::run(command, &settings).await,
                Command::Audit(command) => audit::run(command, &settings).await,
                Command::Keys(command) => keys::run(command, &settings).await,
                Command::Mail(command) => mail::run(command, &settings).await,
                Command::News(command) => news::run(command, &settings).await,
                Command::Membership(command) => membership::run(command, &settings).await,
                Command::User(command) => user::run(command, &settings).await,
                Command::Organization(command) => organization::run(command, &settings).await,
                Command::Apply(arguments) => apply::run(arguments, &settings).await,
                Command::Import(command) => import::run(command, &settings).await,
                Command::MasterKey(_)
                | Command::CheckConfig(_)
                | Command::Theme(_)
                | Command::Completions(_)
                | Command::Man => Ok(ExitCode::SUCCESS),
            }
        }
    }
}

/// Reads the settings; all faults at once, exit code 2.
fn load(file: Option<&Path>) -> Result<(Settings, Vec<InForce>), Failure> {
    let (file, environment) = sources(file);
    Settings::load(file, &environment).map_err(|faults| Failure::of_faults(&faults))
}

/// Where the settings are: that file or the usual one, and the environment.
fn sources(file: Option<&Path>) -> (Option<&Path>, Vec<(String, String)>) {
    const USUAL: &str = "/etc/loquet/loquet.toml";
    let usual = Path::new(USUAL);
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    (file.or_else(|| usual.exists().then_some(usual)), environment)
}

/// Prints a line of a command's answer; a closed pipe (`| head`) is no failure.
pub fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}
