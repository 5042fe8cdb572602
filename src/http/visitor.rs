//! Somebody who is signed in and has nothing to do first: who may see the pages that are a person's own.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::web::{Bytes, Data};

use super::browser::Browser;
use super::page::Page;
use super::page_error::PageError;
use super::params::Params;
use super::{csrf, session, trace};
use crate::app::AppState;
use crate::authn::duty::duty;
use crate::db::audit::Origin;
use crate::db::sessions::Session;

/// Somebody on a page of their own.
pub struct Visitor<'a> {
    /// The HTTP request.
    pub request: &'a HttpRequest,
    /// The server.
    pub state: &'a Data<AppState>,
    /// The browser.
    pub browser: Browser,
    /// Its session: of somebody whose address is proven and who has nothing to do first.
    pub session: Session,
}

impl<'a> Visitor<'a> {
    /// Of a request.
    ///
    /// # Errors
    /// A way to the page that comes first: signing in, proving the address, a duty. PostgreSQL's.
    pub async fn of(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let visitor = Self::anyhow(request, state).await?;
        if !visitor.session.user.email_verified {
            return Err(PageError::Elsewhere(state.paths.verify_email()));
        }
        if let Some(duty) = duty(session::duty_facts(&visitor.session)) {
            return Err(PageError::Elsewhere(visitor.first(&state.paths.of_duty(duty))));
        }
        Ok(visitor)
    }

    /// The same, for pages that one needs in order to prove the address or to do a duty.
    ///
    /// # Errors
    /// A way to the sign-in page; PostgreSQL's.
    pub async fn anyhow(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let browser = Browser::of(request, state);
        match session::of(request, state).await? {
            Some(session) => Ok(Self { request, state, browser, session }),
            None => Err(PageError::Elsewhere(first(request, &state.paths.sign_in()))),
        }
    }

    /// Goes on only if the person has just shown that it is them (RS-09, MF-05). Otherwise they are
    /// asked to, and come back to `page`.
    ///
    /// # Errors
    /// A way there, or for a form the refusal that leads there.
    pub fn recent(&self, page: &str) -> Result<(), PageError> {
        if session::is_recent(&self.session, self.state) {
            return Ok(());
        }
        let confirm = self.state.paths.confirm(page);
        Err(if reads(self.request) { PageError::Elsewhere(confirm) } else { PageError::SignInAgain(confirm) })
    }

    /// The form that was sent.
    ///
    /// # Errors
    /// When it is not ours.
    pub fn form(&self, body: &Bytes) -> Result<Params, PageError> {
        let form = Params::parse(body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
        csrf::check(self.request, self.state, &self.browser, &form)?;
        Ok(form)
    }

    /// A page for them.
    #[must_use]
    pub fn bare_page(&self) -> Page {
        Page::new(self.request, self.state, &self.browser, None)
            .signed_in(self.session.user.display_name())
            .leaving(self.session.deletion_due, self.state)
    }

    /// Where the request comes from, for the journal.
    #[must_use]
    pub fn origin(&self) -> Origin {
        trace::origin(self.request, self.state)
    }

    fn first(&self, path: &str) -> String {
        first(self.request, path)
    }
}

/// The way to a page that comes first, and back here if one was reading.
fn first(request: &HttpRequest, path: &str) -> String {
    if reads(request) { crate::paths::Paths::then(path, request.path()) } else { path.to_owned() }
}

fn reads(request: &HttpRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}
