//! `/account/security/username`: another name to sign in with. The old one is nobody else's ever after.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::credential::Change;
use super::frame::{Section, Visitor};
use super::letter;
use super::names::username_fault;
use crate::app::AppState;
use crate::authn::throttle::USERNAME;
use crate::crypto::Purpose;
use crate::db;
use crate::db::audit;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::mail::Kind;
use crate::types::Username;

#[derive(Template)]
#[template(path = "account/change_username.html")]
struct ChangeUsernamePage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    current: &'a str,
    typed: &'a str,
    error: String,
}

/// `GET /account/security/username`
///
/// # Errors
/// A way to the page that comes first; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.recent(&state.paths.username())?;
    show(&visitor, "", StatusCode::OK, |_| String::new())
}

/// `POST /account/security/username`
///
/// # Errors
/// A way to the page that comes first; PostgreSQL's.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let form = visitor.form(&body)?;
    visitor.recent(&state.paths.username())?;
    let (user, typed) = (&visitor.session.user, form.get("username").trim());
    let username = match Username::parse(typed) {
        Ok(username) if username.as_str() == user.username => return Ok(see_other(&state.paths.security())),
        Ok(username) => username,
        Err(error) => {
            let fault = |page: &Page| username_fault(error, page);
            return show(&visitor, typed, StatusCode::UNPROCESSABLE_ENTITY, fault);
        }
    };
    let now = state.clock.now();
    // Each tells whether a name is taken, and each that succeeds takes one for good.
    let tries = [(state.vault.mac(Purpose::Throttle, &[b"username", user.id.as_bytes()]).to_vec(), USERNAME)];
    let refused = if state.settings.testing.unlimited {
        None
    } else {
        db::throttles::take(&mut *state.pool.acquire().await?, &tries, now).await?
    };
    if refused.is_some() {
        let fault = |page: &Page| page.text("change-username-throttled");
        return show(&visitor, typed, StatusCode::TOO_MANY_REQUESTS, fault);
    }
    let mut transaction = state.pool.begin().await?;
    if db::users::set_username(&mut transaction, user.id, &username, now).await?.is_none() {
        drop(transaction);
        return show(&visitor, typed, StatusCode::UNPROCESSABLE_ENTITY, |page| page.text("username-taken"));
    }
    let change = Change {
        user: user.id,
        kind: audit::Kind::UsernameChanged,
        acting: Some(&visitor.session),
        origin: &visitor.origin(),
        letters: &[letter(&Kind::UsernameChanged { username: username.as_str() }, user, &state)?],
    };
    let cookie = change.settle(&mut transaction, &state).await?;
    transaction.commit().await?;
    let mut response = see_other(&format!("{}?done=username", state.paths.security()));
    if let Some(cookie) = cookie {
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}

fn show(
    visitor: &Visitor<'_>,
    typed: &str,
    status: StatusCode,
    fault: impl FnOnce(&Page) -> String,
) -> Result<HttpResponse, PageError> {
    let (page, paths) = (visitor.page(Section::Security), &visitor.state.paths);
    let template = ChangeUsernamePage {
        page: &page,
        action: paths.username(),
        back: paths.security(),
        current: &visitor.session.user.username,
        typed: typed.get(..64).unwrap_or(typed),
        error: fault(&page),
    };
    render(status, &page, &template)
}
