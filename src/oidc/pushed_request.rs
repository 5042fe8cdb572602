//! `POST /par` (RFC 9126): a client sends its request itself and gets a reference that is good for one
//! visit of one browser.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;
use serde_json::json;

use super::authorization_request::{self, AuthorizationRequest, Channel, Refusal};
use super::oauth_error::OAuthError;
use super::{client_authentication, token};
use crate::app::AppState;
use crate::crypto::Plain;
use crate::db;
use crate::db::clients::Client;
use crate::http::page_error::PageError;

const URN: &str = "urn:ietf:params:oauth:request_uri:";
const PREFIX: &str = "lqt_pr_";
const LIFE: TimeDelta = TimeDelta::seconds(60);

/// The handler.
///
/// # Errors
/// Those of the authorization endpoint, as JSON.
pub async fn post(
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    let form = token::form(&request, body)?;
    let client = client_authentication::authenticate(&request, &form, &state).await?;
    // RFC 9126 2.1: a reference does not lead to another.
    if form.one("request_uri")?.is_some() {
        return Err(OAuthError::InvalidRequest("request_uri cannot be pushed"));
    }
    let hint = |hint: &str| state.directory.subject_of_hint(hint, state.paths.issuer(), &client.client_id);
    let asked = authorization_request::check(&form, Some(&client), Channel::Pushed, &state.settings.profile, hint)
        .map_err(|refusal| match refusal {
            Refusal::Displayed(_) => OAuthError::InvalidRequest("redirect_uri is missing, repeated or not registered"),
            Refusal::Redirected(to) => OAuthError::Authorization { error: to.error, description: to.description },
        })?;
    let parameters = serde_json::to_value(&asked).map_err(|error| OAuthError::Internal(error.to_string()))?;
    let reference = Plain::random(PREFIX);
    let expires_at = state.clock.now() + LIFE;
    let mut connection = state.pool.acquire().await?;
    db::pushed_requests::insert(&mut connection, reference.hashed(), &client.client_id, &parameters, expires_at)
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED).insert_header((CACHE_CONTROL, "no-store")).json(json!({
        "request_uri": format!("{URN}{}", reference.reveal()),
        "expires_in": LIFE.num_seconds(),
    })))
}

/// The reference in a `request_uri`; none when it is an address to fetch, which we never do.
#[must_use]
pub fn reference(request_uri: &str) -> Option<Plain> {
    request_uri.strip_prefix(URN).map(Plain::presented)
}

/// Takes a pushed request, once; none when it is over, unknown or another client's.
///
/// # Errors
/// PostgreSQL's.
pub async fn take(
    reference: &Plain,
    client: &Client,
    state: &AppState,
) -> Result<Option<AuthorizationRequest>, PageError> {
    let mut connection = state.pool.acquire().await?;
    let (client_id, now) = (&client.client_id, state.clock.now());
    let Some(parameters) = db::pushed_requests::consume(&mut connection, reference.hashed(), client_id, now).await?
    else {
        return Ok(None);
    };
    let asked: AuthorizationRequest = serde_json::from_value(parameters).map_err(PageError::internal)?;
    // The client may have changed since.
    Ok(client.has_redirect_uri(&asked.redirect_uri).then_some(asked))
}
