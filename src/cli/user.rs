//! `loquet user …`

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use sqlx::PgConnection;

use super::accounts::{self, Act};
use super::{Database, Failure, PostOffice, arrivals, merge, people, say};
use crate::clock::Clock;
use crate::config::{ProfileFields, Settings};
use crate::db;
use crate::db::audit::{self, Event, Origin};
use crate::db::users::User;
use crate::delegation::{Actor, Desk};
use crate::deletion::{self, Asked};
use crate::groups::By;
use crate::post::Post;
use crate::types::{Details, ProfileError};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find people: by the beginning of a name, a username or an address, or by id
    Find {
        /// What to look for
        text: String,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// End every session and token of somebody
    SignOut {
        /// Username or e-mail address
        login: String,
    },
    /// Send the link again that proves an address
    Resend {
        /// Username or e-mail address
        login: String,
    },
    /// Show an account
    Show {
        /// Username or e-mail address
        login: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Set what an account says of its person: nickname, birthdate, `phone_number`, locality… and the fields
    /// of the settings, by their key
    Set {
        /// Username or e-mail address
        login: String,
        /// A claim or field and its value; nothing after `=` removes it
        #[arg(required = true, value_name = "NAME=VALUE")]
        values: Vec<String>,
    },
    /// Take back what a person agreed to give a service: it loses its tokens, and they are asked again
    RevokeConsent {
        /// Username or e-mail address
        login: String,
        /// The service
        client_id: String,
    },
    /// Take every second factor away, for somebody who lost theirs: they sign in with the password alone,
    /// and set up another if they must. Make sure first that it is them
    ResetFactor {
        /// Username or e-mail address
        login: String,
    },
    /// Invite somebody to open an account: a link goes to that address, good for seven days
    Invite {
        /// Where to
        address: String,
        /// Language of the mail [default: the host's]
        #[arg(long)]
        language: Option<String>,
    },
    /// List the new accounts that wait for somebody to accept them
    Waiting {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a new account that waits be used; its person is told
    Approve {
        /// Username or e-mail address
        login: String,
    },
    /// Remove a new account that waits; its person is told
    Refuse {
        /// Username or e-mail address
        login: String,
    },
    /// Switch an account off: its sessions and tokens end at once
    Disable {
        /// Username or e-mail address
        login: String,
    },
    /// Have an account deleted in a week, which a mail tells its person, who can keep it by a link
    Delete {
        /// Username or e-mail address
        login: String,
        /// Now, and for good
        #[arg(long)]
        now: bool,
    },
    /// Make an account a part of another one of the same person: what it was let into moves, and it is removed for
    /// good. Make sure first that both are theirs
    Merge(merge::Arguments),
    /// Make somebody an administrator: they may do everything, in two steps unless the settings say otherwise
    MakeAdmin {
        /// Username or e-mail address
        login: String,
    },
    /// Switch an account on again
    Enable {
        /// Username or e-mail address
        login: String,
    },
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let office = PostOffice::of(settings)?;
    let database = Database::open(settings).await?;
    let outcome = act(command, &database, settings, &office.post()).await;
    database.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn act(command: Command, database: &Database, settings: &Settings, post: &Post<'_>) -> Result<(), Failure> {
    let origin = Origin::default();
    let desk = Desk { pool: &database.pool, post: *post, actor: Actor::CommandLine, origin: &origin };
    let act = match &command {
        Command::Approve { login } => Some((Act::Approve, login)),
        Command::Refuse { login } => Some((Act::Refuse, login)),
        Command::Disable { login } => Some((Act::Disable, login)),
        Command::Enable { login } => Some((Act::Enable, login)),
        Command::ResetFactor { login } => Some((Act::ResetFactor, login)),
        Command::SignOut { login } => Some((Act::SignOut, login)),
        Command::Resend { login } => Some((Act::Resend, login)),
        _ => None,
    };
    if let Some((act, login)) = act {
        return accounts::run(act, login, &desk).await;
    }
    match &command {
        Command::Merge(arguments) => return merge::run(arguments, &desk).await,
        Command::Find { text, limit, json } => return people::find(text, usize::from(*limit), *json, &desk).await,
        _ => {}
    }
    let mut transaction = database.pool.begin().await?;
    match command {
        // Done above.
        Command::Approve { .. }
        | Command::Refuse { .. }
        | Command::Disable { .. }
        | Command::Enable { .. }
        | Command::ResetFactor { .. }
        | Command::SignOut { .. }
        | Command::Resend { .. }
        | Command::Find { .. }
        | Command::Merge(_) => {}
        Command::Show { login, json } => {
            let user = find(&mut transaction, &login).await?;
            show(&user, &db::users::details(&mut transaction, user.id).await?, json);
        }
        Command::Set { login, values } => set(&mut transaction, &login, &values, &settings.profile).await?,
        Command::RevokeConsent { login, client_id } => {
            let user = find(&mut transaction, &login).await?;
            let now = Clock::default().now();
            if !db::consents::revoke(&mut transaction, user.id, &client_id, now).await? {
                return Err(Failure::new(format!("{} has not agreed to give {client_id} anything", user.username)));
            }
            let origin = Origin::default();
            let event = Event::of_host(audit::Kind::ServiceWithdrawn, &origin).about(user.id).of_client(&client_id);
            audit::record(&mut transaction, &event, now).await?;
            say(format!("{client_id} has lost what {} gave it.", user.username));
        }
        Command::Invite { address, language } => {
            arrivals::invite(&mut transaction, settings, &address, language.as_deref()).await?;
        }
        Command::Waiting { json } => arrivals::waiting(&mut transaction, json).await?,
        Command::Delete { login, now } => delete(&mut transaction, &login, now, post).await?,
        Command::MakeAdmin { login } => make_admin(&mut transaction, &login).await?,
    }
    transaction.commit().await?;
    Ok(())
}

async fn find(connection: &mut PgConnection, login: &str) -> Result<User, Failure> {
    db::users::find_by_login(connection, login)
        .await?
        .ok_or_else(|| Failure::new(format!("there is no account named {login}")))
}

async fn make_admin(connection: &mut PgConnection, login: &str) -> Result<(), Failure> {
    let user = find(connection, login).await?;
    let (origin, clock) = (Origin::default(), Clock::default());
    let by = By { actor: None, origin: &origin, clock: &clock };
    let made = by.make_administrator(connection, user.id).await?;
    let what = if made { "is now an administrator" } else { "was an administrator already" };
    say(format!("{} {what}.", user.username));
    if !user.active {
        eprintln!("loquet: warning: {} is switched off: `loquet user enable` lets them sign in", user.username);
    }
    Ok(())
}

/// All or nothing, with every fault at once.
async fn set(
    connection: &mut PgConnection,
    login: &str,
    values: &[String],
    fields: &ProfileFields,
) -> Result<(), Failure> {
    let user = find(connection, login).await?;
    db::users::hold(connection, user.id).await?;
    let mut details = db::users::details(connection, user.id).await?;
    let mut faults = Vec::new();
    for given in values {
        let outcome = match given.split_once('=') {
            Some((name, value)) => set_one(&mut details, name, value, fields),
            None => Err(format!("{given}: write NAME=VALUE")),
        };
        faults.extend(outcome.err());
    }
    if !faults.is_empty() {
        return Err(Failure { lines: faults, code: 2 });
    }
    let now = Clock::default().now();
    db::users::set_details(connection, user.id, &details, now).await?;
    let names: Vec<&str> = values.iter().filter_map(|given| Some(given.split_once('=')?.0)).collect();
    let origin = Origin::default();
    let event = Event::of_host(audit::Kind::ProfileChanged, &origin).about(user.id).with(json!({ "fields": names }));
    audit::record(connection, &event, now).await?;
    say(format!("{} is changed.", user.username));
    Ok(())
}

/// A field of the settings, or else a standard claim.
fn set_one(details: &mut Details, name: &str, value: &str, fields: &ProfileFields) -> Result<(), String> {
    match fields.find(name) {
        // Whoever runs the instance may leave open what people must answer.
        Some(field) if value.trim().is_empty() => details.custom.set(&field.key, None),
        Some(field) => {
            let answer = field.read(value).map_err(|error| format!("{name} {error}"))?;
            details.custom.set(&field.key, answer);
        }
        None => details.profile.set(name, value).map_err(|error| match error {
            ProfileError::Unknown if !fields.custom.is_empty() => {
                let own: Vec<&str> = fields.custom.iter().map(|field| field.key.as_str()).collect();
                format!("{name} {error}, {}", own.join(", "))
            }
            error => format!("{name} {error}"),
        })?,
    }
    Ok(())
}

/// The same as on the person's own pages, but for the last referent of an organization: an administrator
/// may, and is told.
async fn delete(connection: &mut PgConnection, login: &str, now: bool, post: &Post<'_>) -> Result<(), Failure> {
    let user = find(connection, login).await?;
    for name in db::own_organizations::last_referent_of(connection, user.id).await? {
        eprintln!("loquet: warning: {} is the last referent of {name}", user.username);
    }
    if now {
        deletion::erase(connection, post, user.id).await?;
        say(format!("{} is deleted.", user.username));
        return Ok(());
    }
    let asked = Asked { actor: None, origin: &Origin::default() };
    if !deletion::schedule(connection, post, &user, &asked).await? {
        return Err(Failure::new(format!("{} is about to be deleted already (--now does it at once)", user.username)));
    }
    say(format!("{} will be deleted in seven days.", user.username));
    Ok(())
}

fn show(user: &User, details: &Details, as_json: bool) {
    if as_json {
        say(
            json!({ "id": user.id, "username": user.username, "email": user.email, "email_verified": user.email_verified,
            "given_name": user.given_name, "family_name": user.family_name, "locale": user.locale, "active": user.active,
            "profile": details.profile, "custom": details.custom }),
        );
        return;
    }
    let yes = |truth: bool| if truth { "yes" } else { "no" };
    let account = [
        ("id", user.id.to_string()),
        ("username", user.username.clone()),
        ("e-mail", format!("{} (verified: {})", user.email, yes(user.email_verified))),
        ("name", user.display_name()),
        ("language", user.locale.clone()),
        ("active", yes(user.active).to_owned()),
    ];
    let claims = details.profile.iter().map(|(name, value)| (name, value.to_owned()));
    let own = details.custom.iter().map(|(key, value)| (key, value.as_text().to_owned()));
    for (name, value) in account.into_iter().chain(claims).chain(own) {
        say(format!("{name:14} {value}"));
    }
}
