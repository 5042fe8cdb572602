//! `POST /organizations/{slug}/access`: a press in the grid of people and services.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::done::Done;
use super::frame::{Frame, Office, Tab};
use super::people::address;
use crate::app::AppState;
use crate::authz::delegation::{Deed, Standing};
use crate::db::members::Member;
use crate::delegation::{Refusal, Version, Work};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;

#[derive(Template)]
#[template(path = "organization/take.html")]
struct TakePage<'a> {
    page: &'a Page,
    frame: Frame,
    action: String,
    /// To whom, and what: as the button of the grid sent it.
    take: &'a str,
    name: String,
    service: String,
    /// Roles that the person who takes could not give back.
    roles: String,
    q: &'a str,
    after: &'a str,
    looked_at: &'a str,
    back: String,
}

/// What came of a press.
enum Outcome {
    /// Done; what it was, if anything has changed.
    Done(Option<Done>),
    /// To be confirmed: it could not be undone.
    Ask { frame: Box<Frame>, member: Box<Member>, service: String, roles: String },
}

/// What is asked.
enum Press {
    Give(Uuid, String),
    Take(Uuid, String),
    Undo(Done),
}

/// `POST /organizations/{slug}/access`
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
    let Some(press) = read(&office, &form) else {
        // «Undo», pressed the day after.
        let late = !form.get("undo").is_empty();
        return Err(if late { office.refused(Refusal::Stale).await } else { PageError::BadRequest("no such button") });
    };
    let confirmed = !form.get("confirmed").is_empty();
    match office.change(async |work| carry_out(work, &office, press, confirmed).await).await {
        Ok(Outcome::Done(done)) => {
            let page = list(&office, &form);
            let page = match done {
                Some(done) => format!("{}#done", office.telling(&page, done)?),
                None => page,
            };
            Ok(see_other(&page))
        }
        Ok(Outcome::Ask { frame, member, service, roles }) => {
            let template = TakePage {
                page: &office.page,
                frame: *frame,
                action: office.part("access"),
                take: form.get("take"),
                name: member.name,
                service,
                roles,
                q: form.get("q"),
                after: form.get("after"),
                looked_at: form.get("service"),
                back: list(&office, &form),
            };
            render(StatusCode::OK, &office.page, &template)
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

/// Where the press was made.
fn list(office: &Office<'_>, form: &Params) -> String {
    let kept = ["q", "service", "after"].map(|name| (name, form.get(name)));
    address(&office.people(), &kept)
}

fn read(office: &Office<'_>, form: &Params) -> Option<Press> {
    let cell = |name: &str| {
        let (person, service) = form.get(name).split_once(' ')?;
        Some((person.parse().ok()?, service.to_owned()))
    };
    if !form.get("undo").is_empty() {
        return office.open(form.get("undo")).map(Press::Undo);
    }
    let give = cell("give").map(|(person, service)| Press::Give(person, service));
    give.or_else(|| cell("take").map(|(person, service)| Press::Take(person, service)))
}

async fn carry_out(
    work: &mut Work<'_>,
    office: &Office<'_>,
    press: Press,
    confirmed: bool,
) -> Result<Outcome, Refusal> {
    work.must(Deed::Grant { delegable: true })?;
    let done = match press {
        Press::Give(person, service) => give(work, person, &service).await?,
        Press::Take(person, service) => {
            if !confirmed && let Some(question) = question(work, office, person, &service).await? {
                return Ok(question);
            }
            take(work, person, &service).await?
        }
        Press::Undo(Done::Access { person, service, before, version }) => {
            let expected = Version::presented(&version);
            match before {
                None => work.withdraw(person, &service, Some(&expected)).await?,
                Some(roles) => work.grant(person, &service, &roles, Some(&expected)).await?,
            };
            None
        }
        Press::Undo(_) => return Err(Refusal::invalid("undo", "unknown", "")),
    };
    Ok(Outcome::Done(done))
}

/// Gives access, without a role: those are chosen on the member's page.
async fn give(work: &mut Work<'_>, person: Uuid, service: &str) -> Result<Option<Done>, Refusal> {
    let before = roles_before(work, person, service).await?;
    // Pressed on a page of yesterday: what they have is not touched.
    if before.is_some() {
        return Ok(None);
    }
    let member = work.grant(person, service, &[], None).await?;
    let version = Version::of_member(&member).to_string();
    Ok(Some(Done::Access { person, service: service.to_owned(), before, version }))
}

async fn take(work: &mut Work<'_>, person: Uuid, service: &str) -> Result<Option<Done>, Refusal> {
    let before = roles_before(work, person, service).await?;
    let member = work.withdraw(person, service, None).await?;
    let version = Version::of_member(&member).to_string();
    Ok(before.map(|before| Done::Access { person, service: service.to_owned(), before: Some(before), version }))
}

async fn roles_before(work: &mut Work<'_>, person: Uuid, service: &str) -> Result<Option<Vec<String>>, Refusal> {
    let member = work.member(person).await?;
    Ok(member.grants.into_iter().find(|grant| grant.client_id == service).map(|grant| grant.roles))
}

/// Asks first when roles go that this person cannot give back: «Undo» could not.
async fn question(
    work: &mut Work<'_>,
    office: &Office<'_>,
    person: Uuid,
    service: &str,
) -> Result<Option<Outcome>, Refusal> {
    if work.place.standing == Standing::Administrator {
        return Ok(None);
    }
    let member = work.member(person).await?;
    let Some(found) = work.services().await?.into_iter().find(|found| found.client_id == service) else {
        return Ok(None);
    };
    let held = member.grants.iter().find(|grant| grant.client_id == service);
    let fixed = |role: &&String| found.roles.iter().any(|known| known.name == **role && !known.delegable);
    let roles: Vec<String> = held.iter().flat_map(|grant| &grant.roles).filter(fixed).cloned().collect();
    if roles.is_empty() {
        return Ok(None);
    }
    Ok(Some(Outcome::Ask {
        frame: Box::new(Frame::of(work, office, Tab::People).await?),
        member: Box::new(member),
        service: found.name(&office.page.lang).to_owned(),
        roles: roles.join(", "),
    }))
}
