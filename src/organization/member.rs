//! `/organizations/{slug}/members/{id}`: one member, as those who look after the organization may see them
//! (OR-06), and what they may use.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::accesses::{self, Choice, Wanted, choices, fixed_roles, wanted};
use super::confirm::{self, Question};
use super::frame::{Frame, Office, Tab};
use crate::app::AppState;
use crate::authz::delegation::{Deed, Standing};
use crate::db::attachments::Service;
use crate::db::members::Member;
use crate::delegation::{Refusal, Version, Work};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::types::Role;

#[derive(Template)]
#[template(path = "organization/member.html")]
struct MemberPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    email: String,
    referent: bool,
    own: bool,
    since: String,
    /// The day; or "" when they were not seen lately.
    last_seen: String,
    choices: Vec<Choice>,
    version: String,
    done: Option<String>,
    /// Somebody else has changed it since; what was ticked is there still.
    stale: bool,
    action: String,
    role: String,
    remove: String,
    people: String,
}

/// A member, with all that their page shows.
struct Seen {
    frame: Frame,
    member: Member,
    services: Vec<Service>,
    /// All roles may be given.
    host: bool,
}

/// `GET /organizations/{slug}/members/{id}`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(
    request: HttpRequest,
    path: Path<(String, Uuid)>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (slug, id) = path.into_inner();
    let office = Office::of(&request, &slug, &state).await?;
    show(&office, id, None).await
}

/// What came of it.
enum Outcome {
    Saved,
    /// To be confirmed: roles would go that this person could not give back.
    Ask(Box<(Frame, Question)>),
}

/// `POST /organizations/{slug}/members/{id}`: exactly the accesses that are ticked.
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn post(
    request: HttpRequest,
    path: Path<(String, Uuid)>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (slug, id) = path.into_inner();
    let office = Office::of(&request, &slug, &state).await?;
    let form = office.form(&body)?;
    match office.change(async |work| save(work, &office, id, &form).await).await {
        Ok(Outcome::Saved) => {
            Ok(see_other(&format!("{}?done=saved", state.paths.organization_member(&office.slug, id))))
        }
        Ok(Outcome::Ask(asked)) => {
            let (frame, question) = *asked;
            confirm::ask(&office, frame, question, false)
        }
        Err(Refusal::Stale) => show(&office, id, Some(&form)).await,
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

async fn save(work: &mut Work<'_>, office: &Office<'_>, id: Uuid, form: &Params) -> Result<Outcome, Refusal> {
    work.must(Deed::Grant { delegable: true })?;
    let (member, services) = (work.member(id).await?, work.services().await?);
    Version::of_member(&member).must_be(Some(&Version::presented(form.get("version"))))?;
    let wanted = wanted(form, &services, &member.grants);
    if form.get("confirmed").is_empty()
        && work.place.standing != Standing::Administrator
        && let Some(question) = question(office, &member, &services, &wanted, form)
    {
        let frame = Frame::of(work, office, Tab::People).await?;
        return Ok(Outcome::Ask(Box::new((frame, question))));
    }
    for (service, roles) in wanted {
        let held = member.grants.iter().any(|grant| grant.client_id == service);
        match roles {
            Some(roles) => {
                work.grant(id, &service, &roles, None).await?;
            }
            None if held => {
                work.withdraw(id, &service, None).await?;
            }
            None => {}
        }
    }
    Ok(Outcome::Saved)
}

/// Asks first when roles go that only the host gives.
fn question(
    office: &Office<'_>,
    member: &Member,
    services: &[Service],
    wanted: &[Wanted],
    form: &Params,
) -> Option<Question> {
    let page = &office.page;
    let (mut lost, mut roles) = (Vec::new(), Vec::new());
    for service in services {
        let Some(grant) = member.grants.iter().find(|grant| grant.client_id == service.client_id) else { continue };
        let stays = wanted.iter().any(|(other, roles)| *other == service.client_id && roles.is_some());
        let fixed = fixed_roles(service, grant);
        if !stays && !fixed.is_empty() {
            lost.push(service.name(&page.lang).to_owned());
            roles.extend(fixed);
        }
    }
    if lost.is_empty() {
        return None;
    }
    let service = confirm::listing(&lost, page);
    let kept = ["access", "role", "version"]
        .into_iter()
        .flat_map(|name| form.all(name).map(|value| (name.to_owned(), value.to_owned())))
        .chain([("confirmed".to_owned(), "yes".to_owned())]);
    let back = office.state().paths.organization_member(&office.slug, member.id);
    Some(Question {
        title: page.text2("take-title", "name", &member.name, "service", &service),
        effects: vec![page.text2("take-effect", "name", &member.name, "service", &service)],
        warning: page.text2("take-roles", "roles", &confirm::listing(&roles, page), "host", &page.host),
        kept: kept.collect(),
        action: back.clone(),
        submit: Some(page.text("take-submit")),
        danger: true,
        back,
    })
}

/// `ticked`: the form of somebody who was overtaken.
async fn show(office: &Office<'_>, id: Uuid, ticked: Option<&Params>) -> Result<HttpResponse, PageError> {
    let seen = office
        .read(async |work| {
            let frame = Frame::of(work, office, Tab::People).await?;
            let host = work.place.standing == Standing::Administrator;
            Ok(Seen { frame, member: work.member(id).await?, services: work.services().await?, host })
        })
        .await;
    let Seen { frame, member, services, host } = match seen {
        Ok(seen) => seen,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let (page, state) = (&office.page, office.state());
    let mut choices = choices(&services, &member.grants, host, page);
    if let Some(form) = ticked {
        accesses::tick(&mut choices, form, page);
    }
    let day =
        |at: chrono::DateTime<chrono::Utc>| page.language().date(&at.with_timezone(&state.settings.host.time_zone));
    let done = match office.query()?.get("done") {
        _ if ticked.is_some() => None,
        "saved" => Some(page.text1("member-saved", "name", &member.name)),
        "referent" => Some(page.text1("member-made-referent", "name", &member.name)),
        "member" => Some(page.text1("member-made-member", "name", &member.name)),
        _ => None,
    };
    let path = state.paths.organization_member(&office.slug, id);
    let template = MemberPage {
        page,
        referent: member.role == Role::Referent,
        own: id == office.visitor.session.user.id,
        since: day(member.since),
        last_seen: member.last_seen.map(day).unwrap_or_default(),
        version: Version::of_member(&member).to_string(),
        name: member.name,
        email: member.email,
        choices,
        done,
        stale: ticked.is_some(),
        role: format!("{path}/role"),
        remove: format!("{path}/remove"),
        people: office.people(),
        action: path,
        frame,
    };
    let status = if ticked.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    render(status, page, &template)
}
