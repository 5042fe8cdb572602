//! `loquet client …`: services.

mod change;
mod claims;
pub mod hosts;
mod logo;
mod options;
mod protocol;
pub mod roles;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sqlx::PgConnection;

use self::options::{Options, check};
use super::{Database, Failure, recipe, say};
use crate::claims::USUAL_SCOPES;
use crate::clients::change::{By, Fault};
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::{Plain, random_bytes};
use crate::db;
use crate::db::audit::{self, Event, Kind, Origin};
use crate::db::clients::Client;
use crate::paths::Paths;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a service; prints its secret, once
    Add(Box<Add>),
    /// List the recipes that `add --recipe` knows
    Recipes {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// List the services
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a service
    Show {
        /// Its client id
        client_id: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a service
    Set(Box<change::Set>),
    /// Remove a service, with all that people granted it
    Remove {
        /// Its client id
        client_id: String,
    },
    /// Roles that a service understands
    #[command(subcommand)]
    Role(roles::Command),
    /// Make a token with which a service registers itself (dynamic registration)
    RegistrationToken(protocol::RegistrationToken),
    /// Show what became of the latest sign-out notices to services
    Notices(protocol::Notices),
    /// Give a service the logo that people see, or take it away
    Logo(logo::SetLogo),
    /// Make a new secret; the old one stays good for a while
    RotateSecret {
        /// Its client id
        client_id: String,
        /// Hours during which the old secret stays good (24 at the most; 0: not at all)
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(0..=24))]
        overlap: i64,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    recipe: recipe::Choice,
    /// Name that people read [default: the recipe's]
    #[arg(long, required_unless_present = "recipe")]
    name: Option<String>,
    /// Name in English, if it differs
    #[arg(long)]
    name_en: Option<String>,
    /// Client id [default: random]
    #[arg(long)]
    client_id: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: Options,
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    if let Command::Recipes { json } = command {
        recipe::list(json)?;
        return Ok(ExitCode::SUCCESS);
    }
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
        Command::Recipes { json } => recipe::list(json),
        Command::Add(add) => add_client(*add, connection, settings).await,
        Command::List { json } => {
            let clients = db::clients::load(connection, None).await?;
            if json {
                say(Value::Array(clients.iter().map(Client::described).collect()));
            } else if clients.is_empty() {
                say("No service yet. Add one with `loquet client add --name … --redirect-uri …`.");
            }
            for client in clients.iter().filter(|_| !json) {
                let state = if client.enabled { "" } else { "  (switched off)" };
                say(format!("{:24}  {}{state}", client.client_id, client.name_en));
            }
            Ok(())
        }
        Command::Show { client_id, json } => {
            show(&find(connection, &client_id).await?, json);
            Ok(())
        }
        Command::Remove { client_id } => {
            let client = find(connection, &client_id).await?;
            by(&Origin::default()).remove(connection, &client).await?;
            say(format!("{client_id} is removed."));
            Ok(())
        }
        Command::Role(command) => roles::run(command, connection).await,
        Command::RegistrationToken(options) => protocol::registration_token(options, connection, settings).await,
        Command::Notices(options) => protocol::notices(options, connection).await,
        Command::Set(set) => change::run(*set, connection, settings).await,
        Command::Logo(options) => logo::run(options, connection).await,
        Command::RotateSecret { client_id, overlap, json } => {
            let client = find(connection, &client_id).await?;
            let secret = by(&Origin::default()).renew_secret(connection, &client, overlap).await?;
            if json {
                say(json!({ "client_id": client_id, "client_secret": secret.reveal() }));
            } else {
                say(format!("client secret  {}", secret.reveal()));
                say(format!("It is shown this once. The one before stays good for {overlap} h."));
            }
            Ok(())
        }
    }
}

async fn add_client(add: Add, connection: &mut PgConnection, settings: &Settings) -> Result<(), Failure> {
    let client_id = add
        .client_id
        .unwrap_or_else(|| uuid::Builder::from_random_bytes(random_bytes()).into_uuid().simple().to_string());
    let recipe = add.recipe.recipe()?;
    let name = add.name.or_else(|| Some(recipe.as_ref()?.name().to_owned())).unwrap_or_default();
    let mut client = Client {
        name_en: add.name_en.unwrap_or_else(|| name.clone()),
        name_fr: name,
        scopes: USUAL_SCOPES.map(str::to_owned).to_vec(),
        client_id,
        ..Client::default()
    };
    if let Some(recipe) = &recipe {
        recipe.apply(&mut client);
    }
    add.options.apply(&mut client)?;
    add.options.complete(&mut client);
    check(&client, settings)?;
    hosts::check(&client, connection, settings).await?;
    let added = by(&Origin::default()).add(connection, &client, &add.options.groups, true).await;
    let secret = added.map_err(refused)?;
    let secret = secret.as_ref().map(Plain::reveal);
    let paths = Paths::new(&settings.server.issuer);
    let there = recipe.as_ref().map(|recipe| recipe.settings(&paths, &client.client_id, secret.unwrap_or_default()));
    if add.json {
        say(json!({ "client_id": client.client_id, "client_secret": secret, "settings": there }));
        return Ok(());
    }
    say(format!("client id      {}", client.client_id));
    if let Some(secret) = secret {
        say(format!("client secret  {secret}"));
        say("The secret is shown this once: paste it into the service now.");
    }
    if !client.everyone && add.options.groups.is_empty() {
        say(
            "Nobody may use it yet: let a group in with `loquet client set … --allow-group GROUP`, or everybody with `--policy everyone`.",
        );
    }
    if let (Some(recipe), Some(there)) = (&recipe, there) {
        if !client.ours {
            say(
                "People are asked what it may receive; not for a service of the host's own: `loquet client set … --ours`.",
            );
        }
        say(format!(
            "\n{}\nGroups, signing out, and what to do when it does not work: {}",
            there.trim_end(),
            recipe.page()
        ));
    }
    Ok(())
}

async fn find(connection: &mut PgConnection, client_id: &str) -> Result<Client, Failure> {
    db::clients::find(connection, client_id)
        .await?
        .ok_or_else(|| Failure::new(format!("there is no service with the client id {client_id}")))
}

/// The journal says what the host did.
async fn journal(connection: &mut PgConnection, kind: Kind, client_id: &str, details: Value) -> Result<(), Failure> {
    let origin = Origin::default();
    let event = Event::of_host(kind, &origin).of_client(client_id).with(details);
    Ok(audit::record(connection, &event, Clock::default().now()).await?)
}

/// Whoever has a shell on the server.
fn by(origin: &Origin) -> By<'_> {
    By { actor: None, origin, now: Clock::default().now() }
}

fn refused(fault: Fault) -> Failure {
    match fault {
        fault @ Fault::NoGroup(_) => Failure::new(format!("--allow-group {fault}")),
        fault => Failure::new(fault),
    }
}

fn show(client: &Client, as_json: bool) {
    let described = client.described();
    if as_json {
        say(described);
        return;
    }
    for (name, value) in described.as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("  "),
            Value::Object(names) if names.values().all(Value::is_string) => {
                let pair =
                    |(ours, theirs): (&String, &Value)| format!("{ours}={}", theirs.as_str().unwrap_or_default());
                names.iter().map(pair).collect::<Vec<_>>().join("  ")
            }
            Value::Null => "-".to_owned(),
            other => other.to_string(),
        };
        say(format!("{name:25} {value}"));
    }
}
