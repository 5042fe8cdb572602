//! `/account/organizations`: those one is in, and those that would like one to join.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::frame::{Section, Visitor};
use super::offer::{Offer, service_names};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::delegation::new_referents::{self, Organization};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::post::Post;

#[derive(Template)]
#[template(path = "account/organizations.html")]
struct OrganizationsPage<'a> {
    page: &'a Page,
    action: String,
    done: Option<String>,
    invitations: Vec<Offer>,
    organizations: Vec<Joined>,
}

struct Joined {
    name: String,
    slug: String,
    since: String,
    /// What it opens, one after the other.
    services: String,
    /// Where one sees that, and leaves.
    details: String,
    /// Where a referent looks after it.
    manage: Option<String>,
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
    let waiting = db::invitations::waiting(&mut connection, user, state.clock.now()).await?;
    drop(connection);
    let mut invitations = Vec::new();
    for invitation in &waiting {
        invitations.push(Offer::of(invitation, &page, &state).await?);
    }
    let zone = state.settings.host.time_zone;
    let date = |at: chrono::DateTime<chrono::Utc>| page.language().date(&at.with_timezone(&zone));
    let done = match request.query_string() {
        "done=joined" => Some(page.text("organizations-joined")),
        "done=declined" => Some(page.text("organizations-declined")),
        "done=left" => Some(page.text("organizations-left")),
        _ => None,
    };
    let mut joined = Vec::new();
    for found in organizations {
        joined.push(Joined {
            since: date(found.since),
            services: service_names(&found.services, &page, &state).await?.join(", "),
            details: state.paths.organization(&found.slug),
            manage: found.referent.then(|| state.paths.organization_people(&found.slug)),
            name: found.name,
            slug: found.slug,
        });
    }
    let template = OrganizationsPage {
        page: &page,
        action: state.paths.organizations(),
        done,
        invitations,
        organizations: joined,
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
    let (user, origin) = (visitor.session.user.id, visitor.origin());
    if !answer(&mut transaction, &state, user, &origin, id, accepted).await? {
        return Err(PageError::NotFound);
    }
    transaction.commit().await?;
    Ok(answered(&state, accepted))
}

/// Answers an invitation. `false`: it is not for this person, or is over.
pub(super) async fn answer(
    connection: &mut PgConnection,
    state: &AppState,
    user: Uuid,
    origin: &Origin,
    invitation: Uuid,
    accepted: bool,
) -> Result<bool, PageError> {
    let now = state.clock.now();
    let answered = db::invitations::answer(connection, invitation, user, accepted, now).await?;
    let Some(answered) = answered else { return Ok(false) };
    let organization = answered.organization;
    let kind = if accepted { Kind::OrganizationJoined } else { Kind::InvitationDeclined };
    let event = Event::own(kind, user, origin).of_organization(organization);
    db::audit::record(connection, &event.with(json!({ "invitation": invitation })), now).await?;
    if answered.new_referent
        && let Some(person) = db::users::find(connection, user).await?
    {
        let place = Organization { id: organization, slug: &answered.slug, name: &answered.name };
        new_referents::tell(connection, &Post::of(state), place, &[(user, &person.display_name())]).await?;
    }
    tracing::info!(%user, %organization, accepted, "answered an invitation");
    Ok(true)
}

/// Back to the list, which says so.
pub(super) fn answered(state: &AppState, accepted: bool) -> HttpResponse {
    let done = if accepted { "joined" } else { "declined" };
    see_other(&format!("{}?done={done}", state.paths.organizations()))
}
