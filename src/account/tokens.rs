//! `/account/security/tokens`: keys that a person makes for their own programs. Each is shown once, by the
//! answer that made it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::fields::{Answer, Field, Input};
use super::frame::{Section, Visitor};
use super::letter;
use crate::app::AppState;
use crate::crypto::Plain;
use crate::db;
use crate::db::audit::{self, Event};
use crate::db::personal_tokens::{MOST, NewToken, PREFIX, Token};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::mail::{self, Kind};
use crate::types::check_line;

/// Longest name, in characters.
const NAME: usize = 64;
/// For how many days one may be good: a year at most.
const LIVES: [i64; 4] = [7, 30, 90, 365];
/// …if nobody says otherwise.
const USUAL: i64 = 90;

#[derive(Template)]
#[template(path = "account/tokens.html")]
struct TokensPage<'a> {
    page: &'a Page,
    action: String,
    docs: String,
    tokens: Vec<Line>,
    fields: Vec<Field>,
    /// One was ended.
    ended: bool,
    /// As many as one may have.
    full: bool,
    faulty: bool,
}

/// A token, as the page shows it.
struct Line {
    id: Uuid,
    name: String,
    reach: String,
    since: String,
    until: String,
    used: String,
}

#[derive(Template)]
#[template(path = "account/new_token.html")]
struct NewTokenPage<'a> {
    page: &'a Page,
    name: &'a str,
    token: &'a str,
    until: String,
    next: String,
}

/// `GET /account/security/tokens`
///
/// # Errors
/// A way to a recent proof of identity; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    show(&visitor(&request, &state).await?, &Params::default(), None).await
}

/// `POST /account/security/tokens`: makes one, or ends the one that the button names.
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = visitor(&request, &state).await?;
    let form = visitor.form(&body)?;
    if form.get("end").is_empty() { make(&visitor, &form).await } else { end(&visitor, form.get("end")).await }
}

async fn visitor<'a>(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Visitor<'a>, PageError> {
    let visitor = Visitor::of(request, state).await?;
    visitor.recent(&state.paths.personal_tokens())?;
    Ok(visitor)
}

async fn make(visitor: &Visitor<'_>, form: &Params) -> Result<HttpResponse, PageError> {
    let (state, user, now) = (visitor.state, &visitor.session.user, visitor.state.clock.now());
    let name = form.get("name").trim();
    if name.is_empty() || check_line(name, NAME).is_err() {
        return show(visitor, form, Some("tokens-name-check")).await;
    }
    let days = LIVES.into_iter().find(|days| days.to_string() == form.get("days"));
    let days = days.ok_or(PageError::BadRequest("a token without an end"))?;
    let token = Plain::random(PREFIX);
    let new = NewToken {
        id: Uuid::now_v7(),
        user: user.id,
        hash: token.hashed(),
        name,
        organization: Some(form.get("organization")).filter(|slug| !slug.is_empty()),
        expires_at: now + TimeDelta::days(days),
    };
    if form.hold_nul() {
        return Err(PageError::BadRequest("NUL"));
    }
    let mut transaction = state.pool.begin().await?;
    if !db::personal_tokens::insert(&mut transaction, &new, now).await? {
        // As many as one may have, or an organization that one is not in: the page offers neither.
        return Ok(see_other(&state.paths.personal_tokens()));
    }
    let details = json!({ "name": name, "organization": new.organization, "expires_at": new.expires_at });
    let origin = visitor.origin();
    let event = Event::own(audit::Kind::TokenMade, user.id, &origin).with(details);
    audit::record(&mut transaction, &event, now).await?;
    let notice = letter(&Kind::TokenMade { token: name }, user, state)?;
    mail::queue(&mut transaction, &state.vault, &state.clock, &notice).await?;
    transaction.commit().await?;
    tracing::info!(user = %user.id, token = %new.id, "made a token");
    let mut page = visitor.page(Section::Security);
    // First it must be kept.
    page.nav.clear();
    let until = page.language().date(&new.expires_at.with_timezone(&state.settings.host.time_zone));
    let template =
        NewTokenPage { page: &page, name, token: token.reveal(), until, next: state.paths.personal_tokens() };
    render(StatusCode::OK, &page, &template)
}

async fn end(visitor: &Visitor<'_>, id: &str) -> Result<HttpResponse, PageError> {
    let (state, user) = (visitor.state, visitor.session.user.id);
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let mut transaction = state.pool.begin().await?;
    let name = db::personal_tokens::end(&mut transaction, user, id).await?.ok_or(PageError::NotFound)?;
    let origin = visitor.origin();
    let event = Event::own(audit::Kind::TokenEnded, user, &origin).with(json!({ "name": name }));
    audit::record(&mut transaction, &event, state.clock.now()).await?;
    transaction.commit().await?;
    tracing::info!(%user, token = %id, "ended a token");
    Ok(see_other(&format!("{}?ended=1", state.paths.personal_tokens())))
}

async fn show(visitor: &Visitor<'_>, typed: &Params, error: Option<&str>) -> Result<HttpResponse, PageError> {
    let (state, user) = (visitor.state, visitor.session.user.id);
    let mut connection = state.pool.acquire().await?;
    let tokens = db::personal_tokens::list(&mut connection, user, state.clock.now()).await?;
    let organizations = db::own_organizations::list(&mut connection, user, None).await?;
    drop(connection);
    let page = visitor.page(Section::Security);
    let date =
        |at: chrono::DateTime<chrono::Utc>| page.language().date(&at.with_timezone(&state.settings.host.time_zone));
    let line = |token: &Token| Line {
        id: token.id,
        name: token.name.clone(),
        reach: match &token.organization {
            Some(name) => page.text1("tokens-only", "organization", name),
            None => page.text("tokens-everywhere"),
        },
        since: date(token.created_at),
        until: date(token.expires_at),
        used: token
            .last_used_at
            .map_or_else(|| page.text("tokens-never-used"), |at| page.text1("tokens-used", "date", &date(at))),
    };
    let answer = |value: &str, label: String| Answer { value: value.to_owned(), label, lang: String::new() };
    let referent = organizations.iter().filter(|organization| organization.referent);
    let organizations = referent.map(|organization| answer(&organization.slug, organization.name.clone())).collect();
    let lives = LIVES.into_iter().map(|days| answer(&days.to_string(), page.count("tokens-days", days))).collect();
    let days = Some(typed.get("days")).filter(|days| !days.is_empty()).map_or_else(|| USUAL.to_string(), str::to_owned);
    let field = |id: &str, label: &str, help: &str, value: String, input| Field {
        id: id.to_owned(),
        label: page.text(label),
        help: if help.is_empty() { String::new() } else { page.text(help) },
        error: String::new(),
        value,
        required: id != "organization",
        input,
        autocomplete: "off",
    };
    let mut fields = vec![
        field("name", "tokens-name", "tokens-name-help", typed.get("name").to_owned(), Input::Line("text")),
        field(
            "organization",
            "tokens-organization",
            "tokens-organization-help",
            typed.get("organization").to_owned(),
            Input::Select(organizations),
        ),
        field("days", "tokens-life", "tokens-life-help", days, Input::Radios(lives)),
    ];
    fields[0].error = error.map(|key| page.text(key)).unwrap_or_default();
    let template = TokensPage {
        page: &page,
        action: state.paths.personal_tokens(),
        docs: state.paths.api_docs(),
        tokens: tokens.iter().map(line).collect(),
        fields,
        ended: visitor.request.query_string() == "ended=1",
        full: i64::try_from(tokens.len()).is_ok_and(|count| count >= MOST),
        faulty: error.is_some(),
    };
    render(if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page, &template)
}
