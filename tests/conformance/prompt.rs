//! `prompt`, `max_age` and `id_token_hint`: who is asked what, and when nobody is.

use chrono::TimeDelta;
use sqlx::PgPool;

use super::scene::Scene;
use crate::support::Browser;

/// Rows `prompt=login; max_age=1` and `max_age=10000`.
#[sqlx::test]
async fn max_age_and_auth_time(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let first = scene.pass(&[("max_age", "15000")]).await.id_token;
    assert!(first["auth_time"].is_i64());
    scene.server.advance(TimeDelta::seconds(100));
    let again = scene.browser.get(&scene.rp.authorize(&[("max_age", "10000")])).await;
    assert!(again.answer("code").is_some(), "nobody is asked");
    let second = scene.pass(&[("max_age", "10000")]).await.id_token;
    assert_eq!(second["auth_time"], first["auth_time"]);
    for demand in [("max_age", "1"), ("prompt", "login"), ("prompt", "select_account")] {
        scene.server.advance(TimeDelta::seconds(2));
        let page = scene.browser.open(&scene.rp.authorize(&[demand])).await;
        assert!(page.url.contains("/sign-in") && page.attribute("#password", "type").is_some(), "{demand:?}");
        let fresh = scene.pass(&[demand]).await.id_token;
        assert!(fresh["auth_time"].as_i64() > second["auth_time"].as_i64(), "{demand:?}");
        assert_eq!(fresh["sub"], first["sub"]);
    }
}

/// Row `prompt=none`, rule 17: exactly these errors, with state; and a code once the person has agreed.
#[sqlx::test]
async fn a_silent_request_never_shows_a_page(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| client.ours = false).await;
    let silent = scene.rp.authorize(&[("prompt", "none"), ("state", "==+/"), ("scope", "openid email")]);
    let refused = async |error: &str| {
        let reply = scene.browser.get(&silent).await;
        let answer = (reply.answer("error"), reply.answer("state"));
        assert_eq!(answer, (Some(error.to_owned()), Some("==+/".to_owned())), "{}", reply.location());
        assert_eq!((reply.status, reply.answer("iss")), (303, Some(scene.server.url.clone())));
    };
    refused("login_required").await;
    scene.browser.sign_in("alice").await;
    refused("consent_required").await;
    let first = scene.pass(&[("scope", "openid email")]).await.id_token;
    scene.server.advance(TimeDelta::seconds(60));
    let second = scene.pass(&[("scope", "openid email"), ("prompt", "none")]).await.id_token;
    for claim in ["sub", "auth_time", "sid"] {
        assert_eq!(second[claim], first[claim], "{claim}");
    }
    // More than was agreed to is asked again, by its scope or one by one.
    for more in [("scope", "openid email profile"), ("claims", r#"{"userinfo":{"name":null}}"#)] {
        let reply =
            scene.browser.get(&scene.rp.authorize(&[("scope", "openid email"), ("prompt", "none"), more])).await;
        assert_eq!(reply.answer("error").as_deref(), Some("consent_required"), "{more:?}");
    }
    sqlx::query("UPDATE users SET password_expired = true").execute(&pool).await.unwrap();
    refused("interaction_required").await;
}

/// Consent: `#consent-deny` tells the service, `prompt=consent` asks again, nobody else's yes counts.
#[sqlx::test]
async fn consent_is_asked_given_and_refused(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| client.ours = false).await;
    let page = scene.browser.open(&scene.rp.authorize(&[("scope", "openid email"), ("state", "==+/")])).await;
    let page = scene.browser.sign_in_on(&page, "alice", crate::support::PASSWORD).await;
    assert!(page.url.contains("/consent?authorization="), "{}", page.url);
    assert!(page.body.contains("alice@example.org"), "it says what the service receives");
    let refused = scene.browser.press(&page, "#consent-deny", &[]).await;
    let refused = scene.browser.follow(refused).await;
    assert_eq!(refused.answer("error").as_deref(), Some("access_denied"));
    assert_eq!(refused.answer("state").as_deref(), Some("==+/"));
    // A refusal is not remembered, a yes is.
    let page = scene.browser.open(&scene.rp.authorize(&[("scope", "openid email")])).await;
    assert!(page.url.contains("/consent"));
    scene.pass(&[("scope", "openid email")]).await;
    assert!(scene.browser.get(&scene.rp.authorize(&[("scope", "openid email")])).await.answer("code").is_some());
    let page = scene.browser.open(&scene.rp.authorize(&[("scope", "openid email"), ("prompt", "consent")])).await;
    assert!(page.url.contains("/consent"), "asked, whatever was agreed to before");
    // Bob agreed to nothing.
    scene.server.person("bob").await;
    let bobs = Browser::of(&scene.server);
    bobs.sign_in("bob").await;
    assert!(bobs.open(&scene.rp.authorize(&[("scope", "openid email")])).await.url.contains("/consent"));
}

/// Row `refresh token`: `offline_access` with `prompt=consent`; the answer as at the first exchange.
#[sqlx::test]
async fn offline_access_gives_a_refresh_token(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| client.ours = false).await;
    let first = scene.pass(&[("scope", "openid offline_access"), ("prompt", "consent")]).await;
    scene.server.advance(TimeDelta::seconds(5));
    let refreshed = scene.rp.refresh(&first.answer.text("refresh_token")).await;
    let nonce = first.id_token["nonce"].as_str().unwrap();
    let id_token = scene.check_tokens(&scene.rp, &refreshed, nonce).await;
    for claim in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(id_token[claim], first.id_token[claim], "{claim}");
    }
    assert!(id_token["iat"].as_i64() > first.id_token["iat"].as_i64());
    assert_eq!(scene.rp.userinfo(&refreshed.text("access_token")).await.body["sub"], first.id_token["sub"]);
}
