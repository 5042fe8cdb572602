//! Around each handler: a deadline and a net for panics.
//!
//! Inside the routing, unlike the envelope: actix's router needs the request for itself, and to
//! answer in place of a handler one must have kept it.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::web::Data;
use futures_util::FutureExt as _;

use super::page_error::PageError;
use crate::app::AppState;

/// Wraps a handler. The deadline covers the reading of the body.
///
/// # Errors
/// The handler's own.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    within(Duration::ZERO, request, next).await
}

/// The same for what takes long to send.
///
/// # Errors
/// The handler's own.
pub async fn patient_guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    within(UPLOAD, request, next).await
}

/// A photograph from a telephone at the edge of its network.
const UPLOAD: Duration = Duration::from_secs(60);

/// At least `least` are given.
async fn within(
    least: Duration,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let http = request.request().clone();
    let Some(state) = http.app_data::<Data<AppState>>().cloned() else {
        return Err(PageError::internal("no state").into());
    };
    let call = AssertUnwindSafe(next.call(request)).catch_unwind();
    match tokio::time::timeout(state.settings.server.request_timeout.max(least), call).await {
        Ok(Ok(outcome)) => outcome.map(ServiceResponse::map_into_boxed_body),
        Ok(Err(panic)) => {
            let said =
                panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            let error = PageError::internal(format!("panic: {}", said.unwrap_or_default()));
            Ok(ServiceResponse::from_err(error, http))
        }
        Err(_) => {
            let mut response = ServiceResponse::from_err(PageError::Timeout, http);
            // What is left of a slow body must not be read as the next request.
            response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            Ok(response)
        }
    }
}
