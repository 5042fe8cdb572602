//! The link of somebody who forgot their password: `/recover/{token}`, then `/recover/new-password`.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::credential::Change;
use super::entry::Arrival;
use super::mail_link::Link;
use super::onward::Onward;
use super::password_choice::{self, NewPasswordPage};
use super::{letter, password_proof};
use crate::app::AppState;
use crate::authn::password::Weakness;
use crate::db;
use crate::db::audit;
use crate::db::mail_links::{LinkState, Purpose};
use crate::db::users::User;
use crate::http::browser::Browser;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, trace};
use crate::mail::Kind;

/// `GET /recover/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::Recover.arrive(&token, &state)
}

/// `GET /recover/new-password`
///
/// # Errors
/// A page that says the link is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let user = look(&request, &state).await?;
    show(&request, &state, &browser, &user, None)
}

/// `POST /recover/new-password`: the link proves the address too. All that was open in the person's
/// name ends; the second factor, if they have one, is still to be shown (MF-08).
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let token = Link::Recover.token(&request, &state)?;
    let user = look(&request, &state).await?;
    let hash = match password_choice::hash_for(form.get("password"), &user, None, &state).await? {
        Ok(hash) => hash,
        Err(weakness) => return show(&request, &state, &browser, &user, Some(weakness)),
    };
    let mut arrival = Arrival::of(&request, &state, &browser).await?;
    // Their own session ends with the others: this is a new one.
    arrival.previous = arrival.previous.filter(|session| session.user.id != user.id);
    let onward = Onward::of_browser(&browser, &state).await?;
    let origin = trace::origin(&request, &state);
    let letters = [letter(&Kind::PasswordChanged, &user, &state)?];
    let amr = ["pwd".to_owned()];

    let mut transaction = state.pool.begin().await?;
    let recovered = db::mail_links::consume_recovery(&mut transaction, token, &hash, state.clock.now()).await?;
    let Some(recovered) = recovered else { return Err(PageError::LinkExpired) };
    if recovered.unproven {
        // Set up by whoever entered this address before it was proven (RG-06).
        db::users::forget_factors(&mut transaction, user.id, None).await?;
    }
    let kind = audit::Kind::PasswordReset;
    let change = Change { user: user.id, kind, acting: None, origin: &origin, letters: &letters };
    change.settle(&mut transaction, &state).await?;
    password_proof::forget_tries(&mut transaction, &user, &browser, &state).await?;
    let (cookie, next) = if recovered.second_factor && !recovered.unproven {
        (arrival.wait(&mut transaction, user.id, &amr).await?, onward.by(&state.paths.second_factor()))
    } else {
        (arrival.enter(&mut transaction, user.id, &amr).await?, onward.address(&state))
    };
    transaction.commit().await?;

    let mut response = see_other(&next);
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Link::Recover.forget(&mut response, &state)?;
    Ok(response)
}

/// The person whom the link lets choose.
async fn look(request: &HttpRequest, state: &AppState) -> Result<User, PageError> {
    let token = Link::Recover.token(request, state)?;
    let mut connection = state.pool.acquire().await?;
    let found = db::mail_links::find(&mut connection, Purpose::ResetPassword, token, state.clock.now()).await?;
    let LinkState::Live { user } = found else { return Err(PageError::LinkExpired) };
    let user = db::users::find(&mut connection, user).await?;
    user.filter(|user| user.active).ok_or(PageError::LinkExpired)
}

fn show(
    request: &HttpRequest,
    state: &Data<AppState>,
    browser: &Browser,
    user: &User,
    weakness: Option<Weakness>,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(request, state, browser, None);
    let template = NewPasswordPage {
        page: &page,
        action: state.paths.recover_password(),
        username: &user.username,
        error: weakness.map(|weakness| password_choice::words(weakness, &page, state)),
        reasons: vec![page.text1("recover-choose", "username", &user.username), page.text("recover-consequence")],
        minimum: password_choice::minimum(state),
    };
    let status = if weakness.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render(status, &page, &template)
}
