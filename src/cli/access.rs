//! `loquet access …`: who may use which service, and what it learns of them.

mod told;

use std::process::ExitCode;

use clap::Subcommand;
use sqlx::PgConnection;
use uuid::Uuid;

use self::told::{show_claims, show_explanation};
use super::{Database, Failure, say};
use crate::claims::is_scope;
use crate::claims::preview::preview;
use crate::claims::told::Teller;
use crate::config::Settings;
use crate::crypto::Vault;
use crate::db;
use crate::db::clients::Client;
use crate::db::users::User;
use crate::paths::Paths;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether somebody may use a service, through what, and what would let them in
    Explain {
        /// Username, e-mail address or id of the account
        user: String,
        /// Client id of the service
        client: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the very claims that a service would receive of somebody, without issuing anything
    Claims {
        /// Username, e-mail address or id of the account
        user: String,
        /// Client id of the service
        client: String,
        /// Scope that it asks for; repeat for several [default: all that it may get]
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
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
        Command::Explain { user, client, json } => {
            let (user, client) = (find_user(connection, &user).await?, find_client(connection, &client).await?);
            let Some(told) = db::access::explanation(connection, user.id, &client.client_id).await? else {
                return Err(Failure::new("the account or the service has just gone"));
            };
            if json { say(serde_json::to_value(&told)?) } else { show_explanation(&user.username, &client, &told) }
        }
        Command::Claims { user, client, scopes, json } => {
            let unknown = scopes.iter().filter(|scope| !is_scope(scope, &settings.profile));
            let lines: Vec<String> = unknown.map(|scope| format!("--scope {scope}: there is no such scope")).collect();
            if !lines.is_empty() {
                return Err(Failure { lines, code: 2 });
            }
            let (user, client) = (find_user(connection, &user).await?, find_client(connection, &client).await?);
            let (vault, paths) = (Vault::new(&settings.secrets.master_key)?, Paths::new(&settings.server.issuer));
            let teller = Teller { issuer: paths.issuer(), vault: &vault, fields: &settings.profile };
            let asked = (!scopes.is_empty()).then_some(scopes.as_slice());
            let Some(told) = preview(connection, teller, user.id, &client, asked).await? else {
                return Err(Failure::new("the account or the service has just gone"));
            };
            if json { say(serde_json::to_value(&told)?) } else { show_claims(&user.username, &client, &told)? }
        }
    }
    Ok(())
}

/// By id, username or address.
async fn find_user(connection: &mut PgConnection, user: &str) -> Result<User, Failure> {
    let found = match Uuid::try_parse(user) {
        Ok(id) => db::users::find(connection, id).await?,
        Err(_) => db::users::find_by_login(connection, user).await?,
    };
    found.ok_or_else(|| Failure::new(format!("there is no account named {user}")))
}

async fn find_client(connection: &mut PgConnection, client_id: &str) -> Result<Client, Failure> {
    db::clients::find(connection, client_id)
        .await?
        .ok_or_else(|| Failure::new(format!("there is no service with the client id {client_id}")))
}
