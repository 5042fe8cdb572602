//! `POST /introspect` (RFC 7662): what a token is worth at this moment, for the service that it was
//! issued to or that it is meant for. To anybody else it is worth nothing.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::access_token::{client_subject, members};
use super::acr::acr;
use super::oauth_error::OAuthError;
use super::token_response::REFRESH_PREFIX;
use super::{client_authentication, token};
use crate::app::AppState;
use crate::authz::client_access::{Decision, decide};
use crate::claims::told::Told;
use crate::crypto::Plain;
use crate::db;
use crate::db::clients::Client;
use crate::db::tokens::Found;
use crate::http::bearer::{self, Owner};

/// The handler.
///
/// # Errors
/// `invalid_client`: only services that can prove who they are may ask.
pub async fn post(
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    let form = token::form(&request, body)?;
    let caller = client_authentication::authenticate(&request, &form, &state).await?;
    if !caller.is_confidential() {
        return Err(OAuthError::InvalidClient { basic: false });
    }
    let token = form.one("token")?.ok_or(OAuthError::InvalidRequest("token is missing"))?;
    let answer = answer(&Plain::presented(token), &caller, &state).await?;
    let answer = answer.unwrap_or_else(|| json!({ "active": false }));
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// What the token is worth to the caller; none: nothing.
async fn answer(token: &Plain, caller: &Client, state: &AppState) -> Result<Option<Value>, OAuthError> {
    let now = state.clock.now();
    let (found, access) = if token.reveal().starts_with(REFRESH_PREFIX) {
        let mut connection = state.pool.acquire().await?;
        (db::tokens::find_refresh(&mut connection, token.hashed(), now).await?, false)
    } else {
        match bearer::access_token(token, state) {
            Some((hash, Owner::Person)) => {
                let mut connection = state.pool.acquire().await?;
                (db::tokens::find(&mut connection, hash, now).await?, true)
            }
            Some((hash, Owner::Client)) => {
                let mut connection = state.pool.acquire().await?;
                let found = db::client_tokens::find(&mut connection, hash, now).await?;
                drop(connection);
                let Some(found) = found else { return Ok(None) };
                let issued_to = state.directory.client(&found.client_id, &state.pool).await?;
                return Ok(issued_to.filter(|issued_to| concerns(issued_to, caller)).map(|issued_to| {
                    json!({
                        "active": true, "client_id": found.client_id, "sub": client_subject(&found.client_id),
                        "aud": issued_to.audience(), "iss": state.paths.issuer(), "scope": found.scope.join(" "),
                        "token_type": "Bearer", "exp": found.expires_at.timestamp(),
                    })
                }));
            }
            None => return Ok(None),
        }
    };
    let Some(Found { held, expires_at }) = found else { return Ok(None) };
    let Some(client) = state.directory.client(&held.client_id, &state.pool).await? else { return Ok(None) };
    let Decision::Allowed(allowed) = decide(held.facts.clone()) else { return Ok(None) };
    // A refresh token is for the client that holds it and nobody else.
    if !(concerns(&client, caller) && (access || client.client_id == caller.client_id)) {
        return Ok(None);
    }
    let told = Told { held: &held, client: &client, allowed: &allowed, teller: state.teller() };
    let mut answer = told.access_token();
    answer.extend(members(json!({
        "active": true,
        "sid": held.sid,
        // RFC 9470 6.2
        "auth_time": held.authenticated_at.timestamp(),
        "acr": acr(&held.amr),
        "amr": held.amr,
        "exp": expires_at.timestamp(),
    })));
    // A name that people are known by everywhere, for those who may know it.
    if held.scope.iter().any(|scope| scope == "profile") {
        answer.insert("username".to_owned(), json!(held.username));
    }
    if access {
        answer.insert("token_type".to_owned(), json!("Bearer"));
    }
    Ok(Some(Value::Object(answer)))
}

/// The token was issued to the caller, or is meant for it.
fn concerns(client: &Client, caller: &Client) -> bool {
    client.enabled && (client.client_id == caller.client_id || client.audience() == caller.client_id)
}
