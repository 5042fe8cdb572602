//! `/account/new-password`: the old password was longer than what the old site kept of it; a new
//! one is chosen, once.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use zeroize::Zeroizing;

use super::letter;
use super::onward::Onward;
use crate::app::AppState;
use crate::authn::password::{About, PasswordHashing, Verdict, Weakness, check_new};
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::sessions::Session;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{session, trace};
use crate::mail;

#[derive(Template)]
#[template(path = "account/new_password.html")]
struct NewPasswordPage<'a> {
    page: &'a Page,
    action: String,
    username: String,
    error: Option<String>,
    service: Option<ServiceFace>,
    minimum: i64,
}

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
    let hash = match hash_if_good(form.get("password"), &session, &state).await? {
        Ok(hash) => hash,
        Err(weakness) => return show(&request, &state, &browser, &onward, &session, Some(weakness)),
    };
    let user = &session.user;
    let notice = letter(&mail::Kind::PasswordChanged, user, &state)?;
    let (cookie, token) = session::new_cookie(&state);
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    db::users::set_password(&mut transaction, user.id, &hash, now).await?;
    db::sessions::end_all_but(&mut transaction, user.id, session.id, token, now).await?;
    let origin = trace::origin(&request, &state);
    db::audit::record(&mut transaction, &Event::own(Kind::PasswordChanged, user.id, &origin), now).await?;
    mail::queue(&mut transaction, &state.vault, &state.clock, &notice).await?;
    transaction.commit().await?;
    tracing::info!(user = %user.id, "password changed");
    let mut response = see_other(&onward.address(&state));
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

/// The hash to store, or why the password is refused.
async fn hash_if_good(
    password: &str,
    session: &Session,
    state: &AppState,
) -> Result<Result<String, Weakness>, PageError> {
    let user = &session.user;
    let names = [user.username.as_str(), &user.given_name, &user.family_name];
    let about = About { names: &names, email: &user.email, host: &state.settings.host.name };
    if password.contains('\0') {
        return Err(PageError::BadRequest("NUL in a password"));
    }
    if let Err(weakness) = check_new(password, state.settings.passwords.min_length, &about) {
        return Ok(Err(weakness));
    }
    let place = state.hasher.place()?;
    let mut connection = state.pool.acquire().await?;
    let old = db::users::password_hash(&mut connection, user.id).await?;
    drop(connection);
    let (vault, cost) = (Arc::clone(&state.vault), state.settings.passwords.cost);
    let password = Zeroizing::new(password.to_owned());
    place
        .run(move || {
            let hashing = PasswordHashing { vault: &vault, cost };
            if old.is_some() && hashing.verify(&password, old.as_deref()) != Verdict::Wrong {
                return Ok(Err(Weakness::Unchanged));
            }
            hashing.hash(&password).map(Ok)
        })
        .await?
        .map_err(PageError::internal)
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
    let minimum = state.settings.passwords.min_length;
    let error = weakness.map(|weakness| match weakness {
        Weakness::TooShort => page.text1("password-too-short", "min", &minimum.to_string()),
        Weakness::TooLong => page.text("password-too-long"),
        Weakness::TooCommon => page.text("password-too-common"),
        Weakness::YourName => page.text("password-contains-name"),
        Weakness::YourEmail => page.text("password-contains-email"),
        Weakness::ThisHost => page.text("password-contains-host"),
        Weakness::Unchanged => page.text("password-unchanged"),
    });
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = NewPasswordPage {
        page: &page,
        action: onward.by(&state.paths.new_password()),
        username: session.user.username.clone(),
        error,
        service: onward.service(&page, state),
        minimum: i64::try_from(minimum).unwrap_or(i64::MAX),
    };
    render(status, &page, &template)
}
