//! `/api/docs`: what is written about the API, for people. Everybody may read it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::SCOPE;
use crate::app::AppState;
use crate::http::browser::Browser;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage<'a> {
    page: &'a Page,
    tokens: String,
    scope: &'static str,
    problems: String,
    document: String,
    styles: String,
    scripts: [String; 2],
}

/// `GET /api/docs`
///
/// # Errors
/// When the template fails.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let asset = |file: &str| state.paths.asset(state.assets.name(file));
    let template = DocsPage {
        page: &page,
        tokens: state.paths.personal_tokens(),
        scope: SCOPE,
        problems: state.paths.problems(),
        document: state.paths.api_document(),
        styles: asset("swagger-ui.css"),
        scripts: [asset("swagger-ui.js"), asset("api-docs.js")],
    };
    render(StatusCode::OK, &page, &template)
}
