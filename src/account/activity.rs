//! `/account/activity`: what happened to one's account, in plain words.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Kind, Line};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// Lines on a page.
const LINES: usize = 25;

#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage<'a> {
    page: &'a Page,
    lines: Vec<Row>,
    security: String,
    /// Not the first page: the way there.
    newest: Option<String>,
    /// What happened before.
    older: Option<String>,
}

struct Row {
    what: String,
    when: String,
    device: String,
    place: String,
}

/// `GET /account/activity?before={id}`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let page = visitor.page(Section::Activity);
    let query =
        Params::parse(request.query_string().as_bytes()).map_err(|_| PageError::BadRequest("query is not UTF-8"))?;
    let before = query.get("before").parse().ok();
    let mut connection = state.pool.acquire().await?;
    // One more says whether there are older ones.
    let count = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut found = db::audit::of_user(&mut connection, visitor.session.user.id, before, count).await?;
    drop(connection);
    let more = found.len() > LINES;
    found.truncate(LINES);
    let path = state.paths.activity();
    let older = found.last().filter(|_| more).map(|last| format!("{path}?before={}", last.id));
    let mut lines = Vec::new();
    for line in found {
        lines.extend(row(line, &page, &state).await?);
    }
    let template = ActivityPage {
        page: &page,
        lines,
        security: state.paths.security(),
        newest: before.map(|_: uuid::Uuid| path),
        older,
    };
    render(StatusCode::OK, &page, &template)
}

/// None for what only a later version of Loquet understands.
async fn row(line: Line, page: &Page, state: &AppState) -> Result<Option<Row>, PageError> {
    let Some(kind) = Kind::of(&line.kind) else { return Ok(None) };
    let client = match &line.client_id {
        Some(client_id) => state.directory.client(client_id, &state.pool).await?,
        None => None,
    };
    // A service that is gone keeps the name that its administrators know it by.
    let service =
        client.map_or_else(|| line.client_id.unwrap_or_default(), |client| client.name(&page.lang).to_owned());
    let organization = line.organization.unwrap_or_else(|| page.text("journal-organization-gone"));
    let what = page.text2(kind.text(), "service", &service, "organization", &organization);
    Ok(Some(Row {
        what,
        when: page.language().moment(line.at, state.settings.host.time_zone),
        device: line.device,
        place: line.address_range,
    }))
}
