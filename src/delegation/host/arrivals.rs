//! New accounts that wait for somebody of the host.

use uuid::Uuid;

use crate::authz::administration::Act;
use crate::crypto::random_id;
use crate::db;
use crate::db::audit::Kind;
use crate::db::registrations::Waiting;
use crate::db::users::User;
use crate::delegation::{Clash, Desk, Refusal, Target};
use crate::mail;

impl Desk<'_> {
    /// Accounts that wait, the longest first; so many at most.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn waiting_accounts(&self, count: i64) -> Result<Vec<Waiting>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            Ok(db::registrations::waiting(connection, count).await?)
        })
        .await
    }

    /// Lets an account that waits be used, or removes it; its person is told.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such account; [`Clash::NotWaiting`].
    pub async fn decide_account(&self, person: Uuid, accept: bool) -> Result<User, Refusal> {
        self.administer(Act::Decide, Target::Person(person), async |connection| {
            let user = db::users::find(connection, person).await?.ok_or(Refusal::Hidden)?;
            let now = self.post.clock.now();
            let decided = if accept {
                db::registrations::approve(connection, &user, now).await?
            } else {
                db::registrations::refuse(connection, &user).await?
            };
            if !decided {
                return Err(Refusal::Clash(Clash::NotWaiting));
            }
            let line = if accept {
                self.line(Kind::RegistrationApproved).about(person)
            } else {
                let pseudonym = random_id();
                db::deletions::pseudonymise(connection, person, pseudonym).await?;
                self.line(Kind::RegistrationRefused).about(pseudonym)
            };
            db::audit::record(connection, &line, now).await?;
            let sign_in = self.post.paths.public(&self.post.paths.sign_in());
            let letter = if accept {
                mail::Kind::RegistrationApproved { sign_in: &sign_in }
            } else {
                mail::Kind::RegistrationDeclined
            };
            self.post.to(connection, &user, &letter).await?;
            Ok(user)
        })
        .await
    }
}
