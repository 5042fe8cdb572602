//! `/organizations/{slug}/members/{id}/role`: a member is asked to look after the organization, or need not
//! any more.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::confirm::{self, Question};
use super::frame::{Frame, Office, Tab};
use crate::app::AppState;
use crate::authz::delegation::{Deed, Standing};
use crate::db;
use crate::db::members::Member;
use crate::delegation::{Refusal, Version};
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::types::Role;

/// `GET /organizations/{slug}/members/{id}/role`
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

/// `POST /organizations/{slug}/members/{id}/role`
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
    let role: Role = form.get("role").parse().map_err(|_| PageError::BadRequest("no such role"))?;
    let version = Version::presented(form.get("version"));
    match office
        .change(async |work| work.change_role(id, role, Some(&version)).await.map(|_| work.place.standing))
        .await
    {
        Ok(Standing::Referent) if role == Role::Member && id == office.visitor.session.user.id => {
            Ok(see_other(&state.paths.organizations()))
        }
        Ok(_) => Ok(see_other(&format!("{}?done={role}", state.paths.organization_member(&office.slug, id)))),
        Err(Refusal::Stale) => show(&office, id, true).await,
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

async fn show(office: &Office<'_>, id: Uuid, stale: bool) -> Result<HttpResponse, PageError> {
    let seen = office
        .read(async |work| {
            work.must(Deed::ChangeRole { last_referent: false })?;
            let member = work.member(id).await?;
            let last = db::members::is_last_referent(work.connection, work.place.id, id).await?;
            let host = work.place.standing == Standing::Administrator;
            Ok((Frame::of(work, office, Tab::People).await?, member, last, host))
        })
        .await;
    match seen {
        Ok((frame, member, last, host)) => {
            let question = question(office, &frame, &member, last, host);
            confirm::ask(office, frame, question, stale)
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

fn question(office: &Office<'_>, frame: &Frame, member: &Member, last: bool, host: bool) -> Question {
    let (page, organization) = (&office.page, frame.name.as_str());
    let own = member.id == office.visitor.session.user.id;
    let (title, effect, submit, to) = match (member.role, own) {
        (Role::Member, _) => ("role-referent-title", "role-referent-effect", "role-make-referent", Role::Referent),
        (Role::Referent, false) => ("role-member-title", "role-member-effect", "role-make-member", Role::Member),
        (Role::Referent, true) => ("role-own-title", "role-own-effect", "role-own-submit", Role::Member),
    };
    let words = |key| page.text2(key, "name", &member.name, "organization", organization);
    let mut effects = vec![words(effect)];
    if to == Role::Referent {
        effects.push(page.text1("role-referent-told", "host", &page.host));
    }
    let warning = if last { page.text1("organization-last", "organization", organization) } else { String::new() };
    let path = office.state().paths.organization_member(&office.slug, member.id);
    Question {
        title: words(title),
        effects,
        warning,
        kept: vec![("role".to_owned(), to.to_string()), ("version".to_owned(), Version::of_member(member).to_string())],
        action: format!("{path}/role"),
        submit: (host || !last).then(|| page.text(submit)),
        danger: to == Role::Member,
        back: path,
    }
}
