//! `/admin/users`: everybody, found by the beginning of a name, a username or an address.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::db::people::Found;
use crate::delegation::{People, Refusal};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// People on a page.
const PEOPLE: usize = 50;

#[derive(Template)]
#[template(path = "admin/users.html")]
struct UsersPage<'a> {
    page: &'a Page,
    frame: Frame,
    /// What was searched for.
    q: &'a str,
    q_error: String,
    people: Vec<Row>,
    /// The whole list.
    all: String,
    /// Not the first page: the way there.
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    href: String,
    name: String,
    username: String,
    email: String,
    /// The address is not proven.
    unproven: bool,
    waiting: bool,
    disabled: bool,
}

/// `GET /admin/users?q={text}&after={cursor}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; a cursor that is none of ours; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Users).await?;
    let query = console.query()?;
    let (q, after) = (query.get("q").trim(), query.get("after"));
    let cursor = Some(after).filter(|cursor| !cursor.is_empty());
    let path = state.paths.admin_users();
    let (found, fault) = match console.desk().people(q, cursor, PEOPLE).await {
        Ok(found) => (found, false),
        // Too long to search for.
        Err(Refusal::Invalid(flaw)) if flaw.field == "q" => (People { people: Vec::new(), next: None }, true),
        Err(refusal) => return Err(console.refused(refusal, &path)),
    };
    let page = &console.page;
    let row = |found: Found| Row {
        href: state.paths.admin_user(found.id),
        name: found.name,
        username: found.username,
        email: found.email,
        unproven: !found.email_verified,
        waiting: found.waiting,
        disabled: !found.active && !found.waiting,
    };
    let template = UsersPage {
        page,
        frame,
        q,
        q_error: if fault { page.text("people-search-too-long") } else { String::new() },
        people: found.people.into_iter().map(row).collect(),
        first: cursor.map(|_| Paths::with(&path, &[("q", q)])),
        next: found.next.map(|next| Paths::with(&path, &[("q", q), ("after", &next)])),
        all: path,
    };
    render(if fault { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, page, &template)
}
