//! `loquet client set`

use clap::Args;
use serde_json::json;
use sqlx::PgConnection;

use super::options::{Options, check};
use crate::cli::{Failure, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db;
use crate::db::audit::{Kind, changes};
use crate::db::clients::Client;
use crate::groups;

#[derive(Debug, Args)]
pub struct Set {
    /// Its client id
    client_id: String,
    /// Name that people read
    #[arg(long)]
    name: Option<String>,
    /// Name in English
    #[arg(long)]
    name_en: Option<String>,
    /// Switch it on or off: off, what it holds of anybody ends at once
    #[arg(long)]
    enabled: Option<bool>,
    /// Let the members of a group in no longer; repeat for several
    #[arg(long = "disallow-group", value_name = "GROUP")]
    closed_groups: Vec<String>,
    #[command(flatten)]
    options: Options,
}

/// Changes a service, and says what came of it.
pub async fn run(set: Set, connection: &mut PgConnection, settings: &Settings) -> Result<(), Failure> {
    let before = super::find(connection, &set.client_id).await?;
    let mut client = before.clone();
    client.name_fr = set.name.unwrap_or(client.name_fr);
    client.name_en = set.name_en.unwrap_or(client.name_en);
    client.enabled = set.enabled.unwrap_or(client.enabled);
    set.options.apply(&mut client)?;
    check(&client, settings)?;
    super::hosts::check(&client, connection, settings).await?;
    let change = Change { before: &before, after: client, opened: &set.options.groups, closed: &set.closed_groups };
    let done = change.make(connection).await?;
    if done.registered_no_more {
        say("It can no longer change its registration by itself.");
    }
    if let Some(ended) = done.ended {
        say(format!("{ended} people who used it are not let in any more."));
    }
    say(format!("{} is changed.", before.client_id));
    Ok(())
}

/// A service as it was and as it is to be.
pub struct Change<'a> {
    /// As it was.
    pub before: &'a Client,
    /// As it is to be; sound.
    pub after: Client,
    /// Groups that it lets in from now on.
    pub opened: &'a [String],
    /// Groups that it does not let in any more.
    pub closed: &'a [String],
}

/// What came of a change.
pub struct Changed {
    /// How many people are let in no longer, if the change might close it to somebody.
    pub ended: Option<usize>,
    /// It can no longer change its registration by itself.
    pub registered_no_more: bool,
}

impl Change<'_> {
    /// Makes it. What the service holds of those who may not use it any more ends in the same transaction.
    ///
    /// # Errors
    /// A group that it did not let in; PostgreSQL's.
    pub async fn make(self, connection: &mut PgConnection) -> Result<Changed, Failure> {
        let Self { before, after: mut client, opened, closed } = self;
        // What is not asked of people is no longer the service's own to change.
        let registered_no_more = client.ours && client.registration_token.take().is_some();
        let now = Clock::default().now();
        if before.enabled && !client.enabled {
            db::rights::end_all_of_client(connection, &client.client_id, now).await?;
        }
        db::clients::save(connection, &client, false, now).await?;
        super::allow_groups(connection, &client.client_id, opened).await?;
        for name in closed {
            let group = groups::find(connection, name).await?;
            if !db::groups::disallow(connection, &client.client_id, group).await? {
                return Err(Failure::new(format!("{} does not let {name} in", client.client_id)));
            }
        }
        let ended = if (before.everyone && !client.everyone) || !closed.is_empty() {
            Some(db::rights::end_refused_of_client(connection, &client.client_id, now).await?)
        } else {
            None
        };
        let mut details = changes(&before.described(), &client.described());
        for (name, groups) in [("groups", opened), ("closed_groups", closed)] {
            if !groups.is_empty() {
                details[name] = json!(groups);
            }
        }
        super::journal(connection, Kind::ServiceChanged, &client.client_id, details).await?;
        Ok(Changed { ended, registered_no_more })
    }
}
