//! `loquet client registration-token` and `client notices`.

use chrono::{SecondsFormat, TimeDelta};
use clap::Args;
use serde_json::json;
use sqlx::PgConnection;

use super::options::Policy;
use crate::cli::{Failure, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::Plain;
use crate::db;
use crate::db::audit::{self, Event, Kind, Origin};
use crate::db::initial_access_tokens::NewToken;
use crate::types::check_line;

/// Prefix of initial access tokens.
const PREFIX: &str = "lqt_ia_";

#[derive(Debug, Args)]
pub struct RegistrationToken {
    /// What it is for, in your words
    #[arg(long)]
    note: String,
    /// How many services may register with it
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=1000))]
    uses: i32,
    /// For how many hours it is good
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=8760))]
    hours: i64,
    /// Who may use the services registered with it
    #[arg(long, value_enum, default_value_t = Policy::Restricted)]
    policy: Policy,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct Notices {
    /// Of one service only
    client_id: Option<String>,
    /// How many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=1000))]
    count: i64,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Makes a token that lets services register themselves; shown once.
pub async fn registration_token(
    options: RegistrationToken,
    connection: &mut PgConnection,
    settings: &Settings,
) -> Result<(), Failure> {
    check_line(&options.note, 200).map_err(|error| Failure::new(format!("--note {error}")))?;
    let (token, now) = (Plain::random(PREFIX), Clock::default().now());
    let expires_at = now + TimeDelta::hours(options.hours);
    let everyone = options.policy == Policy::Everyone;
    let new = NewToken { token: token.hashed(), note: &options.note, uses: options.uses, everyone, expires_at };
    db::initial_access_tokens::insert(connection, &new, now).await?;
    let details = json!({ "note": options.note, "uses": options.uses, "everyone": everyone, "expires_at": expires_at });
    let origin = Origin::default();
    let event = Event::of_host(Kind::RegistrationTokenMade, &origin).with(details);
    audit::record(connection, &event, now).await?;
    if options.json {
        say(json!({ "initial_access_token": token.reveal(), "expires_at": expires_at, "uses": options.uses }));
        return Ok(());
    }
    say(format!("initial access token  {}", token.reveal()));
    say(format!("Good until {}, shown this once.", expires_at.to_rfc3339_opts(SecondsFormat::Secs, true)));
    if !settings.dynamic_registration.enabled {
        say("Services cannot register themselves yet: set dynamic_registration.enabled = true and restart.");
    }
    Ok(())
}

/// What became of the latest sign-out notices.
pub async fn notices(options: Notices, connection: &mut PgConnection) -> Result<(), Failure> {
    let notices = db::logouts::latest(connection, options.client_id.as_deref(), options.count).await?;
    if options.json {
        let all = notices.iter().map(|notice| {
            json!({
                "client_id": notice.client_id, "ended_at": notice.created_at, "attempts": notice.attempts,
                "delivered_at": notice.delivered_at, "failed_at": notice.failed_at, "last_error": notice.last_error,
            })
        });
        say(serde_json::Value::Array(all.collect()));
        return Ok(());
    }
    if notices.is_empty() {
        say("No sign-out notice yet. Services are told if they have a --backchannel-logout-uri.");
    }
    for notice in notices {
        let outcome = match (notice.delivered_at, notice.failed_at) {
            (Some(_), _) => "told".to_owned(),
            (None, Some(_)) => format!("given up after {} tries", notice.attempts),
            (None, None) => format!("waiting, tried {} times", notice.attempts),
        };
        let why = notice.last_error.map(|error| format!(": {error}")).unwrap_or_default();
        let ended = notice.created_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        say(format!("{ended}  {:24}  {outcome}{why}", notice.client_id));
    }
    Ok(())
}
