//! How people and their sessions are called: pairwise subjects (OpenID Connect Core 8.1), with which
//! services cannot compare what they know of a person, and `sid`.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::registration::{ALLOWED, ask};
use super::scene::{Passed, Scene};
use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::{Browser, Listener, Mode, RelyingParty};

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

/// Rule 12: one `sid` for a browser session, whatever the service; another for another browser.
#[sqlx::test]
async fn a_sid_names_one_browser_session(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let (_, secret) = scene
        .server
        .service_with("c_two", REDIRECT, |client| {
            (client.require_pkce, client.claims_in_id_token) = (false, false);
        })
        .await;
    let two = RelyingParty::of(&scene.server, "c_two", Some(secret)).without_pkce();
    let sid = |id_token: &Value| id_token["sid"].as_str().unwrap().to_owned();
    let first = sid(&scene.pass(&[]).await.id_token);
    assert_eq!(sid(&scene.pass_with(&two, &[]).await.id_token), first);
    let other = two.exchange(&two.code(&Browser::of(&scene.server), "alice").await).await.id_token();
    assert_ne!(sid(&other), first);
    let hint = scene.pass(&[]).await.answer.text("id_token");
    scene.browser.get(&format!("/end-session?id_token_hint={hint}")).await;
    assert_ne!(sid(&scene.pass(&[]).await.id_token), first, "a new session, a new name");
}
