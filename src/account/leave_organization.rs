//! `/account/organizations/{slug}/leave`: what is lost by leaving it, before it is left.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Section, Visitor};
use super::offer::service_names;
use super::own_organization::find;
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::own_organizations::Membership;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "account/leave.html")]
struct LeavePage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    contact: Option<&'a str>,
    membership: &'a Membership,
    services: Vec<String>,
}

/// `GET /account/organizations/{slug}/leave`
///
/// # Errors
/// PostgreSQL's; an organization that the person is not in is none.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let mut connection = state.pool.acquire().await?;
    let membership = find(&mut connection, &visitor, &slug).await?;
    drop(connection);
    show(&visitor, &membership, StatusCode::OK).await
}

/// `POST /account/organizations/{slug}/leave`: leaves it; services that let the person in through it alone
/// end their sessions (OR-19: never the last referent).
///
/// # Errors
/// PostgreSQL's; an organization that the person is not in is none.
pub async fn post(
    request: HttpRequest,
    slug: Path<String>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.form(&body)?;
    let (user, origin, now) = (visitor.session.user.id, visitor.origin(), state.clock.now());
    let mut transaction = state.pool.begin().await?;
    db::own_organizations::lock(&mut transaction, user).await?;
    let membership = find(&mut transaction, &visitor, &slug).await?;
    if membership.last_referent {
        drop(transaction);
        return show(&visitor, &membership, StatusCode::CONFLICT).await;
    }
    if !db::own_organizations::leave(&mut transaction, user, membership.id).await? {
        return Err(PageError::NotFound);
    }
    let closed = db::rights::end_refused(&mut transaction, user, now).await?;
    let event = Event::own(Kind::OrganizationLeft, user, &origin).of_organization(membership.id);
    db::audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    tracing::info!(%user, organization = membership.slug, ?closed, "left an organization");
    Ok(see_other(&format!("{}?done=left", state.paths.organizations())))
}

async fn show(visitor: &Visitor<'_>, membership: &Membership, status: StatusCode) -> Result<HttpResponse, PageError> {
    let state = visitor.state;
    let page = visitor.page(Section::Organizations);
    let template = LeavePage {
        page: &page,
        action: state.paths.organization_leave(&membership.slug),
        back: state.paths.organization(&membership.slug),
        contact: state.settings.host.contact.as_deref(),
        services: service_names(&membership.services, &page, state).await?,
        membership,
    };
    render(status, &page, &template)
}
