//! A successful token answer (RFC 6749 5.1) and the ID token in it (OpenID Connect Core 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::claims::{self, Target};
use super::oauth_error::OAuthError;
use crate::app::AppState;
use crate::authz::client_access::Allowed;
use crate::clock::after;
use crate::crypto::{Plain, sha256};
use crate::db::clients::Client;
use crate::db::tokens::Held;

/// Prefix of access tokens.
pub const ACCESS_PREFIX: &str = "lqt_at_";
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
    id_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

/// Makes the answer, ID token signed with the client's algorithm.
///
/// # Errors
/// When there is no key to sign with.
pub fn build(
    held: &Held,
    client: &Client,
    allowed: &Allowed,
    access_token: &Plain,
    refresh_token: Option<&Plain>,
    state: &AppState,
    now: DateTime<Utc>,
) -> Result<TokenResponse, OAuthError> {
    let key = state
        .directory
        .signing_key(client.id_token_alg, now)
        .ok_or_else(|| OAuthError::Internal(format!("no {} signing key", client.id_token_alg.name())))?;
    let mut id_token = claims::claims(held, client, allowed, Target::IdToken);
    let own: Map<String, Value> = [
        ("iss", json!(state.paths.issuer())),
        ("sub", json!(held.user)),
        ("aud", json!(client.client_id)),
        ("azp", json!(client.client_id)),
        ("iat", json!(now.timestamp())),
        ("exp", json!(after(now, state.settings.tokens.id).timestamp())),
        ("auth_time", json!(held.authenticated_at.timestamp())),
        ("sid", json!(held.sid)),
        ("amr", json!(held.amr)),
        ("acr", json!(acr(&held.amr))),
        // The left half of the hash (OpenID Connect Core 3.1.3.6).
        ("at_hash", json!(URL_SAFE_NO_PAD.encode(&sha256(access_token.reveal().as_bytes())[..16]))),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    id_token.extend(own);
    if let Some(nonce) = &held.nonce {
        id_token.insert("nonce".to_owned(), json!(nonce));
    }
    Ok(TokenResponse {
        access_token: access_token.reveal().to_owned(),
        token_type: "Bearer",
        expires_in: state.settings.tokens.access.as_secs(),
        scope: held.scope.join(" "),
        id_token: key.sign("JWT", &id_token).map_err(|error| OAuthError::Internal(error.to_string()))?,
        refresh_token: refresh_token.map(|token| token.reveal().to_owned()),
    })
}

/// Authentication contexts that we publish, and never claim more than was proven.
pub const ACR_VALUES: [&str; 1] = ["urn:loquet:acr:password"];

fn acr(_amr: &[String]) -> &'static str {
    ACR_VALUES[0]
}
