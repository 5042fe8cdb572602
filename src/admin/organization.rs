//! `/admin/organizations/{slug}`: an organization, who looks after it, what it uses, and what may be done.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use super::lines::{Told, told};
use super::organization_act::Deed;
use crate::app::AppState;
use crate::db::attachments::Service;
use crate::db::members::Member;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::paths::Paths;

#[derive(Template)]
#[template(path = "admin/organization.html")]
struct OrganizationPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    off: bool,
    /// What was just done; or "".
    done: String,
    facts: Vec<(String, String)>,
    /// Its pages, as its referents see them.
    people: String,
    edit: String,
    /// Off, or on again.
    switch: String,
    referents: Vec<Referent>,
    name_referent: String,
    invitations: String,
    services: Vec<Attached>,
    attach: String,
    lines: Vec<Told>,
    /// All of the journal about it.
    journal: String,
    all: String,
}

struct Referent {
    name: String,
    email: String,
    href: String,
    dismiss: String,
}

struct Attached {
    name: String,
    who: String,
    shared: String,
    off: bool,
    change: String,
    detach: String,
}

/// What was just done, by its name in the address, and its text.
const DONE: [(&str, &str); 10] = [
    ("created", "places-done-created"),
    ("edited", "places-done-edited"),
    ("already", "places-done-already"),
    ("named", "places-done-named"),
    ("invited", "places-done-invited"),
    ("dismissed", "places-done-dismissed"),
    ("attached", "places-done-attached"),
    ("detached", "places-done-detached"),
    ("disabled", "places-done-disabled"),
    ("enabled", "places-done-enabled"),
];

/// `GET /admin/organizations/{slug}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor, and when there is no such organization.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Organizations).await?;
    let (page, paths) = (&console.page, &state.paths);
    let all = paths.admin_organizations();
    let dossier = console.desk().organization_dossier(&slug).await.map_err(|refusal| console.refused(refusal, &all))?;
    let place = &dossier.place;
    let query = console.query()?;
    let done = DONE.into_iter().find(|(name, _)| *name == query.get("done"));
    let act = |deed: Deed| paths.admin_organization_act(&place.slug, deed.name());
    let referent = |member: &Member| Referent {
        name: member.name.clone(),
        email: member.email.clone(),
        href: paths.admin_user(member.id),
        dismiss: Paths::with(&act(Deed::Dismiss), &[("person", &member.id.to_string())]),
    };
    let attached = |(service, others): &(Service, i64)| Attached {
        name: service.name(&page.lang).to_owned(),
        who: page.text(if service.all_members { "places-service-all" } else { "places-service-given" }),
        shared: page.count("places-service-shared", *others),
        off: !service.enabled,
        change: Paths::with(&act(Deed::Attach), &[("service", &service.client_id)]),
        detach: Paths::with(&act(Deed::Detach), &[("service", &service.client_id)]),
    };
    let contact = if place.contact.is_empty() { "–".to_owned() } else { place.contact.clone() };
    let template = OrganizationPage {
        page,
        frame,
        name: place.name.clone(),
        off: !place.active,
        done: done.map(|(_, key)| page.text(key)).unwrap_or_default(),
        facts: vec![
            (page.text("places-slug"), place.slug.clone()),
            (page.text("places-contact"), contact),
            (page.text("places-members"), dossier.members.to_string()),
        ],
        people: paths.organization_people(&place.slug),
        edit: act(Deed::Edit),
        switch: act(if place.active { Deed::Disable } else { Deed::Enable }),
        referents: dossier.referents.iter().map(referent).collect(),
        name_referent: act(Deed::Referent),
        invitations: paths.organization_part(&place.slug, "invitations"),
        services: dossier.services.iter().map(attached).collect(),
        attach: act(Deed::Attach),
        journal: Paths::with(&paths.admin_journal(), &[("organization", &place.slug)]),
        lines: told(dossier.lines, &console).await?,
        all,
    };
    render(StatusCode::OK, page, &template)
}
