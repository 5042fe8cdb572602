//! `/admin/services`: what people sign in to here.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::db::host_services::Listed;
use crate::delegation::Refusal;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// Services on a page.
const SERVICES: i64 = 50;
/// Most that are left out before a page: nobody turns so many.
const FARTHEST: i64 = 100_000;

#[derive(Template)]
#[template(path = "admin/services.html")]
struct ServicesPage<'a> {
    page: &'a Page,
    frame: Frame,
    /// What was just done; or "".
    told: String,
    /// What was searched for.
    q: &'a str,
    q_error: String,
    services: Vec<Row>,
    /// The whole list.
    all: String,
    /// Add one.
    new: String,
    /// Not the first page: the way there.
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    href: String,
    name: String,
    client_id: String,
    off: bool,
    /// Who may use it.
    who: String,
    /// Nobody may.
    closed: bool,
}

/// `GET /admin/services?q={text}&from={number}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Services).await?;
    let query = console.query()?;
    let q = query.get("q").trim();
    let from = query.get("from").parse::<i64>().unwrap_or(0).clamp(0, FARTHEST);
    let (page, path) = (&console.page, state.paths.admin_services());
    let found = console.desk().host_services(q, page.lang == "fr", from, SERVICES + 1).await;
    let (mut found, fault) = match found {
        Ok(found) => (found, false),
        // Too long to search for.
        Err(Refusal::Invalid(_)) => (Vec::new(), true),
        Err(refusal) => return Err(console.refused(refusal, &path)),
    };
    // One more says whether there are others.
    let shown = usize::try_from(SERVICES).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let at = |from: i64| Paths::with(&path, &[("q", q), ("from", &from.to_string())]);
    let row = |found: Listed| Row {
        href: state.paths.admin_service(&found.client_id),
        who: who(page, found.everyone, found.groups, found.organizations),
        closed: !found.everyone && found.groups == 0 && found.organizations == 0,
        name: if page.lang == "fr" { found.name_fr } else { found.name_en },
        off: !found.enabled,
        client_id: found.client_id,
    };
    let template = ServicesPage {
        page,
        frame,
        told: if query.get("done") == "delete" { page.text("admin-service-delete-done") } else { String::new() },
        q,
        q_error: if fault { page.text("people-search-too-long") } else { String::new() },
        services: found.into_iter().map(row).collect(),
        new: state.paths.admin_new_service(),
        first: (from > 0).then(|| Paths::with(&path, &[("q", q)])),
        next: more.then(|| at(from + SERVICES)),
        all: path,
    };
    render(if fault { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, page, &template)
}

/// Who may use a service, in a word.
pub(super) fn who(page: &Page, everyone: bool, groups: i64, organizations: i64) -> String {
    if everyone {
        return page.text("admin-service-everyone");
    }
    let counted = [(groups, "admin-service-groups"), (organizations, "admin-service-organizations")];
    let counted = counted.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = counted.map(|(count, key)| page.count(key, count)).collect();
    if words.is_empty() { page.text("admin-service-nobody") } else { words.join(", ") }
}
