//! `/account/organizations`: those one is in, and those that would like one to join.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use sqlx::PgConnection;
use uuid::Uuid;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::invitations::Invitation;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "account/organizations.html")]
struct OrganizationsPage<'a> {
    page: &'a Page,
    action: String,
    done: Option<String>,
    invitations: Vec<Waiting>,
    organizations: Vec<Joined>,
}

struct Waiting {
    invitation: Invitation,
    until: String,
}

struct Joined {
    name: String,
    referent: bool,
    since: String,
    /// Where one leaves it.
    leave: String,
}

/// `GET /account/organizations`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let page = visitor.page(Section::Organizations);
    let user = visitor.session.user.id;
    let mut connection = state.pool.acquire().await?;
    let organizations = db::own_organizations::list(&mut connection, user, None).await?;
    let invitations = db::invitations::waiting(&mut connection, user, state.clock.now()).await?;
    drop(connection);
    let zone = state.settings.host.time_zone;
    let date = |at: chrono::DateTime<chrono::Utc>| page.language().date(&at.with_timezone(&zone));
    let done = match request.query_string() {
        "done=joined" => Some(page.text("organizations-joined")),
        "done=declined" => Some(page.text("organizations-declined")),
        "done=left" => Some(page.text("organizations-left")),
        _ => None,
    };
    let joined = organizations.into_iter().map(|found| Joined {
        since: date(found.since),
        leave: state.paths.organization(&found.slug),
        name: found.name,
        referent: found.referent,
    });
    let template = OrganizationsPage {
        page: &page,
        action: state.paths.organizations(),
        done,
        invitations: invitations
            .into_iter()
            .map(|invitation| Waiting { until: date(invitation.expires_at), invitation })
            .collect(),
        organizations: joined.collect(),
    };
    render(StatusCode::OK, &page, &template)
}

/// `POST /account/organizations`: accepts or declines the invitation that the button names.
///
/// # Errors
/// PostgreSQL's; somebody else's invitation is none.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let form = visitor.form(&body)?;
    let (accepted, id) = match (form.get("accept"), form.get("decline")) {
        ("", id) => (false, id),
        (id, _) => (true, id),
    };
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let mut transaction = state.pool.begin().await?;
    answer(&mut transaction, &visitor, id, accepted).await?;
    transaction.commit().await?;
    Ok(answered(&state, accepted))
}

/// Answers an invitation, if it is for this person.
pub(super) async fn answer(
    connection: &mut PgConnection,
    visitor: &Visitor<'_>,
    invitation: Uuid,
    accepted: bool,
) -> Result<(), PageError> {
    let (user, origin, now) = (visitor.session.user.id, visitor.origin(), visitor.state.clock.now());
    let organization = db::invitations::answer(connection, invitation, user, accepted, now).await?;
    let organization = organization.ok_or(PageError::NotFound)?;
    let kind = if accepted { Kind::OrganizationJoined } else { Kind::InvitationDeclined };
    db::audit::record(connection, &Event::own(kind, user, &origin).of_organization(organization), now).await?;
    tracing::info!(%user, %organization, accepted, "answered an invitation");
    Ok(())
}

/// Back to the list, which says so.
pub(super) fn answered(state: &AppState, accepted: bool) -> HttpResponse {
    let done = if accepted { "joined" } else { "declined" };
    see_other(&format!("{}?done={done}", state.paths.organizations()))
}
