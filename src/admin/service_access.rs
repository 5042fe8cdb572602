//! `/admin/services/{client_id}/access`: who may use a service, and who that is.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::host_services::Entitled;
use crate::delegation::{AccessRule, Target, Version};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// People on a page.
const PEOPLE: usize = 50;

#[derive(Template)]
#[template(path = "admin/service_access.html")]
struct AccessPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    /// What was just done; or "".
    done: String,
    off: bool,
    everyone: bool,
    groups: Vec<Group>,
    organizations: Vec<String>,
    version: Version,
    action: String,
    people: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    service: String,
}

struct Group {
    name: String,
    members: String,
    allowed: bool,
}

struct Row {
    href: String,
    name: String,
    username: String,
    /// Through what.
    through: String,
    test: String,
}

/// `GET /admin/services/{client_id}/access?after={username}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor, and when there is no such service.
pub async fn get(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Services).await?;
    let (page, paths) = (&console.page, &state.paths);
    let (service, action) = (paths.admin_service(&client_id), paths.admin_service_part(&client_id, "access"));
    let query = console.query()?;
    let after = query.get("after");
    let file = console.desk().service_access(&client_id, after, PEOPLE).await;
    let file = file.map_err(|refusal| console.refused(refusal, &service))?;
    let done = query.get("ended").parse::<i64>().ok().filter(|ended| *ended >= 0);
    let next = file.people.last().filter(|_| file.more).map(|last| last.username.clone());
    let row = |person: &Entitled| Row {
        href: paths.admin_user(person.id),
        name: person.name.clone(),
        username: person.username.clone(),
        through: through(person, page),
        test: Paths::with(&paths.admin_service_part(&client_id, "test"), &[("person", &person.username)]),
    };
    let template = AccessPage {
        page,
        frame,
        name: file.client.name(&page.lang).to_owned(),
        done: done.map(|ended| page.count("admin-service-access-done", ended)).unwrap_or_default(),
        off: !file.client.enabled,
        everyone: file.client.everyone,
        groups: file
            .groups
            .iter()
            .map(|group| Group {
                name: group.name.clone(),
                members: page.count("admin-service-members", group.members),
                allowed: group.allowed,
            })
            .collect(),
        organizations: file.organizations.iter().map(|organization| organization.name.clone()).collect(),
        version: file.version,
        people: file.people.iter().map(row).collect(),
        first: (!after.is_empty()).then(|| action.clone()),
        next: next.map(|last| Paths::with(&action, &[("after", &last)])),
        action,
        service,
    };
    render(StatusCode::OK, page, &template)
}

/// Through what somebody may use it: none where everybody may.
fn through(person: &Entitled, page: &Page) -> String {
    let groups = person.groups.iter().map(|name| page.text1("admin-service-by-group", "group", name));
    let organizations = person.organizations.iter().cloned();
    let ways: Vec<String> = groups.chain(organizations).collect();
    if ways.is_empty() { page.text("admin-service-everyone") } else { ways.join(", ") }
}

/// `POST /admin/services/{client_id}/access`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; when somebody else has changed it
/// meanwhile.
pub async fn post(
    request: HttpRequest,
    client_id: Path<String>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let path = state.paths.admin_service_part(&client_id, "access");
    let refused = |refusal| console.refused(refusal, &path);
    let desk = console.desk();
    desk.may(Act::TendServices, Target::Service(&client_id)).await.map_err(refused)?;
    console.visitor.recent(&path)?;
    let everyone = match form.get("policy") {
        "everyone" => true,
        "restricted" => false,
        _ => return Err(PageError::BadRequest("no such policy")),
    };
    let rule = AccessRule { everyone, groups: form.all("group").map(str::to_owned).collect() };
    let ended = desk.open_service(&client_id, &rule, Some(&Version::presented(form.get("version")))).await;
    let ended = ended.map_err(refused)?;
    Ok(see_other(&Paths::with(&path, &[("ended", &ended.to_string())])))
}
