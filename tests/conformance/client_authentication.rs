//! `client_secret_post` and `private_key_jwt` work as `client_secret_basic`.

use loquet::crypto::{Algorithm, SigningKey};
use loquet::db::clients::Authentication;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::registration::ALLOWED;
use super::scene::Scene;
use crate::support::client::{Answer, REDIRECT};
use crate::support::listener::LOOPBACK;
use crate::support::{Listener, Mode, RelyingParty};

/// A key of a service's own.
fn key(kid: &str, algorithm: Algorithm) -> SigningKey {
    SigningKey::from_pkcs8(kid.to_owned(), algorithm, &SigningKey::generate(algorithm).unwrap()).unwrap()
}

/// An assertion, with claims changed (or left out: `null`).
fn assertion(scene: &Scene, rp: &RelyingParty, key: &SigningKey, changes: &Value) -> String {
    let now = scene.server.state.clock.now().timestamp();
    let mut claims = json!({
        "iss": rp.client_id, "sub": rp.client_id, "aud": scene.server.url, "iat": now, "exp": now + 60,
        "jti": super::scene::random(24),
    });
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    key.sign("JWT", &claims).unwrap()
}

/// Exchanges a code with an assertion.
async fn exchange(scene: &Scene, rp: &RelyingParty, code: &str, assertion: &str) -> Answer {
    let mut form = rp.grant(code);
    form.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    form.push(("client_assertion", assertion));
    rp.read(rp.http().post(format!("{}/token", scene.server.url)).form(&form)).await
}

async fn code(scene: &Scene, rp: &RelyingParty) -> String {
    let reply = scene.browser.open(&rp.authorize(&[("scope", "openid")])).await;
    scene.go_through(reply).await.answer("code").unwrap()
}

/// Row `client_secret_post`.
#[sqlx::test]
async fn the_secret_in_the_body(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let code = code(&scene, &scene.rp).await;
    let mut form = scene.rp.grant(&code);
    let secret = scene.rp.secret.as_ref().unwrap().reveal().to_owned();
    form.extend([("client_id", "c_suite"), ("client_secret", secret.as_str())]);
    let post = |form: &[(&str, &str)]| scene.rp.http().post(format!("{}/token", scene.server.url)).form(form);
    let answer = scene.rp.read(post(&form)).await;
    scene.check_tokens(&scene.rp, &answer, "n-once").await;
    // And for a refresh.
    let token = answer.text("refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &token),
        ("client_id", "c_suite"),
        ("client_secret", &secret),
    ];
    scene.check_tokens(&scene.rp, &scene.rp.read(post(&form)).await, "n-once").await;
}

/// Row `private_key_jwt`: `aud` issuer or token endpoint, `jti` once, both kinds of keys; what is wrong
/// leaves the code as it is.
#[sqlx::test]
async fn an_assertion_instead_of_a_secret(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    for (id, algorithm) in [("c_rsa", Algorithm::Rs256), ("c_ec", Algorithm::Es256)] {
        let (own, other) = (key("own", algorithm), key("own", algorithm));
        let keys = json!({"keys": [own.public_jwk()]});
        scene
            .server
            .service_with(id, REDIRECT, |client| {
                client.authentication = Authentication::PrivateKeyJwt;
                client.jwks = Some(keys);
                (client.require_pkce, client.claims_in_id_token) = (false, false);
            })
            .await;
        let rp = RelyingParty::of(&scene.server, id, None).without_pkce();
        let good = code(&scene, &rp).await;
        let now = scene.server.state.clock.now().timestamp();
        for changes in [
            json!({"aud": "https://elsewhere.test"}),
            json!({"aud": [scene.server.url, "https://elsewhere.test"]}),
            json!({"aud": null}),
            json!({"iss": "c_suite"}),
            json!({"sub": "c_suite"}),
            json!({"exp": now - 60}),
            json!({"exp": now + 7200}),
            json!({"exp": null}),
            json!({"jti": null}),
            json!({"iat": now + 3600}),
        ] {
            let refused = exchange(&scene, &rp, &good, &assertion(&scene, &rp, &own, &changes)).await;
            assert_eq!(refused.error(), (401, "invalid_client"), "{id} {changes}");
        }
        let forged = exchange(&scene, &rp, &good, &assertion(&scene, &rp, &other, &json!({}))).await;
        assert_eq!(forged.error(), (401, "invalid_client"));
        let token = format!("{}/token", scene.server.url);
        for audience in [json!(scene.server.url), json!(token), json!([scene.server.url])] {
            let proof = assertion(&scene, &rp, &own, &json!({"aud": audience}));
            let fresh = code(&scene, &rp).await;
            let answer = exchange(&scene, &rp, &fresh, &proof).await;
            scene.check_tokens(&rp, &answer, "n-once").await;
            let again = code(&scene, &rp).await;
            assert_eq!(exchange(&scene, &rp, &again, &proof).await.error(), (401, "invalid_client"), "used before");
        }
        let answer = exchange(&scene, &rp, &good, &assertion(&scene, &rp, &own, &json!({}))).await;
        assert_eq!(answer.status, 200, "the code was not touched");
    }
}

/// Row `dynamic registration`: a key without `kid` works.
#[sqlx::test]
async fn a_key_without_a_name(pool: PgPool) {
    let scene = Scene::with(&pool, &[ALLOWED], |_| ()).await;
    let key = key("unused", Algorithm::Rs256);
    let mut public = key.public_jwk();
    public.as_object_mut().unwrap().retain(|name, _| !matches!(name.as_str(), "kid" | "alg" | "use"));
    let metadata = json!({
        "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [public]},
    });
    let (rp, answer) = RelyingParty::register(&scene.server, &metadata).await;
    assert!(answer.body.get("client_secret").is_none() && answer.body["jwks"] == metadata["jwks"]);
    let fresh = code(&scene, &rp).await;
    let answer = exchange(&scene, &rp, &fresh, &assertion(&scene, &rp, &key, &json!({}))).await;
    scene.check_tokens(&rp, &answer, "n-once").await;
}

/// Same row: `jwks_uri` is fetched, and fetched again for a `kid` that is not known yet.
#[sqlx::test]
async fn keys_are_fetched_again_when_they_change(pool: PgPool) {
    let scene = Scene::with(&pool, &[ALLOWED, LOOPBACK], |_| ()).await;
    let (old, new) = (key("old", Algorithm::Es256), key("new", Algorithm::Es256));
    let listener = Listener::start(Mode::Json(json!({"keys": [{"kty": "unheard-of"}, old.public_jwk()]})));
    let metadata = json!({
        "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": format!("{}/jwks", listener.url),
    });
    let (rp, _) = RelyingParty::register(&scene.server, &metadata).await;
    let works = async |key: &SigningKey| {
        let fresh = code(&scene, &rp).await;
        exchange(&scene, &rp, &fresh, &assertion(&scene, &rp, key, &json!({}))).await.status
    };
    assert_eq!((works(&old).await, works(&old).await), (200, 200));
    assert_eq!(listener.heard().len(), 1, "kept for a while");
    listener.answer(Mode::Json(json!({"keys": [new.public_jwk()]})));
    scene.server.advance(chrono::TimeDelta::seconds(11));
    assert_eq!((works(&new).await, listener.heard().len()), (200, 2));
    assert_eq!(works(&old).await, 401, "its key is gone");
    assert_eq!(listener.heard().len(), 2, "nonsense does not make us call again and again");
    // A service whose keys cannot be had for a moment is served with those that are known.
    listener.answer(Mode::Fail);
    scene.server.advance(chrono::TimeDelta::minutes(11));
    assert_eq!((works(&new).await, listener.heard().len()), (200, 3));
}
