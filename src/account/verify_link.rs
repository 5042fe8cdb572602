//! A verification link: `/verify/{token}`, then `/verify`.
//!
//! Opening a link changes nothing (mail scanners open them, and run scripts): a button confirms. The
//! token leaves the address bar at once, for a cookie of this browser.

use actix_web::http::StatusCode;
use actix_web::http::header::REFERRER_POLICY;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::AppState;
use crate::crypto::{Hashed, Plain};
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::mail_links::LinkState;
use crate::http::browser::{Browser, cookie, forget, only_cookie};
use crate::http::csrf;
use crate::http::flow::{Flow, ServiceFace};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::trace;
use crate::types::masked_email;

const COOKIE: &str = "link";

#[derive(Template)]
#[template(path = "account/verify_link.html")]
struct VerifyLinkPage<'a> {
    page: &'a Page,
    action: String,
    masked_email: String,
}

#[derive(Template)]
#[template(path = "account/verify_done.html")]
struct VerifyDonePage<'a> {
    page: &'a Page,
    already: bool,
    next: String,
    service: Option<ServiceFace>,
}

/// `GET /verify/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let mut response = see_other(&state.paths.verify());
    let token: String =
        token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(100).collect();
    response.add_cookie(&cookie(&state, COOKIE, token)).map_err(PageError::internal)?;
    response.headers_mut().insert(REFERRER_POLICY, actix_web::http::header::HeaderValue::from_static("no-referrer"));
    Ok(response)
}

fn token(request: &HttpRequest, state: &AppState) -> Result<Hashed, PageError> {
    let token = only_cookie(request, &state.cookie_name(COOKIE)).ok_or(PageError::LinkExpired)?;
    Ok(Plain::presented(&token).hashed())
}

/// `GET /verify`
///
/// # Errors
/// A page that says the link is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let mut connection = state.pool.acquire().await?;
    let link = db::mail_links::verification(&mut connection, token(&request, &state)?, state.clock.now()).await?;
    drop(connection);
    let page = Page::new(&request, &state, &browser, None);
    match link {
        LinkState::Live(email) => {
            let template =
                VerifyLinkPage { page: &page, action: state.paths.verify(), masked_email: masked_email(&email) };
            render(StatusCode::OK, &page, &template)
        }
        LinkState::Used => done(&page, true, &browser, &state).await,
        LinkState::Dead => Err(PageError::LinkExpired),
    }
}

/// `POST /verify`: the address is proven.
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let (token, now) = (token(&request, &state)?, state.clock.now());
    let mut transaction = state.pool.begin().await?;
    let proven = db::mail_links::consume_verification(&mut transaction, token, now).await?;
    let used_before =
        proven.is_none() && db::mail_links::verification(&mut transaction, token, now).await? == LinkState::Used;
    if let Some(user) = proven {
        let origin = trace::origin(&request, &state);
        db::audit::record(&mut transaction, &Event::own(Kind::EmailVerified, user, &origin), now).await?;
    }
    transaction.commit().await?;
    let page = Page::new(&request, &state, &browser, None);
    match proven {
        Some(user) => tracing::info!(%user, "address verified"),
        None if used_before => {}
        None => return Err(PageError::LinkExpired),
    }
    let mut response = done(&page, used_before, &browser, &state).await?;
    response.add_cookie(&forget(&state, COOKIE)).map_err(PageError::internal)?;
    Ok(response)
}

/// Goes on to the service that the person was on the way to in this browser, or home.
async fn done(page: &Page, already: bool, browser: &Browser, state: &AppState) -> Result<HttpResponse, PageError> {
    let mut connection = state.pool.acquire().await?;
    let latest = db::authorizations::latest(&mut connection, browser.hashed(), state.clock.now()).await?;
    drop(connection);
    let flow = match latest {
        Some(id) => Flow::find(id, browser, state).await?,
        None => None,
    };
    let service = flow.as_ref().map(|flow| ServiceFace::of(&flow.client, &page.lang, state.paths.issuer()));
    let next = flow.map_or_else(|| state.paths.home(), |flow| state.paths.authorization(flow.id));
    render(StatusCode::OK, page, &VerifyDonePage { page, already, next, service })
}
