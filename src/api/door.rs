//! Before every route of the API: who calls, and not too often.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpRequest};
use chrono::TimeDelta;

use super::caller::Caller;
use crate::app::AppState;
use crate::crypto::Purpose;
use crate::db;
use crate::http::api_error::{ApiError, Kind};

/// Ten requests a second, whatever the number of tokens and of replicas…
const EVERY: TimeDelta = TimeDelta::milliseconds(100);
/// …and six hundred at once.
const AHEAD: TimeDelta = TimeDelta::seconds(60);

/// Lets a caller in.
///
/// # Errors
/// The handler's own.
pub async fn door(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let http = request.request().clone();
    match let_in(&http).await {
        Ok(caller) => {
            http.extensions_mut().insert(caller);
            drop(http);
            let mut response = next.call(request).await?.map_into_boxed_body();
            if response.status() == StatusCode::METHOD_NOT_ALLOWED {
                name_methods(&mut response);
            }
            Ok(response)
        }
        // An answer, not an error: those go past the envelope.
        Err(error) => Ok(ServiceResponse::from_err(error, http)),
    }
}

/// Says what methods there are instead (RFC 9110 15.5.6).
fn name_methods(response: &mut ServiceResponse<BoxBody>) {
    let request = response.request();
    let Some(state) = request.app_data::<Data<AppState>>() else { return };
    let pattern = request.match_pattern().unwrap_or_default();
    let path = pattern.strip_prefix(state.paths.base()).unwrap_or(&pattern);
    let methods = state.api.methods(path).and_then(|methods| HeaderValue::from_str(methods).ok());
    if let Some(methods) = methods {
        response.headers_mut().insert(ALLOW, methods);
    }
}

async fn let_in(request: &HttpRequest) -> Result<Caller, ApiError> {
    let state = request.app_data::<Data<AppState>>().ok_or_else(|| ApiError::internal("no state"))?;
    let caller = Caller::of(request, state).await?;
    pace(&caller, state).await?;
    Ok(caller)
}

async fn pace(caller: &Caller, state: &AppState) -> Result<(), ApiError> {
    if state.settings.testing.unlimited {
        return Ok(());
    }
    let key = state.vault.mac(Purpose::Throttle, &[b"api", caller.key().as_bytes()]);
    let mut connection = state.pool.acquire().await?;
    if db::throttles::pace(&mut connection, &key, EVERY, AHEAD, state.clock.now()).await? {
        return Ok(());
    }
    tracing::info!(caller = caller.key(), "calls the API too often");
    Err(ApiError { retry_after: Some(1), ..Kind::TooMany.into() })
}
