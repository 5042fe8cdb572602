//! Before every route of the API: who calls, and not too often.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};
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
/// Nobody, or too often; the handler's own.
pub async fn door(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let http = request.request().clone();
    let Some(state) = http.app_data::<Data<AppState>>() else { return Err(ApiError::internal("no state").into()) };
    let caller = Caller::of(&http, state).await?;
    pace(&caller, state).await?;
    http.extensions_mut().insert(caller);
    drop(http);
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

async fn pace(caller: &Caller, state: &AppState) -> Result<(), ApiError> {
    let key = state.vault.mac(Purpose::Throttle, &[b"api", caller.person.as_bytes()]);
    let mut connection = state.pool.acquire().await?;
    if db::throttles::pace(&mut connection, &key, EVERY, AHEAD, state.clock.now()).await? {
        return Ok(());
    }
    tracing::info!(person = %caller.person, "calls the API too often");
    Err(ApiError { retry_after: Some(1), ..Kind::TooMany.into() })
}
