//! `/account/security/email`: another address. The present one rules until the other is proven, is told
//! at once, and can stop the change or undo it for a week.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;

use super::asked_mail::{self, Asked};
use super::frame::{Section, Visitor};
use super::mail_link::Link;
use super::names::email_fault;
use super::{letter, letter_to};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{self, Event};
use crate::db::email_changes::NewChange;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::mail::{self, Kind, Recipient};
use crate::types::{Email, masked_email};

/// How long the link to the new address is good: the texts say one hour.
const CONFIRM: TimeDelta = TimeDelta::hours(1);
/// How long the old address can undo the change: the texts say seven days.
const CANCEL: TimeDelta = TimeDelta::days(7);

#[derive(Template)]
#[template(path = "account/change_email.html")]
struct ChangeEmailPage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    current: &'a str,
    verified: bool,
    /// The address that waits to be confirmed.
    waiting: Option<String>,
    typed: &'a str,
    error: String,
}

/// `GET /account/security/email`
///
/// # Errors
/// A way to the page that comes first; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = visitor(&request, &state).await?;
    visitor.recent(&state.paths.email())?;
    show(&visitor, "", StatusCode::OK, String::new()).await
}

/// `POST /account/security/email`: the answer says nothing of whose the new address is.
///
/// # Errors
/// A way to the page that comes first; PostgreSQL's.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = visitor(&request, &state).await?;
    let form = visitor.form(&body)?;
    visitor.recent(&state.paths.email())?;
    let page = visitor.page(Section::Security);
    let typed = form.get("email").trim();
    let fault = match Email::parse(typed) {
        Ok(address) if address.key() != visitor.session.user.email.to_ascii_lowercase() => {
            return match ask(&visitor, &address, &page).await? {
                Asked::Granted => show(&visitor, "", StatusCode::OK, String::new()).await,
                _ => show(&visitor, typed, StatusCode::TOO_MANY_REQUESTS, page.text("change-email-throttled")).await,
            };
        }
        Ok(_) => page.text("change-email-same"),
        Err(error) => email_fault(error, &page),
    };
    show(&visitor, typed, StatusCode::UNPROCESSABLE_ENTITY, fault).await
}

/// Writes to both addresses, or to whoever has the new one already.
async fn ask(visitor: &Visitor<'_>, address: &Email, page: &Page) -> Result<Asked, PageError> {
    let (state, user, now) = (visitor.state, &visitor.session.user, visitor.state.clock.now());
    let (confirm, confirm_link) = Link::ConfirmEmail.fresh(state);
    let (cancel, cancel_link) = Link::CancelEmail.fresh(state);
    let mut transaction = state.pool.begin().await?;
    let asked = asked_mail::ask(&mut transaction, visitor.request, state, address.as_str()).await?;
    if asked != Asked::Granted {
        transaction.commit().await?;
        return Ok(asked);
    }
    let owner = db::users::find_by_login(&mut transaction, address.as_str()).await?;
    let to_new = match &owner {
        Some(owner) => {
            let recover = state.paths.public(&state.paths.recover());
            letter(&Kind::AlreadyRegistered { recover: &recover }, owner, state)?
        }
        None => {
            let recipient = Recipient { email: address.as_str(), name: "" };
            letter_to(&Kind::EmailChangeConfirm { link: &confirm_link }, &recipient, page.language(), state)?
        }
    };
    mail::queue(&mut transaction, &state.vault, &state.clock, &to_new).await?;
    if user.email_verified {
        let kind = Kind::EmailChangeNotice { new_masked: &masked_email(address.as_str()), cancel: &cancel_link };
        mail::queue(&mut transaction, &state.vault, &state.clock, &letter(&kind, user, state)?).await?;
    }
    let change = NewChange {
        user: user.id,
        old: &user.email,
        new: address.as_str(),
        confirm: owner.is_none().then_some(confirm),
        confirm_expires_at: now + CONFIRM,
        // An address that nobody has proven may be a stranger's: it must not get a way in.
        cancel: user.email_verified.then_some(cancel),
        cancel_expires_at: now + CANCEL,
    };
    db::email_changes::replace(&mut transaction, &change, now).await?;
    let origin = visitor.origin();
    db::audit::record(&mut transaction, &Event::own(audit::Kind::EmailChangeAsked, user.id, &origin), now).await?;
    transaction.commit().await?;
    Ok(Asked::Granted)
}

/// Somebody whose address is not proven yet may correct it.
async fn visitor<'a>(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Visitor<'a>, PageError> {
    let visitor = Visitor::anyhow(request, state).await?;
    if visitor.session.user.email_verified { Visitor::of(request, state).await } else { Ok(visitor) }
}

async fn show(
    visitor: &Visitor<'_>,
    typed: &str,
    status: StatusCode,
    error: String,
) -> Result<HttpResponse, PageError> {
    let (page, state, user) = (visitor.page(Section::Security), visitor.state, &visitor.session.user);
    let mut connection = state.pool.acquire().await?;
    let waiting = db::email_changes::waiting(&mut connection, user.id, state.clock.now()).await?;
    drop(connection);
    let paths = &state.paths;
    let template = ChangeEmailPage {
        page: &page,
        action: paths.email(),
        back: if user.email_verified { paths.security() } else { paths.verify_email() },
        current: &user.email,
        verified: user.email_verified,
        waiting,
        typed: typed.get(..254).unwrap_or(typed),
        error,
    };
    render(status, &page, &template)
}
