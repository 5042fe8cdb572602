//! `/organizations/{slug}/list`: the people of an organization as a spreadsheet has them. Pasted or sent as
//! a file, it is shown what it would change; then it is applied, if that is still what it changes.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Frame, Office, Tab};
use super::list_file::{self, NotText};
use super::list_preview;
use crate::app::AppState;
use crate::db::attachments::Service;
use crate::delegation::list::LONGEST;
use crate::delegation::{Flaw, Refusal};
use crate::http::csrf;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::upload::{TooLarge, Upload};

#[derive(Template)]
#[template(path = "organization/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    frame: Frame,
    action: String,
    export: String,
    text: &'a str,
    complete: bool,
    /// What is wrong with the list as a whole, or "".
    error: String,
    example: String,
    services: Vec<Word>,
}

/// How a service is written in the list.
struct Word {
    name: String,
    written: String,
    /// Roles that this person may give, as they are written.
    roles: Vec<String>,
}

/// A list that was sent.
pub struct Sent {
    /// As it was pasted, or as the file says it.
    pub text: String,
    /// Whoever is not in it goes.
    pub complete: bool,
}

/// `GET /organizations/{slug}/list`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    show(&office, &Sent { text: String::new(), complete: false }, StatusCode::OK, String::new()).await
}

/// `POST /organizations/{slug}/list`: what it would change.
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn post(
    request: HttpRequest,
    slug: Path<String>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    let upload = receive(&office, payload).await?;
    let sent = match read(&upload) {
        Ok(sent) => sent,
        Err((sent, key)) => {
            return show(&office, &sent, StatusCode::UNPROCESSABLE_ENTITY, office.page.text(key)).await;
        }
    };
    if !upload.form.get("edit").is_empty() {
        return show(&office, &sent, StatusCode::OK, String::new()).await;
    }
    list_preview::show(&office, &sent, false).await
}

/// The form of a list, with a text of up to [`LONGEST`] bytes.
///
/// # Errors
/// When it is none, or not ours.
pub async fn receive(office: &Office<'_>, payload: Payload) -> Result<Upload, PageError> {
    let visitor = &office.visitor;
    let upload = office.state().uploads.read(visitor.request, payload, &["text", "file"], LONGEST).await?;
    csrf::check(visitor.request, office.state(), &visitor.browser, &upload.form)?;
    Ok(upload)
}

/// The list in a form: of the file if there is one, else as pasted. Or the key of what is wrong, and what
/// was pasted, which is not lost.
///
/// # Errors
/// What is wrong.
pub fn read(upload: &Upload) -> Result<Sent, (Sent, &'static str)> {
    let complete = !upload.form.get("complete").is_empty();
    let (pasted, file) = (upload.file("text"), upload.file("file"));
    let sent = |text: String| Sent { text, complete };
    let text = match &pasted {
        Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Err(TooLarge) => return Err((sent(String::new()), "flaw-list-too-long")),
    };
    match file {
        Err(TooLarge) => Err((sent(text), "flaw-list-too-long")),
        Ok(file) if !file.is_empty() => match list_file::text(&file) {
            Ok(of_file) => Ok(sent(of_file)),
            Err(NotText::Spreadsheet) => Err((sent(text), "flaw-list-spreadsheet")),
            Err(NotText::Other) => Err((sent(text), "flaw-list-not-text")),
        },
        Ok(_) if text.trim().is_empty() => Err((sent(text), "flaw-list-empty")),
        Ok(_) => Ok(sent(text)),
    }
}

/// What is wrong with a list as a whole.
#[must_use]
pub fn flaw(flaw: &Flaw, page: &Page) -> String {
    page.text(match flaw.problem {
        "too-long" => "flaw-list-too-long",
        "too-many-lines" => "flaw-list-too-many-lines",
        "no-address-column" => "flaw-list-no-address-column",
        "not-csv" => "flaw-list-not-csv",
        _ => "flaw-list-not-text",
    })
}

/// The form. Nothing of what was pasted is lost.
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn show(
    office: &Office<'_>,
    sent: &Sent,
    status: StatusCode,
    error: String,
) -> Result<HttpResponse, PageError> {
    let seen = office
        .read(async |work| {
            let frame = Frame::of(work, office, Tab::List).await?;
            Ok::<_, Refusal>((frame, work.services().await?))
        })
        .await;
    let (frame, services) = match seen {
        Ok(seen) => seen,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let page = &office.page;
    let template = ListPage {
        page,
        frame,
        action: office.part("list"),
        export: office.part("members.csv"),
        text: &sent.text,
        complete: sent.complete,
        error,
        example: example(&services, page),
        services: services
            .iter()
            .filter(|service| !service.all_members || has_roles(service))
            .map(|service| word(service, page))
            .collect(),
    };
    render(status, page, &template)
}

fn has_roles(service: &Service) -> bool {
    service.roles.iter().any(|role| role.delegable)
}

fn word(service: &Service, page: &Page) -> Word {
    let roles = service.roles.iter().filter(|role| role.delegable);
    Word {
        name: service.name(&page.lang).to_owned(),
        written: service.client_id.clone(),
        roles: roles.map(|role| format!("{}:{}", service.client_id, role.name)).collect(),
    }
}

/// A few lines with services that the organization really has.
fn example(services: &[Service], page: &Page) -> String {
    let given: Vec<&Service> = services.iter().filter(|service| !service.all_members).collect();
    let first = given.first().map(|service| service.client_id.clone());
    let other = given.iter().find(|service| has_roles(service)).or(given.get(1));
    let other = other.map(|service| {
        let role = service.roles.iter().find(|role| role.delegable);
        role.map_or_else(|| service.client_id.clone(), |role| format!("{}:{}", service.client_id, role.name))
    });
    let both = [first.clone(), other].into_iter().flatten().collect::<Vec<_>>();
    let lines = [
        ("camille@example.org", page.text("list-example-member"), first.unwrap_or_default()),
        ("dominique@example.org", page.text("list-example-referent"), both.join(" ")),
        ("sacha@example.org", String::new(), String::new()),
    ];
    let line = |(email, role, services): &(&str, String, String)| {
        format!("{email};{role};{services}").trim_end_matches(';').to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
