//! `/terms`, `/privacy` and `/pages/…`: the texts of the host, for everybody.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::AppState;
use crate::http::browser::Browser;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::types::{Bilingual, Markdown};

#[derive(Template)]
#[template(path = "account/legal.html")]
struct LegalPage<'a> {
    page: &'a Page,
    text: &'a Markdown,
    version: Option<&'a str>,
}

/// `GET /terms`
///
/// # Errors
/// A page that says there are none.
pub async fn terms(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let terms = state.settings.legal.terms.as_ref().ok_or(PageError::NotFound)?;
    show(&request, &state, "terms", &terms.text, Some(&terms.version))
}

/// `GET /privacy`
///
/// # Errors
/// A page that says there is nothing.
pub async fn privacy(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    show(&request, &state, "privacy", state.settings.legal.privacy.as_ref().ok_or(PageError::NotFound)?, None)
}

/// `GET /pages/{name}`
///
/// # Errors
/// A page that says there is nothing.
pub async fn page(request: HttpRequest, name: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let text = state.settings.theme.pages.find(&name, &page.lang).ok_or(PageError::NotFound)?;
    render(StatusCode::OK, &page, &LegalPage { page: &page, text, version: None })
}

fn show(
    request: &HttpRequest,
    state: &Data<AppState>,
    name: &str,
    text: &Bilingual<Markdown>,
    version: Option<&str>,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(request, state, &Browser::of(request, state), None);
    let text = state.settings.legal_body(name, text, &page.lang);
    render(StatusCode::OK, &page, &LegalPage { page: &page, text, version })
}
