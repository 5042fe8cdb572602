//! OpenID Connect Discovery 1.0 and RFC 8414: the metadata are what `oidc.md` demands, and true.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::registration::ALLOWED;
use super::scene::{STANDARD, Scene};
use crate::support::{Browser, Server};

/// The registry "OAuth Authorization Server Metadata" of IANA, which holds those of OpenID Connect
/// (Discovery, RP-Initiated and Back-Channel Logout, Prompt Create) as well.
const REGISTERED: [&str; 59] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "service_documentation",
    "ui_locales_supported",
    "op_policy_uri",
    "op_tos_uri",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "code_challenge_methods_supported",
    "signed_metadata",
    "device_authorization_endpoint",
    "tls_client_certificate_bound_access_tokens",
    "mtls_endpoint_aliases",
    "nfv_token_signing_alg_values_supported",
    "userinfo_endpoint",
    "acr_values_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported",
    "userinfo_signing_alg_values_supported",
    "userinfo_encryption_alg_values_supported",
    "userinfo_encryption_enc_values_supported",
    "request_object_signing_alg_values_supported",
    "request_object_encryption_alg_values_supported",
    "request_object_encryption_enc_values_supported",
    "display_values_supported",
    "claim_types_supported",
    "claims_supported",
    "claims_locales_supported",
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "require_signed_request_object",
    "pushed_authorization_request_endpoint",
    "require_pushed_authorization_requests",
    "authorization_response_iss_parameter_supported",
    "authorization_signing_alg_values_supported",
    "check_session_iframe",
    "frontchannel_logout_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "end_session_endpoint",
    "dpop_signing_alg_values_supported",
    "prompt_values_supported",
];

async fn metadata(browser: &Browser) -> Value {
    serde_json::from_str(&browser.get("/.well-known/openid-configuration").await.body).unwrap()
}

/// Every demand of `oidc.md` on the document.
#[sqlx::test]
async fn the_metadata_are_those_demanded(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED]).await;
    let metadata = metadata(&Browser::of(&server)).await;
    for (name, expected) in [
        ("issuer", json!(server.url)),
        ("response_types_supported", json!(["code"])),
        ("response_modes_supported", json!(["query", "form_post"])),
        ("grant_types_supported", json!(["authorization_code", "refresh_token", "client_credentials"])),
        ("subject_types_supported", json!(["public", "pairwise"])),
        ("id_token_signing_alg_values_supported", json!(["RS256", "ES256"])),
        (
            "scopes_supported",
            json!(["openid", "profile", "email", "address", "phone", "groups", "organizations", "offline_access"]),
        ),
        ("claims_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        (
            "token_endpoint_auth_methods_supported",
            json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]),
        ),
        ("token_endpoint_auth_signing_alg_values_supported", json!(["RS256", "PS256", "ES256", "EdDSA"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("ui_locales_supported", json!(["en", "fr"])),
        ("display_values_supported", json!(["page", "popup"])),
        ("prompt_values_supported", json!(["none", "login", "consent", "select_account"])),
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
    ] {
        let sorted = |value: &Value| {
            let mut list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            list.sort_by_key(Value::to_string);
            list
        };
        assert_eq!(sorted(&metadata[name]), sorted(&expected), "{name}");
    }
    assert!(metadata["acr_values_supported"].as_array().is_some_and(|values| !values.is_empty()));
    let claims = metadata["claims_supported"].as_array().unwrap();
    let standard = STANDARD.iter().flat_map(|(_, names)| *names).copied();
    for name in standard.chain(["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid"]) {
        assert!(claims.contains(&json!(name)), "{name}");
    }
    for (name, value) in metadata.as_object().unwrap() {
        assert!(REGISTERED.contains(&name.as_str()), "{name} is not registered");
        assert!(!value.is_null(), "{name}");
        let may_be_none = name.ends_with("auth_methods_supported") || name == "prompt_values_supported";
        let has_none = value.as_array().is_some_and(|list| list.contains(&json!("none")));
        assert!(!has_none || may_be_none, "{name} holds none");
    }
}

/// Rule 2: endpoints carry no query, are below the issuer, and are there.
#[sqlx::test]
async fn every_endpoint_is_there(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED]).await;
    let browser = Browser::of(&server);
    let mut found = Vec::new();
    for (name, value) in metadata(&browser).await.as_object().unwrap() {
        if !name.ends_with("_endpoint") && name != "jwks_uri" {
            continue;
        }
        let address = value.as_str().unwrap();
        assert!(address.starts_with(&format!("{}/", server.url)) && !address.contains(['?', '#']), "{name}: {address}");
        let (get, post) = (browser.get(address).await.status, browser.post(address, &[]).await.status);
        assert!((get, post) != (404, 404) && (get, post) != (405, 405) && get < 500 && post < 500, "{name}");
        found.push(name.clone());
    }
    for name in ["end_session_endpoint", "revocation_endpoint", "introspection_endpoint", "registration_endpoint"] {
        assert!(found.iter().any(|found| found == name), "{name}");
    }
}

/// The issuer may have a path: it is the same, byte for byte, everywhere a client compares it.
#[sqlx::test]
async fn an_issuer_with_a_path_is_the_same_everywhere(pool: PgPool) {
    let scene = Scene::with(&pool, &[("LOQUET_SERVER_ISSUER", "http://127.0.0.1:{port}/realms/main")], |_| ()).await;
    assert_eq!(metadata(&scene.browser).await["issuer"], scene.server.url);
    assert!(scene.server.url.ends_with("/realms/main"));
    // The redirect's `iss` and that of the ID token are compared on the way.
    let passed = scene.pass(&[]).await;
    let hint = passed.answer.text("id_token");
    assert_eq!(scene.browser.get(&format!("/end-session?id_token_hint={hint}")).await.status, 200);
}

/// Rule 2: asked for again and again, never limited, never empty, kept for an hour at most.
#[sqlx::test]
async fn metadata_and_keys_are_never_limited(pool: PgPool) {
    let server = Server::start(&pool).await;
    let browser = Browser::of(&server);
    for path in ["/.well-known/openid-configuration", "/jwks.json"] {
        let replies = futures_util::future::join_all((0..500).map(|_| browser.get(path))).await;
        for reply in replies {
            assert_eq!((reply.status, reply.headers["content-type"].to_str().unwrap()), (200, "application/json"));
            assert_eq!(reply.headers["cache-control"], "public, max-age=3600");
            assert!(serde_json::from_str::<Value>(&reply.body).unwrap().is_object());
        }
    }
}
