//! An authorization request and the order of the checks that make one (OpenID Connect Core 3.1.2.1,
//! RFC 6749 4.1.1). Pure. The checks themselves are in [`super::authorization_checks`].
//!
//! Until the client and its redirect URI are proven, an error is shown on a page of ours; from then
//! on it is sent back to the client.

use serde::{Deserialize, Serialize};

use super::acr::Demand;
use super::authorization_checks::{
    check_claims, check_max_age, check_pkce, check_prompt, check_redirect_uri, check_request_objects, check_response,
    check_scope, check_texts,
};
use crate::claims;
use crate::config::ProfileFields;
use crate::db::clients::Client;
use crate::http::params::Params;

/// A validated request: all that is needed to answer it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client that asks.
    pub client_id: String,
    /// Where the answer goes, byte for byte.
    pub redirect_uri: String,
    /// The answer is a form that the browser posts (OAuth 2.0 Form Post Response Mode), not a redirect.
    #[serde(default)]
    pub form_post: bool,
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
    /// `prompt=consent`: the person is asked, whatever they agreed to before.
    #[serde(default)]
    pub ask_consent: bool,
    /// Oldest proof accepted, in seconds.
    pub max_age: Option<i64>,
    /// Two factors are asked for (`acr_values`, or `acr` of the `claims` parameter).
    #[serde(default)]
    pub second_factor: Demand,
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

impl AuthorizationRequest {
    /// What it asks to learn or to do: its scopes, and those of the claims asked for one by one.
    #[must_use]
    pub fn disclosed_scopes(&self, fields: &ProfileFields) -> Vec<String> {
        let one_by_one = self.id_token_claims.iter().chain(&self.userinfo_claims);
        let single = one_by_one.filter_map(|claim| claims::scope_of(claim, fields));
        let all: Vec<&str> = self.scope.iter().map(String::as_str).chain(single).collect();
        claims::scopes(fields).filter(|scope| all.contains(scope)).map(str::to_owned).collect()
    }
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
    /// As a form that the browser posts.
    pub form_post: bool,
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

/// How a request arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Through the browser.
    Front,
    /// From the client itself (RFC 9126).
    Pushed,
}

/// Checks a request of a client. `client` is none when there is no such client; a disabled one is
/// treated alike. `subject_of_hint` reads an `id_token_hint` (none: not one of ours).
///
/// # Errors
/// The first check that fails.
pub fn check(
    params: &Params,
    client: Option<&Client>,
    channel: Channel,
    fields: &ProfileFields,
    subject_of_hint: impl Fn(&str) -> Option<String>,
) -> Result<AuthorizationRequest, Refusal> {
    let client = client.filter(|client| client.enabled).ok_or(Refusal::Displayed("hint-unknown-client"))?;
    let redirect_uri = check_redirect_uri(params, client)?;
    // Proven: from here on errors go back to the client.
    let state = params.one("state").unwrap_or_default().map(str::to_owned);
    let form_post = params.one("response_mode") == Ok(Some("form_post"));
    let back = |(error, description)| {
        let (redirect_uri, state) = (redirect_uri.clone(), state.clone());
        Refusal::Redirected(Redirected { redirect_uri, form_post, state, error, description })
    };
    if client.require_pushed_requests && channel == Channel::Front {
        return Err(back(("invalid_request", "this client must push its requests (RFC 9126)")));
    }
    check_texts(params).map_err(back)?;
    check_request_objects(params).map_err(back)?;
    check_response(params).map_err(back)?;
    let scope = check_scope(params, client, fields).map_err(back)?;
    let code_challenge = check_pkce(params, client).map_err(back)?;
    let prompt = check_prompt(params).map_err(back)?;
    let max_age = check_max_age(params).map_err(back)?.or(client.default_max_age.map(i64::from));
    let requested = check_claims(params, client, fields).map_err(back)?;
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
        second_factor: requested.second_factor,
        id_token_claims: requested.id_token,
        userinfo_claims: requested.userinfo,
        redirect_uri,
        state,
        scope,
        code_challenge,
        form_post,
        silent: prompt.none,
        sign_in_again: prompt.login,
        ask_consent: prompt.consent,
        max_age,
    })
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
        check(&params, Some(&client()), Channel::Front, &ProfileFields::default(), |hint| {
            (hint == "good").then(|| "alice".to_owned())
        })
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
        assert_eq!(
            check(&params, Some(&disabled), Channel::Front, &ProfileFields::default(), |_| None),
            check(&params, None, Channel::Front, &ProfileFields::default(), |_| None)
        );
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
            matches!(check(&params, Some(&strict), Channel::Front, &ProfileFields::default(), |_| None), Err(Refusal::Redirected(r)) if r.error == "invalid_request")
        );
    }
}
