//! Signing keys as clients see them: what the set holds (rule 3), and a rotation that nobody notices
//! (rule 4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use loquet::crypto::Algorithm;
use loquet::db::audit::Origin;
use loquet::key_rotation::{self, Hand, Rotated, Rotation};
use serde_json::Value;
use sqlx::PgPool;

use super::scene::Scene;

impl Scene {
    /// The published keys.
    async fn keys(&self) -> Vec<Value> {
        let set: Value = serde_json::from_str(&self.browser.get("/jwks.json").await.body).unwrap();
        set["keys"].as_array().unwrap().clone()
    }

    async fn publishes(&self, kid: &str) -> bool {
        self.server.reload().await;
        self.keys().await.iter().any(|key| key["kid"] == kid)
    }

    /// What names the key that signs now. Its signature is verified on the way.
    async fn signing(&self) -> String {
        let token = self.pass(&[]).await.answer.text("id_token");
        jsonwebtoken::decode_header(&token).unwrap().kid.unwrap()
    }
}

/// Rule 3: RSA of 2048 bits and P-256, for signatures, each by name; no member more than is public.
#[sqlx::test]
async fn the_set_holds_what_every_client_can_read(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    for key in scene.keys().await {
        let mut names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap().len();
        match key["alg"].as_str().unwrap() {
            "RS256" => {
                assert_eq!((names, key["kty"].as_str()), (vec!["alg", "e", "kid", "kty", "n", "use"], Some("RSA")));
                assert!(bytes("n") >= 256 && bytes("e") <= 4);
            }
            "ES256" => {
                assert_eq!((key["kty"].as_str(), key["crv"].as_str()), (Some("EC"), Some("P-256")));
                assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
                assert_eq!((bytes("x"), bytes("y")), (32, 32));
            }
            other => panic!("a key for {other}"),
        }
        assert_eq!(key["use"], "sig");
    }
    assert_eq!(scene.keys().await.len(), 2);
}

/// Rule 4: published a day before it signs; the one before stays as long as anything that it signed may
/// be good, and a day; hints that it signed are recognised after that.
#[sqlx::test]
async fn a_rotation_that_nobody_notices(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let state = &scene.server.state;
    let nowhere = Origin::default();
    let hand = Hand { actor: None, origin: &nowhere };
    let old = scene.signing().await;
    let rotate = async || {
        let connection = &mut state.pool.acquire().await.unwrap();
        let now = state.clock.now();
        key_rotation::rotate(connection, &state.vault, Algorithm::Rs256, Rotation::Planned, hand, now).await
    };
    let Rotated::Next { kid: new, .. } = rotate().await.unwrap() else { panic!("none was made") };
    assert!(matches!(rotate().await.unwrap(), Rotated::Waiting), "one at a time");
    assert!(scene.publishes(&new).await && scene.publishes(&old).await);
    assert_eq!(scene.keys().await.len(), 3);
    scene.server.advance(TimeDelta::hours(24) - TimeDelta::minutes(1));
    assert_eq!(scene.signing().await, old, "services may not know the next one yet");
    let hint = scene.pass(&[]).await.answer.text("id_token");
    scene.server.advance(TimeDelta::minutes(2));
    assert_eq!(scene.signing().await, new);
    // Tokens live a day at the most, whatever is set (`clients::rules`), and services keep the set for one.
    scene.server.advance(TimeDelta::hours(48) - TimeDelta::minutes(5));
    assert!(scene.publishes(&old).await);
    scene.server.advance(TimeDelta::minutes(5));
    assert!(!scene.publishes(&old).await && scene.publishes(&new).await);
    scene.pass(&[("id_token_hint", &hint)]).await;
}

/// Rule 4: it happens by itself, when a key has signed for as long as the settings say.
#[sqlx::test]
async fn keys_are_renewed_in_time(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let state = &scene.server.state;
    let period = state.settings.keys.rotation.unwrap();
    let renew = || key_rotation::rotate_if_due(&state.pool, &state.vault, period, state.clock.now());
    let nowhere = Origin::default();
    let hand = Hand { actor: None, origin: &nowhere };
    let connection = &mut state.pool.acquire().await.unwrap();
    let Rotated::Next { kid, .. } =
        key_rotation::rotate(connection, &state.vault, Algorithm::Rs256, Rotation::Planned, hand, state.clock.now())
            .await
            .unwrap()
    else {
        panic!("none was made")
    };
    renew().await.unwrap();
    scene.server.reload().await;
    let count = async || scene.keys().await.iter().filter(|key| key["alg"] == "RS256").count();
    assert_eq!(count().await, 2, "the next one is waiting already");
    scene.server.advance(TimeDelta::from_std(period).unwrap() - TimeDelta::hours(1));
    renew().await.unwrap();
    scene.server.reload().await;
    assert_eq!(count().await, 1, "alone: the one before has left");
    scene.server.advance(TimeDelta::hours(2));
    renew().await.unwrap();
    scene.server.reload().await;
    assert_eq!(count().await, 2);
    assert_eq!(scene.signing().await, kid, "the next one signs in a day");
}
