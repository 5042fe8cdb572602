//! `/account/organizations/{slug}/services/{client_id}`: a service that an organization gave to this
//! person, and that they do not want (OR-28).

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Section, Visitor};
use super::own_organization;
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "account/give_up_service.html")]
struct GiveUpPage<'a> {
    page: &'a Page,
    action: String,
    service: &'a str,
    organization: &'a str,
    /// Given to them alone: otherwise it comes with the membership.
    alone: bool,
    back: String,
}

/// `GET /account/organizations/{slug}/services/{client_id}`: what is lost, before it is.
///
/// # Errors
/// PostgreSQL's; what the organization does not open to the person is not there.
pub async fn get(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    show(&visitor, &path.0, &path.1, StatusCode::OK).await
}

/// `POST /account/organizations/{slug}/services/{client_id}`: gives it up. If nothing else lets the person
/// in, what the service holds ends at once.
///
/// # Errors
/// PostgreSQL's; what the organization does not open to the person is not there.
pub async fn post(
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.form(&body)?;
    let (slug, client_id) = path.into_inner();
    let (user, origin, now) = (visitor.session.user.id, visitor.origin(), state.clock.now());
    let mut transaction = state.pool.begin().await?;
    let membership = own_organization::find(&mut transaction, &visitor, &slug).await?;
    let gave_up = membership.granted.contains(&client_id)
        && db::own_organizations::give_up(&mut transaction, user, membership.id, &client_id).await?;
    if !gave_up {
        drop(transaction);
        return show(&visitor, &slug, &client_id, StatusCode::CONFLICT).await;
    }
    let closed = db::rights::end_refused(&mut transaction, user, now).await?;
    let event = Event::own(Kind::ServiceGivenUp, user, &origin).of_organization(membership.id).of_client(&client_id);
    db::audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    tracing::info!(%user, organization = slug, client = client_id, ?closed, "gave up a service");
    Ok(see_other(&format!("{}?done=given-up", state.paths.organization(&slug))))
}

async fn show(
    visitor: &Visitor<'_>,
    slug: &str,
    client_id: &str,
    status: StatusCode,
) -> Result<HttpResponse, PageError> {
    let state = visitor.state;
    let page = visitor.page(Section::Organizations);
    let mut connection = state.pool.acquire().await?;
    let membership = own_organization::find(&mut connection, visitor, slug).await?;
    drop(connection);
    if !membership.services.iter().any(|id| id == client_id) {
        return Err(PageError::NotFound);
    }
    let client = state.directory.client(client_id, &state.pool).await?.ok_or(PageError::NotFound)?;
    let template = GiveUpPage {
        page: &page,
        action: state.paths.organization_service(slug, client_id),
        service: client.name(&page.lang),
        organization: &membership.name,
        alone: membership.granted.iter().any(|id| id == client_id),
        back: state.paths.organization(slug),
    };
    render(status, &page, &template)
}
