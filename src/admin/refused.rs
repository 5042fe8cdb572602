//! What cannot be done on the pages of administrators, and why.

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Console;
use crate::authz::delegation::Why;
use crate::delegation::{Clash, Refusal};
use crate::http::page::Page;
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/refused.html")]
struct RefusedPage<'a> {
    page: &'a Page,
    status: u16,
    message: String,
    back: &'a str,
}

impl Console<'_> {
    /// The page of a refusal; `back` leads to where one was.
    pub fn refused(&self, refusal: Refusal, back: &str) -> PageError {
        let (status, message) = match refusal {
            Refusal::Database(error) => return PageError::Database(error),
            Refusal::Forbidden(Why::ReadOnly) => (StatusCode::FORBIDDEN, "admin-read-only"),
            Refusal::Forbidden(Why::Oneself) => (StatusCode::FORBIDDEN, "admin-refused-oneself"),
            Refusal::Forbidden(Why::LastAdministrator) => (StatusCode::FORBIDDEN, "admin-refused-last"),
            Refusal::Forbidden(Why::Deactivated) => (StatusCode::FORBIDDEN, "places-refused-off"),
            Refusal::Clash(Clash::NoSecondFactor) => (StatusCode::CONFLICT, "admin-refused-no-factor"),
            Refusal::Clash(Clash::AlreadyVerified) => (StatusCode::CONFLICT, "admin-refused-verified"),
            Refusal::Clash(Clash::KeptByRule) => (StatusCode::CONFLICT, "admin-refused-kept"),
            Refusal::Clash(Clash::NotWaiting) => (StatusCode::CONFLICT, "admin-refused-not-waiting"),
            Refusal::Stale => (StatusCode::CONFLICT, "admin-refused-stale"),
            Refusal::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "admin-refused-too-many"),
            Refusal::Invalid(_) => return PageError::BadRequest("no page of ours asks that"),
            _ => return PageError::NotFound,
        };
        let said = RefusedPage { page: &self.page, status: status.as_u16(), message: self.page.text(message), back };
        match said.render() {
            Ok(body) => PageError::Said { status, cause: format!("refused: {message}"), body },
            Err(error) => PageError::internal(error),
        }
    }
}
