//! `loquet organization …`

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::{Database, Failure, PostOffice, say};
use crate::config::Settings;
use crate::crypto::Plain;
use crate::db;
use crate::db::invitations::NewInvitation;
use crate::post::INVITATION;
use crate::types::Email;

/// Of the links.
const PREFIX: &str = "lqt_ml_";

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
        grants: &[],
        token: token.hashed(),
        created_by: None,
        by_host: true,
        expires_at: now + INVITATION,
    };
    let id = db::invitations::insert(&mut transaction, &invitation, now).await?;
    post.invitation(&mut transaction, id, &token).await?;
    transaction.commit().await?;
    say(format!("{address} is invited to {name}, for seven days."));
    Ok(())
}
