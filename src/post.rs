//! Mails to people, for whoever has something to tell them: the server and the command line.

use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::AppState;
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::{Plain, Vault};
use crate::db;
use crate::db::mail_links::{NewLink, Purpose};
use crate::db::users::User;
use crate::i18n::{I18n, Language};
use crate::mail::{self, Courier, Kind, Message, Recipient, Sender, Transport, TransportError};
use crate::paths::Paths;
use crate::types::{Email, masked_email};

/// How long an invitation is good: its mail says seven days.
pub const INVITATION: TimeDelta = TimeDelta::days(7);

/// How long the link is good that proves an address: its mail says one hour.
const VERIFICATION: TimeDelta = TimeDelta::hours(1);

/// Why a test message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum Untried {
    /// No server is set.
    #[error("mail.host is not set: no mail is sent")]
    NoServer,
    /// What the server answered.
    #[error(transparent)]
    Answered(#[from] TransportError),
    /// A template that fails: a fault of ours.
    #[error("{0}")]
    Unwritten(String),
}

/// What a mail is written with.
#[derive(Clone, Copy)]
pub struct Post<'a> {
    /// Settings in force.
    pub settings: &'a Settings,
    /// Seals what waits.
    pub vault: &'a Vault,
    /// Texts.
    pub texts: &'a I18n,
    /// Addresses of pages.
    pub paths: &'a Paths,
    /// Time.
    pub clock: &'a Clock,
}

impl<'a> Post<'a> {
    /// The server's.
    #[must_use]
    pub fn of(state: &'a AppState) -> Self {
        Self {
            settings: &state.settings,
            vault: &state.vault,
            texts: &state.texts,
            paths: &state.paths,
            clock: &state.clock,
        }
    }

    /// Queues a mail to a person, in their language.
    ///
    /// # Errors
    /// PostgreSQL's; a template that fails.
    pub async fn to(&self, connection: &mut PgConnection, user: &User, kind: &Kind<'_>) -> sqlx::Result<()> {
        let language = self.texts.find(&user.locale).unwrap_or_else(|| self.texts.default_language());
        let recipient = Recipient { email: &user.email, name: &user.display_name() };
        self.to_address(connection, &recipient, kind, &language).await
    }

    /// Tells somebody that their password is another.
    ///
    /// # Errors
    /// PostgreSQL's; a template that fails.
    pub async fn password_changed(&self, connection: &mut PgConnection, user: &User) -> sqlx::Result<()> {
        self.to(connection, user, &Kind::PasswordChanged).await
    }

    /// Tells somebody, where they were reached until now, that their address is another.
    ///
    /// # Errors
    /// PostgreSQL's; a template that fails.
    pub async fn address_changed(&self, connection: &mut PgConnection, user: &User, new: &str) -> sqlx::Result<()> {
        self.to(connection, user, &Kind::EmailChanged { new_masked: &masked_email(new) }).await
    }

    /// Queues the mail with a link that proves a person's address, in place of an earlier one.
    ///
    /// # Errors
    /// PostgreSQL's; a template that fails.
    pub async fn verification(&self, connection: &mut PgConnection, user: &User) -> sqlx::Result<()> {
        let (token, now) = (Plain::random("lqt_ml_"), self.clock.now());
        let new = NewLink {
            purpose: Purpose::VerifyEmail,
            user: user.id,
            email: &user.email,
            token: token.hashed(),
            expires_at: now + VERIFICATION,
        };
        db::mail_links::replace(&mut *connection, &new, now).await?;
        let link = self.paths.public(&self.paths.verify_link(token.reveal()));
        self.to(connection, user, &Kind::VerifyEmail { link: &link }).await
    }

    /// Hands a message to the mail server at once: what it answers is the outcome.
    ///
    /// # Errors
    /// Why it did not leave.
    pub async fn test(&self, transport: &Transport, address: &Email, language: &Language) -> Result<(), Untried> {
        let mut courier = Courier::of(transport).ok_or(Untried::NoServer)?;
        let recipient = Recipient { email: address.as_str(), name: "" };
        let message =
            self.write(&Kind::Test, &recipient, language).map_err(|error| Untried::Unwritten(error.to_string()))?;
        courier.send(Uuid::now_v7(), &message).await?;
        courier.end().await;
        Ok(())
    }

    /// Queues the mail of an invitation to an organization: in the language of whoever has the address, in
    /// the host's if nobody has. Who sends it learns nothing of that.
    ///
    /// # Errors
    /// PostgreSQL's; also when there is no such invitation; a template that fails.
    pub async fn invitation(&self, connection: &mut PgConnection, id: Uuid, token: &Plain) -> sqlx::Result<()> {
        let letter = db::invitations::letter(connection, id).await?;
        let language = letter.locale.as_deref().and_then(|locale| self.texts.find(locale));
        let language = language.unwrap_or_else(|| self.texts.default_language());
        let french = language.code() == "fr";
        let services: Vec<String> = letter.services.into_iter().map(|(fr, en)| if french { fr } else { en }).collect();
        let link = self.paths.public(&self.paths.invitation_link(token.reveal()));
        let kind = Kind::Membership {
            link: &link,
            organization: &letter.organization,
            inviter: letter.inviter.as_deref(),
            services: &services,
        };
        self.to_address(connection, &Recipient { email: &letter.email, name: "" }, &kind, &language).await
    }

    /// Queues a mail to an address.
    ///
    /// # Errors
    /// PostgreSQL's; a template that fails.
    pub async fn to_address(
        &self,
        connection: &mut PgConnection,
        recipient: &Recipient<'_>,
        kind: &Kind<'_>,
        language: &Language,
    ) -> sqlx::Result<()> {
        let message =
            self.write(kind, recipient, language).map_err(|error| sqlx::Error::Encode(error.to_string().into()))?;
        mail::queue(connection, self.vault, self.clock, &message).await
    }

    fn write(&self, kind: &Kind<'_>, recipient: &Recipient<'_>, language: &Language) -> Result<Message, askama::Error> {
        let security = self.paths.public(&self.paths.security());
        let sender = Sender::of(self.settings, &security);
        Message::write(kind, recipient, &sender, language)
    }
}
