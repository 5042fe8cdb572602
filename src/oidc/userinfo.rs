//! `GET` and `POST /userinfo` (OpenID Connect Core 5.3, RFC 6750 2).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::oauth_error::OAuthError;
use super::token;
use crate::app::AppState;
use crate::authz::client_access::{Decision, decide};
use crate::claims::told::Told;
use crate::crypto::Plain;
use crate::db;
use crate::http::bearer::{self, Owner};

/// The handler: the token in the `Authorization` header, or in a form.
///
/// # Errors
/// `invalid_token`, in the words of RFC 6750.
pub async fn handle(
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    // A token in the query would end in logs; it is not looked for there.
    let in_form = if request.method() == actix_web::http::Method::POST && request.query_string().is_empty() {
        token::form(&request, body)?.one("access_token")?.map(Plain::presented)
    } else {
        None
    };
    let in_header = bearer::in_header(&request);
    let token = match (in_header, in_form) {
        (Some(_), Some(_)) => return Err(OAuthError::InvalidRequest("two access tokens at once")),
        (one, other) => one.or(other).ok_or(OAuthError::InvalidToken)?,
    };
    let Some((hash, Owner::Person)) = bearer::access_token(&token, &state) else {
        return Err(OAuthError::InvalidToken);
    };
    let mut connection = state.pool.acquire().await?;
    let found = db::tokens::find(&mut connection, hash, state.clock.now()).await?;
    drop(connection);
    let held = found.ok_or(OAuthError::InvalidToken)?.held;
    let client = state.directory.client(&held.client_id, &state.pool).await?.ok_or(OAuthError::InvalidToken)?;
    if !held.scope.iter().any(|scope| scope == "openid") {
        return Err(OAuthError::InvalidToken);
    }
    // One meant for a resource server opens that server and not this.
    if client.audience() != client.client_id {
        return Err(OAuthError::InvalidToken);
    }
    let Decision::Allowed(allowed) = decide(held.facts.clone()) else { return Err(OAuthError::InvalidToken) };
    let answer = Told { held: &held, client: &client, allowed: &allowed, teller: state.teller() }.userinfo();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}
