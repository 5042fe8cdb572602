//! The outermost middleware: a request id, a deadline, a net for panics, error pages, headers and
//! one log line per request (never the query: it holds codes and addresses).

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _};
use askama::Template;
use futures_util::FutureExt as _;
use tracing::Instrument as _;
use uuid::Uuid;

use super::browser::Browser;
use super::headers;
use super::page::Page;
use super::page_error::{Fault, PageError};
use crate::app::AppState;

/// Names a request in the log and on error pages.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// Wraps every request.
///
/// # Errors
/// None: every failure has become an answer.
pub async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let start = Instant::now();
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let http = request.request().clone();
    let span = tracing::info_span!("request", id = %id.0, method = %http.method(), path = tracing::field::Empty);
    let deadline =
        state(&http).map_or(std::time::Duration::from_secs(10), |state| state.settings.server.request_timeout);

    let call = AssertUnwindSafe(next.call(request)).catch_unwind();
    let outcome = tokio::time::timeout(deadline, call).instrument(span.clone()).await;

    let mut response = match outcome {
        Ok(Ok(Ok(response))) => response.map_into_boxed_body(),
        Ok(Ok(Err(error))) => ServiceResponse::from_err(error, http.clone()),
        Ok(Err(panic)) => {
            let said = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            let error = PageError::internal(format!("panic: {}", said.unwrap_or_default()));
            ServiceResponse::from_err(error, http.clone())
        }
        Err(_) => {
            let mut response = ServiceResponse::from_err(PageError::Timeout, http.clone());
            // What is left of a slow body must not be read as the next request.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    };

    // The pattern, not the path: paths hold identifiers and links.
    let pattern = http.match_pattern().unwrap_or_else(|| "-".to_owned());
    span.record("path", pattern.as_str());
    let status = response.status();
    let cause = response.response().error().map(ToString::to_string);
    {
        let _entered = span.enter();
        let milliseconds = start.elapsed().as_millis();
        match (&cause, status.as_u16()) {
            (Some(cause), 500..) => tracing::error!(status = status.as_u16(), milliseconds, cause, "answered"),
            (Some(cause), _) => tracing::info!(status = status.as_u16(), milliseconds, cause, "answered"),
            (None, _) if pattern.ends_with("/healthz") || pattern.ends_with("/readyz") => {
                tracing::debug!(status = status.as_u16(), milliseconds, "answered");
            }
            (None, _) => tracing::info!(status = status.as_u16(), milliseconds, "answered"),
        }
    }

    if (status.is_client_error() || status.is_server_error()) && !has_own_body(&response) {
        response = with_error_page(response, &http, id);
    }
    let https = state(&http).is_some_and(|state| state.settings.server.issuer.is_https());
    headers::secure(response.headers_mut(), https);
    if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

fn state(request: &HttpRequest) -> Option<&Data<AppState>> {
    request.app_data::<Data<AppState>>()
}

/// Pages and JSON bodies are left alone; actix's own plain texts are replaced.
fn has_own_body(response: &ServiceResponse<BoxBody>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.starts_with("application/json")
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
}

fn with_error_page(
    response: ServiceResponse<BoxBody>,
    request: &HttpRequest,
    id: RequestId,
) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let fault = response.response().extensions().get::<Fault>().copied().unwrap_or_else(|| Fault::of_status(status));
    let Some(state) = state(request) else { return response };
    let wishes = super::params::Params::parse(request.query_string().as_bytes())
        .ok()
        .map(|params| params.get("ui_locales").to_owned());
    let page =
        Page::new(request, state, &Browser::of(request, state), wishes.as_deref().filter(|wishes| !wishes.is_empty()));
    let template = ErrorPage {
        page: &page,
        status: status.as_u16(),
        title_key: fault.title,
        message_key: fault.message,
        hint_key: fault.hint,
        back: Some(state.paths.home()),
        request_id: id.0.to_string(),
    };
    let Ok(body) = template.render() else { return response };
    let old = response.headers().clone();
    let mut page = HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body);
    for (name, value) in &old {
        if name != CONTENT_TYPE && name != actix_web::http::header::CONTENT_LENGTH {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request.clone(), page)
}

/// The answer to a path or method that does not exist, in the form of every other error.
pub async fn not_found() -> HttpResponse {
    PageError::NotFound.error_response()
}
