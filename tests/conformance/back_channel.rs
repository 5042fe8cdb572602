//! OpenID Connect Back-Channel Logout 1.0: what services hear when a session ends.

use std::time::{Duration, Instant};

use loquet::crypto::Algorithm;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::scene::{Passed, Scene};
use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::patience::within;
use crate::support::{Browser, Listener, Mode, RelyingParty};

/// A scene whose service wants to be told, at that address.
async fn scene(pool: &PgPool, listener: &Listener, algorithm: Algorithm) -> Scene {
    let uri = format!("{}/logout?client=suite", listener.url);
    Scene::with(pool, &[LOOPBACK], |client| {
        client.backchannel_logout_uri = Some(uri);
        client.id_token_alg = algorithm;
    })
    .await
}

/// Signs out at the service's request: genuine hint, no question.
async fn sign_out(scene: &Scene, passed: &Passed) {
    let hint = passed.answer.text("id_token");
    let done = scene.browser.get(&format!("/end-session?id_token_hint={hint}")).await;
    assert_eq!(done.status, 200);
}

/// Row `back-channel logout`, rule 13: one token for all services, posted alone.
#[sqlx::test]
async fn the_logout_token_is_what_the_specification_says(pool: PgPool) {
    hears_of_a_sign_out(&pool, Algorithm::Rs256).await;
}

/// Signed with the algorithm of the service.
#[sqlx::test]
async fn the_logout_token_is_signed_as_the_service_wishes(pool: PgPool) {
    hears_of_a_sign_out(&pool, Algorithm::Es256).await;
}

async fn hears_of_a_sign_out(pool: &PgPool, algorithm: Algorithm) {
    let listener = Listener::start(Mode::Ok);
    let scene = scene(pool, &listener, algorithm).await;
    let passed = scene.pass(&[("scope", "openid email")]).await;
    sign_out(&scene, &passed).await;
    let heard = listener.wait_for(1).await.remove(0);
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/logout?client=suite"));
    assert_eq!(heard.headers.get("content-type").unwrap(), "application/x-www-form-urlencoded");
    let [(name, token)] = heard.form().try_into().unwrap();
    assert_eq!(name, "logout_token");
    let (header, claims) = scene.verify(&token, "c_suite").await;
    assert_eq!((header.typ.as_deref(), header.alg), (Some("logout+jwt"), algorithm.for_verification()));
    let mut names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], "nothing else, no nonce");
    assert_eq!(claims["events"], json!({"http://schemas.openid.net/event/backchannel-logout": {}}));
    assert_eq!((&claims["sid"], &claims["sub"]), (&passed.id_token["sid"], &passed.id_token["sub"]));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
    assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() >= 22));
}

/// Rule 13: tried again until the service says yes, each time with a token of its own; the administrator
/// sees how it went.
#[sqlx::test]
async fn a_service_that_fails_is_told_again(pool: PgPool) {
    let listener = Listener::start(Mode::Fail);
    let scene = scene(&pool, &listener, Algorithm::Rs256).await;
    let passed = scene.pass(&[]).await;
    sign_out(&scene, &passed).await;
    listener.wait_for(1).await;
    listener.answer(Mode::Ok);
    let heard = listener.wait_for(2).await;
    let mut ids = Vec::new();
    for notice in &heard {
        let (_, claims) = scene.verify(&notice.form()[0].1, "c_suite").await;
        assert_eq!(claims["sid"], passed.id_token["sid"]);
        ids.push(claims["jti"].clone());
    }
    assert_ne!(ids[0], ids[1], "a service may refuse a jti that it has seen");
    assert_eq!(settled(&pool).await, (2, None));
}

/// Tries and the last error, once the notice is delivered.
async fn settled(pool: &PgPool) -> (i32, Option<String>) {
    let mut connection = pool.acquire().await.unwrap();
    let mut settled = None;
    within(Duration::from_secs(10), "a notice is delivered", async || {
        let notice = loquet::db::logouts::latest(&mut connection, Some("c_suite"), 1).await.unwrap().remove(0);
        settled = notice.delivered_at.map(|_| (notice.attempts, notice.last_error));
        settled.is_some()
    })
    .await;
    settled.unwrap()
}

/// One that does not answer delays nobody: neither the person nor the other services.
#[sqlx::test]
async fn a_service_that_hangs_delays_nobody(pool: PgPool) {
    let (hanging, prompt) = (Listener::start(Mode::Hang), Listener::start(Mode::Ok));
    let scene = scene(&pool, &hanging, Algorithm::Rs256).await;
    let other = prompt.url.clone();
    let (_, secret) = scene
        .server
        .service_with("c_other", REDIRECT, |client| {
            client.require_pkce = false;
            client.claims_in_id_token = false;
            client.backchannel_logout_uri = Some(other);
        })
        .await;
    let rp = RelyingParty::of(&scene.server, "c_other", Some(secret)).without_pkce();
    let passed = scene.pass(&[]).await;
    let same: Value = scene.pass_with(&rp, &[]).await.id_token;
    assert_eq!(same["sid"], passed.id_token["sid"], "one browser session, one sid");
    let start = Instant::now();
    sign_out(&scene, &passed).await;
    assert!(start.elapsed().as_secs() < 2);
    prompt.wait_for(1).await;
    hanging.wait_for(1).await;
    assert!(start.elapsed().as_secs() < 5, "before the one that hangs has used up its time");
}

/// A service that was given no token of the session hears nothing of it.
#[sqlx::test]
async fn only_services_that_know_the_session_are_told(pool: PgPool) {
    let listener = Listener::start(Mode::Ok);
    let scene = scene(&pool, &listener, Algorithm::Rs256).await;
    // Another session of the same person, in which she opened the service.
    let passed = scene.pass(&[]).await;
    let elsewhere = Browser::of(&scene.server);
    elsewhere.sign_in("alice").await;
    let home = elsewhere.get("/").await;
    elsewhere.press(&home, "form[action='/sign-out'] button", &[]).await;
    sign_out(&scene, &passed).await;
    let heard = listener.wait_for(1).await;
    let (_, claims) = scene.verify(&heard[0].form()[0].1, "c_suite").await;
    assert_eq!((heard.len(), &claims["sid"]), (1, &passed.id_token["sid"]));
    let queued: i64 = sqlx::query_scalar("SELECT count(*) FROM logout_deliveries").fetch_one(&pool).await.unwrap();
    assert_eq!(queued, 1);
}

/// However often somebody asks to end it: a hint is genuine for ever.
#[sqlx::test]
async fn a_service_is_told_once(pool: PgPool) {
    let listener = Listener::start(Mode::Ok);
    let scene = scene(&pool, &listener, Algorithm::Rs256).await;
    let passed = scene.pass(&[]).await;
    for _ in 0..3 {
        sign_out(&scene, &passed).await;
    }
    scene.pass(&[]).await;
    // All that is left of her ends: the session of now is told, the one before is known to have ended.
    let mut connection = pool.acquire().await.unwrap();
    loquet::db::sessions::end_all(&mut connection, scene.alice.id, scene.server.state.clock.now()).await.unwrap();
    let queued: i64 = sqlx::query_scalar("SELECT count(*) FROM logout_deliveries").fetch_one(&pool).await.unwrap();
    assert_eq!(queued, 2);
    listener.wait_for(2).await;
}
