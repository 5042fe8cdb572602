//! `/recover`: the password is forgotten. The answer is the same, and comes at the same time, whatever
//! is behind the address (EN-02).

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use sqlx::PgConnection;

use super::asked_mail::{self, Asked};
use super::mail_link::Link;
use super::names::email_fault;
use super::onward::Onward;
use super::{letter, password_proof};
use crate::app::AppState;
use crate::db;
use crate::db::mail_links::{NewLink, Purpose};
use crate::db::users::User;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::mail::{self, Kind};
use crate::types::{Email, masked_email};

/// How long a link is good: the texts say thirty minutes.
const LIFE: TimeDelta = TimeDelta::minutes(30);

#[derive(Template)]
#[template(path = "account/recover.html")]
struct RecoverPage<'a> {
    page: &'a Page,
    action: String,
    typed: &'a str,
    error: Option<String>,
    /// The field is at fault, not the moment.
    wrong: bool,
    sign_in: String,
}

#[derive(Template)]
#[template(path = "account/recover_sent.html")]
struct SentPage<'a> {
    page: &'a Page,
    masked_email: String,
    again: String,
    sign_in: String,
}

/// `GET /recover`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let onward = Onward::of(&request, &browser, &state).await?;
    let page = Page::new(&request, &state, &browser, onward.ui_locales());
    show(&page, &onward, &state, "", StatusCode::OK, None)
}

/// `POST /recover`
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let start = Instant::now();
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let onward = Onward::of(&request, &browser, &state).await?;
    let page = Page::new(&request, &state, &browser, onward.ui_locales());
    let typed = form.get("email").trim();
    let address = match Email::parse(typed) {
        Ok(address) => address,
        Err(error) => {
            let fault = email_fault(error, &page);
            return show(&page, &onward, &state, typed, StatusCode::UNPROCESSABLE_ENTITY, Some(fault));
        }
    };
    let mut transaction = state.pool.begin().await?;
    let asked = asked_mail::ask_for_owner(&mut transaction, &request, &state, address.as_str()).await?;
    let known = db::users::find_by_login(&mut transaction, address.as_str()).await?;
    if let (Asked::Granted, Some(user)) = (asked, known.filter(|user| user.active)) {
        send(&mut transaction, &user, &state).await?;
    }
    transaction.commit().await?;
    password_proof::wait_for_floor(start, &state).await;
    if asked == Asked::RangeSpent {
        let fault = page.text("recover-throttled");
        return show(&page, &onward, &state, typed, StatusCode::TOO_MANY_REQUESTS, Some(fault));
    }
    let template = SentPage {
        page: &page,
        masked_email: masked_email(address.as_str()),
        again: onward.by(&state.paths.recover()),
        sign_in: onward.by(&state.paths.sign_in()),
    };
    render(StatusCode::OK, &page, &template)
}

/// Writes the mail that lets somebody choose another password, and its link.
pub(super) async fn send(connection: &mut PgConnection, user: &User, state: &AppState) -> Result<(), PageError> {
    let (now, (token, address)) = (state.clock.now(), Link::Recover.new(state));
    let (purpose, expires_at) = (Purpose::ResetPassword, now + LIFE);
    let link = NewLink { purpose, user: user.id, email: &user.email, token, expires_at };
    db::mail_links::replace(connection, &link, now).await?;
    let message = letter(&Kind::ResetPassword { link: &address }, user, state)?;
    mail::queue(connection, &state.vault, &state.clock, &message).await?;
    Ok(())
}

fn show(
    page: &Page,
    onward: &Onward,
    state: &AppState,
    typed: &str,
    status: StatusCode,
    error: Option<String>,
) -> Result<HttpResponse, PageError> {
    let template = RecoverPage {
        page,
        action: onward.by(&state.paths.recover()),
        typed: typed.get(..254).unwrap_or(typed),
        wrong: status == StatusCode::UNPROCESSABLE_ENTITY,
        error,
        sign_in: onward.by(&state.paths.sign_in()),
    };
    render(status, page, &template)
}
