//! The link of an invitation: `/invitation/{token}`, then `/invitation`. It is worth something to the
//! owner of the address that it was sent to, and to nobody whom they forward it to.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::frame::Visitor;
use super::mail_link::Link;
use super::offer::Offer;
use super::organizations;
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::invitations::Invitation;
use crate::db::users::User;
use crate::http::browser::Browser;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, session, trace};
use crate::paths::Paths;
use crate::types::masked_email;

#[derive(Template)]
#[template(path = "account/invitation.html")]
struct InvitationPage<'a> {
    page: &'a Page,
    action: String,
    offer: Offer,
    masked_email: String,
    /// For somebody who is not signed in: where to do that, and where to open an account. The same
    /// whether the address has one or not.
    ways: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/invitation_of_another.html")]
struct OfAnotherPage<'a> {
    page: &'a Page,
    masked_email: String,
    name: String,
    email: &'a str,
    here: String,
}

#[derive(Template)]
#[template(path = "account/invitation_declined.html")]
struct DeclinedPage<'a> {
    page: &'a Page,
    organization: &'a str,
}

/// `GET /invitation/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::Invitation.arrive(&token, &state)
}

/// The invitation behind the link of this browser.
///
/// # Errors
/// No link was opened here, or it is over; PostgreSQL's.
pub(super) async fn find(request: &HttpRequest, state: &AppState) -> Result<Invitation, PageError> {
    let token = Link::Invitation.token(request, state)?;
    let found = db::invitations::by_link(&mut *state.pool.acquire().await?, token, state.clock.now()).await?;
    found.ok_or(PageError::LinkExpired)
}

/// Who is signed in here.
pub(super) async fn guest(request: &HttpRequest, state: &AppState) -> Result<Option<User>, PageError> {
    Ok(session::of(request, state).await?.map(|session| session.user))
}

/// Whether an invitation is for that person's address.
pub(super) fn is_for(invitation: &Invitation, user: &User) -> bool {
    user.email.eq_ignore_ascii_case(&invitation.email)
}

/// `GET /invitation`
///
/// # Errors
/// A page that says the link is over; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let invitation = find(&request, &state).await?;
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    match guest(&request, &state).await? {
        None => show(&page, &invitation, &state, true).await,
        Some(user) if !is_for(&invitation, &user) => of_another(page, &invitation, &user, &state),
        Some(user) => {
            // Theirs only once the address is proven, and what they have to do first is done.
            Visitor::of(&request, &state).await?;
            show(&page.signed_in(user.display_name()), &invitation, &state, false).await
        }
    }
}

async fn show(
    page: &Page,
    invitation: &Invitation,
    state: &AppState,
    stranger: bool,
) -> Result<HttpResponse, PageError> {
    let action = state.paths.invitation();
    let ways = (Paths::then(&state.paths.sign_in(), &action), state.paths.invitation_account());
    let template = InvitationPage {
        page,
        offer: Offer::of(invitation, page, state).await?,
        masked_email: masked_email(&invitation.email),
        ways: stranger.then_some(ways),
        action,
    };
    render(StatusCode::OK, page, &template)
}

/// Says whom it is for, and nothing else of it (OR-20, OR-27).
pub(super) fn of_another(
    page: Page,
    invitation: &Invitation,
    user: &User,
    state: &AppState,
) -> Result<HttpResponse, PageError> {
    let page = page.signed_in(user.display_name());
    let template = OfAnotherPage {
        page: &page,
        masked_email: masked_email(&invitation.email),
        name: user.display_name(),
        email: &user.email,
        here: state.paths.invitation(),
    };
    render(StatusCode::FORBIDDEN, &page, &template)
}

/// `POST /invitation`: accepts or declines. To decline, the link is enough: nobody has to open an account
/// to say no.
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let invitation = find(&request, &state).await?;
    let page = Page::new(&request, &state, &browser, None);
    let accepted = match form.get("answer") {
        "accept" => true,
        "decline" => false,
        _ => return Err(PageError::BadRequest("no answer")),
    };
    let mut response = match guest(&request, &state).await? {
        None if accepted => return Ok(see_other(&Paths::then(&state.paths.sign_in(), &state.paths.invitation()))),
        None => decline(&request, &page, &invitation, &state).await?,
        Some(user) if !is_for(&invitation, &user) => return of_another(page, &invitation, &user, &state),
        Some(_) => {
            let visitor = Visitor::of(&request, &state).await?;
            let mut transaction = state.pool.begin().await?;
            let (user, origin) = (visitor.session.user.id, visitor.origin());
            if !organizations::answer(&mut transaction, &state, user, &origin, invitation.id, accepted).await? {
                return Err(PageError::LinkExpired);
            }
            transaction.commit().await?;
            organizations::answered(&state, accepted)
        }
    };
    Link::Invitation.forget(&mut response, &state)?;
    Ok(response)
}

/// Declines for somebody who has no account, or does not want to say which.
async fn decline(
    request: &HttpRequest,
    page: &Page,
    invitation: &Invitation,
    state: &AppState,
) -> Result<HttpResponse, PageError> {
    let (token, now) = (Link::Invitation.token(request, state)?, state.clock.now());
    let origin = trace::origin(request, state);
    let mut transaction = state.pool.begin().await?;
    let organization = db::invitations::decline(&mut transaction, token, now).await?;
    let organization = organization.ok_or(PageError::LinkExpired)?;
    let event = Event::of_host(Kind::InvitationDeclined, &origin)
        .of_organization(organization)
        .with(json!({ "invitation": invitation.id }));
    db::audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    tracing::info!(%organization, invitation = %invitation.id, "an invitation was declined by its link");
    render(StatusCode::OK, page, &DeclinedPage { page, organization: &invitation.organization })
}
