//! `/admin/users/{id}`: all of one account, and what may be done about it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::frame::{Console, Frame, Tab};
use super::lines::{Told, told};
use super::user_act::Deed;
use super::{membership, merge};
use crate::app::AppState;
use crate::db::factors::Factors;
use crate::db::own_sessions::OwnSession;
use crate::db::people::Account;
use crate::http::page::{NavLink, Page, render};
use crate::http::page_error::PageError;
use crate::paths::Paths;

#[derive(Template)]
#[template(path = "admin/user.html")]
struct UserPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    /// What is particular about the account.
    chips: Vec<String>,
    /// What was just done; or "".
    done: String,
    /// It is the person's own account.
    own: bool,
    facts: Vec<(String, String)>,
    factors: Vec<String>,
    sessions: Vec<Row>,
    memberships: Vec<Membership>,
    /// Whether they are a member of the host, in words; and where that is changed.
    standing: String,
    edit_standing: String,
    lines: Vec<Told>,
    /// What may be done.
    deeds: Vec<NavLink>,
    /// Where another account of the same person becomes a part of it.
    merge: Option<String>,
    /// New accounts, when it is one.
    waiting: Option<String>,
    /// All of the journal about them.
    journal: String,
    people: String,
}

struct Row {
    device: String,
    place: String,
    since: String,
    last_seen: String,
    end: String,
}

struct Membership {
    href: String,
    name: String,
    referent: bool,
}

/// `GET /admin/users/{id}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor, and when there is no such account.
pub async fn get(request: HttpRequest, id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Users).await?;
    let (page, paths) = (&console.page, &state.paths);
    let people = paths.admin_users();
    let dossier = console.desk().dossier(*id).await.map_err(|refusal| console.refused(refusal, &people))?;
    let account = &dossier.account;
    let (user, own) = (&account.user, console.visitor.session.user.id == *id);
    let name = user.display_name();
    let query = console.query()?;
    let done = match query.get("done") {
        membership::DONE => Some("admin-membership-done"),
        merge::DONE => Some("admin-merge-done"),
        deed => Deed::named(deed).map(|deed| deed.words().done),
    };
    let done = done.map(|key| page.text1(key, "name", &name));
    let two_steps = dossier.factors.authenticator_since.is_some() || dossier.factors.passkeys > 0;
    let deeds = Deed::ALL.into_iter().filter(|deed| !own && console.administrator && deed.fits(account, two_steps));
    let memberships = dossier.memberships.iter().map(|membership| Membership {
        href: paths.organization_people(&membership.slug),
        name: membership.name.clone(),
        referent: membership.referent,
    });
    let template = UserPage {
        page,
        chips: chips(account, page),
        done: done.unwrap_or_default(),
        own,
        facts: facts(account, &console),
        factors: factors(&dossier.factors, &console),
        sessions: dossier.sessions.iter().map(|session| row(session, *id, &console)).collect(),
        memberships: memberships.collect(),
        standing: membership::in_words(dossier.dates, &console),
        edit_standing: paths.admin_user_membership(*id),
        deeds: deeds
            .map(|deed| NavLink {
                href: paths.admin_user_act(*id, deed.name()),
                label: page.text(deed.words().link),
                current: false,
            })
            .collect(),
        merge: (!own && console.administrator && user.active).then(|| paths.admin_user_merge(*id)),
        waiting: account.waiting_since.map(|_| paths.admin_registrations()),
        journal: Paths::with(&paths.admin_journal(), &[("person", &id.to_string())]),
        lines: told(dossier.lines, &console).await?,
        name,
        people,
        frame,
    };
    render(StatusCode::OK, page, &template)
}

fn chips(account: &Account, page: &Page) -> Vec<String> {
    let user = &account.user;
    [
        (account.waiting_since.is_some(), "admin-state-waiting"),
        (!user.active && account.waiting_since.is_none(), "admin-state-disabled"),
        (account.deletion_due.is_some(), "admin-state-leaving"),
    ]
    .into_iter()
    .filter(|(is, _)| *is)
    .map(|(_, key)| page.text(key))
    .collect()
}

fn facts(account: &Account, console: &Console<'_>) -> Vec<(String, String)> {
    let (page, user) = (&console.page, &account.user);
    let proven = account.verified_at.map_or_else(
        || page.text("admin-address-unproven"),
        |at| page.text1("admin-address-proven", "date", &console.day(at)),
    );
    let groups = if account.groups.is_empty() { "–".to_owned() } else { account.groups.join(", ") };
    let mut facts = vec![
        (page.text("admin-username"), user.username.clone()),
        (page.text("member-email"), user.email.clone()),
        (page.text("admin-address"), proven),
        (page.text("admin-created"), console.day(account.created_at)),
        (
            page.text("admin-last-seen"),
            account.last_seen.map_or_else(|| page.text("member-not-seen"), |at| console.moment(at)),
        ),
        (page.text("admin-groups"), groups),
    ];
    if let Some(due) = account.deletion_due {
        facts.push((page.text("admin-deletion"), console.day(due)));
    }
    facts.push((page.text("admin-id"), user.id.to_string()));
    facts
}

/// How they prove who they are, besides the password.
fn factors(factors: &Factors, console: &Console<'_>) -> Vec<String> {
    let page = &console.page;
    let mut all = Vec::new();
    if let Some(since) = factors.authenticator_since {
        all.push(page.text1("admin-factor-app", "date", &console.day(since)));
    }
    for (count, key) in [(factors.passkeys, "admin-factor-passkeys"), (factors.codes_left, "admin-factor-codes")] {
        if count > 0 {
            all.push(page.count(key, count));
        }
    }
    all
}

fn row(session: &OwnSession, person: Uuid, console: &Console<'_>) -> Row {
    let end = console.state().paths.admin_user_act(person, Deed::SignOut.name());
    let device =
        if session.device.is_empty() { console.page.text("sessions-unknown-device") } else { session.device.clone() };
    Row {
        device,
        place: session.address_range.clone(),
        since: console.moment(session.created_at),
        last_seen: console.moment(session.last_seen_at),
        end: Paths::with(&end, &[("session", &session.id.to_string())]),
    }
}
