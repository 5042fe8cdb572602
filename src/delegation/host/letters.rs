//! Mail that waits, mail that was given up, and whether any leaves.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authn::throttle::MAIL_TESTED;
use crate::authz::administration::Act;
use crate::crypto::Purpose;
use crate::db;
use crate::db::audit::Kind;
use crate::db::outbox::{Count, Kept};
use crate::delegation::{Desk, Refusal, Target};
use crate::i18n::Language;
use crate::mail::{self, Transport};
use crate::post::Untried;
use crate::types::{Email, masked_email};

impl Desk<'_> {
    /// How much mail there is, and what was given up or waits: so many of each at most.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn mails(&self, count: i64) -> Result<(Count, Vec<Kept>), Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            Ok((db::outbox::count(connection).await?, db::outbox::first(connection, count).await?))
        })
        .await
    }

    /// Has mail tried again at once, as if it were new: one, or all. How many.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such mail.
    pub async fn retry_mail(&self, id: Option<Uuid>) -> Result<u64, Refusal> {
        let target = id.map_or(Target::Instance, Target::Mail);
        self.administer(Act::TendMail, target, async |connection| {
            let retried = mail::retry(connection, id, self.post.clock).await?;
            if id.is_some() && retried == 0 {
                return Err(Refusal::Hidden);
            }
            let line = self.line(Kind::MailRetried).with(json!({ "mails": retried }));
            db::audit::record(connection, &line, self.post.clock.now()).await?;
            Ok(retried)
        })
        .await
    }

    /// Throws a mail away that was given up.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such mail, or it is still tried.
    pub async fn forget_mail(&self, id: Uuid) -> Result<(), Refusal> {
        self.administer(Act::TendMail, Target::Mail(id), async |connection| {
            if !db::outbox::forget(connection, id).await? {
                return Err(Refusal::Hidden);
            }
            let line = self.line(Kind::MailForgotten).with(json!({ "mail": id }));
            db::audit::record(connection, &line, self.post.clock.now()).await?;
            Ok(())
        })
        .await
    }

    /// Hands a message to the mail server now: what it answers is the outcome within.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::TooMany`]: to any address at all, they go from a page.
    pub async fn test_mail(
        &self,
        transport: &Transport,
        address: &Email,
        language: &Language,
    ) -> Result<Result<(), Untried>, Refusal> {
        self.administer(Act::TendMail, Target::Instance, async |connection| {
            self.paced(connection).await?;
            let line = self.line(Kind::MailTested).with(json!({ "to": masked_email(address.as_str()) }));
            Ok(db::audit::record(connection, &line, self.post.clock.now()).await?)
        })
        .await?;
        // No connection is held while a slow server answers.
        Ok(self.post.test(transport, address, language).await)
    }

    async fn paced(&self, connection: &mut PgConnection) -> Result<(), Refusal> {
        let Some(person) = self.actor.person().filter(|_| !self.post.settings.testing.unlimited) else { return Ok(()) };
        let key = self.post.vault.mac(Purpose::Throttle, &[b"mail tested", person.as_bytes()]).to_vec();
        match db::throttles::take(connection, &[(key, MAIL_TESTED)], self.post.clock.now()).await? {
            Some(refused) => Err(Refusal::TooMany(refused.free_at)),
            None => Ok(()),
        }
    }
}
