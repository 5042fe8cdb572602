//! `/organizations/{slug}/requests`: members whom a service refused, and who ask to be let in.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::done::Done;
use super::frame::{Frame, Office, Tab};
use crate::app::AppState;
use crate::db::access_requests::Waiting;
use crate::delegation::{Clash, Refusal};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "organization/requests.html")]
struct RequestsPage<'a> {
    page: &'a Page,
    frame: Frame,
    told: String,
    error: String,
    action: String,
    lines: Vec<Line>,
}

struct Line {
    id: Uuid,
    name: String,
    /// The page of the member.
    member: String,
    email: String,
    asks: String,
    since: String,
}

/// `GET /organizations/{slug}/requests`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    show(&office, StatusCode::OK, String::new()).await
}

/// `POST /organizations/{slug}/requests`: one answer.
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn post(
    request: HttpRequest,
    slug: Path<String>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    let form = office.form(&body)?;
    let id = form.get("request").parse().map_err(|_| PageError::NotFound)?;
    let accepted = match form.get("answer") {
        "accept" => true,
        "decline" => false,
        _ => return Err(PageError::BadRequest("no such answer")),
    };
    match office.change(async |work| work.answer_request(id, accepted).await).await {
        Ok(answer) => {
            let service = answer.client.name(&office.page.lang).to_owned();
            let done = Done::Answered { name: answer.person.display_name(), service, accepted };
            Ok(see_other(&office.telling(&office.part("requests"), done)?))
        }
        // Two who look after it were at it.
        Err(Refusal::Clash(Clash::AlreadyAnswered)) => {
            show(&office, StatusCode::CONFLICT, office.page.text("requests-already-answered")).await
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

async fn show(office: &Office<'_>, status: StatusCode, error: String) -> Result<HttpResponse, PageError> {
    let seen =
        office.read(async |work| Ok((Frame::of(work, office, Tab::Requests).await?, work.requests().await?))).await;
    let (frame, requests) = match seen {
        Ok(seen) => seen,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let page = &office.page;
    let told = match office.told() {
        Some((Done::Answered { name, service, accepted }, _)) if error.is_empty() => {
            let done = if accepted { "requests-accepted" } else { "requests-declined" };
            page.text2(done, "name", &name, "service", &service)
        }
        _ => String::new(),
    };
    let template = RequestsPage {
        page,
        told,
        error,
        action: office.part("requests"),
        lines: requests.iter().map(|waiting| line(waiting, office)).collect(),
        frame,
    };
    render(status, page, &template)
}

fn line(waiting: &Waiting, office: &Office<'_>) -> Line {
    let (page, state) = (&office.page, office.state());
    let day = page.language().date(&waiting.asked_at.with_timezone(&state.settings.host.time_zone));
    Line {
        id: waiting.id,
        name: waiting.name.clone(),
        member: state.paths.organization_member(&office.slug, waiting.user),
        email: waiting.email.clone(),
        asks: page.text1("requests-asks", "service", waiting.service(&page.lang)),
        since: page.text1("requests-since", "date", &day),
    }
}
