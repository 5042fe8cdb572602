//! `loquet organization …`

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::{Subcommand, ValueEnum};

use super::{Database, Failure, PostOffice, say};
use crate::config::Settings;
use crate::crypto::Plain;
use crate::db;
use crate::db::invitations::NewInvitation;
use crate::mail::{Kind, Recipient};
use crate::types::Email;

/// Of the links.
const PREFIX: &str = "lqt_ml_";
/// As the mail says.
const LIFE: TimeDelta = TimeDelta::days(7);

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Invite somebody by mail; they become a member when they accept. Again: a new link
    Invite {
        /// The organization, as in addresses
        slug: String,
        /// Their e-mail address
        email: String,
        /// What they become
        #[arg(long, value_enum, default_value_t = Role::Member)]
        role: Role,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Uses what the organization has
    Member,
    /// Looks after its people and their access
    Referent,
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let office = PostOffice::of(settings)?;
    let database = Database::open(settings).await?;
    let outcome = act(command, &database, &office).await;
    database.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn act(command: Command, database: &Database, office: &PostOffice<'_>) -> Result<(), Failure> {
    let Command::Invite { slug, email, role } = command;
    let address = Email::parse(&email).map_err(|error| Failure::new(format!("{email} {error}")))?;
    let (post, token) = (office.post(), Plain::random(PREFIX));
    let now = post.clock.now();
    let mut transaction = database.pool.begin().await?;
    let found = db::invitations::organization(&mut transaction, &slug).await?;
    let (organization, name) = found.ok_or_else(|| Failure::new(format!("there is no organization named {slug}")))?;
    let invitation = NewInvitation {
        organization,
        email: &address,
        referent: role == Role::Referent,
        token: token.hashed(),
        created_by: None,
        expires_at: now + LIFE,
    };
    db::invitations::insert(&mut transaction, &invitation, now).await?;
    let link = post.paths.public(&post.paths.invitation_link(token.reveal()));
    let kind = Kind::Invitation { link: &link, organization: Some(&name) };
    // In their language, if they have an account; in the host's if not.
    let known = db::users::find_by_login(&mut transaction, address.as_str()).await?;
    let language = known.and_then(|user| post.texts.find(&user.locale));
    let language = language.unwrap_or_else(|| post.texts.default_language());
    let recipient = Recipient { email: address.as_str(), name: "" };
    post.to_address(&mut transaction, &recipient, &kind, &language).await?;
    transaction.commit().await?;
    say(format!("{address} is invited to {name}, for seven days."));
    Ok(())
}
