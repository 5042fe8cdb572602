//! `loquet organization invite | invitations | resend | withdraw-invitation`

use chrono::SecondsFormat;
use clap::Subcommand;
use serde_json::{Value, json};
use uuid::Uuid;

use super::members::{Role, address};
use super::words::{self, Hidden, failure, told};
use crate::cli::{Failure, say};
use crate::db::invitations::{Grant, Sent};
use crate::delegation::{Desk, MOST};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Invite somebody by mail; they become a member when they accept
    Invite {
        /// The organization, as in addresses
        slug: String,
        /// Their e-mail address
        email: String,
        /// What they become
        #[arg(long, value_enum, default_value_t = Role::Member)]
        role: Role,
        /// Access that comes with it, with roles there or without; repeat for several
        #[arg(long = "access", value_name = "CLIENT_ID[:ROLE,ROLE…]", value_parser = parse_access)]
        accesses: Vec<Grant>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// List the invitations that were not accepted
    Invitations {
        /// The organization, as in addresses
        slug: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Send an invitation again, by a new link
    Resend {
        /// The organization, as in addresses
        slug: String,
        /// The address invited, or the id of the invitation
        invitation: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take an invitation back: its link is worth nothing
    WithdrawInvitation {
        /// The organization, as in addresses
        slug: String,
        /// The address invited, or the id of the invitation
        invitation: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

/// `CLIENT_ID` or `CLIENT_ID:ROLE,ROLE`.
fn parse_access(text: &str) -> Result<Grant, String> {
    let (client_id, roles) = text.split_once(':').unwrap_or((text, ""));
    if client_id.is_empty() {
        return Err("is not of the form CLIENT_ID or CLIENT_ID:ROLE,ROLE".to_owned());
    }
    let roles = roles.split(',').map(str::trim).filter(|role| !role.is_empty()).map(str::to_owned).collect();
    Ok((client_id.to_owned(), roles))
}

pub async fn act(command: Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::Invite { slug, email, role, accesses, json } => {
            invite(desk, &slug, &email, role, &accesses, json).await
        }
        Command::Invitations { slug, json } => list(desk, &slug, json).await,
        Command::Resend { slug, invitation, json } => {
            let id = find(desk, &slug, &invitation).await?;
            let sent = desk.change(&slug, async |work| work.resend(id).await).await;
            let sent = sent.map_err(|refusal| failure(refusal, Hidden::Invitation(&slug, &invitation)))?;
            told(json, &words::invitation(&sent), &format!("{} has a new link, for seven days.", sent.email));
            Ok(())
        }
        Command::WithdrawInvitation { slug, invitation, json } => {
            let id = find(desk, &slug, &invitation).await?;
            let done = desk.change(&slug, async |work| work.withdraw_invitation(id).await).await;
            done.map_err(|refusal| failure(refusal, Hidden::Invitation(&slug, &invitation)))?;
            told(json, &json!({ "id": id }), &format!("{invitation} is not invited to {slug} any more."));
            Ok(())
        }
    }
}

/// Invites an address.
pub async fn invite(
    desk: &Desk<'_>,
    slug: &str,
    email: &str,
    role: Role,
    accesses: &[Grant],
    as_json: bool,
) -> Result<(), Failure> {
    let email = address(email)?;
    let invited = desk
        .change(slug, async |work| Ok((work.invite(&email, role.into(), accesses).await?, work.place.name.clone())));
    let hidden = match accesses {
        [] => Hidden::Organization(slug),
        [(client_id, _), ..] => Hidden::Service(slug, client_id),
    };
    let (sent, name) = invited.await.map_err(|refusal| failure(refusal, hidden))?;
    told(as_json, &words::invitation(&sent), &format!("{email} is invited to {name}, for seven days."));
    Ok(())
}

async fn all(desk: &Desk<'_>, slug: &str) -> Result<Vec<Sent>, Failure> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = desk.read(slug, async |work| work.invitations(cursor.as_deref(), MOST).await).await;
        let page = page.map_err(|refusal| failure(refusal, Hidden::Organization(slug)))?;
        found.extend(page.invitations);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// The invitation of that address or id.
async fn find(desk: &Desk<'_>, slug: &str, which: &str) -> Result<Uuid, Failure> {
    if let Ok(id) = which.parse() {
        return Ok(id);
    }
    let sent = all(desk, slug).await?.into_iter().find(|sent| sent.email.eq_ignore_ascii_case(which));
    Ok(sent.ok_or_else(|| Failure::new(format!("{which} is not invited to {slug}")))?.id)
}

async fn list(desk: &Desk<'_>, slug: &str, as_json: bool) -> Result<(), Failure> {
    let found = all(desk, slug).await?;
    if as_json {
        say(Value::Array(found.iter().map(words::invitation).collect()));
        return Ok(());
    }
    for sent in &found {
        let until = sent.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let role = if sent.referent { "referent" } else { "member" };
        say(format!("{:8}  {role:8}  until {until}  {}  {}", words::state(sent.state), sent.email, sent.id));
    }
    if found.is_empty() {
        say("No invitation waits.");
    }
    Ok(())
}
