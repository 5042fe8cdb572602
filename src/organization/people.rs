//! `/organizations/{slug}`: its people, and what each may use.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::done::Done;
use super::frame::{Frame, Office, Tab};
use super::grid::{Column, Person, columns, person};
use crate::app::AppState;
use crate::db;
use crate::db::attachments::Service;
use crate::db::members::Member;
use crate::delegation::{Flaw, Refusal, Work};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// Members on a page.
const PEOPLE: i64 = 50;
/// More services than that, and each can be looked at alone.
const FEW: usize = 6;

#[derive(Template)]
#[template(path = "organization/people.html")]
struct PeoplePage<'a> {
    page: &'a Page,
    frame: Frame,
    counts: String,
    /// What was searched for.
    q: &'a str,
    q_error: String,
    /// The one service that is looked at, or "".
    service: &'a str,
    after: &'a str,
    /// All services, to choose one to look at; empty where there are few.
    choices: Vec<Column>,
    columns: Vec<Column>,
    people: Vec<Person>,
    /// What was just done, where nobody's line says it.
    told: String,
    /// Nobody is in it but the person themself.
    alone: bool,
    /// The whole list.
    all: String,
    previous: Option<String>,
    next: Option<String>,
    access: String,
    invite: String,
    list: String,
    export: String,
}

/// What one looks at.
struct Asked {
    query: Params,
}

impl Asked {
    fn get(&self, name: &str) -> &str {
        self.query.get(name)
    }

    /// The same from another place on.
    fn from(&self, page: &str, after: Option<&str>) -> String {
        let after = ("after", after.unwrap_or_default());
        let kept = [("q", self.get("q")), ("service", self.get("service")), after];
        address(page, &kept)
    }
}

/// An address with what is said after `?`.
#[must_use]
pub fn address(page: &str, params: &[(&str, &str)]) -> String {
    let given: Vec<(String, String)> = params
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    if given.is_empty() { page.to_owned() } else { format!("{page}?{}", Params::of(given).encode()) }
}

/// What is shown, as the organization has it.
struct Seen {
    frame: Frame,
    services: Vec<Service>,
    members: Vec<Member>,
    previous: Option<Option<String>>,
    next: Option<String>,
    count: i64,
    invited: i64,
    flaw: Option<Flaw>,
    /// Whom the last change was about, when they are on another page of the list.
    elsewhere: Option<Member>,
}

/// `GET /organizations/{slug}`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    let asked = Asked { query: office.query()? };
    let about = match office.told() {
        Some((Done::Access { person, .. }, _)) => Some(person),
        _ => None,
    };
    match office.read(async |work| look(work, &office, &asked, about).await).await {
        Ok(seen) => show(&office, &asked, seen),
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

async fn look(work: &mut Work<'_>, office: &Office<'_>, asked: &Asked, about: Option<Uuid>) -> Result<Seen, Refusal> {
    let frame = Frame::of(work, office, Tab::People).await?;
    let services = work.services().await?;
    let cursor = Some(asked.get("after")).filter(|cursor| !cursor.is_empty());
    let (found, flaw) = match work.members(asked.get("q"), None, cursor, PEOPLE).await {
        Ok(found) => (found, None),
        // Too long to search for: everybody, and what is wrong.
        Err(Refusal::Invalid(flaw)) if flaw.field == "q" => (work.members("", None, None, PEOPLE).await?, Some(flaw)),
        Err(refusal) => return Err(refusal),
    };
    let previous = match cursor.filter(|_| flaw.is_none()) {
        Some(cursor) => Some(work.members_before(asked.get("q"), cursor, PEOPLE).await?),
        None => None,
    };
    let elsewhere = match about.filter(|about| found.members.iter().all(|member| member.id != *about)) {
        Some(person) => work.member(person).await.ok(),
        None => None,
    };
    Ok(Seen {
        frame,
        services,
        members: found.members,
        previous,
        next: found.next,
        count: db::members::count(work.connection, work.place.id).await?,
        invited: db::invitations::count_pending(work.connection, work.place.id, work.now).await?,
        flaw,
        elsewhere,
    })
}

fn show(office: &Office<'_>, asked: &Asked, seen: Seen) -> Result<HttpResponse, PageError> {
    let (page, people) = (&office.page, office.people());
    let service = asked.get("service");
    let all = columns(&seen.services, page, "");
    let shown = columns(&seen.services, page, service);
    let chosen = if shown.len() == 1 { service } else { "" };
    let (told, undo) = match office.told() {
        Some((done @ Done::Access { .. }, sealed)) => (Some(done), sealed),
        Some((done, _)) => (Some(done), String::new()),
        None => (None, String::new()),
    };
    let told_of = |member: &Member| {
        let text = super::grid::told(told.as_ref()?, member, &all, page)?;
        Some(super::grid::Told { text, undo: undo.clone() })
    };
    let own = office.visitor.session.user.id;
    let rows = seen.members.iter().map(|member| {
        let mut row = person(office, member, &shown, seen.frame.changes);
        row.told = told_of(member);
        row.own = member.id == own;
        row
    });
    let elsewhere = seen.elsewhere.as_ref().and_then(told_of).map(|told| told.text);
    let removed = match &told {
        Some(Done::Removed { name }) => {
            Some(page.text2("people-removed", "name", name, "organization", &seen.frame.name))
        }
        _ => None,
    };
    let counts = page.language().whole(
        "people-counts",
        &[("count", crate::i18n::Value::Number(seen.count)), ("invited", crate::i18n::Value::Number(seen.invited))],
    );
    let template = PeoplePage {
        page,
        counts,
        q: asked.get("q"),
        q_error: seen.flaw.map(|_| page.text("people-search-too-long")).unwrap_or_default(),
        service: chosen,
        after: asked.get("after"),
        people: rows.collect(),
        choices: if all.len() > FEW { all } else { Vec::new() },
        columns: shown,
        told: elsewhere.or(removed).unwrap_or_default(),
        alone: seen.count <= 1,
        previous: seen.previous.map(|cursor| asked.from(&people, cursor.as_deref())),
        next: seen.next.map(|cursor| asked.from(&people, Some(&cursor))),
        all: people,
        access: office.part("access"),
        invite: office.part("invite"),
        list: office.part("list"),
        export: office.part("members.csv"),
        frame: seen.frame,
    };
    render(StatusCode::OK, page, &template)
}
