//! `loquet restore`: puts a backup into the database. Whatever was issued before is void afterwards, since the
//! backup knows nothing of what was used, rotated or revoked after it was made (KM-06).

mod contents;
mod transaction;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use sqlx::PgConnection;

use super::backup::programs::Programs;
use super::{Database, Failure, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::Vault;
use crate::db::audit::{self, Event, Kind, Origin};
use crate::db::{self, Pool};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The backup
    #[arg(value_name = "FILE", required_unless_present = "by_other_means")]
    file: Option<PathBuf>,
    /// Throw away what is in the database now. Needed when there are accounts in it
    #[arg(long)]
    replace: bool,
    /// The database was put back by other means (a snapshot of the machine, a standby that took over): only make
    /// void what was issued before
    #[arg(long, conflicts_with_all = ["file", "replace"])]
    by_other_means: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Restores.
///
/// # Errors
/// What prevents it; unless it says otherwise, the database is as it was.
pub async fn run(arguments: &Arguments, settings: &Settings) -> Result<ExitCode, Failure> {
    let vault = Vault::new(&settings.secrets.master_key).map_err(Failure::new)?;
    let database = Database::find(settings).await?;
    let outcome = match &arguments.file {
        Some(file) => restore(file, arguments.replace, &database.pool, settings, &vault).await,
        None => finish(&database.pool, true).await,
    };
    database.close().await;
    outcome?;
    if arguments.json {
        say(json!({ "restored": arguments.file.as_ref().map(|file| file.display().to_string()), "void": true }));
        return Ok(ExitCode::SUCCESS);
    }
    tell(arguments.file.as_deref());
    Ok(ExitCode::SUCCESS)
}

async fn restore(file: &Path, replace: bool, pool: &Pool, settings: &Settings, vault: &Vault) -> Result<(), Failure> {
    let mut connection = pool.acquire().await?;
    let server = db::health::version(&mut connection).await?.major;
    let programs = Programs::find(&settings.database, server, pool)?;
    contents::check(file, &programs, vault).await?;
    alone(&mut connection).await?;
    if !replace && db::restoring::has_accounts(&mut connection).await? {
        return Err(Failure::new(
            "there are accounts in this database, and nothing was changed. With --replace they are thrown away; make a backup first",
        ));
    }
    drop(connection);
    transaction::run(file, &programs).await?;
    finish(pool, false).await.map_err(|failure| {
        Failure::new(format!("the backup is in the database, but it could not be brought up to date: {failure}"))
    })
}

/// No server may use what is thrown away. Those that have just stopped leave a moment later.
async fn alone(connection: &mut PgConnection) -> Result<(), Failure> {
    let mut others = db::restoring::others(connection).await?;
    for _ in 0..20 {
        if others == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        others = db::restoring::others(connection).await?;
    }
    let told = "connection(s) of Loquet to this database: stop every server first. Nothing was changed";
    Err(Failure::new(format!("there are {others} other {told}")))
}

/// Brings it up to date, makes void what was issued before, and says so in the journal.
async fn finish(pool: &Pool, by_other_means: bool) -> Result<(), Failure> {
    db::migrate(pool).await?;
    let mut transaction = pool.begin().await?;
    // Once more where the transaction of the restore did it: it finds nothing then.
    db::restoring::void(&mut transaction).await?;
    let origin = Origin::default();
    let event = Event::of_host(Kind::BackupRestored, &origin).with(json!({ "by_other_means": by_other_means }));
    audit::record(&mut transaction, &event, Clock::default().now()).await?;
    transaction.commit().await?;
    Ok(())
}

fn tell(file: Option<&Path>) {
    if let Some(file) = file {
        say(format!("Restored {}.", file.display()));
    }
    say("Everybody is signed out, every token, key of a program, link, invitation and recovery code is void.");
    say("What happened after the backup is forgotten, so do again what must hold:");
    say("  accounts that were disabled or deleted, people taken out of groups and organizations;");
    say("  secrets of services that were renewed, and `loquet keys rotate --compromised` if you had used it;");
    say("  passwords and second factors that were changed because somebody knew them.");
}
