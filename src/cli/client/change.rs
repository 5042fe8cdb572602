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

/// Changes a service. What it holds of those who may not use it any more ends in the same transaction.
pub async fn run(set: Set, connection: &mut PgConnection, settings: &Settings) -> Result<(), Failure> {
    let mut client = super::find(connection, &set.client_id).await?;
    let before = client.described();
    let (was_enabled, was_open) = (client.enabled, client.everyone);
    client.name_fr = set.name.unwrap_or(client.name_fr);
    client.name_en = set.name_en.unwrap_or(client.name_en);
    client.enabled = set.enabled.unwrap_or(client.enabled);
    set.options.apply(&mut client)?;
    check(&client, settings)?;
    super::hosts::check(&client, connection, settings).await?;
    // What is not asked of people is no longer the service's own to change.
    if client.ours && client.registration_token.take().is_some() {
        say("It can no longer change its registration by itself.");
    }
    let now = Clock::default().now();
    if was_enabled && !client.enabled {
        db::rights::end_all_of_client(connection, &client.client_id, now).await?;
    }
    db::clients::save(connection, &client, false, now).await?;
    super::allow_groups(connection, &client.client_id, &set.options.groups).await?;
    for name in &set.closed_groups {
        let group = groups::find(connection, name).await?;
        if !db::groups::disallow(connection, &client.client_id, group).await? {
            return Err(Failure::new(format!("{} does not let {name} in", client.client_id)));
        }
    }
    if (was_open && !client.everyone) || !set.closed_groups.is_empty() {
        let ended = db::rights::end_refused_of_client(connection, &client.client_id, now).await?;
        say(format!("{ended} people who used it are not let in any more."));
    }
    let mut details = changes(&before, &client.described());
    for (name, groups) in [("groups", &set.options.groups), ("closed_groups", &set.closed_groups)] {
        if !groups.is_empty() {
            details[name] = json!(groups);
        }
    }
    super::journal(connection, Kind::ServiceChanged, &client.client_id, details).await?;
    say(format!("{} is changed.", client.client_id));
    Ok(())
}
