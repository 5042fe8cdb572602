//! The authorization request: what is missing, what is more, what is refused.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::scene::{Scene, random};
use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::{Browser, Listener, Mode};

/// Row `response_type missing`.
#[sqlx::test]
async fn a_missing_response_type_goes_back_with_state(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let state = random(96);
    assert_eq!(state.len(), 128);
    let reply = scene.browser.get(&scene.rp.authorize(&[("response_type", ""), ("state", &state)])).await;
    assert!(reply.location().starts_with(&format!("{REDIRECT}?error=invalid_request&")), "{}", reply.location());
    assert_eq!(reply.answer("state"), Some(state));
    assert_eq!(reply.answer("iss"), Some(scene.server.url.clone()));
    assert_eq!(reply.answer("code"), None);
}

/// Row `no nonce`.
#[sqlx::test]
async fn without_a_nonce_the_id_token_has_none(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let passed = scene.pass(&[("nonce", "")]).await;
    assert!(passed.id_token.get("nonce").is_none());
    // One that was given is echoed, whatever it is made of.
    let nonce = "==+/ é\"\u{1f512}";
    assert_eq!(scene.pass(&[("nonce", nonce)]).await.id_token["nonce"], nonce);
}

/// Row `display, ui_locales, claims_locales, login_hint, unknown parameters`; rule 6.
#[sqlx::test]
async fn what_is_only_wished_for_is_accepted(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    for wish in [
        ("display", "page"),
        ("display", "popup"),
        ("ui_locales", "se"),
        ("ui_locales", "en-GB fr"),
        ("claims_locales", "se fr"),
        ("login_hint", "buffy@example.org"),
        ("acr_values", "1 2"),
        ("extra", "foobar"),
        ("resource", "https://rp.test/"),
        ("dpop_jkt", "x"),
    ] {
        scene.pass(&[wish]).await;
    }
    // Twice the same scope, some that do not exist, some that are none.
    let passed = scene.pass(&[("scope", "openid  openid email address:read \u{e9}")]).await;
    assert_eq!(passed.answer.text("scope"), "openid email");
}

/// Same row: the language is the one asked for, if there is one; the hint is in the field.
#[sqlx::test]
async fn ui_locales_and_login_hint_are_followed(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    for (wished, given) in [("en", "en"), ("fr-CA en", "fr"), ("se en-GB fr", "en"), ("fr", "fr")] {
        let page = Browser::of(&scene.server).open(&scene.rp.authorize(&[("ui_locales", wished)])).await;
        assert_eq!(page.attribute("html", "lang").as_deref(), Some(given), "{wished}");
    }
    let page = scene.browser.open(&scene.rp.authorize(&[("login_hint", "alice@example.org")])).await;
    assert_eq!(page.attribute("#username", "value").as_deref(), Some("alice@example.org"));
}

/// Row `authorization request by POST`: the sign-in hop keeps every parameter.
#[sqlx::test]
async fn a_posted_request_loses_nothing(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let (state, nonce) = (format!("==+/&?#%{}", random(90)), random(32));
    let claims = r#"{"userinfo":{"nickname":null,"name":{"essential":true}}}"#;
    let url = scene.rp.authorize(&[
        ("scope", "openid email"),
        ("state", &state),
        ("nonce", &nonce),
        ("claims", claims),
        ("login_hint", "alice"),
        ("ui_locales", "en"),
        ("max_age", "10000"),
    ]);
    let url = url::Url::parse(&url).unwrap();
    let form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let posted = scene.browser.post("/authorize", &form).await;
    let page = scene.browser.follow(posted).await;
    assert_eq!(page.attribute("html", "lang").as_deref(), Some("en"));
    assert_eq!(page.attribute("#username", "value").as_deref(), Some("alice"));
    let back = scene.go_through(page).await;
    assert_eq!(back.answer("state"), Some(state));
    let answer = scene.rp.exchange(&back.answer("code").unwrap()).await;
    let id_token = scene.check_tokens(&scene.rp, &answer, &nonce).await;
    assert!(id_token["auth_time"].is_i64());
    let userinfo = scene.rp.userinfo(&answer.text("access_token")).await.body;
    let mut names: Vec<&str> = userinfo.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["email", "email_verified", "name", "sub"], "alice has no nickname");
}

/// Row `acr_values`: what is returned is published, and no more than was proven.
#[sqlx::test]
async fn the_acr_is_a_published_one(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let metadata = scene.browser.get("/.well-known/openid-configuration").await.body;
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let published = metadata["acr_values_supported"].as_array().unwrap();
    for wished in [published[0].as_str().unwrap(), "urn:mace:incommon:iap:silver 2", "phrh"] {
        let passed = scene.pass(&[("acr_values", wished), ("prompt", "login")]).await;
        assert!(published.contains(&passed.id_token["acr"]), "{}", passed.id_token);
        assert_eq!(passed.id_token["amr"], json!(["pwd"]));
    }
}

/// OpenID Connect Core 5.5.1.1: one that a service must have is given or refused; a wish is a wish.
#[sqlx::test]
async fn an_essential_acr_is_given_or_refused(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let ours = "urn:loquet:acr:password";
    let ask = |acr: Value| json!({"id_token": {"acr": acr}}).to_string();
    for acr in [
        json!({"essential": true}),
        json!({"essential": true, "values": ["urn:mace:incommon:iap:silver", ours]}),
        json!({"essential": true, "value": ours}),
        json!({"values": ["urn:mace:incommon:iap:silver"]}),
        Value::Null,
    ] {
        assert_eq!(scene.pass(&[("claims", &ask(acr))]).await.id_token["acr"], ours);
    }
    for acr in [
        json!({"essential": true, "values": ["urn:mace:incommon:iap:silver"]}),
        json!({"essential": true, "value": "2"}),
    ] {
        let reply = scene.browser.get(&scene.rp.authorize(&[("claims", &ask(acr))])).await;
        assert_eq!(reply.answer("error").as_deref(), Some("unmet_authentication_requirements"));
        assert_eq!(reply.answer("state").as_deref(), Some("st-ate"));
    }
}

/// Row `request, request_uri`: refused, never ignored, and nothing is fetched.
#[sqlx::test]
async fn request_objects_are_refused_and_never_fetched(pool: PgPool) {
    let listener = Listener::start(Mode::Ok);
    let scene = Scene::with(&pool, &[LOOPBACK], |_| ()).await;
    for session in ["nobody", "alice"] {
        for (change, error) in [
            (("request", "eyJhbGciOiJub25lIn0.eyJyZXNwb25zZV90eXBlIjoiY29kZSJ9."), "request_not_supported"),
            (("request", "nonsense"), "request_not_supported"),
            (("request_uri", listener.url.as_str()), "request_uri_not_supported"),
            (("request_uri", "https://rp.test/request.jwt#x"), "request_uri_not_supported"),
        ] {
            let reply = scene.browser.get(&scene.rp.authorize(&[change])).await;
            assert_eq!(reply.answer("error").as_deref(), Some(error), "{session} {change:?}");
            assert_eq!(reply.answer("state").as_deref(), Some("st-ate"));
        }
        scene.pass(&[]).await;
    }
    assert!(listener.heard().is_empty());
}

/// Row `claims parameter`.
#[sqlx::test]
async fn single_claims_are_given(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let claims = r#"{"userinfo":{"name":{"essential":true},"unheard_of":{"essential":true}},"id_token":{"auth_time":{"essential":true},"acr":null}}"#;
    let passed = scene.pass(&[("claims", claims)]).await;
    assert_eq!(passed.userinfo["name"], "Alice Martin");
    assert!(passed.id_token["auth_time"].is_i64() && passed.id_token.get("name").is_none());
    // In one that is asked for by name and in one that its scope gives.
    let claims = r#"{"id_token":{"email":{"essential":true},"sub":{"value":"SUB"}}}"#;
    let passed = scene.pass(&[("claims", &claims.replace("SUB", &scene.alice.id.to_string()))]).await;
    assert_eq!(passed.id_token["email"], "alice@example.org");
    assert!(passed.userinfo.get("email").is_none());
    let silent = [("claims", claims), ("prompt", "none")];
    let reply = scene.browser.get(&scene.rp.authorize(&silent)).await;
    assert_eq!(reply.answer("error").as_deref(), Some("login_required"), "of another person");
}
