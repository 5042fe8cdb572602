//! What a list would change, in words; `POST /organizations/{slug}/list/apply` does it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::confirm::listing;
use super::frame::{Frame, Office, Tab};
use super::invitations::granted;
use super::list::{self, Sent};
use crate::app::AppState;
use crate::db::attachments::Service;
use crate::delegation::list::{Plan, Planned, Refused, Step};
use crate::delegation::{Refusal, Version};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::i18n::Value;
use crate::types::Role;

#[derive(Template)]
#[template(path = "organization/list_preview.html")]
struct PreviewPage<'a> {
    page: &'a Page,
    frame: Frame,
    /// It was done: this is the report.
    applied: bool,
    /// It would have changed something else when it was looked at.
    stale: bool,
    groups: Vec<Group>,
    /// How many lines change nothing; or "".
    unchanged: String,
    refused: Vec<Wrong>,
    refused_title: String,
    submit: String,
    /// Somebody loses something.
    danger: bool,
    text: &'a str,
    complete: bool,
    digest: String,
    apply: String,
    list: String,
    people: String,
}

/// Changes of one kind.
struct Group {
    title: String,
    danger: bool,
    lines: Vec<Change>,
}

/// Whom it concerns, and what of them.
struct Change {
    who: String,
    what: Vec<String>,
}

/// A line that stays as it is.
struct Wrong {
    line: String,
    email: String,
    reason: String,
}

/// The plan of a list. `stale`: what it would have changed has changed.
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn show(office: &Office<'_>, sent: &Sent, stale: bool) -> Result<HttpResponse, PageError> {
    let seen = office
        .read(async |work| {
            let plan = work.preview_list(&sent.text, sent.complete).await?;
            Ok((Frame::of(work, office, Tab::List).await?, work.services().await?, plan))
        })
        .await;
    match seen {
        Ok((frame, services, plan)) => {
            let stage = if stale { Stage::Overtaken } else { Stage::Foreseen };
            tell(office, sent, frame, &services, &plan, stage)
        }
        Err(Refusal::Invalid(flaw)) => {
            list::show(office, sent, StatusCode::UNPROCESSABLE_ENTITY, list::flaw(&flaw, &office.page)).await
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

/// `POST /organizations/{slug}/list/apply`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn apply(
    request: HttpRequest,
    slug: Path<String>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    let upload = list::receive(&office, payload).await?;
    let sent = match list::read(&upload) {
        Ok(sent) => sent,
        Err((sent, key)) => {
            return list::show(&office, &sent, StatusCode::UNPROCESSABLE_ENTITY, office.page.text(key)).await;
        }
    };
    let seen = Version::presented(upload.form.get("digest"));
    let applied = office
        .change(async |work| {
            let applied = work.apply_list(&sent.text, sent.complete, Some(&seen)).await?;
            Ok((Frame::of(work, &office, Tab::List).await?, work.services().await?, applied.plan))
        })
        .await;
    match applied {
        Ok((frame, services, plan)) => tell(&office, &sent, frame, &services, &plan, Stage::Done),
        // Somebody else was quicker, with the last invitation of the day too: what it would change now.
        Err(Refusal::Stale | Refusal::TooMany(_) | Refusal::Clash(_)) => show(&office, &sent, true).await,
        Err(Refusal::Invalid(flaw)) => {
            list::show(&office, &sent, StatusCode::UNPROCESSABLE_ENTITY, list::flaw(&flaw, &office.page)).await
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

/// Where a list stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// To be looked at.
    Foreseen,
    /// …again: what it would change has changed.
    Overtaken,
    /// Applied: this is the report.
    Done,
}

/// Whether a step is of the kind, its title before and after, whether it takes something away.
type Kind = (fn(&Step) -> bool, &'static str, &'static str, bool);

fn tell(
    office: &Office<'_>,
    sent: &Sent,
    frame: Frame,
    services: &[Service],
    plan: &Plan,
    stage: Stage,
) -> Result<HttpResponse, PageError> {
    let (page, applied) = (&office.page, stage == Stage::Done);
    let count = |key, number: usize| page.count(key, i64::try_from(number).unwrap_or(i64::MAX));
    let kinds: [Kind; 5] = [
        (|step| matches!(step, Step::Invite { .. }), "list-invite", "list-invited", false),
        (|step| matches!(step, Step::Change { .. }), "list-change", "list-changed", false),
        (
            |step| matches!(step, Step::ChangeInvitation { .. }),
            "list-change-invitation",
            "list-changed-invitation",
            false,
        ),
        (|step| matches!(step, Step::Remove { .. }), "list-remove", "list-removed", true),
        (|step| matches!(step, Step::Withdraw { .. }), "list-withdraw", "list-withdrew", true),
    ];
    let group = |(is, before, after, danger): &Kind| {
        let planned: Vec<&Planned> = plan.steps.iter().filter(|planned| is(&planned.step)).collect();
        let title = count(if applied { after } else { before }, planned.len());
        let change = |planned: &&Planned| Change {
            who: planned
                .name
                .as_ref()
                .map_or_else(|| planned.email.clone(), |name| format!("{name} ({})", planned.email)),
            what: what(&planned.step, services, page),
        };
        (!planned.is_empty()).then(|| Group { title, danger: *danger, lines: planned.iter().map(change).collect() })
    };
    let template = PreviewPage {
        page,
        groups: kinds.iter().filter_map(group).collect(),
        danger: plan.steps.iter().any(|planned| matches!(planned.step, Step::Remove { .. })),
        unchanged: if plan.unchanged > 0 { count("list-unchanged", plan.unchanged) } else { String::new() },
        refused: plan.refused.iter().map(|refused| wrong(refused, page)).collect(),
        refused_title: count("list-refused", plan.refused.len()),
        submit: count("list-apply", plan.steps.len()),
        text: &sent.text,
        complete: sent.complete,
        digest: plan.digest.to_string(),
        apply: office.part("list/apply"),
        list: office.part("list"),
        people: office.people(),
        frame,
        applied,
        stale: stage == Stage::Overtaken,
    };
    let status = if stage == Stage::Overtaken { StatusCode::CONFLICT } else { StatusCode::OK };
    render(status, page, &template)
}

/// What a step changes, in words, each for itself.
fn what(step: &Step, services: &[Service], page: &Page) -> Vec<String> {
    let names = |grants: &[(String, Vec<String>)]| {
        listing(&grants.iter().map(|grant| granted(grant, services, page)).collect::<Vec<_>>(), page)
    };
    let becomes = |role: &Role| {
        page.text(match role {
            Role::Referent => "list-becomes-referent",
            Role::Member => "list-becomes-member",
        })
    };
    let mut parts = Vec::new();
    match step {
        Step::Invite { role, grants } | Step::ChangeInvitation { role, grants, .. } => {
            if *role == Role::Referent {
                parts.push(page.text("list-as-referent"));
            }
            if !grants.is_empty() {
                parts.push(page.text1("list-with", "services", &names(grants)));
            }
        }
        Step::Change { role, give, take, .. } => {
            parts.extend(role.as_ref().map(becomes));
            if !give.is_empty() {
                parts.push(page.text1("list-gets", "services", &names(give)));
            }
            if !take.is_empty() {
                let taken: Vec<_> = take.iter().map(|service| (service.clone(), Vec::new())).collect();
                parts.push(page.text1("list-loses", "services", &names(&taken)));
            }
        }
        Step::Remove { .. } => parts.push(page.text("list-loses-all")),
        Step::Withdraw { .. } => {}
    }
    parts
}

fn wrong(refused: &Refused, page: &Page) -> Wrong {
    let line = |line: u64| {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        page.language().whole("list-line", &[("line", Value::Number(line))])
    };
    let reason = page.text(match (refused.field, refused.problem) {
        ("email", "not-an-address") => "list-not-an-address",
        ("email", "repeated") => "list-repeated",
        ("email", "declined") => "list-declined",
        ("email", "invited-lately") => "list-invited-lately",
        ("email", "quota") => "list-quota",
        ("services", "unknown-service") => "list-unknown-service",
        ("services", "unknown-role") => "list-unknown-role",
        ("services", _) => "list-not-delegable",
        (_, "unknown") => "list-unknown-place",
        (_, "yourself") => "list-yourself",
        (_, "last-referent") => "list-last-referent",
        _ => "list-not-possible",
    });
    Wrong { line: refused.line.map(line).unwrap_or_default(), email: refused.email.clone(), reason }
}
