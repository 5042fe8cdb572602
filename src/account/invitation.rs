//! The link of an invitation: `/invitation/{token}`, then `/invitation`. It is worth something to the
//! owner of the address that it was sent to, and to nobody whom they forward it to.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::Visitor;
use super::mail_link::Link;
use super::organizations;
use crate::app::AppState;
use crate::db;
use crate::db::invitations::Invitation;
use crate::http::browser::Browser;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::session;
use crate::paths::Paths;
use crate::types::masked_email;

#[derive(Template)]
#[template(path = "account/invitation.html")]
struct InvitationPage<'a> {
    page: &'a Page,
    action: String,
    invitation: &'a Invitation,
    masked_email: String,
    until: String,
    /// Where to sign in, for somebody who is not.
    sign_in: Option<String>,
    /// The person is the one who is invited.
    theirs: bool,
}

/// `GET /invitation/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::Invitation.arrive(&token, &state)
}

async fn find(request: &HttpRequest, state: &AppState) -> Result<Invitation, PageError> {
    let token = Link::Invitation.token(request, state)?;
    let found = db::invitations::by_link(&mut *state.pool.acquire().await?, token, state.clock.now()).await?;
    found.ok_or(PageError::LinkExpired)
}

/// `GET /invitation`
///
/// # Errors
/// A page that says the link is over; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let invitation = find(&request, &state).await?;
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    if session::of(&request, &state).await?.is_none() {
        return show(&page, &invitation, &state, false, true);
    }
    let visitor = Visitor::of(&request, &state).await?;
    let user = &visitor.session.user;
    let theirs = user.email.eq_ignore_ascii_case(&invitation.email);
    show(&page.signed_in(user.display_name()), &invitation, &state, theirs, false)
}

fn show(
    page: &Page,
    invitation: &Invitation,
    state: &AppState,
    theirs: bool,
    stranger: bool,
) -> Result<HttpResponse, PageError> {
    let here = state.paths.invitation();
    let template = InvitationPage {
        page,
        invitation,
        masked_email: masked_email(&invitation.email),
        until: page.language().date(&invitation.expires_at.with_timezone(&state.settings.host.time_zone)),
        sign_in: stranger.then(|| Paths::then(&state.paths.sign_in(), &here)),
        theirs,
        action: here,
    };
    render(StatusCode::OK, page, &template)
}

/// `POST /invitation`
///
/// # Errors
/// A page that says the link is over, that it is for somebody else, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let form = visitor.form(&body)?;
    let invitation = find(&request, &state).await?;
    let accepted = match form.get("answer") {
        "accept" => true,
        "decline" => false,
        _ => return Err(PageError::BadRequest("no answer")),
    };
    let mut transaction = state.pool.begin().await?;
    organizations::answer(&mut transaction, &visitor, invitation.id, accepted).await?;
    transaction.commit().await?;
    let mut response = organizations::answered(&state, accepted);
    Link::Invitation.forget(&mut response, &state)?;
    Ok(response)
}
