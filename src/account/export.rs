//! `/account/data/export`: everything that is held about a person, to read and to take away.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use super::export_words::Words;
use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

/// Of the document: other numbers mean that a program which reads it must be changed.
const VERSION: u32 = 1;

#[derive(Template)]
#[template(path = "account/export.html")]
struct ExportPage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    parts: Vec<Part>,
}

/// A part of the document, in words.
pub struct Part {
    title: String,
    /// One thing after another: what each of its facts is called, and what it is.
    things: Vec<Vec<(String, String)>>,
}

/// `GET /account/data/export`: to read.
///
/// # Errors
/// A way to a recent proof of identity; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.recent(&state.paths.export())?;
    let page = visitor.page(Section::Data);
    let held = db::export::parts(&mut *state.pool.acquire().await?, visitor.session.user.id).await?;
    let words = Words::of(&page, &state, &held).await?;
    let parts = held.iter().map(|(name, value)| Part { title: words.title(name), things: words.things(value) });
    let template =
        ExportPage { page: &page, action: state.paths.export(), back: state.paths.data(), parts: parts.collect() };
    render(StatusCode::OK, &page, &template)
}

/// `POST /account/data/export`: to take away, as a JSON document.
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.form(&body)?;
    visitor.recent(&state.paths.export())?;
    let (user, now) = (visitor.session.user.id, state.clock.now());
    let mut transaction = state.pool.begin().await?;
    let origin = visitor.origin();
    db::audit::record(&mut transaction, &Event::own(Kind::DataExported, user, &origin), now).await?;
    let held = db::export::parts(&mut transaction, user).await?;
    transaction.commit().await?;
    tracing::info!(%user, "exported what is held about them");
    let mut document = Map::from_iter([
        ("format".to_owned(), json!("loquet-account")),
        ("version".to_owned(), json!(VERSION)),
        ("exported_at".to_owned(), json!(now.to_rfc3339_opts(SecondsFormat::Secs, true))),
        ("host".to_owned(), json!(state.settings.host.name)),
        ("issuer".to_owned(), json!(state.paths.issuer())),
    ]);
    document.extend(held.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let text = serde_json::to_string_pretty(&Value::Object(document)).map_err(PageError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"account.json\""))
        .body(text))
}
