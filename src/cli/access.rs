//! `loquet access …`: who may use which service, and what it learns of them.

mod people;
mod requests;
mod told;

use std::process::ExitCode;

use clap::Subcommand;
use sqlx::PgConnection;
use uuid::Uuid;

use self::told::{show_claims, show_explanation};
use super::{Database, Failure, PostOffice, say};
use crate::claims::is_scope;
use crate::claims::preview::preview;
use crate::claims::told::Teller;
use crate::config::Settings;
use crate::db;
use crate::db::audit::Origin;
use crate::db::clients::Client;
use crate::db::users::User;
use crate::delegation::{Actor, Desk};

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
    /// List who may use a service, and through what
    List {
        /// Client id of the service
        client: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// List those who were refused by a service and asked to be let in
    Requests {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Let somebody in who asked: through the organization that they asked, or else into a group that the
    /// service allows. They are told by mail
    Accept {
        /// Id of the request
        id: Uuid,
        /// Into which group, if there are several
        #[arg(long)]
        group: Option<String>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Do not let somebody in who asked. They are told by mail, and may ask again after a week
    Decline {
        /// Id of the request
        id: Uuid,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let office = PostOffice::of(settings)?;
    let database = Database::open(settings).await?;
    let outcome = act(command, &database, settings, &office).await;
    database.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn act(
    command: Command,
    database: &Database,
    settings: &Settings,
    office: &PostOffice<'_>,
) -> Result<(), Failure> {
    let origin = Origin::default();
    let desk = Desk { pool: &database.pool, post: office.post(), actor: Actor::CommandLine, origin: &origin };
    match command {
        Command::List { client, json } => people::list(&desk, &client, json).await,
        Command::Requests { json } => requests::list(&desk, json).await,
        Command::Accept { id, group, json } => requests::answer(&desk, id, true, group.as_deref(), json).await,
        Command::Decline { id, json } => requests::answer(&desk, id, false, None, json).await,
        Command::Explain { user, client, json } => {
            let connection = &mut *database.pool.acquire().await?;
            let (user, client) = (find_user(connection, &user).await?, find_client(connection, &client).await?);
            let Some(told) = db::access::explanation(connection, user.id, &client.client_id).await? else {
                return Err(Failure::new("the account or the service has just gone"));
            };
            if json {
                say(serde_json::to_value(&told)?);
            } else {
                show_explanation(&user.username, &client, &told);
            }
            Ok(())
        }
        Command::Claims { user, client, scopes, json } => {
            let connection = &mut *database.pool.acquire().await?;
            let asked = Asked { user, client, scopes };
            claims(connection, settings, office, &asked, json).await
        }
    }
}

/// Whose claims, for whom.
struct Asked {
    user: String,
    client: String,
    scopes: Vec<String>,
}

async fn claims(
    connection: &mut PgConnection,
    settings: &Settings,
    office: &PostOffice<'_>,
    asked: &Asked,
    as_json: bool,
) -> Result<(), Failure> {
    let unknown = asked.scopes.iter().filter(|scope| !is_scope(scope, &settings.profile));
    let lines: Vec<String> = unknown.map(|scope| format!("--scope {scope}: there is no such scope")).collect();
    if !lines.is_empty() {
        return Err(Failure { lines, code: 2 });
    }
    let (user, client) = (find_user(connection, &asked.user).await?, find_client(connection, &asked.client).await?);
    let post = office.post();
    let teller = Teller { issuer: post.paths.issuer(), vault: post.vault, fields: &settings.profile };
    let scopes = (!asked.scopes.is_empty()).then_some(asked.scopes.as_slice());
    let Some(told) = preview(connection, teller, user.id, &client, scopes).await? else {
        return Err(Failure::new("the account or the service has just gone"));
    };
    if as_json {
        say(serde_json::to_value(&told)?);
    } else {
        show_claims(&user.username, &client, &told)?;
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
