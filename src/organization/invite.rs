//! `/organizations/{slug}/invite`: one address is invited, with what its person will have. What the
//! referent reads does not depend on whether the address has an account (EN-05, OR-08, OR-26).

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::accesses::{Choice, choices, tick, wanted};
use super::done::Done;
use super::frame::{Frame, Office, Tab};
use super::refused::clash_text;
use crate::app::AppState;
use crate::authz::delegation::{Deed, Standing};
use crate::delegation::{Clash, Refusal};
use crate::http::names::email_fault;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::types::{Email, Role};

#[derive(Template)]
#[template(path = "organization/invite.html")]
struct InvitePage<'a> {
    page: &'a Page,
    frame: Frame,
    action: String,
    email: String,
    email_error: String,
    referent: bool,
    choices: Vec<Choice>,
    list: String,
    back: String,
}

/// `GET /organizations/{slug}/invite`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    show(&office, None, StatusCode::OK, String::new()).await
}

/// `POST /organizations/{slug}/invite`
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
    let page = &office.page;
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    let email = match Email::parse(form.get("email").trim()) {
        Ok(email) => email,
        Err(error) => return show(&office, Some(&form), unfit, email_fault(error, page)).await,
    };
    let role = if form.get("referent").is_empty() { Role::Member } else { Role::Referent };
    let invited = office
        .change(async |work| {
            work.must(Deed::Invite)?;
            let services = work.services().await?;
            let grants = wanted(&form, &services, &[]).into_iter();
            let grants: Vec<_> = grants.filter_map(|(service, roles)| Some((service, roles?))).collect();
            work.invite(&email, role, &grants).await
        })
        .await;
    match invited {
        Ok(sent) => Ok(see_other(&office.telling(&office.part("invitations"), Done::Invited { email: sent.email })?)),
        Err(Refusal::Clash(clash @ Clash::AlreadyMember)) => {
            show(&office, Some(&form), StatusCode::CONFLICT, clash_text(clash, page)).await
        }
        Err(Refusal::TooMany(until)) => {
            let until = page.language().moment(until, state.settings.host.time_zone);
            let message = page.text1("organization-too-many", "until", &until);
            show(&office, Some(&form), StatusCode::TOO_MANY_REQUESTS, message).await
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

/// `typed`: nothing of it is lost.
async fn show(
    office: &Office<'_>,
    typed: Option<&Params>,
    status: StatusCode,
    email_error: String,
) -> Result<HttpResponse, PageError> {
    let seen = office
        .read(async |work| {
            work.must(Deed::Invite)?;
            let host = work.place.standing == Standing::Administrator;
            Ok((Frame::of(work, office, Tab::Invitations).await?, work.services().await?, host))
        })
        .await;
    let (frame, services, host) = match seen {
        Ok(seen) => seen,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let page = &office.page;
    let mut choices = choices(&services, &[], host, page);
    if let Some(form) = typed {
        tick(&mut choices, form, page);
        for choice in &mut choices {
            // Nobody has anything yet.
            choice.present.clear();
        }
    }
    // What only the host gives is nothing to choose here.
    for choice in &mut choices {
        choice.roles.retain(|role| !role.fixed);
    }
    choices.retain(|choice| !choice.open || !choice.roles.is_empty());
    let said = |name: &str| typed.map(|form| form.get(name).to_owned()).unwrap_or_default();
    let template = InvitePage {
        page,
        frame,
        action: office.part("invite"),
        email: said("email"),
        email_error,
        referent: !said("referent").is_empty(),
        choices,
        list: office.part("list"),
        back: office.part("invitations"),
    };
    render(status, page, &template)
}
