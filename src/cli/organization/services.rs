//! `loquet organization attach | detach | services | grant | withdraw`

use clap::Subcommand;
use serde_json::{Value, json};

use super::members::find;
use super::words::{self, Hidden, failure, told};
use crate::cli::{Failure, say};
use crate::delegation::Desk;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the services that an organization has
    Services {
        /// The organization, as in addresses
        slug: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Open a service to an organization: to those whom its referents give access. Again: change to whom
    Attach {
        /// The organization, as in addresses
        slug: String,
        /// The service
        client_id: String,
        /// To all its members
        #[arg(long)]
        all_members: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a service away from an organization, with all that was granted there
    Detach {
        /// The organization, as in addresses
        slug: String,
        /// The service
        client_id: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a member access to a service of the organization, with exactly these roles there
    Grant {
        /// The organization, as in addresses
        slug: String,
        /// Username or e-mail address
        login: String,
        /// The service
        client_id: String,
        /// Role that they have there; repeat for several
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a member's access back: it is closed at once
    Withdraw {
        /// The organization, as in addresses
        slug: String,
        /// Username or e-mail address
        login: String,
        /// The service
        client_id: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn act(command: Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::Services { slug, json } => list(desk, &slug, json).await,
        Command::Attach { slug, client_id, all_members, json } => {
            let attached = desk.change(&slug, async |work| work.attach(&client_id, all_members).await).await;
            let service = attached.map_err(|refusal| failure(refusal, Hidden::Service(&slug, &client_id)))?;
            let whom = if all_members { "all members of" } else { "those who are given access in" };
            told(json, &words::service(&service), &format!("{client_id} is open to {whom} {slug}."));
            Ok(())
        }
        Command::Detach { slug, client_id, json } => {
            let detached = desk.change(&slug, async |work| work.detach(&client_id).await).await;
            detached.map_err(|refusal| failure(refusal, Hidden::Service(&slug, &client_id)))?;
            told(json, &json!({ "client_id": client_id }), &format!("{slug} does not have {client_id} any more."));
            Ok(())
        }
        Command::Grant { slug, login, client_id, roles, json } => {
            let user = find(desk, &login).await?;
            let granted = desk.change(&slug, async |work| work.grant(user.id, &client_id, &roles, None).await).await;
            let hidden = Hidden::Access(&slug, &user.username, &client_id);
            let member = granted.map_err(|refusal| failure(refusal, hidden))?;
            told(
                json,
                &words::member(&member),
                &format!("{} has access to {client_id} through {slug}.", user.username),
            );
            Ok(())
        }
        Command::Withdraw { slug, login, client_id, json } => {
            let user = find(desk, &login).await?;
            let withdrawn = desk.change(&slug, async |work| work.withdraw(user.id, &client_id, None).await).await;
            let hidden = Hidden::Access(&slug, &user.username, &client_id);
            let member = withdrawn.map_err(|refusal| failure(refusal, hidden))?;
            let words = format!("{} was taken what {slug} gave them in {client_id}.", user.username);
            told(json, &words::member(&member), &words);
            Ok(())
        }
    }
}

async fn list(desk: &Desk<'_>, slug: &str, as_json: bool) -> Result<(), Failure> {
    let found = desk.read(slug, async |work| work.services().await).await;
    let services = found.map_err(|refusal| failure(refusal, Hidden::Organization(slug)))?;
    if as_json {
        say(Value::Array(services.iter().map(words::service).collect()));
        return Ok(());
    }
    for service in &services {
        let who = if service.all_members { "all members" } else { "who is given access" };
        let roles: Vec<&str> = service.roles.iter().map(|role| role.name.as_str()).collect();
        let state = if service.enabled { "" } else { "  (switched off)" };
        say(format!("{:24}  {who}  {}{state}", service.client_id, roles.join(" ")).trim_end());
    }
    if services.is_empty() {
        say(format!("No service yet: `loquet organization attach {slug} CLIENT_ID`."));
    }
    Ok(())
}
