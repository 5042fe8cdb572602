//! `private_key_jwt`: services that prove who they are with a key of their own.

use chrono::TimeDelta;
use loquet::db::clients::Authentication;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::client::{Answer, REDIRECT};
use crate::support::jwt::{Key, forgeries, hs256};
use crate::support::listener::LOOPBACK;
use crate::support::{Listener, Mode, RelyingParty, Server};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct Scene {
    server: Server,
    rp: RelyingParty,
    key: Key,
}

/// A service with `private_key_jwt`, whose keys are given or fetched.
async fn scene(pool: &PgPool, jwks_uri: Option<&str>) -> Scene {
    let server = Server::with(pool, &[LOOPBACK]).await;
    let key = Key::new("k1");
    let jwks = jwks_uri.is_none().then(|| key.jwks());
    service(&server, "c_key", jwks, jwks_uri).await;
    let rp = RelyingParty::of(&server, "c_key", None);
    Scene { server, rp, key }
}

async fn service(server: &Server, client_id: &str, jwks: Option<Value>, jwks_uri: Option<&str>) {
    server
        .service_with(client_id, REDIRECT, |client| {
            client.authentication = Authentication::PrivateKeyJwt;
            client.client_credentials = true;
            client.jwks = jwks;
            client.jwks_uri = jwks_uri.map(str::to_owned);
        })
        .await;
}

impl Scene {
    /// Sound claims, with some replaced or (`null`) left out.
    fn claims(&self, changes: &Value) -> Value {
        let now = self.server.state.clock.now().timestamp();
        let mut claims = json!({
            "iss": "c_key", "sub": "c_key", "aud": self.server.url, "iat": now, "exp": now + 60,
            "jti": loquet::crypto::random_id(),
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    async fn present(&self, assertion: &str) -> Answer {
        self.present_as(assertion, &[]).await
    }

    async fn present_as(&self, assertion: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![("client_assertion_type", TYPE), ("client_assertion", assertion)];
        form.push(("grant_type", "client_credentials"));
        form.extend(more);
        self.rp.read(self.rp.http().post(format!("{}/token", self.server.url)).form(&form)).await
    }

    async fn works(&self, key: &Key) -> bool {
        self.present(&key.jwt(&self.claims(&json!({})))).await.status == 200
    }
}

/// TK-20: for us alone, for a short time, once.
#[sqlx::test]
async fn what_an_assertion_must_say(pool: PgPool) {
    let scene = scene(&pool, None).await;
    let now = scene.server.state.clock.now().timestamp();
    let issuer = scene.server.url.clone();
    for good in [
        json!({}),
        json!({ "aud": format!("{issuer}/token") }),
        json!({ "aud": [issuer] }),
        json!({ "iat": null }),
        json!({ "exp": now + 300, "nbf": now }),
    ] {
        let answer = scene.present(&scene.key.jwt(&scene.claims(&good))).await;
        assert_eq!(answer.status, 200, "{good} {:?}", answer.body);
    }
    for bad in [
        json!({ "aud": "https://other.test/token" }),
        json!({ "aud": [issuer, "https://other.test"] }),
        json!({ "aud": [issuer, issuer] }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "aud": format!("{issuer}/") }),
        json!({ "aud": issuer.to_uppercase() }),
        json!({ "aud": format!("{issuer}/authorize") }),
        json!({ "iss": "c_other" }),
        json!({ "sub": "c_other" }),
        json!({ "iss": null }),
        json!({ "sub": null }),
        json!({ "exp": null }),
        json!({ "exp": now - 31 }),
        json!({ "exp": now + 365 * 86_400 }),
        json!({ "exp": i64::MAX }),
        json!({ "exp": "soon" }),
        json!({ "iat": now + 120 }),
        json!({ "nbf": now + 120 }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": "j".repeat(300) }),
        json!({ "jti": 7 }),
    ] {
        let answer = scene.present(&scene.key.jwt(&scene.claims(&bad))).await;
        assert_eq!(answer.error(), (401, "invalid_client"), "{bad}");
    }
    // Once, also after a restart's worth of time, and until it would have expired anyway.
    let once = scene.key.jwt(&scene.claims(&json!({ "exp": now + 290 })));
    assert_eq!(scene.present(&once).await.status, 200);
    for _ in 0..3 {
        assert_eq!(scene.present(&once).await.error(), (401, "invalid_client"));
        scene.server.advance(TimeDelta::seconds(100));
    }
    let same_jti = scene.claims(&json!({ "jti": "same" }));
    assert_eq!(scene.present(&scene.key.jwt(&same_jti)).await.status, 200);
    let again = scene.key.jwt(&scene.claims(&json!({ "jti": "same" })));
    assert_eq!(scene.present(&again).await.error(), (401, "invalid_client"), "another token with that jti");
}

/// TK-20, JW-01: signed with the key of that client, with an algorithm of that key, and nothing else.
#[sqlx::test]
async fn forged_assertions(pool: PgPool) {
    let scene = scene(&pool, None).await;
    let canary = Listener::start(Mode::Json(Key::new("k1").jwks()));
    service(&scene.server, "c_other", Some(Key::new("k1").jwks()), None).await;
    let genuine = || scene.key.jwt(&scene.claims(&json!({})));
    for (what, forged) in forgeries(&genuine(), &scene.key.jwks(), &canary.url) {
        assert_eq!(scene.present(&forged).await.error(), (401, "invalid_client"), "{what}");
    }
    let crit = json!({ "alg": "ES256", "kid": "k1", "crit": ["x"], "x": 1 });
    let crit = scene.key.sign(&crit, &scene.claims(&json!({})));
    assert_eq!(scene.present(&crit).await.error(), (401, "invalid_client"), "crit, genuinely signed");
    // A key named by the header's kid is the client's own, and not that of another one.
    let foreign = Key::new("k1").jwt(&scene.claims(&json!({})));
    assert_eq!(scene.present(&foreign).await.error(), (401, "invalid_client"));
    let as_other = scene.key.jwt(&scene.claims(&json!({ "iss": "c_other", "sub": "c_other" })));
    assert_eq!(scene.present(&as_other).await.error(), (401, "invalid_client"));
    assert_eq!(scene.present_as(&genuine(), &[("client_id", "c_other")]).await.error(), (401, "invalid_client"));
    assert_eq!(scene.present_as(&genuine(), &[("client_id", "c_key")]).await.status, 200);
    // Another method beside it, another type, another method only.
    assert_eq!(scene.present_as(&genuine(), &[("client_secret", "x")]).await.error(), (400, "invalid_request"));
    let typed = [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
        ("client_assertion", &genuine()),
        ("grant_type", "client_credentials"),
        ("client_id", "c_key"),
    ];
    let endpoint = format!("{}/token", scene.server.url);
    assert_eq!(scene.rp.read(scene.rp.http().post(endpoint).form(&typed)).await.error(), (401, "invalid_client"));
    scene.server.service("c_conf", REDIRECT).await;
    let not_its_method = scene.key.jwt(&scene.claims(&json!({ "iss": "c_conf", "sub": "c_conf" })));
    assert_eq!(scene.present(&not_its_method).await.error(), (401, "invalid_client"));
    assert!(canary.heard().is_empty(), "a header chose where keys come from");
    assert!(scene.works(&scene.key).await);
}

/// TK-20: a set with keys of other kinds; one without `kid`; one that is not for signing.
#[sqlx::test]
async fn keys_of_a_client(pool: PgPool) {
    let scene = scene(&pool, None).await;
    let mut nameless = scene.key.jwk();
    nameless.as_object_mut().unwrap().remove("kid");
    let mut for_encryption = scene.key.jwk();
    for_encryption["use"] = json!("enc");
    let mut of_another_algorithm = scene.key.jwk();
    of_another_algorithm["alg"] = json!("ES384");
    let secret = json!({ "kty": "oct", "kid": "k1", "alg": "HS256", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0" });
    for (keys, good) in [
        (json!({ "keys": [nameless] }), true),
        (json!({ "keys": [Key::new("k0").jwk(), scene.key.jwk()] }), true),
        (json!({ "keys": [Key::new("k1").jwk(), scene.key.jwk()] }), true),
        (json!({ "keys": [for_encryption] }), false),
        (json!({ "keys": [of_another_algorithm] }), false),
        (json!({ "keys": [Key::new("k1").jwk()] }), false),
        (json!({ "keys": [secret] }), false),
        (json!({ "keys": [] }), false),
    ] {
        let directory = &scene.server.state.directory;
        let client = directory.client("c_key", &scene.server.state.pool).await.unwrap().unwrap();
        let mut client = client.as_ref().clone();
        client.jwks = Some(keys.clone());
        scene.server.change_service(&client).await;
        assert_eq!(scene.works(&scene.key).await, good, "{keys}");
        let symmetric = json!({ "alg": "HS256", "kid": "k1" });
        let symmetric = hs256(&symmetric, &scene.claims(&json!({})), b"secret-secret-secret-secret");
        assert_eq!(scene.present(&symmetric).await.error(), (401, "invalid_client"), "{keys}");
    }
}

/// `jwks_uri`: fetched when first needed, again for an unknown key, and not at every stranger's will.
#[sqlx::test]
async fn keys_are_fetched_again(pool: PgPool) {
    let keys = Listener::start(Mode::Ok);
    let scene = scene(&pool, Some(&format!("{}/keys", keys.url))).await;
    keys.answer(Mode::Json(scene.key.jwks()));
    assert!(keys.heard().is_empty(), "nothing is fetched before it is needed");
    assert!(scene.works(&scene.key).await && scene.works(&scene.key).await);
    let heard = keys.heard();
    assert_eq!((heard.len(), heard[0].method.as_str(), heard[0].path.as_str()), (1, "GET", "/keys"));
    // The service changes its key: found at once, but for a pause of 10 s.
    let next = Key::new("k2");
    keys.answer(Mode::Json(next.jwks()));
    scene.server.advance(TimeDelta::seconds(11));
    assert!(scene.works(&next).await, "an unknown key is looked for");
    assert_eq!(keys.heard().len(), 2);
    for _ in 0..20 {
        assert!(!scene.works(&Key::new("k3")).await);
        assert!(!scene.works(&scene.key).await, "a key that was taken back");
    }
    assert_eq!(keys.heard().len(), 2, "a stranger makes us call a service again and again");
    // While the service is away its keys are good, for a day; what is no key set changes nothing.
    for mode in [Mode::Fail, Mode::Json(json!(["no", "keys"])), Mode::Redirect(format!("{}/elsewhere", keys.url))] {
        keys.answer(mode.clone());
        scene.server.advance(TimeDelta::minutes(11));
        assert!(scene.works(&next).await, "{mode:?}");
    }
    assert_eq!(keys.heard().len(), 5);
    scene.server.advance(TimeDelta::days(1));
    assert!(!scene.works(&next).await, "a key may have been taken back meanwhile");
    assert!(keys.heard().iter().all(|heard| heard.path == "/keys"), "a redirect was followed");
}

/// A server that has just started fetches once for all who come at once, and refuses none of them.
#[sqlx::test]
async fn all_wait_for_the_first_keys(pool: PgPool) {
    let keys = Listener::start(Mode::Ok);
    let scene = scene(&pool, Some(&keys.url)).await;
    keys.answer(Mode::Json(scene.key.jwks()));
    let all = futures_util::future::join_all((0..16).map(|_| scene.works(&scene.key))).await;
    assert_eq!((all, keys.heard().len()), (vec![true; 16], 1));
}
