//! `/admin/registrations`: new accounts that wait for somebody of the host.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::frame::{Console, Frame, MOST, Tab};
use crate::app::AppState;
use crate::db::registrations::Waiting;
use crate::db::users::display_name;
use crate::delegation::{Clash, Refusal};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/registrations.html")]
struct RegistrationsPage<'a> {
    page: &'a Page,
    frame: Frame,
    lines: Vec<Line>,
    /// What was just done; or "".
    told: String,
    error: String,
    action: String,
}

struct Line {
    id: Uuid,
    href: String,
    name: String,
    username: String,
    email: String,
    since: String,
}

/// `GET /admin/registrations`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    show(&console, StatusCode::OK, String::new(), String::new()).await
}

/// `POST /admin/registrations`: one answer.
///
/// # Errors
/// What the rule says; not found for what is no account.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let accept = match form.get("answer") {
        "accept" => true,
        "decline" => false,
        _ => return Err(PageError::BadRequest("no such answer")),
    };
    let id: Uuid = form.get("account").parse().map_err(|_| PageError::NotFound)?;
    let page = &console.page;
    match console.desk().decide_account(id, accept).await {
        Ok(user) => {
            let key = if accept { "admin-registration-accepted" } else { "admin-registration-declined" };
            let told = page.text2(key, "name", &user.display_name(), "email", &user.email);
            show(&console, StatusCode::OK, told, String::new()).await
        }
        // Somebody else was quicker; whoever was refused has no account any more.
        Err(Refusal::Hidden | Refusal::Clash(Clash::NotWaiting)) => {
            show(&console, StatusCode::CONFLICT, String::new(), page.text("admin-refused-not-waiting")).await
        }
        Err(refusal) => Err(console.refused(refusal, &state.paths.admin_registrations())),
    }
}

async fn show(
    console: &Console<'_>,
    status: StatusCode,
    told: String,
    error: String,
) -> Result<HttpResponse, PageError> {
    let frame = Frame::of(console, Tab::Registrations).await?;
    let action = console.state().paths.admin_registrations();
    let waiting = console.desk().waiting_accounts(MOST).await.map_err(|refusal| console.refused(refusal, &action))?;
    let line = |waiting: Waiting| Line {
        id: waiting.id,
        href: console.state().paths.admin_user(waiting.id),
        name: display_name(&waiting.given_name, &waiting.family_name, &waiting.username),
        username: waiting.username,
        email: waiting.email,
        since: console.page.text1("admin-registration-since", "date", &console.day(waiting.since)),
    };
    let lines = waiting.into_iter().map(line).collect();
    render(status, &console.page, &RegistrationsPage { page: &console.page, frame, lines, told, error, action })
}
