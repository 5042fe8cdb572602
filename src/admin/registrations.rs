//! `/admin/registrations`: new accounts that wait for somebody of the host.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::confirm::{self, Question};
use super::frame::{Console, Frame, MOST, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::registrations::Waiting;
use crate::db::users::display_name;
use crate::delegation::{Clash, Refusal, Target};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// The answer that is asked first.
const DECLINE: &str = "decline";

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
    decline: String,
}

/// `GET /admin/registrations`; with `?decline={account}`, it asks first.
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; what the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let query = console.query()?;
    if !query.get(DECLINE).is_empty() {
        return ask(&console, query.get(DECLINE).parse().map_err(|_| PageError::NotFound)?).await;
    }
    show(&console, StatusCode::OK, String::new(), String::new()).await
}

/// Whoever is refused loses what they wrote.
async fn ask(console: &Console<'_>, id: Uuid) -> Result<HttpResponse, PageError> {
    let (page, back) = (&console.page, console.state().paths.admin_registrations());
    let refused = |refusal| console.refused(refusal, &back);
    console.desk().may(Act::Decide, Target::Person(id)).await.map_err(refused)?;
    let waiting = console.desk().waiting_accounts(MOST).await.map_err(refused)?;
    let Some(person) = waiting.into_iter().find(|person| person.id == id) else {
        return show(console, StatusCode::CONFLICT, String::new(), page.text("admin-refused-not-waiting")).await;
    };
    let name = display_name(&person.given_name, &person.family_name, &person.username);
    let question = Question {
        title: page.text1("admin-registration-decline-title", "name", &name),
        effects: vec![page.text2("admin-registration-decline-effect", "name", &name, "email", &person.email)],
        kept: vec![("account", id.to_string()), ("answer", DECLINE.to_owned())],
        action: back.clone(),
        submit: page.text("admin-registration-decline"),
        danger: true,
        back,
    };
    confirm::ask(console, Frame::of(console, Tab::Registrations).await?, question)
}

/// `POST /admin/registrations`: one answer.
///
/// # Errors
/// What the rule says; not found for what is no account.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let accept = match form.get("answer") {
        "accept" => true,
        DECLINE => false,
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
        decline: Paths::with(&action, &[(DECLINE, &waiting.id.to_string())]),
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
