//! Two accounts of one person become one. One is kept as it is, and gets what the other was let into; the other
//! goes as a deleted account does.

use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::administration::Act;
use crate::db;
use crate::db::audit::Kind;
use crate::db::factors::Factors;
use crate::db::merging::{Known, Legacy};
use crate::db::own_organizations::Membership;
use crate::db::people::Account;
use crate::db::standing::Dates;
use crate::delegation::{Aim, Desk, Refusal, Target};
use crate::deletion;
use crate::groups::BUILT_IN;
use crate::mail;
use crate::membership::joined;
use crate::types::masked_email;

/// One of the two, as it is before.
#[derive(Debug)]
pub struct Side {
    /// The account.
    pub account: Account,
    /// How its person proves who they are, besides the password.
    pub factors: Factors,
    /// Browsers in which it is signed in.
    pub sessions: usize,
    /// Organizations that it is in.
    pub memberships: Vec<Membership>,
    /// Its membership of the host.
    pub dates: Dates,
    /// What an import knows it by.
    pub legacy: Option<Legacy>,
}

/// Both, and what comes of it.
#[derive(Debug)]
pub struct Merging {
    /// The one that stays.
    pub kept: Side,
    /// The one that goes.
    pub other: Side,
    /// Groups that the one that stays is put into.
    pub groups: Vec<String>,
    /// What its membership of the host will be.
    pub dates: Dates,
    /// Services that know the one that goes.
    pub services: Vec<Known>,
}

impl Merging {
    /// An import will find the one that stays in place of the other.
    #[must_use]
    pub fn inherits_legacy(&self) -> bool {
        self.kept.legacy.is_none() && self.other.legacy.is_some()
    }

    /// Both came from elsewhere: an import that still has the other would bring it back.
    #[must_use]
    pub fn comes_back(&self) -> bool {
        self.kept.legacy.is_some() && self.other.legacy.is_some()
    }
}

impl Desk<'_> {
    /// What would come of a merge. Nothing changes.
    ///
    /// # Errors
    /// As [`Desk::merge_accounts`].
    pub async fn plan_merge(&self, kept: Uuid, other: Uuid) -> Result<Merging, Refusal> {
        self.attempt(self.merge_of(kept, other), async |connection| self.plan(connection, kept, other).await).await
    }

    /// Moves what an account was let into to the one that is kept, and removes it. What it held ends at once,
    /// and services are told; both addresses are written to.
    ///
    /// # Errors
    /// As the rule says: nobody with an account of their own; [`Refusal::Hidden`] when there is no such account;
    /// [`Refusal::Invalid`] when the two are one (`same-account`), when the other has powers (`powers`), when one
    /// cannot be used (`not-in-use`), when the one that is kept is about to be deleted (`leaving`), when nobody has
    /// proven its address (`not-proven`), or when it has no second factor and the other does (`second-factor`).
    pub async fn merge_accounts(&self, kept: Uuid, other: Uuid) -> Result<Merging, Refusal> {
        self.attempt(self.merge_of(kept, other), async |connection| {
            let plan = self.plan(connection, kept, other).await?;
            let now = self.post.clock.now();
            db::merging::move_rights(connection, kept, other).await?;
            let pseudonym = deletion::forget(connection, &self.post, &plan.other.account.user).await?;
            db::merging::inherit(connection, kept, other, plan.other.legacy.as_ref()).await?;
            if plan.dates != plan.kept.dates {
                self.move_day(connection).await?;
                db::standing::set_of_person(connection, kept, plan.dates).await?;
            }
            // Whatever follows from memberships follows now.
            let ended = db::rights::end_refused(connection, kept, now).await?;
            let organizations: Vec<&str> = plan.other.memberships.iter().map(|one| one.slug.as_str()).collect();
            let details = json!({
                "merged": pseudonym,
                "organizations": organizations,
                "groups": plan.groups,
                "before": { "since": plan.kept.dates.since, "until": plan.kept.dates.until },
                "after": { "since": plan.dates.since, "until": plan.dates.until },
                "ended": ended,
            });
            let line = self.line(Kind::AccountsMerged).about(kept).with(details);
            db::audit::record(connection, &line, now).await?;
            let (stays, goes) = (&plan.kept.account.user, &plan.other.account.user);
            self.post.to(connection, stays, &mail::Kind::AccountMerged { username: &goes.username }).await?;
            if goes.email_verified {
                let address = masked_email(&stays.email);
                self.post.to(connection, goes, &mail::Kind::AccountMergedAway { address: &address }).await?;
            }
            tracing::info!(%kept, %other, "two accounts are one");
            Ok(plan)
        })
        .await
    }

    /// About the one that goes, which is the one that loses something.
    fn merge_of(&self, kept: Uuid, other: Uuid) -> Aim<'static> {
        Aim::of_host(self.merge(kept, other), Target::Person(other))
    }

    fn merge(&self, kept: Uuid, other: Uuid) -> Act {
        let own = self.actor.person();
        Act::Merge { oneself: own == Some(kept) || own == Some(other) }
    }

    /// Looks at both, and holds them until the end of the transaction.
    async fn plan(&self, connection: &mut PgConnection, kept: Uuid, other: Uuid) -> Result<Merging, Refusal> {
        let act = self.merge(kept, other);
        self.must_host(connection, act).await?;
        let refuse = |problem| Err(Refusal::invalid("other", problem, other.to_string()));
        if kept == other {
            return refuse("same-account");
        }
        // Nobody gets powers, or loses theirs, before this is done.
        for group in BUILT_IN {
            db::groups::find(connection, group).await?;
        }
        db::merging::lock(connection, [kept, other]).await?;
        self.must_host(connection, act).await?;
        let (stays, goes) = (self.side(connection, kept).await?, self.side(connection, other).await?);
        if goes.account.groups.iter().any(|group| BUILT_IN.contains(&group.as_str())) {
            return refuse("powers");
        }
        // Whoever is switched off would be let in again by the other door.
        if !stays.account.user.active || !goes.account.user.active {
            return refuse("not-in-use");
        }
        if stays.account.deletion_due.is_some() {
            return refuse("leaving");
        }
        if !stays.account.user.email_verified {
            return refuse("not-proven");
        }
        if has_second_factor(&goes.factors) && !has_second_factor(&stays.factors) {
            return refuse("second-factor");
        }
        Ok(Merging {
            groups: db::merging::groups(connection, kept, other).await?,
            services: db::merging::known_by(connection, kept, other).await?,
            dates: joined(stays.dates, goes.dates),
            kept: stays,
            other: goes,
        })
    }

    async fn side(&self, connection: &mut PgConnection, person: Uuid) -> Result<Side, Refusal> {
        let account = db::people::find(connection, person).await?.ok_or(Refusal::Hidden)?;
        let idle = TimeDelta::from_std(self.post.settings.sessions.idle).unwrap_or(TimeDelta::MAX);
        Ok(Side {
            account,
            factors: db::factors::of(connection, person).await?,
            sessions: db::own_sessions::list(connection, person, idle, self.post.clock.now()).await?.len(),
            memberships: db::own_organizations::list(connection, person, None).await?,
            dates: db::standing::of_person(connection, person).await?.unwrap_or_default(),
            legacy: db::merging::legacy(connection, person).await?,
        })
    }
}

fn has_second_factor(factors: &Factors) -> bool {
    factors.authenticator_since.is_some() || factors.passkeys > 0
}
