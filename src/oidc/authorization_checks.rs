//! The checks of an authorization request, one function each, naming the section it comes from. Pure.

#![allow(clippy::missing_errors_doc, reason = "each returns the error for the client that its section names")]

use serde_json::Value;

use super::acr::{self, Demand};
use super::authorization_request::Refusal;
use super::pkce;
use crate::claims;
use crate::config::ProfileFields;
use crate::db::clients::Client;
use crate::http::params::{ParamError, Params};

/// Longest value of a parameter that we keep, in bytes.
const MAX_VALUE: usize = 8192;

/// A value, or the error for the client: the registered code and a description.
pub type Checked<T> = Result<T, (&'static str, &'static str)>;

/// RFC 9700 2.1: one of the registered URIs, byte for byte; required (OpenID Connect Core 3.1.2.1).
pub fn check_redirect_uri(params: &Params, client: &Client) -> Result<String, Refusal> {
    let requested = match params.one("redirect_uri") {
        Ok(Some(uri)) => uri,
        Ok(None) => return Err(Refusal::Displayed("hint-redirect-uri-missing")),
        Err(_) => return Err(Refusal::Displayed("hint-duplicate-parameter")),
    };
    if client.has_redirect_uri(requested) {
        Ok(requested.to_owned())
    } else {
        Err(Refusal::Displayed("hint-redirect-uri-not-registered"))
    }
}

/// RFC 6749 3.1: no parameter twice; and nothing that cannot be stored and echoed as it is.
pub fn check_texts(params: &Params) -> Checked<()> {
    const KNOWN: [&str; 19] = [
        "state",
        "response_type",
        "response_mode",
        "scope",
        "nonce",
        "prompt",
        "max_age",
        "ui_locales",
        "login_hint",
        "id_token_hint",
        "claims",
        "claims_locales",
        "acr_values",
        "display",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
        "registration",
    ];
    for name in KNOWN {
        match params.one(name) {
            Err(ParamError::Repeated(_)) => return Err(("invalid_request", "a parameter is given more than once")),
            Ok(Some(value)) if value.len() > MAX_VALUE => {
                return Err(("invalid_request", "a parameter is longer than 8 KiB"));
            }
            Ok(Some(value)) if value.contains('\0') => {
                return Err(("invalid_request", "a parameter holds a NUL character"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// OpenID Connect Core 6: not supported, said so and never ignored; nothing is fetched.
pub fn check_request_objects(params: &Params) -> Checked<()> {
    if params.one("request").is_ok_and(|value| value.is_some()) {
        return Err(("request_not_supported", "the request parameter is not supported"));
    }
    if params.one("request_uri").is_ok_and(|value| value.is_some()) {
        return Err(("request_uri_not_supported", "the request_uri parameter is not supported"));
    }
    Ok(())
}

/// RFC 9700 2.1.2: the code flow only.
pub fn check_response(params: &Params) -> Checked<()> {
    match params.one("response_type").unwrap_or_default() {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "response_type must be code")),
        None => return Err(("invalid_request", "response_type is missing")),
    }
    match params.one("response_mode").unwrap_or_default() {
        None | Some("query" | "form_post") => Ok(()),
        Some(_) => Err(("invalid_request", "response_mode must be query or form_post")),
    }
}

/// Scopes that the client may not get, or that we do not know, are left out in silence; without
/// `openid` it is no OpenID Connect request.
pub fn check_scope(params: &Params, client: &Client, fields: &ProfileFields) -> Checked<Vec<String>> {
    let mut scope: Vec<String> = Vec::new();
    for name in params.one("scope").unwrap_or_default().unwrap_or_default().split(' ') {
        let allowed = name == "openid" || client.scopes.iter().any(|allowed| allowed == name);
        if allowed && !scope.iter().any(|known| known == name) && claims::is_scope(name, fields) {
            scope.push(name.to_owned());
        }
    }
    if scope.iter().any(|name| name == "openid") { Ok(scope) } else { Err(("invalid_scope", "scope must hold openid")) }
}

/// RFC 7636 4.3: S256 only, required unless the client is excused.
pub fn check_pkce(params: &Params, client: &Client) -> Checked<Option<String>> {
    let challenge = params.one("code_challenge").unwrap_or_default();
    let method = params.one("code_challenge_method").unwrap_or_default();
    match (challenge, method) {
        (None, None) if client.require_pkce => Err(("invalid_request", "code_challenge is missing (PKCE is required)")),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(("invalid_request", "code_challenge_method without code_challenge")),
        (Some(challenge), Some("S256")) if pkce::is_challenge(challenge) => Ok(Some(challenge.to_owned())),
        (Some(_), Some("S256")) => Err(("invalid_request", "code_challenge must be 43 base64url characters")),
        (Some(_), _) => Err(("invalid_request", "code_challenge_method must be S256")),
    }
}

/// What the person is to be asked.
pub struct Prompt {
    /// Nothing.
    pub none: bool,
    /// Who they are.
    pub login: bool,
    /// Whether they agree.
    pub consent: bool,
}

/// OpenID Connect Core 3.1.2.1: `none` stands alone.
pub fn check_prompt(params: &Params) -> Checked<Prompt> {
    let prompt: Vec<&str> = params
        .one("prompt")
        .unwrap_or_default()
        .unwrap_or_default()
        .split(' ')
        .filter(|value| !value.is_empty())
        .collect();
    if prompt.iter().any(|value| !matches!(*value, "none" | "login" | "consent" | "select_account")) {
        return Err(("invalid_request", "prompt holds an unknown value"));
    }
    let silent = prompt.contains(&"none");
    if silent && prompt.len() > 1 {
        return Err(("invalid_request", "prompt=none stands alone"));
    }
    Ok(Prompt {
        none: silent,
        // Choosing an account is signing in again: one browser holds one account.
        login: prompt.contains(&"login") || prompt.contains(&"select_account"),
        consent: prompt.contains(&"consent"),
    })
}

/// OpenID Connect Core 3.1.2.1: seconds.
pub fn check_max_age(params: &Params) -> Checked<Option<i64>> {
    let Some(text) = params.one("max_age").unwrap_or_default() else { return Ok(None) };
    let seconds: u32 = text.parse().map_err(|_| ("invalid_request", "max_age must be a number of seconds"))?;
    Ok(Some(i64::from(seconds)))
}

/// What the `claims` parameter asks for.
#[derive(Default)]
pub struct RequestedClaims {
    /// Claims of the ID token.
    pub id_token: Vec<String>,
    /// Claims of userinfo.
    pub userinfo: Vec<String>,
    /// The only person who may answer.
    pub sub: Option<String>,
    /// Two factors.
    pub second_factor: Demand,
}

/// OpenID Connect Core 5.5. Claims that we do not know are ignored; a context of authentication that the
/// client must have and that we do not offer is not (5.5.1.1).
pub fn check_claims(params: &Params, client: &Client, fields: &ProfileFields) -> Checked<RequestedClaims> {
    let acr_values = params.one("acr_values").unwrap_or_default();
    let Some(text) = params.one("claims").unwrap_or_default() else {
        let second_factor = acr::demand(acr_values, &Value::Null)?;
        return Ok(RequestedClaims { second_factor, ..RequestedClaims::default() });
    };
    let value: Value = serde_json::from_str(text).map_err(|_| ("invalid_request", "claims is not JSON"))?;
    let object = value.as_object().ok_or(("invalid_request", "claims is not a JSON object"))?;
    let names = |target: &str| -> Checked<Vec<String>> {
        match object.get(target) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(claims)) => {
                Ok(claims.keys().flat_map(|name| claims::asked_for(name, client, fields)).collect())
            }
            Some(_) => Err(("invalid_request", "claims must hold objects")),
        }
    };
    let second_factor = acr::demand(acr_values, &value["id_token"]["acr"])?;
    let sub =
        ["id_token", "userinfo"].iter().find_map(|target| value[target]["sub"]["value"].as_str()).map(str::to_owned);
    // JSON may write it `\u0000`, which `check_texts` does not see.
    if sub.as_ref().is_some_and(|sub| sub.contains('\0')) {
        return Err(("invalid_request", "a parameter holds a NUL character"));
    }
    Ok(RequestedClaims { id_token: names("id_token")?, userinfo: names("userinfo")?, sub, second_factor })
}
