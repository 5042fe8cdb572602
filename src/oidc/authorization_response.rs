//! The answer to an authorization request: an address to go to, or a form that the browser posts
//! (OAuth 2.0 Form Post Response Mode). Always with `iss` (RFC 9207).

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Data;
use askama::Template;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::authorization_request::{AuthorizationRequest, Redirected};
use crate::app::AppState;
use crate::http::browser::Browser;
use crate::http::headers;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

/// Everything but the unreserved characters of RFC 3986 is encoded.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where an answer goes, and how.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    redirect_uri: &'a str,
    form_post: bool,
    state: Option<&'a str>,
    ui_locales: Option<&'a str>,
}

impl<'a> From<&'a AuthorizationRequest> for Destination<'a> {
    fn from(request: &'a AuthorizationRequest) -> Self {
        Self {
            redirect_uri: &request.redirect_uri,
            form_post: request.form_post,
            state: request.state.as_deref(),
            ui_locales: request.ui_locales.as_deref(),
        }
    }
}

impl<'a> From<&'a Redirected> for Destination<'a> {
    fn from(error: &'a Redirected) -> Self {
        Self {
            redirect_uri: &error.redirect_uri,
            form_post: error.form_post,
            state: error.state.as_deref(),
            ui_locales: None,
        }
    }
}

#[derive(Template)]
#[template(path = "oidc/form_post.html")]
struct FormPostPage<'a> {
    page: &'a Page,
    action: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

/// Sends the answer.
///
/// # Errors
/// When the page of a form cannot be rendered.
pub fn respond(
    to: Destination<'_>,
    answer: &[(&str, &str)],
    request: &HttpRequest,
    state: &Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let issuer = state.paths.issuer();
    if !to.form_post {
        return Ok(see_other(&redirect(to.redirect_uri, answer, to.state, issuer)));
    }
    let page = Page::new(request, state, &Browser::of(request, state), to.ui_locales);
    let template = FormPostPage { page: &page, action: to.redirect_uri, fields: fields(answer, to.state, issuer) };
    let mut response = render(StatusCode::OK, &page, &template)?;
    // Chromium applies `form-action` to the redirects that follow the form as well, and where the
    // service sends the person then is its own business. The page holds nothing but this one form.
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(headers::POLICY_ANY_FORM));
    Ok(response)
}

fn fields<'a>(answer: &[(&'a str, &'a str)], state: Option<&'a str>, issuer: &'a str) -> Vec<(&'a str, &'a str)> {
    answer.iter().copied().chain(state.map(|state| ("state", state))).chain([("iss", issuer)]).collect()
}

/// The redirect URI, byte for byte, with the answer in its query.
fn redirect(redirect_uri: &str, answer: &[(&str, &str)], state: Option<&str>, issuer: &str) -> String {
    let mut address = redirect_uri.to_owned();
    let mut separator = if redirect_uri.contains('?') { '&' } else { '?' };
    for (name, value) in fields(answer, state, issuer) {
        address.push(separator);
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, VALUE));
        separator = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_uri_as_registered() {
        assert_eq!(
            redirect("https://rp.test/login.php?oidc", &[("code", "a.b")], Some("==+/ é\r\n"), "https://sso.test"),
            "https://rp.test/login.php?oidc&code=a.b&state=%3D%3D%2B%2F%20%C3%A9%0D%0A&iss=https%3A%2F%2Fsso.test"
        );
        assert_eq!(
            redirect("https://rp.test/cb", &[("error", "access_denied")], None, "https://sso.test"),
            "https://rp.test/cb?error=access_denied&iss=https%3A%2F%2Fsso.test"
        );
    }
}
