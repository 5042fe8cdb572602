//! `/admin/keys`: what signs tokens, and since when.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::db::signing_keys::SealedKey;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::key_rotation;

#[derive(Template)]
#[template(path = "admin/keys.html")]
struct KeysPage<'a> {
    page: &'a Page,
    frame: Frame,
    /// What was just done; or "".
    told: String,
    /// They are older than they should be.
    overdue: bool,
    /// When they are renewed by themselves.
    policy: String,
    keys: Vec<Row>,
    rotate: String,
}

struct Row {
    kid: String,
    algorithm: String,
    state: String,
    signs: bool,
    age: String,
}

/// `GET /admin/keys`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Keys).await?;
    let (page, now) = (&console.page, state.clock.now());
    let keys = console.desk().signing_keys().await;
    let keys = keys.map_err(|refusal| console.refused(refusal, &state.paths.admin()))?;
    let period = state.settings.keys.rotation;
    let told = match console.query()?.get("done") {
        "rotated" => page.text("admin-keys-rotated"),
        "waiting" => page.text("admin-keys-waiting"),
        _ => String::new(),
    };
    let days = period.map(|period| i64::try_from(period.as_secs() / 86_400).unwrap_or(i64::MAX));
    let template = KeysPage {
        page,
        frame,
        told,
        overdue: key_rotation::is_overdue(&keys, period, now),
        policy: days.map_or_else(|| page.text("admin-keys-by-hand"), |days| page.count("admin-keys-by-itself", days)),
        keys: keys.iter().map(|key| row(key, &keys, &console, now)).collect(),
        rotate: state.paths.admin_keys_rotation(),
    };
    render(StatusCode::OK, page, &template)
}

fn row(key: &SealedKey, all: &[SealedKey], console: &Console<'_>, now: DateTime<Utc>) -> Row {
    let page = &console.page;
    let newest = all.iter().filter(|other| other.algorithm == key.algorithm && other.signs_from <= now);
    let signs = newest.map(|other| other.signs_from).max() == Some(key.signs_from);
    let state = match key.retired_at {
        _ if key.signs_from > now => page.text1("admin-key-next", "when", &console.moment(key.signs_from)),
        _ if signs => page.text("admin-key-signs"),
        Some(until) => page.text1("admin-key-old", "when", &console.moment(until)),
        None => page.text("admin-key-published"),
    };
    // The first ones sign since always.
    let known = key.signs_from > DateTime::UNIX_EPOCH && key.signs_from <= now;
    let age = if known { page.count("admin-days", (now - key.signs_from).num_days()) } else { "–".to_owned() };
    Row { kid: key.kid.clone(), algorithm: key.algorithm.clone(), state, signs, age }
}
