//! `loquet membership …`

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Subcommand;
use serde_json::{Value, json};

use super::{Database, Failure, PostOffice, say};
use crate::config::Settings;
use crate::db;
use crate::db::audit::Origin;
use crate::db::standing::Dates;
use crate::db::users::User;
use crate::delegation::{Actor, Desk, Keeping, Refusal};
use crate::membership::{self, Status};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the membership of somebody
    Show {
        /// Username or e-mail address
        login: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Set the first and the last day of somebody's membership; groups that are kept by rule follow at once
    Set {
        /// Username or e-mail address
        login: String,
        #[command(flatten)]
        days: Days,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the membership of an organization
    ShowOrganization {
        /// The organization, as in addresses
        slug: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Set the first and the last day of an organization's membership: its members are in good standing by it
    SetOrganization {
        /// The organization, as in addresses
        slug: String,
        #[command(flatten)]
        days: Days,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// List the groups that are kept by rule
    Groups {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Keep a group by rule: who was put into it by hand and does not fit goes at once
    Keep {
        /// The group
        group: String,
        /// member: people in good standing; organization: members of an organization in good standing; any: both
        #[arg(long, value_parser = ["member", "organization", "any"])]
        rule: String,
        /// Days that it goes on after the last day of the membership
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..=366))]
        grace_days: i32,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Keep a group by hand again: who is in it stays
    Release {
        /// The group
        group: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

/// What is not named stays.
#[derive(Debug, Clone, clap::Args)]
pub struct Days {
    /// The first day, such as 2026-01-01, or `none`
    #[arg(long, value_name = "DAY")]
    since: Option<Day>,
    /// The last day, such as 2026-12-31, or `none`: no membership
    #[arg(long, value_name = "DAY", required_unless_present = "since")]
    until: Option<Day>,
}

impl Days {
    fn on(&self, before: Dates) -> Dates {
        let pick = |day: &Option<Day>, before| day.as_ref().map_or(before, |day| day.0);
        Dates { since: pick(&self.since, before.since), until: pick(&self.until, before.until) }
    }
}

#[derive(Debug, Clone)]
struct Day(Option<NaiveDate>);

impl std::str::FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" {
            return Ok(Self(None));
        }
        let day =
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "must be a day such as 2026-12-31, or none")?;
        Ok(Self(Some(day)))
    }
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let office = PostOffice::of(settings)?;
    let database = Database::open(settings).await?;
    let origin = Origin::default();
    let desk = Desk { pool: &database.pool, post: office.post(), actor: Actor::CommandLine, origin: &origin };
    let outcome = act(command, &desk).await;
    database.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn act(command: Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::Show { login, json } => {
            let user = find(desk, &login).await?;
            let (_, dates) = desk.membership(user.id).await.map_err(refused)?;
            tell(desk, "username", &user.username, dates, json);
        }
        Command::Set { login, days, json } => {
            let user = find(desk, &login).await?;
            let (_, before) = desk.membership(user.id).await.map_err(refused)?;
            let dates = days.on(before);
            desk.set_membership(user.id, dates).await.map_err(refused)?;
            tell(desk, "username", &user.username, dates, json);
        }
        Command::ShowOrganization { slug, json } => {
            let dates = desk.organization_membership(&slug).await.map_err(|refusal| nothing(refusal, &slug))?;
            tell(desk, "slug", &slug, dates, json);
        }
        Command::SetOrganization { slug, days, json } => {
            let before = desk.organization_membership(&slug).await.map_err(|refusal| nothing(refusal, &slug))?;
            let dates = days.on(before);
            desk.set_organization_membership(&slug, dates).await.map_err(|refusal| nothing(refusal, &slug))?;
            tell(desk, "slug", &slug, dates, json);
        }
        Command::Groups { json } => groups(desk, json).await?,
        Command::Keep { group, rule, grace_days, json } => {
            let keeping = Keeping { rule: &rule, grace_days };
            let members = desk.keep_group(&group, Some(keeping)).await.map_err(|refusal| no_group(refusal, &group))?;
            let done = json!({ "group": group, "rule": rule, "grace_days": grace_days, "members": members });
            told(json, &done, &format!("{group} is kept by rule; {members} are in it."));
        }
        Command::Release { group, json } => {
            let members = desk.keep_group(&group, None).await.map_err(|refusal| no_group(refusal, &group))?;
            let done = json!({ "group": group, "rule": null, "members": members });
            told(json, &done, &format!("{group} is kept by hand; {members} are in it."));
        }
    }
    Ok(())
}

async fn groups(desk: &Desk<'_>, as_json: bool) -> Result<(), Failure> {
    let rules = desk.kept_groups().await.map_err(refused)?;
    if as_json {
        let described = rules.iter().map(|rule| {
            json!({ "group": rule.group, "rule": rule.rule, "grace_days": rule.grace_days, "members": rule.members })
        });
        say(Value::Array(described.collect()));
        return Ok(());
    }
    for rule in &rules {
        say(format!(
            "{:24} {:14} {:3} days of grace {:6} members",
            rule.group, rule.rule, rule.grace_days, rule.members
        ));
    }
    if rules.is_empty() {
        say("No group is kept by rule. `loquet membership keep GROUP --rule member` does.");
    }
    Ok(())
}

/// Dates, and what they mean today.
fn tell(desk: &Desk<'_>, kind: &str, name: &str, dates: Dates, as_json: bool) {
    let today = membership::day(desk.post.clock.now(), desk.post.settings.host.time_zone);
    let (status, words) = match membership::status(dates, today) {
        Status::None => ("none", "no membership".to_owned()),
        Status::Ahead => ("ahead", "not begun".to_owned()),
        Status::Current(left) => ("current", format!("in good standing, {left} days left after today")),
        Status::Over(days) => ("over", format!("over since {days} days")),
    };
    let mut done = json!({ "since": dates.since, "until": dates.until, "status": status });
    done[kind] = json!(name);
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    told(as_json, &done, &format!("{name}: {words} (since {}, until {})", day(dates.since), day(dates.until)));
}

fn told(as_json: bool, value: &Value, words: &str) {
    if as_json {
        say(value);
    } else {
        say(words);
    }
}

async fn find(desk: &Desk<'_>, login: &str) -> Result<User, Failure> {
    let mut connection = desk.pool.acquire().await?;
    let found = db::users::find_by_login(&mut connection, login).await?;
    found.ok_or_else(|| Failure::new(format!("there is no account named {login}")))
}

fn nothing(refusal: Refusal, slug: &str) -> Failure {
    match refusal {
        Refusal::Hidden => Failure::new(format!("there is no organization named {slug}")),
        other => refused(other),
    }
}

fn no_group(refusal: Refusal, name: &str) -> Failure {
    match refusal {
        Refusal::Hidden => Failure::new(format!("there is no group named {name}")),
        other => refused(other),
    }
}

/// Exit code 2 when what was given is not right.
fn refused(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Invalid(flaw) => {
            let words = match flaw.problem {
                "before-since" => "the last day comes before the first",
                "not-a-date" => "must be a day between 1900 and 2199",
                "built-in" => "is built in: nobody is an administrator or an auditor by rule",
                other => other,
            };
            Failure { lines: vec![format!("{} {}: {words}", flaw.field, flaw.value)], code: 2 }
        }
        other => Failure::from(other),
    }
}
