//! Accounts: switched on and off, signed out, their second factors taken away, their address asked again.

use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authn::throttle::factor_key;
use crate::authz::administration::Act;
use crate::db;
use crate::db::audit::Kind;
use crate::db::users::User;
use crate::delegation::{Actor, Aim, Clash, Desk, Refusal, Target};
use crate::groups::ADMINISTRATORS;
use crate::mail;
use crate::mail::quota::{self, Budget};

impl Desk<'_> {
    /// Switches an account on; or off, which ends its sessions and tokens at once.
    ///
    /// # Errors
    /// As the rule says: nobody their own, nor the last administrator's; [`Refusal::Hidden`] when there is no
    /// such account.
    pub async fn switch_account(&self, person: Uuid, active: bool) -> Result<User, Refusal> {
        let act = if active { Act::SwitchOn } else { Act::SwitchOff { oneself: false, last_administrator: false } };
        self.attempt(Aim::of_host(act, Target::Person(person)), async |connection| {
            if active {
                self.must_host(connection, act).await?;
            } else {
                self.must_switch_off(connection, person).await?;
            }
            let user = find(connection, person).await?;
            let now = self.post.clock.now();
            db::users::set_active(connection, person, active, now).await?;
            // Switched on as well: a sign-in that was under way when it was switched off left a session behind.
            db::sessions::end_all(connection, person, now).await?;
            let kind = if active { Kind::AccountEnabled } else { Kind::AccountDisabled };
            db::audit::record(connection, &self.line(kind).about(person), now).await?;
            tracing::info!(%person, active, "an account was switched");
            Ok(user)
        })
        .await
    }

    /// Two administrators who switch one another off wait for each other: the second is none any more.
    async fn must_switch_off(&self, connection: &mut PgConnection, person: Uuid) -> Result<(), Refusal> {
        let oneself = self.actor.person() == Some(person);
        self.must_host(connection, Act::SwitchOff { oneself, last_administrator: false }).await?;
        db::groups::find(connection, ADMINISTRATORS).await?;
        let administrator = db::delegation::ties(connection, person).await?.administrator;
        // Whoever has a shell on the server can make another; and must be able to stop a thief.
        let last_administrator = administrator
            && self.actor != Actor::CommandLine
            && !db::people::has_other_administrator(connection, person).await?;
        self.must_host(connection, Act::SwitchOff { oneself, last_administrator }).await?;
        Ok(())
    }

    /// Takes every second factor of somebody away, who lost theirs; a mail tells them. Their sessions and tokens
    /// end.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such account; [`Clash::NoSecondFactor`].
    pub async fn reset_factor(&self, person: Uuid) -> Result<User, Refusal> {
        let oneself = self.actor.person() == Some(person);
        self.administer(Act::ResetFactor { oneself }, Target::Person(person), async |connection| {
            let user = find(connection, person).await?;
            if !db::factors::reset(connection, person).await? {
                return Err(Refusal::Clash(Clash::NoSecondFactor));
            }
            let now = self.post.clock.now();
            db::throttles::clear(connection, &[factor_key(self.post.vault, person)]).await?;
            db::sessions::end_all(connection, person, now).await?;
            db::audit::record(connection, &self.line(Kind::SecondFactorReset).about(person), now).await?;
            self.post.to(connection, &user, &mail::Kind::FactorsReset).await?;
            tracing::info!(%person, "second factors were taken away");
            Ok(user)
        })
        .await
    }

    /// Sends somebody the link again that proves their address.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such account, or it is off; [`Clash::AlreadyVerified`];
    /// [`Refusal::TooMany`]: the address may be a stranger’s.
    pub async fn write_again(&self, person: Uuid) -> Result<User, Refusal> {
        self.administer(Act::WriteAgain, Target::Person(person), async |connection| {
            let user = find(connection, person).await?;
            if user.email_verified {
                return Err(Refusal::Clash(Clash::AlreadyVerified));
            }
            if !user.active {
                return Err(Refusal::Hidden);
            }
            self.within_quota(connection, &user.email).await?;
            self.post.verification(connection, &user).await?;
            let line = self.line(Kind::VerificationSent).about(person);
            db::audit::record(connection, &line, self.post.clock.now()).await?;
            Ok(user)
        })
        .await
    }

    /// Ends one session of somebody; or all of them, with every token, that of their own programs too.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such account, or no such session of theirs.
    pub async fn sign_out(&self, person: Uuid, session: Option<Uuid>) -> Result<User, Refusal> {
        let oneself = self.actor.person() == Some(person);
        self.administer(Act::SignOut { oneself }, Target::Person(person), async |connection| {
            let user = find(connection, person).await?;
            let now = self.post.clock.now();
            let details = match session {
                Some(session) => {
                    let ended = db::own_sessions::end(connection, person, session, now).await?;
                    json!({ "device": ended.ok_or(Refusal::Hidden)? })
                }
                None => {
                    db::sessions::end_all(connection, person, now).await?;
                    json!({ "all": true })
                }
            };
            let line = self.line(Kind::SignedOutByHost).about(person).with(details);
            db::audit::record(connection, &line, now).await?;
            Ok(user)
        })
        .await
    }
}

impl Desk<'_> {
    /// The shell of the server writes as often as it is asked to.
    async fn within_quota(&self, connection: &mut PgConnection, address: &str) -> Result<(), Refusal> {
        let (post, now) = (self.post, self.post.clock.now());
        if self.actor.person().is_none() || post.settings.testing.unlimited {
            return Ok(());
        }
        let per_domain = post.settings.mail.strangers_per_domain;
        let granted = quota::take(connection, post.vault, post.clock, per_domain, address, Budget::Owner).await?;
        if granted { Ok(()) } else { Err(Refusal::TooMany(now + TimeDelta::days(1))) }
    }
}

async fn find(connection: &mut PgConnection, person: Uuid) -> Result<User, Refusal> {
    db::users::find(connection, person).await?.ok_or(Refusal::Hidden)
}
