//! `/admin/organizations`: all of them, found by any part of their name.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::db::host_organizations::Found;
use crate::delegation::{FoundOrganizations, Refusal};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// Organizations on a page.
const LINES: i64 = 50;

#[derive(Template)]
#[template(path = "admin/organizations.html")]
struct OrganizationsPage<'a> {
    page: &'a Page,
    frame: Frame,
    /// What was searched for.
    q: &'a str,
    q_error: String,
    organizations: Vec<Row>,
    /// The whole list.
    all: String,
    new: String,
    /// Not the first page: the way there.
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    href: String,
    name: String,
    slug: String,
    members: i64,
    off: bool,
    unattended: bool,
}

/// `GET /admin/organizations?q={text}&after={cursor}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; a cursor that is none of ours; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Organizations).await?;
    let query = console.query()?;
    let (q, after) = (query.get("q").trim(), query.get("after"));
    let cursor = Some(after).filter(|cursor| !cursor.is_empty());
    let path = state.paths.admin_organizations();
    let (found, fault) = match console.desk().find_organizations(q, cursor, LINES).await {
        Ok(found) => (found, false),
        // Too long to search for.
        Err(Refusal::Invalid(flaw)) if flaw.field == "q" => {
            (FoundOrganizations { organizations: Vec::new(), next: None }, true)
        }
        Err(refusal) => return Err(console.refused(refusal, &path)),
    };
    let page = &console.page;
    let row = |found: Found| Row {
        href: state.paths.admin_organization(&found.slug),
        name: found.name,
        slug: found.slug,
        members: found.members,
        off: !found.active,
        unattended: !found.attended,
    };
    let template = OrganizationsPage {
        page,
        frame,
        q,
        q_error: if fault { page.text("people-search-too-long") } else { String::new() },
        organizations: found.organizations.into_iter().map(row).collect(),
        new: state.paths.admin_new_organization(),
        first: cursor.map(|_| Paths::with(&path, &[("q", q)])),
        next: found.next.map(|next| Paths::with(&path, &[("q", q), ("after", &next)])),
        all: path,
    };
    render(if fault { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, page, &template)
}
