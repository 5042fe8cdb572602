//! `/account/new-password`: the old password was longer than what the old site kept of it; a new
//! one is chosen, once.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::credential::Change;
use super::letter;
use super::onward::Onward;
use super::password_choice::{self, NewPasswordPage};
use crate::app::AppState;
use crate::authn::password::Weakness;
use crate::db;
use crate::db::audit;
use crate::db::sessions::Session;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{session, trace};
use crate::mail::Kind;

/// `GET /account/new-password`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let onward = Onward::of(&request, &browser, &state).await?;
    let session = session::of(&request, &state).await?;
    match session.filter(|session| session.user.password_expired) {
        Some(session) => show(&request, &state, &browser, &onward, &session, None),
        // Nobody was asked for one.
        None => Ok(see_other(&onward.address(&state))),
    }
}

/// `POST /account/new-password`: every other session, token and pending link of the person ends.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let onward = Onward::of(&request, &browser, &state).await?;
    let Some(session) = session::of(&request, &state).await?.filter(|session| session.user.password_expired) else {
        return Ok(see_other(&onward.address(&state)));
    };
    let user = &session.user;
    let old = db::users::password_hash(&mut *state.pool.acquire().await?, user.id).await?;
    let hash = match password_choice::hash_for(form.get("password"), user, old, &state).await? {
        Ok(hash) => hash,
        Err(weakness) => return show(&request, &state, &browser, &onward, &session, Some(weakness)),
    };
    let change = Change {
        user: user.id,
        kind: audit::Kind::PasswordChanged,
        acting: Some(&session),
        origin: &trace::origin(&request, &state),
        letters: &[letter(&Kind::PasswordChanged, user, &state)?],
    };
    let mut transaction = state.pool.begin().await?;
    db::users::set_password(&mut transaction, user.id, &hash, state.clock.now()).await?;
    let cookie = change.settle(&mut transaction, &state).await?;
    transaction.commit().await?;
    let mut response = see_other(&onward.address(&state));
    if let Some(cookie) = cookie {
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}

fn show(
    request: &HttpRequest,
    state: &Data<AppState>,
    browser: &Browser,
    onward: &Onward,
    session: &Session,
    weakness: Option<Weakness>,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(request, state, browser, onward.ui_locales()).signed_in(session.user.display_name());
    let then = match onward.service(&page, state) {
        Some(service) => page.text1("new-password-then-service", "service", &service.name),
        None => page.text("new-password-then-account"),
    };
    let template = NewPasswordPage {
        page: &page,
        action: onward.by(&state.paths.new_password()),
        username: &session.user.username,
        error: weakness.map(|weakness| password_choice::words(weakness, &page, state)),
        reasons: vec![page.text("new-password-reason"), then],
        minimum: password_choice::minimum(state),
    };
    let status = if weakness.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render(status, &page, &template)
}
