//! Membership: the dates of somebody and of an organization, and the groups that follow them by rule.

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::administration::Act;
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::audit::Kind;
use crate::db::standing::{Dates, Rule};
use crate::db::users::User;
use crate::delegation::{Desk, Refusal, Target};
use crate::groups::{self, BUILT_IN};
use crate::membership;

/// Who is in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping<'a> {
    /// `member`, `organization` or `any`.
    pub rule: &'a str,
    /// Days of grace after the last day.
    pub grace_days: i32,
}

impl Desk<'_> {
    /// The dates of somebody.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such account.
    pub async fn membership(&self, person: Uuid) -> Result<(User, Dates), Refusal> {
        self.administer(Act::Look, Target::Person(person), async |connection| {
            let user = db::users::find(connection, person).await?.ok_or(Refusal::Hidden)?;
            Ok((user, db::standing::of_person(connection, person).await?.ok_or(Refusal::Hidden)?))
        })
        .await
    }

    /// Gives somebody these dates. Groups that are kept by rule follow at once, and what only they opened ends.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such account; [`Refusal::Invalid`] for dates that
    /// are none.
    pub async fn set_membership(&self, person: Uuid, dates: Dates) -> Result<User, Refusal> {
        self.administer(Act::SetMembership, Target::Person(person), async |connection| {
            check(dates)?;
            let user = db::users::find(connection, person).await?.ok_or(Refusal::Hidden)?;
            db::users::hold(connection, person).await?;
            let before = db::standing::of_person(connection, person).await?.ok_or(Refusal::Hidden)?;
            if before == dates {
                return Ok(user);
            }
            let now = self.post.clock.now();
            self.move_day(connection).await?;
            db::standing::set_of_person(connection, person, dates).await?;
            let ended = db::rights::end_refused(connection, person, now).await?;
            let details = json!({ "before": told(before), "after": told(dates), "ended": ended });
            let line = self.line(Kind::MembershipSet).about(person).with(details);
            db::audit::record(connection, &line, now).await?;
            tracing::info!(%person, ?ended, "a membership has other dates");
            Ok(user)
        })
        .await
    }

    /// The dates of an organization: its referents see them too, for its people are in good standing by them.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such organization.
    pub async fn organization_membership(&self, slug: &str) -> Result<Dates, Refusal> {
        self.read(slug, async |work| {
            work.must(Deed::SeePeople)?;
            db::standing::of_organization(work.connection, work.place.id).await?.ok_or(Refusal::Hidden)
        })
        .await
    }

    /// Gives an organization these dates: its members are in good standing through it.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such organization; [`Refusal::Invalid`] for dates
    /// that are none.
    pub async fn set_organization_membership(&self, slug: &str, dates: Dates) -> Result<(), Refusal> {
        self.change(slug, async |work| {
            work.must(Deed::Administer)?;
            check(dates)?;
            let id = work.place.id;
            let before = db::standing::of_organization(work.connection, id).await?.ok_or(Refusal::Hidden)?;
            if before == dates {
                return Ok(());
            }
            work.desk.move_day(work.connection).await?;
            db::standing::set_of_organization(work.connection, id, dates).await?;
            let members = db::members::ids(work.connection, id).await?;
            let ended = db::rights::end_all_refused(work.connection, &members, work.now).await?;
            let details = json!({ "before": told(before), "after": told(dates), "ended": ended });
            work.journal(Kind::OrganizationMembershipSet, None, None, details).await
        })
        .await
    }

    /// Keeps a group by a rule; or by hand again, and then who is in it stays. How many are in it.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such group; [`Refusal::Invalid`] for one that is
    /// built in, and for what is no rule.
    pub async fn keep_group(&self, name: &str, keeping: Option<Keeping<'_>>) -> Result<usize, Refusal> {
        self.administer(Act::SetMembership, Target::Group(name), async |connection| {
            if BUILT_IN.contains(&name) {
                return Err(Refusal::invalid("group", "built-in", name));
            }
            let group = groups::find(connection, name).await.map_err(|fault| match fault {
                groups::Fault::Database(error) => Refusal::Database(error),
                _ => Refusal::Hidden,
            })?;
            let now = self.post.clock.now();
            match keeping {
                Some(Keeping { rule, grace_days }) => {
                    if !matches!(rule, "member" | "organization" | "any") {
                        return Err(Refusal::invalid("rule", "unknown", rule));
                    }
                    if !(0..=366).contains(&grace_days) {
                        return Err(Refusal::invalid("grace_days", "out-of-range", grace_days.to_string()));
                    }
                    self.move_day(connection).await?;
                    db::standing::keep(connection, group, rule, grace_days).await?;
                    let astray = db::standing::astray(connection, i64::MAX).await?;
                    db::rights::end_all_refused(connection, &astray, now).await?;
                }
                None => {
                    db::standing::release(connection, group).await?;
                }
            }
            let keeping = keeping.map(|keeping| json!({ "rule": keeping.rule, "grace_days": keeping.grace_days }));
            let details = json!({ "group": name, "after": keeping });
            db::audit::record(connection, &self.line(Kind::GroupRuleSet).with(details), now).await?;
            Ok(db::groups::members(connection, group).await?.len())
        })
        .await
    }

    /// The groups that are kept by rule.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn kept_groups(&self) -> Result<Vec<Rule>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| Ok(db::standing::rules(connection).await?))
            .await
    }

    /// What is decided by the day is decided by that of now.
    pub(super) async fn move_day(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        let today = membership::day(self.post.clock.now(), self.post.settings.host.time_zone);
        db::standing::begin_day(connection, today).await
    }
}

/// A slip of the finger is not the year 20226.
fn check(dates: Dates) -> Result<(), Refusal> {
    for (field, date) in [("since", dates.since), ("until", dates.until)] {
        if date.is_some_and(|date| !(1900..=2199).contains(&date.year())) {
            return Err(Refusal::invalid(field, "not-a-date", day(date)));
        }
    }
    match (dates.since, dates.until) {
        (Some(since), Some(until)) if until < since => {
            Err(Refusal::invalid("until", "before-since", until.to_string()))
        }
        _ => Ok(()),
    }
}

fn told(dates: Dates) -> Value {
    json!({ "since": dates.since, "until": dates.until })
}

fn day(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}
