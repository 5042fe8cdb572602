//! `POST /organizations/{slug}/access`: a press in the grid of people and services.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::accesses::fixed_roles;
use super::confirm::{self, Question};
use super::done::Done;
use super::frame::{Frame, Office, Tab};
use super::people::address;
use crate::app::AppState;
use crate::authz::delegation::{Deed, Standing};
use crate::delegation::{Refusal, Version, Work};
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// What came of a press.
enum Outcome {
    /// Done; what it was, if anything has changed.
    Done(Option<Done>),
    /// To be confirmed: it could not be undone.
    Ask(Box<(Frame, Question)>),
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
        Ok(Outcome::Ask(asked)) => {
            let (frame, mut question) = *asked;
            question.kept = ["take", "q", "after", "service"]
                .map(|name| (name.to_owned(), form.get(name).to_owned()))
                .into_iter()
                .chain([("confirmed".to_owned(), "yes".to_owned())])
                .collect();
            question.back = list(&office, &form);
            confirm::ask(&office, frame, question, false)
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
    let roles = held.map(|grant| fixed_roles(&found, grant)).unwrap_or_default();
    if roles.is_empty() {
        return Ok(None);
    }
    let (page, service) = (&office.page, found.name(&office.page.lang));
    let question = Question {
        title: page.text2("take-title", "name", &member.name, "service", service),
        effects: vec![page.text2("take-effect", "name", &member.name, "service", service)],
        warning: page.text2("take-roles", "roles", &confirm::listing(&roles, page), "host", &page.host),
        kept: Vec::new(),
        action: office.part("access"),
        submit: Some(page.text("take-submit")),
        danger: true,
        back: String::new(),
    };
    Ok(Some(Outcome::Ask(Box::new((Frame::of(work, office, Tab::People).await?, question)))))
}
