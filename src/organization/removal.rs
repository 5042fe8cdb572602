//! `/organizations/{slug}/members/{id}/remove`: what somebody loses who is taken out, before they are.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::confirm::{self, Question};
use super::done::Done;
use super::frame::{Frame, Office, Tab};
use crate::app::AppState;
use crate::authz::delegation::{Deed, Standing};
use crate::db;
use crate::db::attachments::Service;
use crate::db::members::Member;
use crate::delegation::{Refusal, Version};
use crate::http::page::see_other;
use crate::http::page_error::PageError;

/// `GET /organizations/{slug}/members/{id}/remove`
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
    show(&office, id, false).await
}

/// `POST /organizations/{slug}/members/{id}/remove`
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
    let version = Version::presented(form.get("version"));
    let own = id == office.visitor.session.user.id;
    let removed = office
        .change(async |work| {
            // A member who leaves does so from their own account.
            work.must(Deed::SeePeople)?;
            Ok((work.remove_member(id, Some(&version)).await?, work.place.standing))
        })
        .await;
    match removed {
        Ok((_, Standing::Referent)) if own => Ok(see_other(&format!("{}?done=left", state.paths.organizations()))),
        Ok((member, _)) => Ok(see_other(&office.telling(&office.people(), Done::Removed { name: member.name })?)),
        Err(Refusal::Stale) => show(&office, id, true).await,
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

async fn show(office: &Office<'_>, id: Uuid, stale: bool) -> Result<HttpResponse, PageError> {
    let seen = office
        .read(async |work| {
            work.must(Deed::SeePeople)?;
            work.must(Deed::Remove { oneself: office.visitor.session.user.id == id, last_referent: false })?;
            let (member, services) = (work.member(id).await?, work.services().await?);
            let last = db::members::is_last_referent(work.connection, work.place.id, id).await?;
            let host = work.place.standing == Standing::Administrator;
            Ok((Frame::of(work, office, Tab::People).await?, member, services, last, host))
        })
        .await;
    match seen {
        Ok((frame, member, services, last, host)) => {
            let question = question(office, &frame, &member, &services, (last, host));
            confirm::ask(office, frame, question, stale)
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

fn question(
    office: &Office<'_>,
    frame: &Frame,
    member: &Member,
    services: &[Service],
    (last, host): (bool, bool),
) -> Question {
    let (page, organization) = (&office.page, frame.name.as_str());
    let own = member.id == office.visitor.session.user.id;
    let opened = |service: &&Service| {
        service.all_members || member.grants.iter().any(|grant| grant.client_id == service.client_id)
    };
    let names: Vec<String> =
        services.iter().filter(opened).map(|service| service.name(&page.lang).to_owned()).collect();
    let words = |key| page.text2(key, "name", &member.name, "organization", organization);
    let mut effects = Vec::new();
    if !names.is_empty() {
        let key = if own { "remove-own-services" } else { "remove-services" };
        effects.push(page.text2(key, "name", &member.name, "services", &confirm::listing(&names, page)));
    }
    if own {
        effects.push(words("remove-own-effect"));
    } else {
        effects.push(page.text2("remove-effect", "name", &member.name, "host", &page.host));
    }
    let path = office.state().paths.organization_member(&office.slug, member.id);
    Question {
        title: words(if own { "remove-own-title" } else { "remove-title" }),
        effects,
        warning: if last { page.text1("organization-last", "organization", organization) } else { String::new() },
        kept: vec![("version".to_owned(), Version::of_member(member).to_string())],
        action: format!("{path}/remove"),
        submit: (host || !last).then(|| words(if own { "remove-own-submit" } else { "remove-submit" })),
        danger: true,
        back: path,
    }
}
