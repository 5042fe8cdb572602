//! `/api/problems`: what each `type` of a problem means. The address that is in it leads there.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::AppState;
use crate::http::api_error::Kind;
use crate::http::browser::Browser;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "api/problems.html")]
struct ProblemsPage<'a> {
    page: &'a Page,
    docs: String,
    problems: Vec<Problem>,
}

/// A kind of problem, explained.
struct Problem {
    name: &'static str,
    status: u16,
    title: String,
    text: String,
}

/// `GET /api/problems`
///
/// # Errors
/// When the template fails.
pub async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let problem = |kind: &Kind| Problem {
        name: kind.name(),
        status: kind.status().as_u16(),
        title: page.text(kind.text()),
        text: page.language().part(kind.text(), "explained", &[]).unwrap_or_default(),
    };
    let template =
        ProblemsPage { page: &page, docs: state.paths.api_docs(), problems: Kind::ALL.iter().map(problem).collect() };
    render(StatusCode::OK, &page, &template)
}

/// `GET /api/problems/{name}`: the way there.
///
/// # Errors
/// Not found, for what is none.
pub async fn one(name: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let kind = Kind::ALL.iter().find(|kind| kind.name() == *name).ok_or(PageError::NotFound)?;
    Ok(see_other(&format!("{}#{}", state.paths.problems(), kind.name())))
}
