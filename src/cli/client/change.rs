//! `loquet client set`

use clap::Args;
use sqlx::PgConnection;

use super::options::{Options, check};
use crate::cli::{Failure, say};
use crate::clients::change::Change;
use crate::config::Settings;
use crate::db::audit::Origin;

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
    let changed = super::by(&Origin::default()).change(connection, change).await.map_err(super::refused)?;
    if changed.registered_no_more {
        say("It can no longer change its registration by itself.");
    }
    if let Some(ended) = changed.ended {
        say(format!("{ended} people who used it are not let in any more."));
    }
    say(format!("{} is changed.", before.client_id));
    Ok(())
}
