//! `/admin/groups`: groups of the whole instance.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::db::organizations::Group;
use crate::groups::BUILT_IN;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/groups.html")]
struct GroupsPage<'a> {
    page: &'a Page,
    frame: Frame,
    groups: Vec<Row>,
    new: String,
    /// One was just removed.
    removed: bool,
}

struct Row {
    href: String,
    name: String,
    members: i64,
    second_factor: bool,
    built_in: bool,
}

/// `GET /admin/groups`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Groups).await?;
    let removed = console.query()?.get("done") == "removed";
    let found = console.desk().groups().await;
    let groups = found.map_err(|refusal| console.refused(refusal, &state.paths.admin()))?;
    let row = |group: Group| Row {
        href: state.paths.admin_group(&group.name),
        built_in: BUILT_IN.contains(&group.name.as_str()),
        name: group.name,
        members: group.members,
        second_factor: group.second_factor,
    };
    let template = GroupsPage {
        page: &console.page,
        frame,
        groups: groups.into_iter().map(row).collect(),
        new: state.paths.admin_new_group(),
        removed,
    };
    render(StatusCode::OK, &console.page, &template)
}
