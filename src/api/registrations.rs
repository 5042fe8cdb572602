//! `/api/v1/registrations`: new accounts that wait for somebody of the host.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{json, nothing};
use super::caller::Caller;
use super::refusal::of_refusal;
use super::users::Somebody;
use crate::app::AppState;
use crate::db::registrations::Waiting;
use crate::db::users::display_name;
use crate::delegation::MOST;
use crate::http::api_error::ApiError;

/// A new account that waits.
#[derive(Serialize, ToSchema)]
pub struct Registration {
    /// The account.
    pub person: Uuid,
    /// The name that they would sign in with.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// Their address, which is proven.
    pub email: String,
    /// Since when they wait.
    pub since: DateTime<Utc>,
}

impl From<Waiting> for Registration {
    fn from(waiting: Waiting) -> Self {
        Self {
            person: waiting.id,
            name: display_name(&waiting.given_name, &waiting.family_name, &waiting.username),
            username: waiting.username,
            email: waiting.email,
            since: waiting.since,
        }
    }
}

/// New accounts that wait, the longest first: at most 200.
#[derive(Serialize, ToSchema)]
pub struct Registrations {
    /// To be answered.
    pub items: Vec<Registration>,
}

/// New accounts that wait
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/registrations", tag = "Users", operation_id = "listRegistrations",
    responses((status = 200, body = Registrations))
)]
pub async fn list(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let waiting = caller.desk(&state).waiting_accounts(MOST).await.map_err(of_refusal(&state))?;
    Ok(json(&Registrations { items: waiting.into_iter().map(Registration::from).collect() }))
}

/// Let a new account be used
///
/// Its person gets a mail. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/registrations/{person}/accept", tag = "Users", operation_id = "acceptRegistration",
    params(Somebody), responses((status = 204, description = "Done."))
)]
pub async fn accept(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).decide_account(at.person, true).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Remove a new account
///
/// Its person gets a mail. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/registrations/{person}/decline", tag = "Users", operation_id = "declineRegistration",
    params(Somebody), responses((status = 204, description = "Done."))
)]
pub async fn decline(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).decide_account(at.person, false).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}
