//! Two accounts side by side, and what comes of making them one.

use super::frame::Console;
use super::membership;
use crate::db::merging::Known;
use crate::delegation::{Merging, Side};
use crate::http::page::Page;

/// One thing of both.
pub(super) struct Row {
    pub label: String,
    pub kept: String,
    pub other: String,
}

/// What each account has.
pub(super) fn rows(plan: &Merging, console: &Console<'_>) -> Vec<Row> {
    let both = [&plan.kept, &plan.other].map(|side| facts(side, console));
    let [kept, other] = both;
    kept.into_iter()
        .zip(other)
        .map(|((label, kept), (_, other))| Row { label: console.page.text(label), kept, other })
        .collect()
}

fn facts(side: &Side, console: &Console<'_>) -> Vec<(&'static str, String)> {
    let (page, account) = (&console.page, &side.account);
    let proven = page.text(if account.verified_at.is_some() { "admin-merge-proven" } else { "admin-state-unproven" });
    let organizations: Vec<String> =
        side.memberships
            .iter()
            .map(|one| {
                if one.referent { format!("{} ({})", one.name, page.text("people-referent")) } else { one.name.clone() }
            })
            .collect();
    vec![
        ("people-person", account.user.display_name()),
        ("admin-username", account.user.username.clone()),
        ("member-email", format!("{} ({proven})", account.user.email)),
        ("admin-created", console.day(account.created_at)),
        ("admin-last-seen", account.last_seen.map_or_else(|| page.text("member-not-seen"), |at| console.moment(at))),
        ("admin-factors", factors(side, page)),
        ("admin-sessions", side.sessions.to_string()),
        ("admin-memberships", listed(&organizations)),
        ("admin-groups", listed(&account.groups)),
        ("membership-title", membership::in_words(side.dates, console)),
        ("admin-merge-legacy", side.legacy.as_ref().map_or_else(|| "–".to_owned(), |legacy| legacy.id.clone())),
    ]
}

fn factors(side: &Side, page: &Page) -> String {
    let mut all = Vec::new();
    if side.factors.authenticator_since.is_some() {
        all.push(page.text("admin-merge-app"));
    }
    if side.factors.passkeys > 0 {
        all.push(page.count("admin-factor-passkeys", side.factors.passkeys));
    }
    listed(&all)
}

fn listed(all: &[String]) -> String {
    if all.is_empty() { "–".to_owned() } else { all.join(", ") }
}

/// What will happen, thing by thing.
pub(super) fn effects(plan: &Merging, console: &Console<'_>) -> Vec<String> {
    let page = &console.page;
    let (kept, other) = (&plan.kept.account.user.username, &plan.other.account.user.username);
    let mut all = vec![page.text1("admin-merge-keeps", "kept", kept)];
    if !plan.other.memberships.is_empty() {
        let names: Vec<&str> = plan.other.memberships.iter().map(|one| one.name.as_str()).collect();
        all.push(page.text2("admin-merge-organizations", "kept", kept, "list", &names.join(", ")));
    }
    if !plan.groups.is_empty() {
        all.push(page.text2("admin-merge-groups", "kept", kept, "list", &plan.groups.join(", ")));
    }
    if plan.dates != plan.kept.dates {
        let dates = membership::in_words(plan.dates, console);
        all.push(page.text2("admin-merge-dates", "kept", kept, "dates", &dates));
    }
    if plan.inherits_legacy() {
        all.push(page.text2("admin-merge-import", "kept", kept, "other", other));
    } else if plan.comes_back() {
        all.push(page.text1("admin-merge-comes-back", "other", other));
    }
    all.push(page.text1("admin-merge-ends", "other", other));
    all.extend(services(plan, page));
    all.push(page.text("admin-merge-told"));
    all
}

/// Services know people by their `sub`, which is that of the account: what they keep for the other stays the other's.
fn services(plan: &Merging, page: &Page) -> Vec<String> {
    let (kept, other) = (&plan.kept.account.user.username, &plan.other.account.user.username);
    let named = |known: bool| {
        let those = plan.services.iter().filter(|service| service.knows_kept == known);
        those.map(|service| name(service, page)).collect::<Vec<_>>().join(", ")
    };
    let language = page.language();
    let (strangers, both) = (named(false), named(true));
    let say = |key: &str, list: &String| {
        language.text_with(key, &[("kept", &kept.as_str()), ("other", &other.as_str()), ("list", &list.as_str())])
    };
    let mut all = Vec::new();
    if !strangers.is_empty() {
        all.push(say("admin-merge-strangers", &strangers));
    }
    if !both.is_empty() {
        all.push(say("admin-merge-both", &both));
    }
    if all.is_empty() {
        all.push(page.text1("admin-merge-no-service", "other", other));
    }
    all
}

fn name(service: &Known, page: &Page) -> String {
    if page.lang == "fr" { service.name_fr.clone() } else { service.name_en.clone() }
}
