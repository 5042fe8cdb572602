//! Requests for an authorization that cannot be granted as they are asked (AZ-12, AZ-13, AZ-21, AZ-27).

use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, RelyingParty, Server};

/// Never a token in an address, never a page instead of an answer to the service.
#[sqlx::test]
async fn what_is_refused(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    rp.sign_in(&browser, "alice").await;
    let type_refused =
        ["token", "id_token", "id_token token", "none", "code code", "code token", "code id_token", "CODE", "code "]
            .map(|value| ("response_type", value.to_owned(), "unsupported_response_type"));
    let mode_refused =
        ["fragment", "web_message", "form_post.jwt", "query.jwt", "jwt", "garbage", "QUERY", "query query"]
            .map(|value| ("response_mode", value.to_owned(), "invalid_request"));
    let claims_refused = [
        "{",
        "[]",
        "null",
        "7",
        "\"x\"",
        r#"{"id_token":7}"#,
        r#"{"userinfo":[]}"#,
        r#"{"id_token":{"sub":{"value":"\u0000"}}}"#,
        &"[".repeat(5000),
    ]
    .map(|value| ("claims", value.to_owned(), "invalid_request"));
    let texts_refused = ["state", "nonce", "login_hint", "ui_locales", "claims", "scope", "acr_values"]
        .map(|name| (name, format!("a\0{name}"), "invalid_request"));
    let long_refused = ["state", "nonce", "login_hint", "ui_locales", "claims", "id_token_hint"]
        .map(|name| (name, "s".repeat(8193), "invalid_request"));
    let all =
        type_refused.into_iter().chain(mode_refused).chain(claims_refused).chain(texts_refused).chain(long_refused);
    for (name, value, error) in all {
        let reply = browser.get(&rp.authorize(&[(name, &value)])).await;
        assert_eq!(reply.status, 303, "{name}={value:.40}");
        assert!(
            reply.location().starts_with(&format!("{REDIRECT}?error={error}&")),
            "{name}={value:.40} {}",
            reply.location()
        );
        assert_eq!(reply.answer("iss").as_deref(), Some(server.url.as_str()), "{name}={value:.40}");
        for secret in ["code=", "access_token", "id_token=", "#"] {
            assert!(!reply.location().contains(secret), "{name}={value:.40}");
        }
    }
    // A person that no hint may name, and one that is somebody else.
    for sub in ["bob", "", "00000000-0000-0000-0000-000000000000", "' OR true --"] {
        let claims = serde_json::json!({ "id_token": { "sub": { "value": sub } } }).to_string();
        let reply = browser.get(&rp.authorize(&[("prompt", "none"), ("claims", &claims)])).await;
        assert_eq!((reply.answer("error").as_deref(), reply.answer("code")), (Some("login_required"), None), "{sub}");
    }
    let state = "é".repeat(4096);
    assert_eq!(browser.get(&rp.authorize(&[("state", &state)])).await.answer("state"), Some(state), "8 KiB");
    let megabyte = format!("{{\"id_token\":{{\"x\":\"{}\"}}}}", "x".repeat(1_048_576));
    let reply =
        browser.post("/authorize", &[("client_id", "c_conf"), ("redirect_uri", REDIRECT), ("claims", &megabyte)]).await;
    assert_eq!((reply.status, reply.location()), (413, ""));
}
