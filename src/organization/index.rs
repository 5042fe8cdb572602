//! `/organizations`: those that one looks after; for administrators and auditors, all.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::Office;
use super::people::address;
use crate::app::AppState;
use crate::authz::delegation::Standing;
use crate::db;
use crate::delegation::Refusal;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

/// Organizations on a page.
const LINES: i64 = 50;

#[derive(Template)]
#[template(path = "organization/index.html")]
struct IndexPage<'a> {
    page: &'a Page,
    organizations: Vec<Line>,
    /// All of the instance are here.
    host: bool,
    own: String,
    /// Not the first page: the way there.
    first: Option<String>,
    next: Option<String>,
}

struct Line {
    name: String,
    slug: String,
    href: String,
    active: bool,
}

/// `GET /organizations?after={cursor}`
///
/// # Errors
/// A cursor that is none of ours; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, "", &state).await?;
    let query = office.query()?;
    let cursor = Some(query.get("after")).filter(|cursor| !cursor.is_empty());
    let (organizations, next, host) = match look(&office, cursor).await {
        Ok(found) => found,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let path = state.paths.looked_after();
    let template = IndexPage {
        page: &office.page,
        organizations,
        host,
        own: state.paths.organizations(),
        first: cursor.map(|_| path.clone()),
        next: next.map(|cursor| address(&path, &[("after", &cursor)])),
    };
    render(StatusCode::OK, &office.page, &template)
}

async fn look(office: &Office<'_>, cursor: Option<&str>) -> Result<(Vec<Line>, Option<String>, bool), Refusal> {
    let (desk, paths) = (office.desk(), &office.state().paths);
    let mut connection = desk.pool.acquire().await?;
    let standing = desk.standing(&mut connection).await?;
    if matches!(standing, Standing::Administrator | Standing::Auditor) {
        drop(connection);
        let found = desk.organizations(cursor, LINES).await?;
        let line = |listed: db::delegation::Listed| Line {
            href: paths.organization_people(&listed.slug),
            name: listed.name,
            slug: listed.slug,
            active: listed.active,
        };
        return Ok((found.organizations.into_iter().map(line).collect(), found.next, true));
    }
    let own = db::own_organizations::list(&mut connection, office.visitor.session.user.id, None).await?;
    let line = |own: db::own_organizations::Membership| Line {
        href: paths.organization_people(&own.slug),
        name: own.name,
        slug: own.slug,
        active: true,
    };
    Ok((own.into_iter().filter(|own| own.referent).map(line).collect(), None, false))
}
