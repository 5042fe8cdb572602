//! The link that keeps an account which is about to go: `/keep-account/{token}`, then `/keep-account`.
//! Good without signing in: whoever reads the mails of the account may not get in any more. Opening it
//! changes nothing, its button does.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::mail_link::Link;
use crate::app::AppState;
use crate::db;
use crate::deletion::{self, Asked};
use crate::http::browser::Browser;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, trace};
use crate::post::Post;

#[derive(Template)]
#[template(path = "account/keep.html")]
struct KeepPage<'a> {
    page: &'a Page,
    action: String,
    /// When the account goes; none once it stays.
    date: Option<String>,
    /// Where to look after the account.
    security: String,
}

/// `GET /keep-account/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::KeepAccount.arrive(&token, &state)
}

/// `GET /keep-account`
///
/// # Errors
/// A page that says the link is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let token = Link::KeepAccount.token(&request, &state)?;
    let due_at = db::deletions::by_link(&mut *state.pool.acquire().await?, token).await?;
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let due_at = due_at.ok_or(PageError::LinkExpired)?;
    let date = page.language().date(&due_at.with_timezone(&state.settings.host.time_zone));
    show(&page, &state, Some(date))
}

/// `POST /keep-account`
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let token = Link::KeepAccount.token(&request, &state)?;
    let mut transaction = state.pool.begin().await?;
    let kept = db::deletions::cancel_by_link(&mut transaction, token).await?;
    let user = kept.ok_or(PageError::LinkExpired)?;
    let asked = Asked { actor: Some(user), origin: &trace::origin(&request, &state) };
    deletion::called_off(&mut transaction, &Post::of(&state), user, &asked).await?;
    transaction.commit().await?;
    let page = Page::new(&request, &state, &browser, None);
    let mut response = show(&page, &state, None)?;
    Link::KeepAccount.forget(&mut response, &state)?;
    Ok(response)
}

fn show(page: &Page, state: &AppState, date: Option<String>) -> Result<HttpResponse, PageError> {
    let template = KeepPage { page, action: state.paths.keep_account(), date, security: state.paths.security() };
    render(StatusCode::OK, page, &template)
}
