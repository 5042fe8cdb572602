//! What lets somebody open an account: the link of a registration, or of an invitation to an
//! organization. Either was sent to the address, and so proves it.

use actix_web::HttpRequest;
use sqlx::PgConnection;
use uuid::Uuid;

use super::mail_link::Link;
use super::{invitation, organizations};
use crate::app::AppState;
use crate::config::RegistrationMode;
use crate::crypto::Hashed;
use crate::db;
use crate::db::audit::Origin;
use crate::db::invitations::Invitation;
use crate::http::page::Page;
use crate::http::page_error::PageError;
use crate::types::Email;

/// The link that was opened in a browser, and what it stands for.
pub struct Ticket {
    /// The link.
    pub link: Link,
    /// The address of the account.
    pub email: Email,
    /// The language of its mails.
    pub locale: String,
    /// The service that the person came from.
    pub client_id: Option<String>,
    /// Somebody of the host looks at the account first.
    pub to_approve: bool,
    /// The organization that they join with it.
    pub invitation: Option<Invitation>,
    token: Hashed,
    open: bool,
    used: bool,
}

/// What is shown instead of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// Registration was closed meanwhile.
    Closed,
    /// The link was used, or the address has an account.
    Already,
}

impl Ticket {
    /// Of a registration.
    ///
    /// # Errors
    /// A page that says the link is over.
    pub async fn of_registration(request: &HttpRequest, state: &AppState) -> Result<Self, PageError> {
        let token = Link::SignUp.token(request, state)?;
        let mut connection = state.pool.acquire().await?;
        let found = db::registrations::find(&mut connection, token, state.clock.now()).await?;
        let found = found.ok_or(PageError::LinkExpired)?;
        Ok(Self {
            link: Link::SignUp,
            email: Email::parse(&found.email).map_err(PageError::internal)?,
            locale: found.locale,
            client_id: found.client_id,
            to_approve: found.to_approve && !found.invited,
            invitation: None,
            token,
            open: match state.settings.registration.mode {
                RegistrationMode::Open => true,
                RegistrationMode::Invitation => found.invited,
                RegistrationMode::Closed => false,
            },
            used: found.used,
        })
    }

    /// Of an invitation: whoever is invited needs nobody's leave but the organization's.
    ///
    /// # Errors
    /// A page that says the link is over.
    pub async fn of_invitation(request: &HttpRequest, state: &AppState, page: &Page) -> Result<Self, PageError> {
        let found = invitation::find(request, state).await?;
        Ok(Self {
            link: Link::Invitation,
            email: Email::parse(&found.email).map_err(PageError::internal)?,
            locale: page.lang.clone(),
            client_id: None,
            to_approve: false,
            invitation: Some(found),
            token: Link::Invitation.token(request, state)?,
            open: true,
            used: false,
        })
    }

    /// Why there is no form, if so.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn instead(&self, state: &AppState) -> Result<Option<Instead>, PageError> {
        if !self.open {
            return Ok(Some(Instead::Closed));
        }
        let mut connection = state.pool.acquire().await?;
        let taken = db::registrations::is_taken(&mut connection, &self.email, state.clock.now()).await?;
        Ok((self.used || taken).then_some(Instead::Already))
    }

    /// Uses the link up for an account that was just made, in the transaction that makes it: of parallel
    /// tries only one gets it. That of an invitation is accepted. `false`: it is over.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn use_up(
        &self,
        connection: &mut PgConnection,
        state: &AppState,
        user: Uuid,
        origin: &Origin,
    ) -> Result<bool, PageError> {
        match &self.invitation {
            None => Ok(db::registrations::consume(connection, self.token, state.clock.now()).await?),
            Some(invitation) => organizations::answer(connection, state, user, origin, invitation.id, true).await,
        }
    }
}
