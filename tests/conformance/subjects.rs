//! Pairwise subjects (OpenID Connect Core 8.1): services cannot compare what they know of a person.

use serde_json::json;
use sqlx::PgPool;

use super::registration::{ALLOWED, ask};
use super::scene::{Passed, Scene};
use crate::support::listener::LOOPBACK;
use crate::support::{Listener, Mode, RelyingParty};

/// A service that registers itself with subjects of its own.
async fn pairwise(scene: &Scene, redirect_uris: &[&str], sector: Option<&str>) -> RelyingParty {
    let mut metadata = json!({"redirect_uris": redirect_uris, "subject_type": "pairwise"});
    if let Some(uri) = sector {
        metadata["sector_identifier_uri"] = json!(uri);
    }
    let (rp, answer) = RelyingParty::register(&scene.server, &metadata).await;
    assert_eq!(answer.body["subject_type"], "pairwise");
    rp
}

/// The same in the ID token and in userinfo (checked on the way); another for each sector.
#[sqlx::test]
async fn a_sector_has_subjects_of_its_own(pool: PgPool) {
    let scene = Scene::with(&pool, &[ALLOWED], |_| ()).await;
    let one = pairwise(&scene, &["https://one.test/cb"], None).await;
    let sibling = pairwise(&scene, &["https://one.test/other", "https://one.test/third"], None).await;
    let two = pairwise(&scene, &["https://two.test/cb"], None).await;
    let sub = |passed: &Passed| passed.id_token["sub"].as_str().unwrap().to_owned();
    let first = scene.pass_with(&one, &[]).await;
    let (own, public) = (sub(&first), scene.alice.id.to_string());
    assert_eq!(sub(&scene.pass(&[]).await), public);
    assert_eq!(sub(&scene.pass_with(&sibling, &[]).await), own, "of one sector");
    let other = sub(&scene.pass_with(&two, &[]).await);
    assert!(other != own && own != public && other != public && own.len() == 43);
    // The names that services know people by are those that they ask for them by.
    let hint = first.answer.text("id_token");
    let claims = |sub: &str| json!({"id_token": {"sub": {"value": sub}}}).to_string();
    for (ask, good) in [
        (("id_token_hint", hint), true),
        (("claims", claims(&own)), true),
        (("claims", claims(&public)), false),
        (("claims", claims(&other)), false),
    ] {
        let changes = [("prompt", "none"), ("scope", "openid"), (ask.0, ask.1.as_str())];
        let reply = scene.browser.get(&one.authorize(&changes)).await;
        assert_eq!(reply.answer("code").is_some(), good, "{ask:?}");
        assert_eq!(reply.answer("error").is_none(), good);
    }
}

/// Several hosts make one sector when a document at one address lists them all.
#[sqlx::test]
async fn a_document_makes_a_sector_of_several_hosts(pool: PgPool) {
    let scene = Scene::with(&pool, &[ALLOWED, LOOPBACK], |_| ()).await;
    let uris = ["https://one.test/cb", "https://two.test/cb"];
    let listener = Listener::start(Mode::Json(json!(uris)));
    let rp = pairwise(&scene, &uris, Some(&listener.url)).await;
    assert_ne!(scene.pass_with(&rp, &[]).await.id_token["sub"], scene.alice.id.to_string());
    listener.answer(Mode::Json(json!(uris[..1])));
    let mut metadata =
        json!({"redirect_uris": uris, "subject_type": "pairwise", "sector_identifier_uri": listener.url});
    let refused = ask(&scene.server, &metadata).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata"), "one is not listed");
    metadata.as_object_mut().unwrap().remove("sector_identifier_uri");
    assert_eq!(ask(&scene.server, &metadata).await.error(), (400, "invalid_client_metadata"), "none is given");
}
