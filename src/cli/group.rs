//! `loquet group …`

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Database, Failure, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db;
use crate::db::audit::Origin;
use crate::groups::{self, By};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the groups
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Show who is in a group, and which services let it in
    Show {
        /// Its name
        name: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a group
    Create {
        /// Its name: lower-case letters, digits and . _ -
        name: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a group another name: what it opens stays open, services read the new name
    Rename {
        /// Its name
        name: String,
        /// Its new name
        new: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a group: what only it opened is closed at once
    Delete {
        /// Its name
        name: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Put people into a group
    Add {
        /// Its name
        name: String,
        /// Usernames or e-mail addresses
        #[arg(required = true, value_name = "LOGIN")]
        logins: Vec<String>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take people out of a group: what only it opened to them is closed at once
    Remove {
        /// Its name
        name: String,
        /// Usernames or e-mail addresses
        #[arg(required = true, value_name = "LOGIN")]
        logins: Vec<String>,
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
    let (origin, clock) = (Origin::default(), Clock::default());
    let by = By { actor: None, origin: &origin, clock: &clock };
    match command {
        Command::List { json } => list(connection, settings, json).await,
        Command::Show { name, json } => show(connection, &name, json).await,
        Command::Create { name, json } => {
            by.create(connection, &name).await?;
            told(json, &json!({ "name": name }), &format!("{name} is made. Nobody is in it yet."));
            Ok(())
        }
        Command::Rename { name, new, json } => {
            by.rename(connection, &name, &new).await?;
            told(json, &json!({ "name": new }), &format!("{name} is called {new} now."));
            Ok(())
        }
        Command::Delete { name, json } => {
            let members = by.delete(connection, &name).await?;
            let done = json!({ "name": name, "members": members });
            told(json, &done, &format!("{name} is removed; {members} were in it."));
            Ok(())
        }
        Command::Add { name, logins, json } => {
            let mut changed = Vec::new();
            for (login, user) in find_all(connection, &logins).await? {
                if by.add(connection, &name, user).await? {
                    changed.push(login);
                }
            }
            told(json, &json!({ "name": name, "added": changed }), &format!("{} put into {name}.", changed.len()));
            Ok(())
        }
        Command::Remove { name, logins, json } => {
            let mut changed = Vec::new();
            for (login, user) in find_all(connection, &logins).await? {
                if by.remove(connection, &name, user).await? {
                    changed.push(login);
                }
            }
            let group = groups::find(connection, &name).await?;
            if name == "admins" && db::groups::members(connection, group).await?.iter().all(|member| !member.active) {
                eprintln!("loquet: warning: nobody is an administrator any more; only the command line is");
            }
            told(
                json,
                &json!({ "name": name, "removed": changed }),
                &format!("{} taken out of {name}.", changed.len()),
            );
            Ok(())
        }
        Command::Set { name, second_factor, json } => set(connection, &name, second_factor, settings, &by, json).await,
    }
}

fn told(as_json: bool, value: &Value, words: &str) {
    if as_json {
        say(value);
    } else {
        say(words);
    }
}

/// All of them, before anything is changed.
async fn find_all(connection: &mut PgConnection, logins: &[String]) -> Result<Vec<(String, Uuid)>, Failure> {
    let (mut found, mut lines) = (Vec::new(), Vec::new());
    for login in logins {
        match db::users::find_by_login(connection, login).await? {
            Some(user) => found.push((user.username, user.id)),
            None => lines.push(format!("there is no account named {login}")),
        }
    }
    if lines.is_empty() { Ok(found) } else { Err(Failure { lines, code: 1 }) }
}

async fn list(connection: &mut PgConnection, settings: &Settings, as_json: bool) -> Result<(), Failure> {
    let groups = db::organizations::groups(connection, settings.second_factor.administrators).await?;
    if as_json {
        let described = |group: &db::organizations::Group| json!({ "name": group.name, "members": group.members, "second_factor": group.second_factor });
        say(Value::Array(groups.iter().map(described).collect()));
        return Ok(());
    }
    for group in groups {
        let steps = if group.second_factor { "two steps" } else { "one step" };
        say(format!("{:24} {:6} members  {steps}", group.name, group.members));
    }
    Ok(())
}

async fn show(connection: &mut PgConnection, name: &str, as_json: bool) -> Result<(), Failure> {
    let group = groups::find(connection, name).await?;
    let members = db::groups::members(connection, group).await?;
    let (services, second_factor) = db::groups::effects(connection, group).await?;
    if as_json {
        let described = |member: &db::groups::Member| json!({ "id": member.id, "username": member.username, "name": member.name, "email": member.email, "active": member.active });
        let members: Vec<Value> = members.iter().map(described).collect();
        say(json!({ "name": name, "second_factor": second_factor, "services": services, "members": members }));
        return Ok(());
    }
    say(format!("{name}: {}", if second_factor { "two steps" } else { "one step" }));
    say(format!("services  {}", if services.is_empty() { "-".to_owned() } else { services.join("  ") }));
    for member in &members {
        let state = if member.active { "" } else { "  (switched off)" };
        say(format!("{:24}  {}  {}{state}", member.username, member.email, member.name));
    }
    if members.is_empty() {
        say("Nobody is in it.");
    }
    Ok(())
}

async fn set(
    connection: &mut PgConnection,
    name: &str,
    second_factor: bool,
    settings: &Settings,
    by: &By<'_>,
    as_json: bool,
) -> Result<(), Failure> {
    by.demand(connection, name, second_factor).await?;
    if as_json {
        say(json!({ "name": name, "second_factor": second_factor }));
        return Ok(());
    }
    say(format!("Members of {name} sign in in {}.", if second_factor { "two steps" } else { "one step or two" }));
    if !second_factor && ["admins", "auditors"].contains(&name) && settings.second_factor.administrators {
        say("They still need two, for they see every account: second_factor.administrators is true.");
    }
    Ok(())
}
