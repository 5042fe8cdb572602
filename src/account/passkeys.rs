//! `/account/security/passkeys`: those of a person, and adding one.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use super::factor_change::{self, Change, Setup};
use super::frame::Section;
use super::passkey_proof::{self, passkeys};
use super::recovery_codes;
use crate::app::AppState;
use crate::db;
use crate::db::audit;
use crate::db::passkeys::{Purpose, StoredPasskey};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::mail::{Factor, Kind};
use crate::types::check_line;

/// Most that a person may have.
const MOST: usize = 20;
/// Longest name, in characters.
const NAME: usize = 64;

#[derive(Template)]
#[template(path = "account/passkeys.html")]
struct PasskeysPage<'a> {
    page: &'a Page,
    script: String,
    action: String,
    challenge: String,
    passkeys: Vec<Line>,
    error: Option<String>,
    full: bool,
}

/// A passkey, as the page shows it.
struct Line {
    name: String,
    since: String,
    used: Option<String>,
    remove: String,
}

/// `GET /account/security/passkeys`
///
/// # Errors
/// A way to a recent proof of identity; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    passkeys(&state)?;
    show(&Setup::of(&request, &state, &state.paths.passkeys()).await?, None).await
}

/// `POST /account/security/passkeys/challenge`: for the script of the page.
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn challenge(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let setup = Setup::of(&request, &state, &state.paths.passkeys()).await?;
    let visitor = &setup.visitor;
    visitor.form(&body)?;
    let user = &visitor.session.user;
    let mut connection = state.pool.acquire().await?;
    let known = db::passkeys::list(&mut connection, user.id).await?;
    drop(connection);
    let known: Vec<Vec<u8>> = known.into_iter().map(|passkey| passkey.credential_id).collect();
    let asked = passkeys(&state)?.ask_to_add(user.id, &user.username, &user.display_name(), &known);
    passkey_proof::ask(asked, Purpose::Add, Some(user.id), &visitor.browser, &state).await
}

/// `POST /account/security/passkeys`
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let setup = Setup::of(&request, &state, &state.paths.passkeys()).await?;
    let visitor = &setup.visitor;
    let form = visitor.form(&body)?;
    let (user, now) = (visitor.session.user.id, state.clock.now());
    let name = form.get("name").trim();
    if check_line(name, NAME).is_err() {
        return show(&setup, Some("passkey-name-check")).await;
    }
    let mut connection = state.pool.acquire().await?;
    let asked = db::passkeys::take(&mut connection, visitor.browser.hashed(), Purpose::Add, Some(user), now).await?;
    drop(connection);
    let added = asked.map(|asked| passkeys(&state).map(|passkeys| passkeys.add(form.get("credential"), asked)));
    let Some(Ok(added)) = added.transpose()? else { return show(&setup, Some("passkey-not-added")).await };
    let passkey = StoredPasskey {
        id: Uuid::now_v7(),
        credential_id: added.id,
        credential: added.credential,
        name: name.to_owned(),
        created_at: now,
        last_used_at: None,
    };
    let mut transaction = state.pool.begin().await?;
    let before = db::factors::of(&mut transaction, user).await?;
    let full = usize::try_from(before.passkeys).is_ok_and(|count| count >= MOST);
    if full || !db::passkeys::insert(&mut transaction, user, &passkey).await? {
        drop(transaction);
        return show(&setup, Some("passkey-not-added")).await;
    }
    let codes =
        if before.codes_left == 0 { Some(recovery_codes::renew(&mut transaction, user, &state).await?) } else { None };
    let change = Change {
        event: audit::Kind::PasskeyAdded,
        details: json!({ "name": name }),
        notice: Kind::FactorAdded(Factor::Passkey(name)),
        proven: &["pop", "mfa"],
    };
    let cookie = factor_change::settle(visitor, &mut transaction, change).await?;
    transaction.commit().await?;
    let next = setup.onward.or(&state.paths.passkeys(), &state);
    let mut response = match codes {
        Some(codes) => recovery_codes::show_new(visitor, &codes, &next, true)?,
        None => see_other(&next),
    };
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

async fn show(setup: &Setup<'_>, error: Option<&str>) -> Result<HttpResponse, PageError> {
    let (visitor, state) = (&setup.visitor, setup.visitor.state);
    let mut connection = state.pool.acquire().await?;
    let known = db::passkeys::list(&mut connection, visitor.session.user.id).await?;
    drop(connection);
    let mut page = visitor.page(Section::Security);
    if setup.demanded {
        page.nav.clear();
    }
    let zone = state.settings.host.time_zone;
    let line = |passkey: &StoredPasskey| Line {
        name: name_of(passkey, &page),
        since: page.language().date(&passkey.created_at.with_timezone(&zone)),
        used: passkey.last_used_at.map(|at| page.language().date(&at.with_timezone(&zone))),
        remove: state.paths.passkey(passkey.id),
    };
    let template = PasskeysPage {
        page: &page,
        script: state.paths.asset(state.assets.name("passkeys.js")),
        action: setup.onward.by(&state.paths.passkeys()),
        challenge: state.paths.passkey_challenge(),
        passkeys: known.iter().map(line).collect(),
        error: error.map(|key| page.text(key)),
        full: known.len() >= MOST,
    };
    render(if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page, &template)
}

/// What its person calls it, or «passkey».
pub(super) fn name_of(passkey: &StoredPasskey, page: &Page) -> String {
    if passkey.name.is_empty() { page.text("passkey-unnamed") } else { passkey.name.clone() }
}
