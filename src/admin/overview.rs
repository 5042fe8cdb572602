//! `/admin`: how the instance is, and what needs attention.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

use super::attention::{Matter, matters};
use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::crypto::Algorithm;
use crate::db;
use crate::db::outbox::Count;
use crate::db::overview::{Accounts, Day};
use crate::db::signing_keys::SealedKey;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::metrics;

/// Days whose sign-ins are counted.
const DAYS: i64 = 7;

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage<'a> {
    page: &'a Page,
    frame: Frame,
    matters: Vec<Matter>,
    cards: Vec<Card>,
}

/// Facts that belong together.
struct Card {
    id: &'static str,
    title: String,
    /// Each with its name.
    facts: Vec<(String, String)>,
    /// Said where there are none.
    none: String,
}

/// `GET /admin`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Overview).await?;
    let now = state.clock.now();
    let zone = state.settings.host.time_zone;
    let mut connection = state.pool.acquire().await?;
    let accounts = db::overview::accounts(&mut connection).await?;
    let sign_ins = db::overview::sign_ins(&mut connection, now - TimeDelta::days(DAYS), zone.name()).await?;
    let mail = db::outbox::count(&mut connection).await?;
    let keys = db::signing_keys::load(&mut connection, now).await?;
    let size = db::overview::size(&mut connection).await?;
    let matters = matters(&mut connection, &console, accounts, mail, &keys).await?;
    drop(connection);
    let page = &console.page;
    let cards = vec![
        people(accounts, page),
        days(&sign_ins, page),
        letters(mail, page, &state),
        signing(&keys, page, now),
        machine(size, page),
    ];
    render(StatusCode::OK, page, &OverviewPage { page, frame, matters, cards })
}

fn people(accounts: Accounts, page: &Page) -> Card {
    let disabled = accounts.inactive - accounts.waiting;
    let facts = [
        ("admin-accounts-total", accounts.total),
        ("admin-accounts-active", accounts.total - accounts.inactive),
        ("admin-accounts-waiting", accounts.waiting),
        ("admin-accounts-disabled", disabled),
    ];
    let facts = facts.map(|(label, count)| (page.text(label), count.to_string()));
    Card { id: "accounts", title: page.text("admin-accounts"), facts: facts.into(), none: String::new() }
}

fn days(days: &[Day], page: &Page) -> Card {
    Card {
        id: "sign-ins",
        title: page.text("admin-sign-ins"),
        facts: days.iter().map(|day| (page.language().date(&day.day), day.count.to_string())).collect(),
        none: page.text("admin-sign-ins-none"),
    }
}

fn letters(mail: Count, page: &Page, state: &AppState) -> Card {
    let mut facts = vec![
        (page.text("admin-mail-waiting"), mail.waiting.to_string()),
        (page.text("admin-mail-given-up"), mail.dead.to_string()),
    ];
    if let Some(oldest) = mail.oldest {
        facts.push((page.text("admin-mail-oldest"), page.language().moment(oldest, state.settings.host.time_zone)));
    }
    Card { id: "mail", title: page.text("admin-mail"), facts, none: String::new() }
}

/// The key that signs, of each algorithm, and since when.
fn signing(keys: &[SealedKey], page: &Page, now: DateTime<Utc>) -> Card {
    let age = |algorithm: &Algorithm| {
        let of = keys.iter().filter(|key| key.algorithm == algorithm.name() && key.signs_from <= now);
        let since = of.map(|key| key.signs_from).max()?;
        Some((algorithm.name().to_owned(), page.count("admin-days", (now - since).num_days())))
    };
    let facts = Algorithm::ALL.iter().filter_map(age).collect();
    Card { id: "keys", title: page.text("admin-keys"), facts, none: String::new() }
}

fn machine(size: i64, page: &Page) -> Card {
    let megabytes = |bytes: i64| page.count("admin-megabytes", (bytes + 999_999) / 1_000_000);
    let mut facts = vec![
        (page.text("admin-version"), env!("CARGO_PKG_VERSION").to_owned()),
        (page.text("admin-database"), megabytes(size)),
    ];
    if let Some(memory) = metrics::memory() {
        facts.push((page.text("admin-memory"), megabytes(memory)));
    }
    Card { id: "machine", title: page.text("admin-machine"), facts, none: String::new() }
}
