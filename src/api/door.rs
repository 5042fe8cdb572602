//! Before every route of the API: who calls, and not too often.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
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
            next.call(request).await.map(ServiceResponse::map_into_boxed_body)
        }
        // An answer, not an error: those go past the envelope.
        Err(error) => Ok(ServiceResponse::from_err(error, http)),
    }
}

async fn let_in(request: &HttpRequest) -> Result<Caller, ApiError> {
    let state = request.app_data::<Data<AppState>>().ok_or_else(|| ApiError::internal("no state"))?;
    let caller = Caller::of(request, state).await?;
    pace(&caller, state).await?;
    Ok(caller)
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
