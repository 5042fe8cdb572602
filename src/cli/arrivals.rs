//! `loquet user invite | waiting`: people who are about to have an account.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{Failure, say};
use crate::clock::Clock;
use crate::config::{RegistrationMode, Settings};
use crate::crypto::{Plain, Vault};
use crate::db;
use crate::db::audit::{self, Event, Origin};
use crate::db::registrations::NewRegistration;
use crate::mail::{self, Kind, Message, Recipient, Sender};
use crate::paths::Paths;
use crate::types::Email;

/// How long an invitation is good: the texts say seven days.
const LIFE: TimeDelta = TimeDelta::days(7);

/// Sends an invitation; what it holds is said nowhere else.
pub async fn invite(
    connection: &mut PgConnection,
    settings: &Settings,
    address: &str,
    language: Option<&str>,
) -> Result<(), Failure> {
    let email = Email::parse(address).map_err(|error| Failure::new(format!("{address} {error}")))?;
    if settings.registration.mode == RegistrationMode::Closed {
        return Err(Failure::new("registration.mode is closed: an invitation would open nothing"));
    }
    let now = Clock::default().now();
    if db::registrations::is_taken(connection, &email, now).await? {
        return Err(Failure::new(format!("{email} has an account, or gave it up less than 90 days ago")));
    }
    let locale = language.unwrap_or(&settings.host.language);
    if !matches!(locale, "fr" | "en") && !settings.theme.speaks(locale) {
        return Err(Failure::new(format!("--language: there is fr, en and those of the theme, and no '{locale}'")));
    }
    let (token, paths) = (Plain::random("lqt_ml_"), Paths::new(&settings.server.issuer));
    let new = NewRegistration {
        email: &email,
        token: token.hashed(),
        locale,
        client_id: None,
        invited: true,
        to_approve: false,
        expires_at: now + LIFE,
    };
    db::registrations::replace(connection, &new, now).await?;
    // Whose address it is stays with the registration, which goes when it is over.
    audit::record(connection, &Event::of_host(audit::Kind::AccountInvited, &Origin::default()), now).await?;
    let link = paths.public(&paths.sign_up_link(token.reveal()));
    let recipient = Recipient { email: email.as_str(), name: "" };
    send(connection, settings, &Kind::Invitation { link: &link }, &recipient, locale).await?;
    say(format!("An invitation to {email} is on its way, good for seven days."));
    Ok(())
}

/// Lists the accounts that wait.
pub async fn waiting(connection: &mut PgConnection, as_json: bool) -> Result<(), Failure> {
    let all = db::registrations::waiting(connection, i64::MAX).await?;
    let moment = |at: chrono::DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    if as_json {
        let all = all.iter().map(|one| {
            json!({ "username": one.username, "email": one.email, "given_name": one.given_name,
                "family_name": one.family_name, "since": moment(one.since) })
        });
        say(serde_json::Value::Array(all.collect()));
        return Ok(());
    }
    for one in &all {
        let name = [one.given_name.as_str(), &one.family_name].join(" ");
        say(format!("{}  {:20} {}  {}", moment(one.since), one.username, one.email, name.trim()));
    }
    if all.is_empty() {
        say("No account waits.");
    }
    Ok(())
}

/// Queues a mail, for the server that runs to hand over.
async fn send(
    connection: &mut PgConnection,
    settings: &Settings,
    kind: &Kind<'_>,
    recipient: &Recipient<'_>,
    locale: &str,
) -> Result<(), Failure> {
    let texts = settings.texts()?;
    let language = texts.find(locale).unwrap_or_else(|| texts.default_language());
    let paths = Paths::new(&settings.server.issuer);
    let security = paths.public(&paths.security());
    let sender = Sender::of(settings, &security);
    let message = Message::write(kind, recipient, &sender, &language)?;
    let vault = Vault::new(&settings.secrets.master_key).map_err(Failure::new)?;
    mail::queue(connection, &vault, &Clock::default(), &message).await?;
    Ok(())
}
