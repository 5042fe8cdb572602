//! `POST /revoke` (RFC 7009): a service gives back what it holds. The answer is the same whatever the
//! token was; another service's is left alone.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::oauth_error::OAuthError;
use super::token_response::REFRESH_PREFIX;
use super::{client_authentication, token};
use crate::app::AppState;
use crate::crypto::Plain;
use crate::db;
use crate::http::bearer::{self, Owner};

/// The handler. A refresh token ends with its whole family, an access token alone.
///
/// # Errors
/// `invalid_client`.
pub async fn post(
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    let form = token::form(&request, body)?;
    let client = client_authentication::authenticate(&request, &form, &state).await?;
    let token = Plain::presented(form.one("token")?.ok_or(OAuthError::InvalidRequest("token is missing"))?);
    let (id, now) = (&client.client_id, state.clock.now());
    if token.reveal().starts_with(REFRESH_PREFIX) {
        let mut connection = state.pool.acquire().await?;
        db::tokens::revoke_refresh(&mut connection, token.hashed(), id, now).await?;
    } else if let Some((hash, owner)) = bearer::access_token(&token, &state) {
        let mut connection = state.pool.acquire().await?;
        match owner {
            Owner::Person => db::tokens::delete_access(&mut connection, hash, id).await?,
            Owner::Client => db::client_tokens::delete(&mut connection, hash, id).await?,
        }
    }
    Ok(HttpResponse::Ok().finish())
}
