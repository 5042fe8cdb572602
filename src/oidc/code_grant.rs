//! A code for tokens (RFC 6749 4.1.3, OpenID Connect Core 3.1.3).

use super::access_token::AccessToken;
use super::acr;
use super::lives;
use super::oauth_error::OAuthError;
use super::pkce;
use super::token_response::{self, REFRESH_PREFIX, TokenResponse};
use crate::app::AppState;
use crate::authz::client_access::{Decision, decide};
use crate::clock::after;
use crate::crypto::Plain;
use crate::db;
use crate::db::clients::Client;
use crate::db::tokens::Redemption;
use crate::http::bearer::Owner;
use crate::http::params::Params;

/// Exchanges a code. Everything must be as at the authorization: client, redirect URI, challenge.
/// A code shown by another client or with a wrong verifier stays good for its own.
///
/// # Errors
/// `invalid_grant`; a code that comes back revokes what it gave.
pub async fn exchange(form: &Params, client: &Client, state: &AppState) -> Result<TokenResponse, OAuthError> {
    let code = form.one("code")?.ok_or(OAuthError::InvalidRequest("code is missing"))?;
    let redirect_uri = form.one("redirect_uri")?.ok_or(OAuthError::InvalidGrant("no redirect_uri"))?;
    let code_challenge = match form.one("code_verifier")? {
        Some(verifier) => {
            Some(pkce::challenge_of(verifier).ok_or(OAuthError::InvalidGrant("malformed code_verifier"))?)
        }
        None => None,
    };
    let now = state.clock.now();
    let code = Plain::presented(code).hashed();
    let access_token = AccessToken::new(client, Owner::Person);
    let lives = lives::of(client, &state.settings.tokens);
    let refresh_token = client.refresh_tokens.then(|| Plain::random(REFRESH_PREFIX));
    let redemption = Redemption {
        code,
        client_id: &client.client_id,
        redirect_uri,
        code_challenge: code_challenge.as_deref(),
        access_token: access_token.hashed(),
        access_expires_at: after(now, lives.access),
        refresh_token: refresh_token.as_ref().map(Plain::hashed),
        refresh_expires_at: after(now, lives.refresh_idle),
    };
    let mut connection = state.pool.acquire().await?;
    let Some(held) = db::tokens::redeem(&mut connection, &redemption, now).await? else {
        let replayed = db::tokens::revoke_if_replayed(&mut connection, code, &client.client_id, now).await?;
        if replayed {
            tracing::warn!(client = client.client_id, "a code came back: its tokens are revoked");
        }
        return Err(OAuthError::InvalidGrant(if replayed { "code replayed" } else { "code refused" }));
    };
    match decide(held.facts.clone()) {
        Decision::Allowed(allowed) if acr::suffices(&held.amr, client) => {
            drop(connection);
            token_response::build(&held, client, &allowed, &access_token, refresh_token.as_ref(), state, now)
        }
        Decision::Allowed(_) | Decision::Refused(_) => {
            db::tokens::revoke(&mut connection, held.oauth_session, now).await?;
            Err(OAuthError::InvalidGrant("the person may no longer use this client"))
        }
    }
}
