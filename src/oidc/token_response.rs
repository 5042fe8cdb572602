//! A successful token answer (RFC 6749 5.1) and the ID token in it (OpenID Connect Core 2).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use super::access_token::{AccessToken, members};
use super::acr::acr;
use super::lives;
use super::oauth_error::OAuthError;
use crate::app::AppState;
use crate::authz::client_access::Allowed;
use crate::claims::told::Told;
use crate::clock::after;
use crate::crypto::{Plain, sha256};
use crate::db::clients::Client;
use crate::db::held::Held;
use crate::directory::ID_TOKEN_TYP;

/// Prefix of refresh tokens.
pub const REFRESH_PREFIX: &str = "lqt_rt_";

/// The body of the answer.
#[derive(Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: u64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Seconds. Not in the RFC: Roundcube and the WordPress plugin end the session without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expires_in: Option<u64>,
}

impl TokenResponse {
    /// For a client acting for itself.
    #[must_use]
    pub fn for_client(access_token: String, life: Duration, scope: &[String]) -> Self {
        Self {
            access_token,
            token_type: "Bearer",
            expires_in: life.as_secs(),
            scope: scope.join(" "),
            id_token: None,
            refresh_token: None,
            refresh_expires_in: None,
        }
    }
}

/// Makes the answer, ID token signed with the client's algorithm.
///
/// # Errors
/// When there is no key to sign with.
pub fn build(
    held: &Held,
    client: &Client,
    allowed: &Allowed,
    access_token: &AccessToken,
    refresh_token: Option<&Plain>,
    state: &AppState,
    now: DateTime<Utc>,
) -> Result<TokenResponse, OAuthError> {
    let lives = lives::of(client, &state.settings.tokens);
    let access_token = access_token.for_person(held, client, allowed, state, now)?;
    // A refresh may ask for a token that says nothing of the person.
    let with_id_token = held.scope.iter().any(|scope| scope == "openid");
    let mut id_token = Told { held, client, allowed, teller: state.teller() }.id_token();
    id_token.extend(members(json!({
        "iat": now.timestamp(),
        "exp": after(now, lives.id).timestamp(),
        "auth_time": held.authenticated_at.timestamp(),
        "sid": held.sid,
        "amr": held.amr,
        "acr": acr(&held.amr),
        // The left half of the hash (OpenID Connect Core 3.1.3.6).
        "at_hash": URL_SAFE_NO_PAD.encode(&sha256(access_token.as_bytes())[..16]),
    })));
    if let Some(nonce) = &held.nonce {
        id_token.insert("nonce".to_owned(), json!(nonce));
    }
    let sign = |id_token| state.directory.sign(client.id_token_alg, ID_TOKEN_TYP, id_token, now);
    let id_token = with_id_token.then(|| sign(&id_token)).transpose().map_err(OAuthError::Internal)?;
    Ok(TokenResponse {
        access_token,
        token_type: "Bearer",
        expires_in: lives.access.as_secs(),
        scope: held.scope.join(" "),
        id_token,
        refresh_token: refresh_token.map(|token| token.reveal().to_owned()),
        refresh_expires_in: refresh_token.map(|_| lives.refresh_idle.as_secs()),
    })
}
