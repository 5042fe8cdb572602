//! Which client is calling the token endpoint, and whether it proves it (RFC 6749 2.3, OpenID
//! Connect Core 9): `client_secret_basic`, `client_secret_post`, `private_key_jwt`
//! ([`super::client_assertion`]), or `none` for public clients.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::client_assertion;
use super::oauth_error::OAuthError;
use crate::app::AppState;
use crate::crypto::Plain;
use crate::db::clients::{Authentication, Client};
use crate::http::params::Params;

struct Credentials {
    client_id: String,
    secret: Option<Plain>,
    basic: bool,
}

/// The authenticated client. Never touches the code or token presented with it: clients try Basic,
/// then the body, with the same code.
///
/// # Errors
/// `invalid_client`, or `invalid_request` for two methods at once.
pub async fn authenticate(request: &HttpRequest, form: &Params, state: &AppState) -> Result<Arc<Client>, OAuthError> {
    if let Some(presented) = client_assertion::presented(form)? {
        if request.headers().contains_key(AUTHORIZATION) || form.one("client_secret")?.is_some() {
            return Err(OAuthError::InvalidRequest("two ways of client authentication at once"));
        }
        return by_assertion(request, &presented, state).await;
    }
    let candidates = credentials(request, form)?;
    let basic = candidates.iter().any(|candidate| candidate.basic);
    for Credentials { client_id, secret, .. } in candidates {
        let Some(client) = state.directory.client(&client_id, &state.pool).await? else { continue };
        let proven = match &secret {
            Some(secret) => {
                client.authentication == Authentication::ClientSecret
                    && client.has_secret(secret.hashed(), state.clock.now())
            }
            None => !client.is_confidential(),
        };
        if client.enabled && proven {
            return Ok(client);
        }
    }
    Err(OAuthError::InvalidClient { basic })
}

async fn by_assertion(
    request: &HttpRequest,
    presented: &client_assertion::Presented,
    state: &AppState,
) -> Result<Arc<Client>, OAuthError> {
    let refused = OAuthError::InvalidClient { basic: false };
    let Some(client) = state.directory.client(&presented.client_id, &state.pool).await?.filter(|client| client.enabled)
    else {
        return Err(refused);
    };
    let endpoint = state.paths.public(request.path());
    match client_assertion::verify(presented, &client, &endpoint, state).await? {
        Ok(()) => Ok(client),
        Err(why) => {
            tracing::info!(client = client.client_id, why, "client assertion refused");
            Err(refused)
        }
    }
}

/// What was presented. HTTP Basic is read twice: form-decoded, as RFC 6749 2.3.1 says (Go), and
/// raw, as many libraries send it (PHP, Python).
fn credentials(request: &HttpRequest, form: &Params) -> Result<Vec<Credentials>, OAuthError> {
    let in_body = (form.one("client_id")?, form.one("client_secret")?);
    let header = request.headers().get(AUTHORIZATION);
    let Some(header) = header else {
        let (Some(client_id), secret) = in_body else { return Err(OAuthError::InvalidClient { basic: false }) };
        return Ok(vec![Credentials {
            client_id: client_id.to_owned(),
            secret: secret.map(Plain::presented),
            basic: false,
        }]);
    };
    let invalid = || OAuthError::InvalidClient { basic: true };
    let header = header.to_str().map_err(|_| invalid())?;
    let (scheme, encoded) = header.split_once(' ').ok_or_else(invalid)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(invalid());
    }
    let decoded =
        STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(invalid)?;
    let (id, secret) = decoded.split_once(':').ok_or_else(invalid)?;
    if in_body.1.is_some() {
        return Err(OAuthError::InvalidRequest("two ways of client authentication at once"));
    }
    let form_decode =
        |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().map(std::borrow::Cow::into_owned).ok();
    let one = |id: &str, secret: &str| Credentials {
        client_id: id.to_owned(),
        secret: Some(Plain::presented(secret)),
        basic: true,
    };
    let mut candidates = vec![one(id, secret)];
    if let (Some(other_id), Some(other_secret)) = (form_decode(id), form_decode(secret))
        && (other_id != id || other_secret != secret)
    {
        candidates.push(one(&other_id, &other_secret));
    }
    if in_body.0.is_some_and(|body| candidates.iter().all(|candidate| candidate.client_id != body)) {
        return Err(OAuthError::InvalidRequest("client_id differs from the one of HTTP Basic"));
    }
    Ok(candidates)
}
