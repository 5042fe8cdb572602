//! `/api/v1/users/{person}/…`: what administrators do to an account. What takes something away from somebody
//! wants a new key (AD-04), as the console wants a recent proof of identity.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::nothing;
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::users::Somebody;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::Target;
use crate::http::api_error::ApiError;

/// Switch an account on
///
/// For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/enable", tag = "Users", operation_id = "enableUser", params(Somebody),
    responses((status = 204, description = "Done."))
)]
pub async fn enable(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(&state, Act::SwitchOn, Target::Person(at.person)).await?;
    caller.desk(&state).switch_account(at.person, true).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Switch an account off
///
/// Its sessions and tokens end at once. For administrators, with a new key; nobody does it to themself, nor to
/// the last administrator.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/disable", tag = "Users", operation_id = "disableUser", params(Somebody),
    responses((status = 204, description = "Done."))
)]
pub async fn disable(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let oneself = caller.person == Some(at.person);
    caller
        .must_be_recent(&state, Act::SwitchOff { oneself, last_administrator: false }, Target::Person(at.person))
        .await?;
    caller.desk(&state).switch_account(at.person, false).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Take second factors away
///
/// Of somebody who lost theirs. Their sessions and tokens end, and a mail tells them. For administrators, with a
/// new key; nobody does it to themself.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/reset-factor", tag = "Users", operation_id = "resetFactor",
    params(Somebody), responses((status = 204, description = "Done."))
)]
pub async fn reset_factor(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller
        .must_be_recent(
            &state,
            Act::ResetFactor { oneself: caller.person == Some(at.person) },
            Target::Person(at.person),
        )
        .await?;
    caller.desk(&state).reset_factor(at.person).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// What is to end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "session": "0192f5c0-aa10-7c3a-8d0e-5f6a1b3c4d5e" }))]
pub struct SignOut {
    /// This session alone; without it all of them, with every token, those of the person's own programs too.
    pub session: Option<Uuid>,
}

/// Sign somebody out
///
/// For administrators, with a new key; nobody does it to themself.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/sign-out", tag = "Users", operation_id = "signOutUser", params(Somebody),
    request_body = SignOut, responses((status = 204, description = "Done."))
)]
pub async fn sign_out(
    request: HttpRequest,
    caller: Caller,
    at: Path<Somebody>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let what: SignOut = read::body(&request, &bytes)?;
    caller
        .must_be_recent(&state, Act::SignOut { oneself: caller.person == Some(at.person) }, Target::Person(at.person))
        .await?;
    caller.desk(&state).sign_out(at.person, what.session).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Send the link again that proves an address
///
/// For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/verification", tag = "Users", operation_id = "resendVerification",
    params(Somebody), responses((status = 204, description = "Done."))
)]
pub async fn verify(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).write_again(at.person).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}
