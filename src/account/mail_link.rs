//! The links of our mails, whatever they are for: `/…/{token}`, then a page without it.
//!
//! Opening a link changes nothing (mail scanners open them, and run scripts): a button confirms. The
//! token leaves the address bar at once, for a cookie of this browser.

use actix_web::http::header::{HeaderValue, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::AppState;
use crate::crypto::{Hashed, Plain};
use crate::http::browser::{cookie, forget, only_cookie};
use crate::http::page::see_other;
use crate::http::page_error::PageError;

/// Prefix of their tokens.
const PREFIX: &str = "lqt_ml_";

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Proving the address of an account.
    Verify,
    /// Choosing another password.
    Recover,
    /// Proving a new address.
    ConfirmEmail,
    /// Undoing a change of address.
    CancelEmail,
    /// Opening an account.
    SignUp,
    /// Keeping an account that is about to go.
    KeepAccount,
    /// Answering an invitation to an organization.
    Invitation,
    /// Becoming the first administrator: not of a mail, but printed by the server.
    FirstAdministrator,
}

impl Link {
    /// A new one: what is stored of it, and its address, for a mail.
    #[must_use]
    pub fn fresh(self, state: &AppState) -> (Hashed, String) {
        let (token, paths) = (Plain::random(PREFIX), &state.paths);
        let path = match self {
            Self::Verify => paths.verify_link(token.reveal()),
            Self::Recover => paths.recover_link(token.reveal()),
            Self::ConfirmEmail => paths.email_confirm_link(token.reveal()),
            Self::CancelEmail => paths.email_cancel_link(token.reveal()),
            Self::SignUp => paths.sign_up_link(token.reveal()),
            Self::KeepAccount => paths.deletion_link(token.reveal()),
            Self::Invitation => paths.invitation_link(token.reveal()),
            Self::FirstAdministrator => paths.first_administrator_link(token.reveal()),
        };
        (token.hashed(), paths.public(&path))
    }

    /// Somebody opens it: the token goes into a cookie, and they to the page.
    ///
    /// # Errors
    /// When the cookie cannot be set.
    pub fn arrive(self, token: &str, state: &AppState) -> Result<HttpResponse, PageError> {
        let mut response = see_other(&self.page(state));
        let token = token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(100).collect();
        response.add_cookie(&cookie(state, self.cookie(), token)).map_err(PageError::internal)?;
        response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        Ok(response)
    }

    /// The token of the link that was opened in this browser.
    ///
    /// # Errors
    /// None was.
    pub fn token(self, request: &HttpRequest, state: &AppState) -> Result<Hashed, PageError> {
        let token = only_cookie(request, &state.cookie_name(self.cookie())).filter(|token| !token.is_empty());
        Ok(Plain::presented(&token.ok_or(PageError::LinkMissing)?).hashed())
    }

    /// The link has done its work: its cookie goes.
    ///
    /// # Errors
    /// When the cookie cannot be set.
    pub fn forget(self, response: &mut HttpResponse, state: &AppState) -> Result<(), PageError> {
        response.add_cookie(&forget(state, self.cookie())).map_err(PageError::internal)
    }

    fn page(self, state: &AppState) -> String {
        match self {
            Self::Verify => state.paths.verify(),
            Self::Recover => state.paths.recover_password(),
            Self::ConfirmEmail => state.paths.email_confirm(),
            Self::CancelEmail => state.paths.email_cancel(),
            Self::SignUp => state.paths.sign_up_finish(),
            Self::KeepAccount => state.paths.keep_account(),
            Self::Invitation => state.paths.invitation(),
            Self::FirstAdministrator => state.paths.first_administrator(),
        }
    }

    /// One for each purpose: somebody may have several mails open.
    const fn cookie(self) -> &'static str {
        match self {
            Self::Verify => "link",
            Self::Recover => "link-recover",
            Self::ConfirmEmail => "link-email",
            Self::CancelEmail => "link-cancel",
            Self::SignUp => "link-sign-up",
            Self::KeepAccount => "link-keep",
            Self::Invitation => "link-invitation",
            Self::FirstAdministrator => "link-first",
        }
    }
}
