//! The outermost middleware: a request id, error pages, headers and one log line per request (never
//! the query nor the path as sent: they hold codes, links and addresses).

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _};
use askama::Template;
use tracing::Instrument as _;
use uuid::Uuid;

use super::api_error::{ApiError, Kind};
use super::browser::Browser;
use super::headers;
use super::page::Page;
use super::page_error::{Fault, PageError, WayOn};
use super::params::Params;
use crate::app::AppState;

/// Names a request in the log and on error pages.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// Wraps every request.
///
/// # Errors
/// Those of actix itself.
pub async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let start = Instant::now();
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let span = tracing::info_span!("request", id = %id.0, method = %request.method());
    let mut response = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
    span.in_scope(|| log(&response, start));
    let status = response.status();
    if (status.is_client_error() || status.is_server_error()) && !has_own_body(&response) {
        response =
            if asks_api(response.request()) { with_problem(response, id) } else { with_error_page(response, id) };
    }
    let https = state(response.request()).is_some_and(|state| state.settings.server.issuer.is_https());
    headers::secure(response.headers_mut(), https);
    if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

fn log(response: &ServiceResponse<BoxBody>, start: Instant) {
    let pattern = response.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    let (path, status) = (pattern.as_str(), response.status().as_u16());
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    match response.response().error() {
        Some(cause) if status >= 500 => tracing::error!(path, status, milliseconds, %cause, "answered"),
        Some(cause) => tracing::info!(path, status, milliseconds, %cause, "answered"),
        None if path.ends_with("/healthz") || path.ends_with("/readyz") => {
            tracing::debug!(path, status, milliseconds, "answered");
        }
        None => tracing::info!(path, status, milliseconds, "answered"),
    }
}

fn state(request: &HttpRequest) -> Option<&Data<AppState>> {
    request.app_data::<Data<AppState>>()
}

/// Pages and JSON bodies are left alone; actix's own plain texts are replaced.
fn has_own_body(response: &ServiceResponse<BoxBody>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.starts_with("application/json")
}

fn asks_api(request: &HttpRequest) -> bool {
    state(request).is_some_and(|state| state.paths.is_api(request.path()))
}

/// For programs: a problem document (RFC 9457), whoever noticed the problem.
fn with_problem(response: ServiceResponse<BoxBody>, id: RequestId) -> ServiceResponse<BoxBody> {
    let told = response.response().extensions().get::<ApiError>().cloned();
    let error = told.unwrap_or_else(|| Kind::of_status(response.status()).into());
    let Some(state) = state(response.request()) else { return response };
    let answer = error.answer(id.0, &state.paths);
    keeping_headers(response, answer)
}

/// Another body for an answer, under its own headers.
fn keeping_headers(response: ServiceResponse<BoxBody>, mut answer: HttpResponse) -> ServiceResponse<BoxBody> {
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    response.into_response(answer)
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: &'a Page,
    status: u16,
    title_key: &'static str,
    message_key: &'static str,
    hint_key: Option<&'static str>,
    request_id: String,
    back: Option<String>,
    /// Where to show that it is still them.
    again: Option<String>,
}

fn with_error_page(response: ServiceResponse<BoxBody>, id: RequestId) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let fault = response.response().extensions().get::<Fault>().copied().unwrap_or_else(|| Fault::of_status(status));
    let request = response.request();
    let Some(state) = state(request) else { return response };
    let wishes =
        Params::parse(request.query_string().as_bytes()).ok().map(|params| params.get("ui_locales").to_owned());
    let mut page =
        Page::new(request, state, &Browser::of(request, state), wishes.as_deref().filter(|wishes| !wishes.is_empty()));
    // Without the query: it may be the very thing that was refused.
    request.path().clone_into(&mut page.here);
    let template = ErrorPage {
        page: &page,
        status: status.as_u16(),
        title_key: fault.title,
        message_key: fault.message,
        hint_key: fault.hint,
        back: Some(state.paths.home()),
        again: response.response().extensions().get::<WayOn>().map(|way| way.0.clone()),
        request_id: id.0.to_string(),
    };
    let Ok(body) = template.render() else { return response };
    let page = HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body);
    keeping_headers(response, page)
}

/// The answer to a path or method that does not exist, in the form of every other error.
pub async fn not_found() -> HttpResponse {
    PageError::NotFound.error_response()
}
