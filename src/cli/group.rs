//! `loquet group …`

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use sqlx::PgConnection;

use super::{Database, Failure, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db;
use crate::db::audit::{self, Event, Kind, Origin};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the groups
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a group
    Set {
        /// Its name
        name: String,
        /// Its members sign in in two steps
        #[arg(long, action = clap::ArgAction::Set)]
        second_factor: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let database = Database::open(settings).await?;
    let outcome = async {
        let mut transaction = database.pool.begin().await?;
        act(command, &mut transaction, settings).await?;
        transaction.commit().await?;
        Ok(ExitCode::SUCCESS)
    }
    .await;
    database.close().await;
    outcome
}

async fn act(command: Command, connection: &mut PgConnection, settings: &Settings) -> Result<(), Failure> {
    match command {
        Command::List { json: as_json } => {
            let groups = db::organizations::groups(connection, settings.second_factor.administrators).await?;
            if as_json {
                let list: Vec<_> = groups
                    .iter()
                    .map(|group| json!({ "name": group.name, "members": group.members, "second_factor": group.second_factor }))
                    .collect();
                say(json!(list));
            } else {
                for group in groups {
                    let steps = if group.second_factor { "two steps" } else { "one step" };
                    say(format!("{:24} {:6} members  {steps}", group.name, group.members));
                }
            }
        }
        Command::Set { name, second_factor, json: as_json } => {
            let now = Clock::default().now();
            if !db::organizations::demand_second_factor(connection, &name, second_factor, now).await? {
                return Err(Failure::new(format!("there is no group named {name}")));
            }
            let origin = Origin::default();
            let event = Event::of_host(Kind::SecondFactorPolicy, &origin);
            let details = json!({ "group": name, "second_factor": second_factor });
            audit::record(connection, &event.with(details), now).await?;
            if as_json {
                say(json!({ "name": name, "second_factor": second_factor }));
            } else {
                say(format!(
                    "Members of {name} sign in in {}.",
                    if second_factor { "two steps" } else { "one step or two" }
                ));
                if !second_factor && name == "admins" && settings.second_factor.administrators {
                    say("As administrators they still need two: second_factor.administrators is true.");
                }
            }
        }
    }
    Ok(())
}
