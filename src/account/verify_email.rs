//! `/account/verify-email`: sends the link that proves an address.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::asked_mail::{self, Asked};
use super::onward::Onward;
use crate::app::AppState;
use crate::db::sessions::Session;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::session;
use crate::post::Post;
use crate::types::masked_email;

#[derive(Template)]
#[template(path = "account/verify_email.html")]
struct VerifyEmailPage<'a> {
    page: &'a Page,
    action: String,
    masked_email: String,
    sent: bool,
    service: Option<ServiceFace>,
    error: Option<String>,
    /// Where to correct the address.
    correct: String,
}

/// What the page says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Ask,
    Sent,
    Throttled,
}

/// `GET /account/verify-email`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let onward = Onward::of(&request, &browser, &state).await?;
    match unverified(&request, &state).await? {
        Some(session) => show(&request, &state, &browser, &onward, &session, Stage::Ask),
        None => Ok(see_other(&onward.address(&state))),
    }
}

/// `POST /account/verify-email`
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let onward = Onward::of(&request, &browser, &state).await?;
    let Some(session) = unverified(&request, &state).await? else {
        return Ok(see_other(&onward.address(&state)));
    };
    let user = &session.user;
    let mut transaction = state.pool.begin().await?;
    if asked_mail::ask_for_owner(&mut transaction, &request, &state, &user.email).await? != Asked::Granted {
        drop(transaction);
        return show(&request, &state, &browser, &onward, &session, Stage::Throttled);
    }
    Post::of(&state).verification(&mut transaction, user).await?;
    transaction.commit().await?;
    tracing::info!(user = %user.id, "verification link queued");
    show(&request, &state, &browser, &onward, &session, Stage::Sent)
}

/// The session of somebody whose address is still to be proven.
async fn unverified(request: &HttpRequest, state: &AppState) -> Result<Option<Session>, PageError> {
    Ok(session::of(request, state).await?.filter(|session| !session.user.email_verified))
}

fn show(
    request: &HttpRequest,
    state: &Data<AppState>,
    browser: &Browser,
    onward: &Onward,
    session: &Session,
    stage: Stage,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(request, state, browser, onward.ui_locales()).signed_in(session.user.display_name());
    let template = VerifyEmailPage {
        page: &page,
        action: onward.by(&state.paths.verify_email()),
        masked_email: masked_email(&session.user.email),
        sent: stage == Stage::Sent,
        service: onward.service(&page, state),
        correct: state.paths.email(),
        error: (stage == Stage::Throttled).then(|| page.text("verify-email-throttled")),
    };
    render(if stage == Stage::Throttled { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK }, &page, &template)
}
