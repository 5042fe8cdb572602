//! `loquet organization member …`

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::words::{self, Hidden, failure, told};
use crate::cli::{Failure, say};
use crate::db;
use crate::db::users::User;
use crate::delegation::{Desk, MOST};
use crate::types::{self, Email};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the members, with what was granted to them
    List {
        /// The organization, as in addresses
        slug: String,
        /// Only those whose name or address holds this
        #[arg(long, default_value = "")]
        search: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Invite somebody: they become a member when they accept
    Add {
        /// The organization, as in addresses
        slug: String,
        /// Username or e-mail address; an address may have no account yet
        login: String,
        /// What they become
        #[arg(long, value_enum, default_value_t = Role::Member)]
        role: Role,
        /// Put them in at once, without asking: for people that come from elsewhere. The journal and a mail say so
        #[arg(long)]
        without_consent: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take somebody out: what they had there is closed at once, their account stays
    Remove {
        /// The organization, as in addresses
        slug: String,
        /// Username or e-mail address
        login: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a member referent, or a referent member
    Role {
        /// The organization, as in addresses
        slug: String,
        /// Username or e-mail address
        login: String,
        /// What they become
        #[arg(value_enum)]
        role: Role,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Uses what the organization has
    Member,
    /// Looks after its people and their access
    Referent,
}

impl From<Role> for types::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Referent => Self::Referent,
        }
    }
}

pub async fn act(command: Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::List { slug, search, json } => list(desk, &slug, &search, json).await,
        Command::Add { slug, login, role, without_consent: false, json } => {
            let email = match find(desk, &login).await {
                Ok(user) => user.email,
                // Nobody has it, so far.
                Err(_) if login.contains('@') => login,
                Err(failure) => return Err(failure),
            };
            super::invitations::invite(desk, &slug, &email, role, &[], json).await
        }
        Command::Add { slug, login, role, without_consent: true, json } => {
            let user = find(desk, &login).await?;
            let placed = desk.change(&slug, async |work| work.place_member(user.id, role.into()).await).await;
            let member = placed.map_err(|refusal| failure(refusal, Hidden::Organization(&slug)))?;
            warn_if_unproven(&user);
            told(json, &words::member(&member), &format!("{} is in {slug} as {}.", user.username, member.role));
            Ok(())
        }
        Command::Remove { slug, login, json } => {
            let user = find(desk, &login).await?;
            let removed = desk.change(&slug, async |work| work.remove_member(user.id, None).await).await;
            removed.map_err(|refusal| failure(refusal, Hidden::Member(&slug, &user.username)))?;
            warn_if_unattended(desk, &slug).await?;
            told(json, &json!({ "id": user.id }), &format!("{} is not in {slug} any more.", user.username));
            Ok(())
        }
        Command::Role { slug, login, role, json } => {
            let user = find(desk, &login).await?;
            let changed = desk.change(&slug, async |work| work.change_role(user.id, role.into(), None).await).await;
            let member = changed.map_err(|refusal| failure(refusal, Hidden::Member(&slug, &user.username)))?;
            warn_if_unattended(desk, &slug).await?;
            told(json, &words::member(&member), &format!("{} is {} of {slug}.", user.username, member.role));
            Ok(())
        }
    }
}

/// The account of that name.
pub async fn find(desk: &Desk<'_>, login: &str) -> Result<User, Failure> {
    let found = db::users::find_by_login(&mut *desk.pool.acquire().await?, login).await?;
    found.ok_or_else(|| Failure::new(format!("there is no account named {login}")))
}

fn warn_if_unproven(user: &User) {
    if !user.email_verified {
        eprintln!(
            "loquet: warning: {} has not proven an address: no mail tells them, and no service lets them in",
            user.username
        );
    }
}

async fn warn_if_unattended(desk: &Desk<'_>, slug: &str) -> Result<(), Failure> {
    let referents = desk.read(slug, async |work| work.members("", Some(types::Role::Referent), None, 1).await).await;
    if referents.map_err(|refusal| failure(refusal, Hidden::Organization(slug)))?.members.is_empty() {
        eprintln!("loquet: warning: {slug} has no referent");
    }
    Ok(())
}

async fn list(desk: &Desk<'_>, slug: &str, search: &str, as_json: bool) -> Result<(), Failure> {
    let (mut members, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = desk.read(slug, async |work| work.members(search, None, cursor.as_deref(), MOST).await).await;
        let page = page.map_err(|refusal| failure(refusal, Hidden::Organization(slug)))?;
        members.extend(page.members);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if as_json {
        say(Value::Array(members.iter().map(words::member).collect()));
        return Ok(());
    }
    for member in &members {
        let accesses: Vec<String> = member
            .grants
            .iter()
            .map(|grant| [std::slice::from_ref(&grant.client_id), &grant.roles[..]].concat().join(":"))
            .collect();
        let state = if member.active { "" } else { "  (switched off)" };
        say(format!("{:8}  {}  {}  {}{state}", member.role.as_str(), member.email, member.name, accesses.join(" "))
            .trim_end());
    }
    if members.is_empty() {
        say("Nobody.");
    }
    Ok(())
}

/// An address that somebody gave.
pub fn address(text: &str) -> Result<Email, Failure> {
    Email::parse(text).map_err(|error| Failure::new(format!("{text} {error}")))
}
