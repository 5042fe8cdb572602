//! The link that proves a new address: `/email/{token}`, then `/email/confirm`.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::credential::Change;
use super::letter;
use super::mail_link::Link;
use crate::app::AppState;
use crate::db;
use crate::db::audit;
use crate::db::email_changes::Change as EmailChange;
use crate::http::browser::Browser;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, session, trace};
use crate::mail::{Kind, Message};
use crate::types::masked_email;

#[derive(Template)]
#[template(path = "account/confirm_email.html")]
struct ConfirmEmailPage<'a> {
    page: &'a Page,
    change: &'a EmailChange,
    stage: Stage,
    action: String,
    home: String,
    /// Where to ask for another address.
    again: String,
}

/// What the page says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Ask,
    Done,
    Already,
    /// Somebody else has the address, or had it until lately.
    Taken,
}

/// `GET /email/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::ConfirmEmail.arrive(&token, &state)
}

/// `GET /email/confirm`
///
/// # Errors
/// A page that says the link is over, or another account's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let change = look(&request, &state).await?;
    let page = Page::new(&request, &state, &browser, None);
    show(&page, &state, &change, if change.live { Stage::Ask } else { Stage::Already })
}

/// `POST /email/confirm`: the new address takes the place of the old one.
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let token = Link::ConfirmEmail.token(&request, &state)?;
    let change = look(&request, &state).await?;
    let (acting, origin) = (session::of(&request, &state).await?, trace::origin(&request, &state));
    let letters = letters(&change, &state).await?;
    let page = Page::new(&request, &state, &browser, None);

    let mut transaction = state.pool.begin().await?;
    if db::email_changes::confirm(&mut transaction, token, state.clock.now()).await?.is_none() {
        drop(transaction);
        // Used a moment ago by another press of the button, or not usable.
        let now = look(&request, &state).await?;
        return show(&page, &state, &now, if now.live { Stage::Taken } else { Stage::Already });
    }
    let settled = Change {
        user: change.user,
        kind: audit::Kind::EmailChanged,
        acting: acting.as_ref(),
        origin: &origin,
        letters: &letters,
    };
    let cookie = settled.settle(&mut transaction, &state).await?;
    transaction.commit().await?;
    let mut response = show(&page, &state, &change, Stage::Done)?;
    if let Some(cookie) = cookie {
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Link::ConfirmEmail.forget(&mut response, &state)?;
    Ok(response)
}

/// Both addresses are told; the old one only if it was theirs.
async fn letters(change: &EmailChange, state: &AppState) -> Result<Vec<Message>, PageError> {
    let user = db::users::find(&mut *state.pool.acquire().await?, change.user).await?.ok_or(PageError::LinkExpired)?;
    let masked = masked_email(&change.new);
    let kind = Kind::EmailChanged { new_masked: &masked };
    let to_new = letter(&kind, &db::users::User { email: change.new.clone(), ..user.clone() }, state)?;
    Ok(if user.email_verified { vec![letter(&kind, &user, state)?, to_new] } else { vec![to_new] })
}

async fn look(request: &HttpRequest, state: &AppState) -> Result<EmailChange, PageError> {
    let token = Link::ConfirmEmail.token(request, state)?;
    let mut connection = state.pool.acquire().await?;
    let change = db::email_changes::of_confirmation(&mut connection, token, state.clock.now()).await?;
    drop(connection);
    let change = change.filter(|change| change.live || change.confirmed).ok_or(PageError::LinkExpired)?;
    let signed_in = session::of(request, state).await?;
    if signed_in.is_some_and(|session| session.user.id != change.user) {
        return Err(PageError::LinkOfAnother);
    }
    Ok(change)
}

fn show(page: &Page, state: &AppState, change: &EmailChange, stage: Stage) -> Result<HttpResponse, PageError> {
    let template = ConfirmEmailPage {
        page,
        change,
        stage,
        action: state.paths.email_confirm(),
        home: state.paths.home(),
        again: state.paths.email(),
    };
    render(if stage == Stage::Taken { StatusCode::CONFLICT } else { StatusCode::OK }, page, &template)
}
