//! The link that proves the address of an account: `/verify/{token}`, then `/verify`.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::credential::Change;
use super::mail_link::Link;
use super::onward::Onward;
use crate::app::AppState;
use crate::db;
use crate::db::audit::Kind;
use crate::db::mail_links::{LinkState, Purpose};
use crate::db::users::User;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{session, trace};
use crate::types::masked_email;

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
    Link::Verify.arrive(&token, &state)
}

/// `GET /verify`
///
/// # Errors
/// A page that says the link is over, or another account's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let page = Page::new(&request, &state, &browser, None);
    match look(&request, &state).await? {
        Some(user) => {
            let masked_email = masked_email(&user.email);
            let template = VerifyLinkPage { page: &page, action: state.paths.verify(), masked_email };
            render(StatusCode::OK, &page, &template)
        }
        None => done(&page, true, &browser, &state).await,
    }
}

/// `POST /verify`: the address is proven. Whoever else had the account open until now may be somebody
/// who entered an address that is not theirs: their sessions end (RG-07).
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let page = Page::new(&request, &state, &browser, None);
    let token = Link::Verify.token(&request, &state)?;
    let live = look(&request, &state).await?.is_some();
    let (acting, origin) = (session::of(&request, &state).await?, trace::origin(&request, &state));
    let mut transaction = state.pool.begin().await?;
    let proven = db::mail_links::consume_verification(&mut transaction, token, state.clock.now()).await?;
    let cookie = match proven {
        Some(user) => {
            let (kind, acting) = (Kind::EmailVerified, acting.as_ref());
            let change = Change { user, kind, acting, origin: &origin, letters: &[] };
            change.settle(&mut transaction, &state).await?
        }
        None => None,
    };
    transaction.commit().await?;
    // The same button twice at once: the other press proved it.
    let mut response = done(&page, proven.is_none() || !live, &browser, &state).await?;
    Link::Verify.forget(&mut response, &state)?;
    if let Some(cookie) = cookie {
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}

/// The person whose address the link proves; none when it has proven it already.
async fn look(request: &HttpRequest, state: &AppState) -> Result<Option<User>, PageError> {
    let token = Link::Verify.token(request, state)?;
    let mut connection = state.pool.acquire().await?;
    let user = match db::mail_links::find(&mut connection, Purpose::VerifyEmail, token, state.clock.now()).await? {
        LinkState::Live { user } => db::users::find(&mut connection, user).await?.ok_or(PageError::LinkExpired)?,
        LinkState::Used => return Ok(None),
        LinkState::Dead => return Err(PageError::LinkExpired),
    };
    drop(connection);
    let signed_in = session::of(request, state).await?;
    if signed_in.is_some_and(|session| session.user.id != user.id) {
        return Err(PageError::LinkOfAnother);
    }
    Ok(Some(user))
}

/// Goes on to the service that the person was on the way to in this browser, or home.
async fn done(page: &Page, already: bool, browser: &Browser, state: &AppState) -> Result<HttpResponse, PageError> {
    let onward = Onward::of_browser(browser, state).await?;
    let service = onward.service(page, state);
    let next = onward.flow.map_or_else(|| state.paths.home(), |flow| state.paths.authorization(flow.id));
    render(StatusCode::OK, page, &VerifyDonePage { page, already, next, service })
}
