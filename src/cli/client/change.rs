//! `loquet client set`

use clap::Args;
use sqlx::PgConnection;

use super::options::{Options, check};
use crate::cli::{Failure, say};
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

/// Changes a service. What it holds of those who may not use it any more ends in the same transaction.
pub async fn run(set: Set, connection: &mut PgConnection, settings: &Settings) -> Result<(), Failure> {
    let mut client = super::find(connection, &set.client_id).await?;
    let before = client.clone();
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
    let origin = Origin::default();
    let changed =
        super::by(&origin).change(connection, &before, &client, &set.options.groups, &set.closed_groups).await;
    if let Some(ended) = changed.map_err(super::refused)? {
        say(format!("{ended} people who used it are not let in any more."));
    }
    say(format!("{} is changed.", client.client_id));
    Ok(())
}
