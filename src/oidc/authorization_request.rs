//! An authorization request and the ordered checks that make one (OpenID Connect Core 3.1.2.1,
//! RFC 6749 4.1.1). Pure.
//!
//! Until the client and its redirect URI are proven, an error is shown on a page of ours; from then
//! on it is sent back to the client.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::claims;
use super::pkce;
use crate::db::clients::Client;
use crate::http::params::{ParamError, Params};
use crate::types::redirect_uri_matches;

/// Longest value of a parameter that we keep, in bytes.
const MAX_VALUE: usize = 8192;

/// A validated request: all that is needed to answer it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client that asks.
    pub client_id: String,
    /// Where the answer goes, byte for byte.
    pub redirect_uri: String,
    /// Echoed byte for byte.
    pub state: Option<String>,
    /// Scopes asked for and allowed, each once.
    pub scope: Vec<String>,
    /// Echoed in the ID token.
    pub nonce: Option<String>,
    /// S256 challenge, RFC 7636.
    pub code_challenge: Option<String>,
    /// `prompt=none`: no page may be shown.
    pub silent: bool,
    /// `prompt=login`: the person proves again who they are.
    pub sign_in_again: bool,
    /// Oldest proof accepted, in seconds.
    pub max_age: Option<i64>,
    /// Languages wished for.
    pub ui_locales: Option<String>,
    /// What to put in the sign-in field.
    pub login_hint: Option<String>,
    /// The only person who may answer (`id_token_hint`, or `sub` of the `claims` parameter).
    pub required_sub: Option<String>,
    /// Single claims asked for the ID token.
    pub id_token_claims: Vec<String>,
    /// Single claims asked for userinfo.
    pub userinfo_claims: Vec<String>,
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Shown on a page: the key of a text `hint-…`.
    Displayed(&'static str),
    /// Sent back to the client.
    Redirected(Redirected),
}

/// An error for the client (RFC 6749 4.1.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirected {
    /// A registered redirect URI.
    pub redirect_uri: String,
    /// Echoed.
    pub state: Option<String>,
    /// The registered code.
    pub error: &'static str,
    /// For developers, in English.
    pub description: &'static str,
}

/// The client id of a request.
///
/// # Errors
/// When it is missing or repeated: shown on a page.
pub fn client_id(params: &Params) -> Result<&str, Refusal> {
    match params.one("client_id") {
        Ok(Some(id)) => Ok(id),
        Ok(None) => Err(Refusal::Displayed("hint-unknown-client")),
        Err(_) => Err(Refusal::Displayed("hint-duplicate-parameter")),
    }
}

/// Checks a request of a client. `client` is none when there is no such client; a disabled one is
/// treated alike. `subject_of_hint` reads an `id_token_hint` (none: not one of ours).
///
/// # Errors
/// The first check that fails.
pub fn check(
    params: &Params,
    client: Option<&Client>,
    subject_of_hint: impl Fn(&str) -> Option<String>,
) -> Result<AuthorizationRequest, Refusal> {
    let client = client.filter(|client| client.enabled).ok_or(Refusal::Displayed("hint-unknown-client"))?;
    let redirect_uri = check_redirect_uri(params, client)?;
    // Proven: from here on errors go back to the client.
    let state = params.one("state").unwrap_or_default().map(str::to_owned);
    let back = |(error, description)| {
        let (redirect_uri, state) = (redirect_uri.clone(), state.clone());
        Refusal::Redirected(Redirected { redirect_uri, state, error, description })
    };
    check_texts(params).map_err(back)?;
    check_request_objects(params).map_err(back)?;
    check_response(params).map_err(back)?;
    let scope = check_scope(params, client).map_err(back)?;
    let code_challenge = check_pkce(params, client).map_err(back)?;
    let (silent, sign_in_again) = check_prompt(params).map_err(back)?;
    let max_age = check_max_age(params).map_err(back)?;
    let requested = check_claims(params).map_err(back)?;
    let one = |name| params.one(name).unwrap_or_default().map(str::to_owned);
    let hint = match one("id_token_hint") {
        Some(hint) => Some(
            subject_of_hint(&hint)
                .ok_or(("invalid_request", "id_token_hint is not an ID token of this issuer"))
                .map_err(back)?,
        ),
        None => None,
    };
    if requested.sub.is_some() && hint.is_some() && requested.sub != hint {
        return Err(back(("login_required", "id_token_hint and the claims parameter name different persons")));
    }
    Ok(AuthorizationRequest {
        client_id: client.client_id.clone(),
        nonce: one("nonce"),
        ui_locales: one("ui_locales"),
        login_hint: one("login_hint"),
        required_sub: requested.sub.or(hint),
        id_token_claims: requested.id_token,
        userinfo_claims: requested.userinfo,
        redirect_uri,
        state,
        scope,
        code_challenge,
        silent,
        sign_in_again,
        max_age,
    })
}

type Checked<T> = Result<T, (&'static str, &'static str)>;

/// RFC 9700 2.1: one of the registered URIs, byte for byte; required (OpenID Connect Core 3.1.2.1).
fn check_redirect_uri(params: &Params, client: &Client) -> Result<String, Refusal> {
    let requested = match params.one("redirect_uri") {
        Ok(Some(uri)) => uri,
        Ok(None) => return Err(Refusal::Displayed("hint-redirect-uri-missing")),
        Err(_) => return Err(Refusal::Displayed("hint-duplicate-parameter")),
    };
    if client.redirect_uris.iter().any(|registered| redirect_uri_matches(registered, requested)) {
        Ok(requested.to_owned())
    } else {
        Err(Refusal::Displayed("hint-redirect-uri-not-registered"))
    }
}

/// RFC 6749 3.1: no parameter twice; and nothing that cannot be stored and echoed as it is.
fn check_texts(params: &Params) -> Checked<()> {
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
fn check_request_objects(params: &Params) -> Checked<()> {
    if params.one("request").is_ok_and(|value| value.is_some()) {
        return Err(("request_not_supported", "the request parameter is not supported"));
    }
    if params.one("request_uri").is_ok_and(|value| value.is_some()) {
        return Err(("request_uri_not_supported", "the request_uri parameter is not supported"));
    }
    Ok(())
}

/// RFC 9700 2.1.2: the code flow only.
fn check_response(params: &Params) -> Checked<()> {
    match params.one("response_type").unwrap_or_default() {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "response_type must be code")),
        None => return Err(("invalid_request", "response_type is missing")),
    }
    match params.one("response_mode").unwrap_or_default() {
        None | Some("query") => Ok(()),
        Some(_) => Err(("invalid_request", "response_mode must be query")),
    }
}

/// Scopes that the client may not get, or that we do not know, are left out in silence; without
/// `openid` it is no OpenID Connect request.
fn check_scope(params: &Params, client: &Client) -> Checked<Vec<String>> {
    let mut scope: Vec<String> = Vec::new();
    for name in params.one("scope").unwrap_or_default().unwrap_or_default().split(' ') {
        let allowed = name == "openid" || client.scopes.iter().any(|allowed| allowed == name);
        if allowed && !scope.iter().any(|known| known == name) && claims::is_scope(name) {
            scope.push(name.to_owned());
        }
    }
    if scope.iter().any(|name| name == "openid") { Ok(scope) } else { Err(("invalid_scope", "scope must hold openid")) }
}

/// RFC 7636 4.3: S256 only, required unless the client is excused.
fn check_pkce(params: &Params, client: &Client) -> Checked<Option<String>> {
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

/// OpenID Connect Core 3.1.2.1: `none` stands alone.
fn check_prompt(params: &Params) -> Checked<(bool, bool)> {
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
    // Choosing an account is signing in again: one browser holds one account.
    Ok((silent, prompt.contains(&"login") || prompt.contains(&"select_account")))
}

fn check_max_age(params: &Params) -> Checked<Option<i64>> {
    let Some(text) = params.one("max_age").unwrap_or_default() else { return Ok(None) };
    let seconds: u32 = text.parse().map_err(|_| ("invalid_request", "max_age must be a number of seconds"))?;
    Ok(Some(i64::from(seconds)))
}

#[derive(Default)]
struct RequestedClaims {
    id_token: Vec<String>,
    userinfo: Vec<String>,
    sub: Option<String>,
}

/// OpenID Connect Core 5.5. Claims that we do not know are ignored.
fn check_claims(params: &Params) -> Checked<RequestedClaims> {
    let Some(text) = params.one("claims").unwrap_or_default() else { return Ok(RequestedClaims::default()) };
    let value: Value = serde_json::from_str(text).map_err(|_| ("invalid_request", "claims is not JSON"))?;
    let object = value.as_object().ok_or(("invalid_request", "claims is not a JSON object"))?;
    let names = |target: &str| -> Checked<Vec<String>> {
        match object.get(target) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(claims)) => Ok(claims.keys().filter(|name| claims::is_claim(name)).cloned().collect()),
            Some(_) => Err(("invalid_request", "claims must hold objects")),
        }
    };
    let sub =
        ["id_token", "userinfo"].iter().find_map(|target| value[target]["sub"]["value"].as_str()).map(str::to_owned);
    Ok(RequestedClaims { id_token: names("id_token")?, userinfo: names("userinfo")?, sub })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        Client {
            client_id: "c".to_owned(),
            redirect_uris: vec!["https://rp.test/cb".to_owned(), "https://rp.test/login.php?oidc".to_owned()],
            scopes: vec!["openid".to_owned(), "profile".to_owned()],
            require_pkce: false,
            ..Client::default()
        }
    }

    fn run(query: &str) -> Result<AuthorizationRequest, Refusal> {
        let params = Params::parse(query.as_bytes()).unwrap();
        check(&params, Some(&client()), |hint| (hint == "good").then(|| "alice".to_owned()))
    }

    fn error(query: &str) -> &'static str {
        match run(&format!("client_id=c&redirect_uri=https://rp.test/cb&{query}")) {
            Err(Refusal::Redirected(redirected)) => redirected.error,
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn a_good_request() {
        let request = run(
            "client_id=c&redirect_uri=https%3A%2F%2Frp.test%2Flogin.php%3Foidc&response_type=code&state=%3D%3D%2B%2F\
            &scope=openid+openid+profile+email+unknown&nonce=n&foo=1&max_age=5",
        )
        .unwrap();
        assert_eq!(request.scope, ["openid", "profile"]);
        assert_eq!(request.state.as_deref(), Some("==+/"));
        assert_eq!((request.max_age, request.silent, request.sign_in_again), (Some(5), false, false));
        assert_eq!(request.redirect_uri, "https://rp.test/login.php?oidc");
    }

    #[test]
    fn nothing_is_redirected_before_the_uri_is_proven() {
        for query in [
            "client_id=c&response_type=code",
            "client_id=c&redirect_uri=https://evil.test/cb",
            "client_id=c&redirect_uri=https://rp.test/cb/",
            "client_id=c&redirect_uri=https://rp.test/cb&redirect_uri=https://rp.test/cb",
            "client_id=c&redirect_uri=https://rp.test/cb?x=1",
        ] {
            assert!(matches!(run(query), Err(Refusal::Displayed(_))), "{query}");
        }
        let params = Params::parse(b"client_id=c&redirect_uri=https://rp.test/cb").unwrap();
        let disabled = Client { enabled: false, ..client() };
        assert_eq!(check(&params, Some(&disabled), |_| None), check(&params, None, |_| None));
    }

    #[test]
    fn errors_go_back_with_their_registered_code() {
        for (query, code) in [
            ("scope=openid", "invalid_request"),
            ("response_type=token&scope=openid", "unsupported_response_type"),
            ("response_type=code&scope=openid&response_mode=fragment", "invalid_request"),
            ("response_type=code&scope=profile", "invalid_scope"),
            ("response_type=code&scope=openid&state=a&state=b", "invalid_request"),
            ("response_type=code&scope=openid&prompt=none+login", "invalid_request"),
            ("response_type=code&scope=openid&prompt=garbage", "invalid_request"),
            ("response_type=code&scope=openid&max_age=-1", "invalid_request"),
            ("response_type=code&scope=openid&request=x", "request_not_supported"),
            ("response_type=code&scope=openid&request_uri=http://127.0.0.1:9/", "request_uri_not_supported"),
            (
                "response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                "invalid_request",
            ),
            ("response_type=code&scope=openid&code_challenge=short&code_challenge_method=S256", "invalid_request"),
            (
                "response_type=code&scope=openid&code_challenge_method=plain&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                "invalid_request",
            ),
            ("response_type=code&scope=openid&claims=%7B", "invalid_request"),
            ("response_type=code&scope=openid&id_token_hint=foreign", "invalid_request"),
            ("response_type=code&scope=openid&nonce=%00", "invalid_request"),
            (
                "response_type=code&scope=openid&id_token_hint=good&claims=%7B%22id_token%22:%7B%22sub%22:%7B%22value%22:%22bob%22%7D%7D%7D",
                "login_required",
            ),
        ] {
            assert_eq!(error(query), code, "{query}");
        }
    }

    #[test]
    fn claims_and_hints() {
        let request =
            run("client_id=c&redirect_uri=https://rp.test/cb&response_type=code&scope=openid&id_token_hint=good\
            &claims=%7B%22userinfo%22:%7B%22name%22:%7B%22essential%22:true%7D,%22nonsense%22:null%7D%7D")
            .unwrap();
        assert_eq!(request.required_sub.as_deref(), Some("alice"));
        assert_eq!(request.userinfo_claims, ["name"]);
        assert!(request.id_token_claims.is_empty());
    }

    #[test]
    fn pkce_is_required_where_it_is() {
        let strict = Client { require_pkce: true, ..client() };
        let params =
            Params::parse(b"client_id=c&redirect_uri=https://rp.test/cb&response_type=code&scope=openid").unwrap();
        assert!(
            matches!(check(&params, Some(&strict), |_| None), Err(Refusal::Redirected(r)) if r.error == "invalid_request")
        );
    }
}
