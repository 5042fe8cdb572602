//! A line of the journal of an organization, as a sentence.

use serde_json::Value as Json;

use super::confirm::listing;
use super::frame::Office;
use crate::authz::delegation::Why;
use crate::db::audit::{Kind, OrganizationLine, Who};
use crate::http::page::Page;
use crate::http::page_error::PageError;
use crate::i18n::Value;

/// What happened; none for what only a later version of Loquet understands.
///
/// # Errors
/// PostgreSQL's.
pub async fn happened(line: &OrganizationLine, office: &Office<'_>) -> Result<Option<String>, PageError> {
    let Some(kind) = Kind::of(&line.kind) else { return Ok(None) };
    let (page, state) = (&office.page, office.state());
    let client = match &line.client_id {
        Some(client_id) => state.directory.client(client_id, &state.pool).await?,
        None => None,
    };
    // A service that is gone keeps the name that its administrators know it by.
    let service =
        client.map_or_else(|| line.client_id.clone().unwrap_or_default(), |client| client.name(&page.lang).to_owned());
    let person = line.user.as_ref().map(|user| name(user, page)).unwrap_or_default();
    let (details, after) = (&line.details, roles(&line.details["after"], page));
    let changed = !details["before"].is_null();
    let referent = details["after"] == "referent";
    let email = details["email"].as_str().unwrap_or_default().to_owned();
    let (key, what) = match kind {
        Kind::OrganizationJoined => ("happened-joined", String::new()),
        Kind::InvitationDeclined => ("happened-declined", String::new()),
        Kind::OrganizationLeft => ("happened-left", String::new()),
        Kind::ServiceGivenUp => ("happened-gave-up", String::new()),
        Kind::MemberRemoved => ("happened-removed", String::new()),
        Kind::MemberPlaced => ("happened-placed", String::new()),
        Kind::RoleChanged if referent => ("happened-made-referent", String::new()),
        Kind::RoleChanged => ("happened-made-member", String::new()),
        Kind::AccessGranted if changed && after.is_empty() => ("happened-no-role", String::new()),
        Kind::AccessGranted if changed => ("happened-roles", after),
        Kind::AccessGranted if after.is_empty() => ("happened-given", String::new()),
        Kind::AccessGranted => ("happened-given-roles", after),
        Kind::AccessWithdrawn => ("happened-taken", String::new()),
        Kind::ServiceAttached => ("happened-attached", String::new()),
        Kind::ServiceDetached => ("happened-detached", String::new()),
        Kind::OrganizationCreated => ("happened-created", String::new()),
        Kind::OrganizationChanged => ("happened-settings", String::new()),
        Kind::Invited => ("happened-invited", email),
        Kind::InvitedAgain => ("happened-invited-again", email),
        Kind::InvitationChanged => ("happened-invitation-changed", email),
        Kind::InvitationWithdrawn => ("happened-invitation-withdrawn", email),
        Kind::ListApplied => ("happened-list", counts(details, page)),
        Kind::MembersExported => ("happened-exported", String::new()),
        Kind::DelegationRefused => ("happened-refused", reason(details, page)),
        other => return Ok(Some(page.text2(other.text(), "service", &service, "organization", &office.slug))),
    };
    let variables = [
        ("who", Value::Text(name(&line.actor, page))),
        ("person", Value::Text(person)),
        ("service", Value::Text(service)),
        ("what", Value::Text(what)),
    ];
    Ok(Some(page.language().whole(key, &variables)))
}

fn name(who: &Who, page: &Page) -> String {
    match who {
        Who::Member(name) => name.clone(),
        Who::Gone => page.text("journal-somebody-gone"),
        Who::Administration => page.text1("journal-host", "host", &page.host),
        Who::Outsider => page.text("journal-outsider"),
    }
}

fn roles(after: &Json, page: &Page) -> String {
    let roles: Vec<String> =
        after.as_array().into_iter().flatten().filter_map(|role| role.as_str().map(str::to_owned)).collect();
    listing(&roles, page)
}

/// How many of each, of what is not nothing.
fn counts(details: &Json, page: &Page) -> String {
    let of = |(name, key): (&str, &str)| {
        let number = details[name].as_i64().filter(|number| *number > 0)?;
        Some(page.count(key, number))
    };
    let all: Vec<String> = [
        ("invited", "list-invited"),
        ("changed", "list-changed"),
        ("removed", "list-removed"),
        ("withdrawn", "list-withdrew"),
        ("refused", "list-refused"),
    ]
    .into_iter()
    .filter_map(of)
    .collect();
    listing(&all, page)
}

fn reason(details: &Json, page: &Page) -> String {
    let said = details["reason"].as_str().unwrap_or_default();
    let is = |why: Why| why.name() == said;
    page.text(if is(Why::NotReferent) {
        "reason-not-referent"
    } else if is(Why::ReadOnly) {
        "reason-read-only"
    } else if is(Why::Deactivated) {
        "reason-deactivated"
    } else if is(Why::NotDelegable) {
        "reason-not-delegable"
    } else if is(Why::LastReferent) {
        "reason-last-referent"
    } else {
        "reason-host-only"
    })
}
