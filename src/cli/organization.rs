//! `loquet organization …`: what the host does in organizations, by the same acts as the pages and the API.

mod invitations;
mod members;
mod services;
pub mod words;

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};

use self::words::{Hidden, failure, place, told};
use super::{Database, Failure, PostOffice, say};
use crate::config::Settings;
use crate::db::audit::Origin;
use crate::delegation::{Actor, Change, Desk, MOST, NewOrganization};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the organizations
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an organization
    Create {
        /// In addresses: lower-case letters, digits and -. It never changes
        slug: String,
        /// What it is called
        #[arg(long)]
        name: String,
        /// Whom to write to
        #[arg(long, default_value = "")]
        contact: String,
        /// Even if another has a name that people would take for this one
        #[arg(long)]
        despite_likeness: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an organization
    Show {
        /// The organization, as in addresses
        slug: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Change what an organization is called, or whom to write to
    Set {
        /// The organization, as in addresses
        slug: String,
        /// What it is called
        #[arg(long, required_unless_present = "contact")]
        name: Option<String>,
        /// Whom to write to; "" for nobody
        #[arg(long)]
        contact: Option<String>,
        /// Even if another has a name that people would take for this one
        #[arg(long)]
        despite_likeness: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Switch an organization on again
    Activate {
        /// The organization, as in addresses
        slug: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Switch an organization off: what it opened is closed at once, nothing is lost
    Deactivate {
        /// The organization, as in addresses
        slug: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete an organization, with its memberships, accesses and invitations; accounts stay
    Delete {
        /// The organization, as in addresses
        slug: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Who is in it
    #[command(subcommand)]
    Member(members::Command),
    #[command(flatten)]
    Services(services::Command),
    #[command(flatten)]
    Invitations(invitations::Command),
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let office = PostOffice::of(settings)?;
    let database = Database::open(settings).await?;
    let origin = Origin::default();
    let desk = Desk { pool: &database.pool, post: office.post(), actor: Actor::CommandLine, origin: &origin };
    let outcome = act(command, &desk).await;
    database.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn act(command: Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::List { json } => list(desk, json).await,
        Command::Create { slug, name, contact, despite_likeness, json } => {
            let new = NewOrganization { slug: &slug, name: &name, contact: &contact, despite_likeness };
            let made = desk
                .create_organization(&new)
                .await
                .map_err(|refusal| failure(refusal, Hidden::Organization(&slug)))?;
            told(
                json,
                &place(&made),
                &format!("{} is made. Nobody is in it yet: `loquet organization invite {slug} …`.", made.name),
            );
            Ok(())
        }
        Command::Show { slug, json } => show(desk, &slug, json).await,
        Command::Set { slug, name, contact, despite_likeness, json } => {
            let change = Change { name: name.as_deref(), contact: contact.as_deref(), active: None, despite_likeness };
            let changed = change_it(desk, &slug, &change).await?;
            told(json, &changed, &format!("{slug} is changed."));
            Ok(())
        }
        Command::Activate { slug, json } => {
            let changed = change_it(desk, &slug, &Change { active: Some(true), ..Change::default() }).await?;
            told(json, &changed, &format!("{slug} is switched on."));
            Ok(())
        }
        Command::Deactivate { slug, json } => {
            let changed = change_it(desk, &slug, &Change { active: Some(false), ..Change::default() }).await?;
            told(json, &changed, &format!("{slug} is switched off: nobody uses a service through it."));
            Ok(())
        }
        Command::Delete { slug, json } => {
            let deleted = desk.change(&slug, async |work| work.delete_organization(None).await).await;
            deleted.map_err(|refusal| failure(refusal, Hidden::Organization(&slug)))?;
            told(json, &json!({ "slug": slug }), &format!("{slug} is deleted."));
            Ok(())
        }
        Command::Member(command) => members::act(command, desk).await,
        Command::Services(command) => services::act(command, desk).await,
        Command::Invitations(command) => invitations::act(command, desk).await,
    }
}

async fn change_it(desk: &Desk<'_>, slug: &str, change: &Change<'_>) -> Result<Value, Failure> {
    let outcome = desk.change(slug, async |work| work.change_organization(change, None).await).await;
    Ok(place(&outcome.map_err(|refusal| failure(refusal, Hidden::Organization(slug)))?))
}

async fn list(desk: &Desk<'_>, as_json: bool) -> Result<(), Failure> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = desk.organizations(cursor.as_deref(), MOST).await;
        let page = page.map_err(|refusal| failure(refusal, Hidden::Organization("")))?;
        all.extend(page.organizations);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if as_json {
        let described = all.iter().map(|one| {
            json!({ "id": one.id, "slug": one.slug, "name": one.name, "contact": one.contact, "active": one.active })
        });
        say(Value::Array(described.collect()));
        return Ok(());
    }
    for one in &all {
        say(format!("{:24}  {}{}", one.slug, one.name, if one.active { "" } else { "  (switched off)" }));
    }
    if all.is_empty() {
        say("No organization yet. Make one with `loquet organization create SLUG --name …`.");
    }
    Ok(())
}

async fn show(desk: &Desk<'_>, slug: &str, as_json: bool) -> Result<(), Failure> {
    let outcome =
        desk.read(slug, async |work| Ok((work.place.clone(), work.count_members().await?, work.services().await?)));
    let (found, members, services) = outcome.await.map_err(|refusal| failure(refusal, Hidden::Organization(slug)))?;
    let mut described = place(&found);
    described["members"] = json!(members);
    described["services"] = services.iter().map(words::service).collect();
    if as_json {
        say(described);
        return Ok(());
    }
    say(format!("{} ({slug}){}", found.name, if found.active { "" } else { ", switched off" }));
    say(format!("contact   {}", if found.contact.is_empty() { "-" } else { &found.contact }));
    say(format!("members   {members}"));
    for service in &services {
        let who = if service.all_members { "all members" } else { "who is given access" };
        say(format!("service   {:24}  {who}", service.client_id));
    }
    Ok(())
}
