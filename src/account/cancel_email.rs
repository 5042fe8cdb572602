//! The link that undoes a change of address: `/email/cancel/{token}`, then `/email/cancel`. Good for a
//! week, also when the change was confirmed: then whoever made it knew the password, so that goes too,
//! with whatever was set up since.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::credential::Change;
use super::mail_link::Link;
use super::{letter, recover};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{self, Event};
use crate::db::email_changes::{Change as EmailChange, Undone};
use crate::db::users::User;
use crate::http::browser::Browser;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, trace};
use crate::mail::{self, Kind};
use crate::types::masked_email;

#[derive(Template)]
#[template(path = "account/cancel_email.html")]
struct CancelEmailPage<'a> {
    page: &'a Page,
    action: String,
    old: String,
    new: String,
    /// The new address rules already.
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "account/cancel_email_done.html")]
struct DonePage<'a> {
    page: &'a Page,
    old: String,
    /// Another address ruled, and a link to choose a password is on its way.
    restored: bool,
    recover: String,
}

/// `GET /email/cancel/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::CancelEmail.arrive(&token, &state)
}

/// `GET /email/cancel`
///
/// # Errors
/// A page that says the link is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let change = look(&request, &state).await?;
    let page = Page::new(&request, &state, &browser, None);
    let template = CancelEmailPage {
        page: &page,
        action: state.paths.email_cancel(),
        old: masked_email(&change.old),
        new: masked_email(&change.new),
        confirmed: change.confirmed,
    };
    render(StatusCode::OK, &page, &template)
}

/// `POST /email/cancel`
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let token = Link::CancelEmail.token(&request, &state)?;
    let change = look(&request, &state).await?;
    let mut transaction = state.pool.begin().await?;
    let undone = db::email_changes::cancel(&mut transaction, token, state.clock.now()).await?;
    let undone = undone.ok_or(PageError::LinkExpired)?;
    let user = db::users::find(&mut transaction, change.user).await?.ok_or(PageError::LinkExpired)?;
    // As the mails to the old address must see the person.
    let user = User { email: undone.old.clone(), ..user };
    let cancelled = letter(&Kind::EmailChangeCancelled, &user, &state)?;
    let (kind, origin) = (audit::Kind::EmailChangeCancelled, trace::origin(&request, &state));
    match &undone.replaced {
        None => {
            let now = state.clock.now();
            db::audit::record(&mut transaction, &Event::own(kind, user.id, &origin), now).await?;
            mail::queue(&mut transaction, &state.vault, &state.clock, &cancelled).await?;
        }
        Some(replaced) => {
            db::users::forget_factors(&mut transaction, user.id, Some(undone.asked_at)).await?;
            let to_replaced = User { email: replaced.clone(), ..user.clone() };
            let told = letter(&Kind::EmailChanged { new_masked: &masked_email(&undone.old) }, &to_replaced, &state)?;
            let letters = [cancelled, told];
            let change = Change { user: user.id, kind, acting: None, origin: &origin, letters: &letters };
            change.settle(&mut transaction, &state).await?;
            recover::send(&mut transaction, &user, &state).await?;
        }
    }
    transaction.commit().await?;
    let page = Page::new(&request, &state, &browser, None);
    let mut response = done(&page, &undone, &state)?;
    Link::CancelEmail.forget(&mut response, &state)?;
    Ok(response)
}

async fn look(request: &HttpRequest, state: &AppState) -> Result<EmailChange, PageError> {
    let token = Link::CancelEmail.token(request, state)?;
    let mut connection = state.pool.acquire().await?;
    let change = db::email_changes::of_cancellation(&mut connection, token, state.clock.now()).await?;
    change.filter(|change| change.live).ok_or(PageError::LinkExpired)
}

fn done(page: &Page, undone: &Undone, state: &AppState) -> Result<HttpResponse, PageError> {
    let template = DonePage {
        page,
        old: masked_email(&undone.old),
        restored: undone.replaced.is_some(),
        recover: state.paths.recover(),
    };
    render(StatusCode::OK, page, &template)
}
