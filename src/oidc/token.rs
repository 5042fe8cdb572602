//! `POST /token` (RFC 6749 3.2, OpenID Connect Core 3.1.3): client authentication, the checks that
//! all grants share, then the file of the grant.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};

use super::oauth_error::OAuthError;
use super::token_response::TokenResponse;
use super::{client_authentication, client_grant, code_grant, refresh_grant};
use crate::app::AppState;
use crate::http::params::Params;
use crate::metrics::Grant;

/// The handler.
///
/// # Errors
/// The RFC's codes.
pub async fn post(
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    let (grant, response) = match answer(&request, body, &state).await {
        Ok(answered) => answered,
        Err(error) => {
            state.metrics.token_refused(error.code());
            return Err(error);
        }
    };
    state.metrics.token(grant);
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("Pragma", "no-cache"))
        .json(response))
}

async fn answer(
    request: &HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    state: &AppState,
) -> Result<(Grant, TokenResponse), OAuthError> {
    let form = form(request, body)?;
    let client = client_authentication::authenticate(request, &form, state).await?;
    match form.one("grant_type")? {
        Some("authorization_code") => {
            Ok((Grant::AuthorizationCode, code_grant::exchange(&form, &client, state).await?))
        }
        Some("refresh_token") if client.refresh_tokens => {
            Ok((Grant::RefreshToken, refresh_grant::exchange(&form, &client, state).await?))
        }
        Some("client_credentials") => {
            Ok((Grant::ClientCredentials, client_grant::exchange(&form, &client, state).await?))
        }
        Some("refresh_token") => Err(OAuthError::UnauthorizedClient),
        Some(_) => Err(OAuthError::UnsupportedGrantType),
        None => Err(OAuthError::InvalidRequest("grant_type is missing")),
    }
}

/// Reads a form. Secrets in an address end in logs: a query is refused.
pub(super) fn form(request: &HttpRequest, body: Result<Bytes, actix_web::Error>) -> Result<Params, OAuthError> {
    let body = body.map_err(|error| {
        if error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
            OAuthError::TooLarge
        } else {
            OAuthError::InvalidRequest("the body could not be read")
        }
    })?;
    if !request.query_string().is_empty() {
        return Err(OAuthError::InvalidRequest("parameters belong in the body"));
    }
    if !body.is_empty() && request.content_type() != "application/x-www-form-urlencoded" {
        return Err(OAuthError::InvalidRequest("the body must be application/x-www-form-urlencoded"));
    }
    let form = Params::parse(&body)?;
    if form.hold_nul() {
        return Err(OAuthError::InvalidRequest("a parameter holds a NUL character"));
    }
    Ok(form)
}
