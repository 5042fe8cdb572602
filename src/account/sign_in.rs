//! `/sign-in`: who are you?

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::onward;
use super::password_proof::{self, Refusal};
use crate::app::AppState;
use crate::authn::password::MAX_BYTES;
use crate::clock::after;
use crate::db;
use crate::db::sessions::SignIn;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::flow::{Flow, ServiceFace};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::session;
use crate::i18n::Language;
use crate::paths::Paths;

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage<'a> {
    page: &'a Page,
    action: String,
    service: Option<ServiceFace>,
    login: String,
    error: Option<String>,
    /// The fields are at fault, not the moment.
    wrong: bool,
    /// How long to wait before the next try.
    wait: Option<String>,
    /// Where to go without the password.
    recover: Option<String>,
}

/// Why the form is shown again.
enum Problem {
    Refused(Refusal),
    PageExpired,
}

/// `GET /sign-in`
///
/// # Errors
/// PostgreSQL's; a page that says the authorization is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let flow = Flow::of(&request, &browser, &state).await?;
    if flow.is_none() && !names_authorization(&request) && session::of(&request, &state).await?.is_some() {
        return Ok(see_other(&state.paths.home()));
    }
    let login = flow.as_ref().map(Flow::login_hint).unwrap_or_default();
    show(&request, &state, &browser, flow.as_ref(), login, None)
}

/// `POST /sign-in`
///
/// # Errors
/// PostgreSQL's; a page that says the authorization is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let start = Instant::now();
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    let flow = Flow::of(&request, &browser, &state).await?;
    let login = form.get("username").trim();
    let again = |problem: &Problem| show(&request, &state, &browser, flow.as_ref(), login, Some(problem));
    match csrf::check(&request, &state, &browser, &form) {
        // A page kept open too long, or cookies cleared meanwhile: a new form, and another try.
        Err(PageError::FormExpired) => return again(&Problem::PageExpired),
        checked => checked?,
    }
    let password = form.get("password");
    if password.len() > MAX_BYTES {
        return Err(PageError::BadRequest("password too long"));
    }
    let proof = match password_proof::prove(&request, &state, &browser, login, password).await? {
        Ok(proof) => proof,
        Err(refusal) => {
            if !matches!(refusal, Refusal::Busy(_)) {
                password_proof::wait_for_floor(start, &state).await;
            }
            return again(&Problem::Refused(refusal));
        }
    };
    let previous = session::of(&request, &state).await?;
    let (cookie, token) = session::new_cookie(&state);
    let now = state.clock.now();
    let sign_in = SignIn {
        user: proof.user,
        token,
        amr: &["pwd".to_owned()],
        expires_at: after(now, state.settings.sessions.absolute),
        browser: browser.hashed(),
    };
    let mut transaction = state.pool.begin().await?;
    db::sessions::sign_in(&mut transaction, &sign_in, previous.as_ref(), now).await?;
    proof.settle(&mut transaction).await?;
    transaction.commit().await?;
    tracing::info!(user = %proof.user, "signed in");
    let mut response = see_other(&onward(flow.as_ref(), &state));
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

fn names_authorization(request: &HttpRequest) -> bool {
    request.query_string().contains("authorization=")
}

fn show(
    request: &HttpRequest,
    state: &Data<AppState>,
    browser: &Browser,
    flow: Option<&Flow>,
    login: &str,
    problem: Option<&Problem>,
) -> Result<HttpResponse, PageError> {
    // The request named an authorization that is over: signing in would lead nowhere.
    if flow.is_none() && names_authorization(request) {
        return Err(PageError::AuthorizationExpired);
    }
    let page = Page::new(request, state, browser, flow.and_then(Flow::ui_locales));
    let (status, key, wait, retry_after) = match problem {
        None => (StatusCode::OK, None, None, None),
        Some(Problem::PageExpired) => (StatusCode::BAD_REQUEST, Some("sign-in-page-expired"), None, None),
        Some(Problem::Refused(Refusal::Wrong)) => (StatusCode::UNAUTHORIZED, Some("sign-in-wrong"), None, None),
        Some(Problem::Refused(Refusal::Busy(busy))) => {
            (StatusCode::SERVICE_UNAVAILABLE, Some("sign-in-busy"), None, Some(busy.retry_after))
        }
        Some(Problem::Refused(Refusal::Throttled { free_at })) => {
            let seconds = (*free_at - state.clock.now()).num_seconds().max(1).unsigned_abs();
            (
                StatusCode::TOO_MANY_REQUESTS,
                Some("sign-in-throttled"),
                Some(duration(page.language(), seconds)),
                Some(seconds),
            )
        }
    };
    let template = SignInPage {
        page: &page,
        action: Paths::within(&state.paths.sign_in(), flow.map(|flow| flow.id)),
        service: flow.map(|flow| ServiceFace::of(&flow.client, &page.lang, state.paths.issuer())),
        login: login.chars().take(254).collect(),
        error: key.map(|key| page.text(key)),
        wrong: matches!(problem, Some(Problem::Refused(Refusal::Wrong))),
        wait,
        recover: None,
    };
    let mut response = render(status, &page, &template)?;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// A wait in words, rounded up: «30 seconds», «2 minutes», «1 hour».
fn duration(language: &Language, seconds: u64) -> String {
    let (key, number) = match seconds {
        0..=90 => ("duration-seconds", seconds),
        91..=5400 => ("duration-minutes", seconds.div_ceil(60)),
        _ => ("duration-hours", seconds.div_ceil(3600)),
    };
    language.count(key, i64::try_from(number).unwrap_or(i64::MAX))
}
