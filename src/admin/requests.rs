//! `/access-requests`: those who were refused by a service and asked the host to be let in.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::frame::{Console, Frame, Tab, refused};
use crate::app::AppState;
use crate::authz::delegation::Why;
use crate::db::access_requests::Waiting;
use crate::db::entrances::Entrance;
use crate::delegation::{Answer, Clash, Refusal};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/requests.html")]
struct RequestsPage<'a> {
    page: &'a Page,
    frame: Frame,
    lines: Vec<Line>,
    /// They may answer, and not only look.
    answers: bool,
    /// What was just done; empty: nothing.
    told: String,
    error: String,
    /// The field at fault; empty: none.
    field: String,
    action: String,
}

struct Line {
    id: Uuid,
    name: String,
    email: String,
    asks: String,
    since: String,
    /// What a yes does, when there is no choice.
    effect: String,
    /// Groups to choose from.
    groups: Vec<Group>,
}

struct Group {
    name: String,
    /// What else it opens; empty: nothing.
    opens: String,
}

/// What a press of a button came to.
#[derive(Default)]
struct Outcome {
    told: String,
    error: String,
    field: String,
}

/// `GET /access-requests`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    show(&console, StatusCode::OK, Outcome::default()).await
}

/// `POST /access-requests`: one answer.
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor, and for what is no request.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let id = form.get("request").parse().map_err(|_| PageError::NotFound)?;
    let accepted = match form.get("answer") {
        "accept" => true,
        "decline" => false,
        _ => return Err(PageError::BadRequest("no such answer")),
    };
    let group = Some(form.get("group")).filter(|group| accepted && !group.is_empty());
    let (page, answered) = (&console.page, console.desk().answer_for_host(id, accepted, group).await);
    let wrong = |text: &str, field: String| Outcome { error: page.text(text), field, ..Outcome::default() };
    let (status, outcome) = match answered {
        Ok(answer) => (StatusCode::OK, Outcome { told: told(&answer, accepted, page), ..Outcome::default() }),
        Err(Refusal::Clash(Clash::AlreadyAnswered)) => {
            (StatusCode::CONFLICT, wrong("requests-already-answered", String::new()))
        }
        Err(Refusal::Invalid(_)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, wrong("requests-choose-group", format!("group-{id}")))
        }
        Err(Refusal::Forbidden(Why::ReadOnly)) => (StatusCode::FORBIDDEN, wrong("requests-read-only", String::new())),
        Err(Refusal::Database(error)) => return Err(PageError::Database(error)),
        Err(_) => return Err(PageError::NotFound),
    };
    show(&console, status, outcome).await
}

async fn show(console: &Console<'_>, status: StatusCode, outcome: Outcome) -> Result<HttpResponse, PageError> {
    let frame = Frame::of(console, Tab::Requests).await?;
    let requests = console.desk().host_requests(false).await.map_err(refused)?;
    let (page, state) = (&console.page, console.state());
    let template = RequestsPage {
        lines: requests.iter().map(|(waiting, entrances)| line(waiting, entrances, page, state)).collect(),
        answers: console.administrator,
        page,
        frame,
        told: outcome.told,
        error: outcome.error,
        field: outcome.field,
        action: state.paths.access_requests(),
    };
    render(status, page, &template)
}

fn line(waiting: &Waiting, entrances: &[Entrance], page: &Page, state: &AppState) -> Line {
    let service = waiting.service(&page.lang);
    let opens = |entrance: &Entrance| match entrance.opens(&page.lang) {
        [] => String::new(),
        others => page.text1("requests-opens-also", "services", &others.join(", ")),
    };
    let effect = match (&waiting.organization, entrances) {
        (Some((_, organization)), _) => page.text1("requests-through", "organization", organization),
        (None, []) => page.text1("requests-new-group", "service", service),
        (None, [only]) => {
            let group = page.text1("requests-one-group", "group", &only.name);
            format!("{group} {}", opens(only)).trim_end().to_owned()
        }
        (None, _) => String::new(),
    };
    let group = |entrance: &Entrance| Group { name: entrance.name.clone(), opens: opens(entrance) };
    let day = page.language().date(&waiting.asked_at.with_timezone(&state.settings.host.time_zone));
    Line {
        id: waiting.id,
        name: waiting.name.clone(),
        email: waiting.email.clone(),
        asks: page.text1("requests-asks", "service", service),
        since: page.text1("requests-since", "date", &day),
        groups: if effect.is_empty() { entrances.iter().map(group).collect() } else { Vec::new() },
        effect,
    }
}

/// What was done.
fn told(answer: &Answer, accepted: bool, page: &Page) -> String {
    let (name, service) = (answer.person.display_name(), answer.client.name(&page.lang));
    let done = if accepted { "requests-accepted" } else { "requests-declined" };
    let done = page.text2(done, "name", &name, "service", service);
    match &answer.new_group {
        Some(group) => format!("{done} {}", page.text2("requests-group-made", "group", group, "service", service)),
        None => done,
    }
}
