//! `/account/organizations/{slug}`: an organization that one is in, and what it opens.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use sqlx::PgConnection;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::own_organizations::Membership;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "account/organization.html")]
struct OrganizationPage<'a> {
    page: &'a Page,
    membership: &'a Membership,
    since: String,
    done: bool,
    services: Vec<Given>,
    leave: String,
    manage: String,
    back: String,
}

/// A service that the organization opens to the person.
struct Given {
    name: String,
    /// Where they give it up; none: it comes with the membership.
    give_up: Option<String>,
}

/// `GET /account/organizations/{slug}`
///
/// # Errors
/// PostgreSQL's; an organization that the person is not in is none.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let mut connection = state.pool.acquire().await?;
    let membership = find(&mut connection, &visitor, &slug).await?;
    drop(connection);
    let page = visitor.page(Section::Organizations);
    let mut services = Vec::new();
    for id in &membership.services {
        if let Some(client) = state.directory.client(id, &state.pool).await? {
            let alone = membership.granted.contains(id);
            services.push(Given {
                name: client.name(&page.lang).to_owned(),
                give_up: alone.then(|| state.paths.organization_service(&membership.slug, id)),
            });
        }
    }
    services.sort_by_key(|given| given.name.to_lowercase());
    let template = OrganizationPage {
        page: &page,
        since: page.language().date(&membership.since.with_timezone(&state.settings.host.time_zone)),
        done: request.query_string() == "done=given-up",
        services,
        leave: state.paths.organization_leave(&membership.slug),
        manage: state.paths.organization_people(&membership.slug),
        back: state.paths.organizations(),
        membership: &membership,
    };
    render(StatusCode::OK, &page, &template)
}

/// The membership of that slug. What cannot be one does not go to PostgreSQL.
///
/// # Errors
/// PostgreSQL's; an organization that the person is not in is none.
pub(super) async fn find(
    connection: &mut PgConnection,
    visitor: &Visitor<'_>,
    slug: &str,
) -> Result<Membership, PageError> {
    if !slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(PageError::NotFound);
    }
    let found = db::own_organizations::list(connection, visitor.session.user.id, Some(slug)).await?;
    found.into_iter().next().ok_or(PageError::NotFound)
}
