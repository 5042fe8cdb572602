//! A refresh token for new tokens (RFC 6749 6, OpenID Connect Core 12), with rotation (RFC 9700
//! 4.14.2).

use super::access_token::AccessToken;
use super::acr;
use super::lives;
use super::oauth_error::OAuthError;
use super::token_response::{self, REFRESH_PREFIX, TokenResponse};
use crate::app::AppState;
use crate::authz::client_access::{Decision, decide};
use crate::clock::after;
use crate::crypto::{Plain, Purpose};
use crate::db;
use crate::db::clients::Client;
use crate::db::tokens::Rotation;
use crate::http::bearer::Owner;
use crate::http::params::Params;

/// Rotates a refresh token. Its successor is derived from it with a key of ours: a client that lost
/// the answer, or asked twice at once, gets the same one for 30 seconds; later, reuse revokes the
/// family.
///
/// # Errors
/// `invalid_grant`, or `invalid_scope` for more than was granted.
pub async fn exchange(form: &Params, client: &Client, state: &AppState) -> Result<TokenResponse, OAuthError> {
    let presented =
        Plain::presented(form.one("refresh_token")?.ok_or(OAuthError::InvalidRequest("refresh_token is missing"))?);
    let mut scope: Vec<String> = Vec::new();
    for name in form.one("scope")?.unwrap_or_default().split(' ').filter(|name| !name.is_empty()) {
        if !scope.iter().any(|known| known == name) {
            scope.push(name.to_owned());
        }
    }
    let now = state.clock.now();
    let successor =
        Plain::from_bytes(REFRESH_PREFIX, state.vault.mac(Purpose::Refresh, &[presented.reveal().as_bytes()]));
    let access_token = AccessToken::new(client, Owner::Person);
    let lives = lives::of(client, &state.settings.tokens);
    let rotation = Rotation {
        presented: presented.hashed(),
        client_id: &client.client_id,
        scope: &scope,
        successor: successor.hashed(),
        successor_expires_at: after(now, lives.refresh_idle),
        access_token: access_token.hashed(),
        access_expires_at: after(now, lives.access),
    };
    let mut connection = state.pool.acquire().await?;
    let Some(held) = db::tokens::rotate(&mut connection, &rotation, now).await? else {
        if db::tokens::revoke_if_reused(&mut connection, rotation.presented, &client.client_id, now).await? {
            tracing::warn!(client = client.client_id, "a refresh token came back: its family is revoked");
            return Err(OAuthError::InvalidGrant("refresh token reused"));
        }
        if !scope.is_empty() && db::tokens::asks_too_much(&mut connection, &rotation, now).await? {
            return Err(OAuthError::InvalidScope);
        }
        return Err(OAuthError::InvalidGrant("refresh token refused"));
    };
    match decide(held.facts.clone()) {
        // The client may want two factors since.
        Decision::Allowed(allowed) if acr::suffices(&held.amr, client) => {
            drop(connection);
            token_response::build(&held, client, &allowed, &access_token, Some(&successor), state, now)
        }
        Decision::Allowed(_) | Decision::Refused(_) => {
            db::tokens::revoke(&mut connection, held.oauth_session, now).await?;
            Err(OAuthError::InvalidGrant("the person may no longer use this client"))
        }
    }
}
