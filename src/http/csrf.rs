//! Forms are accepted from our own pages only.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, ORIGIN};

use super::browser::Browser;
use super::page_error::PageError;
use super::params::Params;
use crate::app::AppState;

/// Checks where a form comes from (`Sec-Fetch-Site`, else `Origin`) and that it carries the token
/// of this browser.
///
/// # Errors
/// [`PageError::CrossSite`] for another site's form, [`PageError::FormExpired`] for one of ours
/// without the right token (cookies blocked or cleared, page kept open for a year).
pub fn check(request: &HttpRequest, state: &AppState, browser: &Browser, form: &Params) -> Result<(), PageError> {
    check_origin(request, state)?;
    if browser.owns(form.get("csrf"), state) { Ok(()) } else { Err(PageError::FormExpired) }
}

fn check_origin(request: &HttpRequest, state: &AppState) -> Result<(), PageError> {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let ours = match (header(HeaderName::from_static("sec-fetch-site")), header(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == state.settings.server.issuer.origin(),
        // Neither: not a browser of this decade; the token decides.
        (None, None) => true,
    };
    if ours { Ok(()) } else { Err(PageError::CrossSite) }
}
