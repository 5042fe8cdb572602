//! A token for a client acting for itself (RFC 6749 4.4).

use super::access_token::AccessToken;
use super::lives;
use super::oauth_error::OAuthError;
use super::token_response::TokenResponse;
use crate::app::AppState;
use crate::claims::{self, ADMIN};
use crate::clock::after;
use crate::db;
use crate::db::clients::Client;
use crate::http::bearer::Owner;
use crate::http::params::Params;

/// Issues a token. It says who the client is and nothing of anybody; what it opens is decided where it
/// is used.
///
/// # Errors
/// `unauthorized_client` when the client may not.
pub async fn exchange(form: &Params, client: &Client, state: &AppState) -> Result<TokenResponse, OAuthError> {
    if !client.client_credentials || !client.is_confidential() {
        return Err(OAuthError::UnauthorizedClient);
    }
    // Those about a person are nothing that a client alone can hold.
    let of_persons = |name: &str| claims::is_scope(name, &state.settings.profile);
    let asked = form.one("scope")?.unwrap_or_default().split(' ').filter(|name| !name.is_empty());
    let allowed = |name: &str| client.scopes.iter().any(|allowed| allowed == name);
    let scope: Vec<String> = asked
        .filter(|name| if *name == ADMIN { client.administers } else { !of_persons(name) && allowed(name) })
        .map(str::to_owned)
        .collect();
    let now = state.clock.now();
    let token = AccessToken::new(client, Owner::Client);
    let life = lives::of(client, &state.settings.tokens).access;
    let answer = token.for_client(client, &scope, state, now)?;
    let mut connection = state.pool.acquire().await?;
    db::client_tokens::insert(&mut connection, token.hashed(), &client.client_id, &scope, after(now, life)).await?;
    Ok(TokenResponse::for_client(answer, life, &scope))
}
