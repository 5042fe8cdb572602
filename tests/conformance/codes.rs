//! Codes, redirect URIs, PKCE.

use chrono::TimeDelta;
use sqlx::PgPool;

use super::scene::Scene;
use crate::support::client::REDIRECT;
use crate::support::{Browser, RelyingParty, Server};

/// Row `code reused after 30 s` (at once: `tokens.rs`): what the first exchange gave ends.
#[sqlx::test]
async fn a_code_reused_after_half_a_minute(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.browser.sign_in("alice").await;
    let code = scene.browser.get(&scene.rp.authorize(&[])).await.answer("code").unwrap();
    let first = scene.rp.exchange(&code).await;
    assert_eq!(scene.rp.userinfo(&first.text("access_token")).await.status, 200);
    scene.server.advance(TimeDelta::seconds(30));
    let second = scene.rp.exchange(&code).await;
    assert_eq!(second.error(), (400, "invalid_grant"));
    assert_eq!(second.headers["cache-control"], "no-store");
    assert_eq!(scene.rp.userinfo(&first.text("access_token")).await.status, 401);
    assert_eq!(scene.rp.refresh(&first.text("refresh_token")).await.error(), (400, "invalid_grant"));
    // And after its own life is over, too: the tokens outlive it.
    let code = scene.browser.get(&scene.rp.authorize(&[])).await.answer("code").unwrap();
    let first = scene.rp.exchange(&code).await;
    scene.server.advance(TimeDelta::seconds(100));
    assert_eq!(scene.rp.exchange(&code).await.error(), (400, "invalid_grant"));
    assert_eq!(scene.rp.userinfo(&first.text("access_token")).await.status, 401);
}

/// Every code is another one.
#[sqlx::test]
async fn codes_never_repeat(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.browser.sign_in("alice").await;
    let mut codes = Vec::new();
    for _ in 0..50 {
        codes.push(scene.browser.get(&scene.rp.authorize(&[])).await.answer("code").unwrap());
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 50);
}

/// Row `redirect URI … query added, query different, missing`; rule 7: byte-exact with its query, several
/// for one service.
#[sqlx::test]
async fn redirect_uris_with_a_query_are_exact(pool: PgPool) {
    let several = [
        "https://rp.test/login.php?oidc",
        "https://rp.test/wp-admin/admin-ajax.php?action=openid-connect-authorize",
        "https://rp.test/apps/user_oidc/code",
        "https://rp.test/index.php/apps/user_oidc/code",
    ];
    let mut scene = Scene::with(&pool, &[], |client| client.redirect_uris = several.map(str::to_owned).to_vec()).await;
    for registered in several {
        registered.clone_into(&mut scene.rp.redirect_uri);
        scene.pass(&[]).await;
        let separator = if registered.contains('?') { '&' } else { '?' };
        let back = scene.browser.get(&scene.rp.authorize(&[])).await;
        assert!(back.location().starts_with(&format!("{registered}{separator}code=")), "{}", back.location());
        let error = scene.browser.get(&scene.rp.authorize(&[("scope", "email")])).await;
        assert!(error.location().starts_with(&format!("{registered}{separator}error=")), "{}", error.location());
    }
    for other in [
        "https://rp.test/login.php",
        "https://rp.test/login.php?",
        "https://rp.test/login.php?oidc=",
        "https://rp.test/login.php?oidc&foo=bar",
        "https://rp.test/login.php?OIDC",
        "https://rp.test/apps/user_oidc/code?foo=bar",
        "https://rp.test/wp-admin/admin-ajax.php?action=other",
        "",
    ] {
        let reply = scene.browser.get(&scene.rp.authorize(&[("redirect_uri", other)])).await;
        assert_eq!((reply.status, reply.location()), (400, ""), "{other}");
        assert!(reply.is_page());
    }
}

/// Row `PKCE S256`: the whole alphabet of a verifier; rule 5: excused, it still counts when it is sent.
#[sqlx::test]
async fn pkce_counts_whenever_it_is_sent(pool: PgPool) {
    let mut scene = Scene::new(&pool).await;
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for verifier in [alphabet.to_owned(), "-._~".repeat(11), "~".repeat(128), "a".repeat(43)] {
        scene.rp.verifier = Some(verifier);
        scene.pass(&[]).await;
        let code = scene.browser.get(&scene.rp.authorize(&[])).await.answer("code").unwrap();
        let verifier = scene.rp.verifier.take();
        assert_eq!(scene.rp.exchange(&code).await.error(), (400, "invalid_grant"), "without its verifier");
        scene.rp.verifier = Some(alphabet.chars().rev().collect());
        assert_eq!(scene.rp.exchange(&code).await.error(), (400, "invalid_grant"), "with another");
        scene.rp.verifier = verifier;
        assert_eq!(scene.rp.exchange(&code).await.status, 200, "the code is still good for its own");
    }
}

/// Rule 5: required unless the service is excused.
#[sqlx::test]
async fn pkce_is_required_by_default(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (client, secret) = server.service("c_new", REDIRECT).await;
    assert!(client.require_pkce);
    let rp = RelyingParty::of(&server, "c_new", Some(secret)).without_pkce();
    let reply = Browser::of(&server).get(&rp.authorize(&[])).await;
    assert_eq!(reply.answer("error").as_deref(), Some("invalid_request"));
    assert_eq!(reply.answer("state").as_deref(), Some("st-ate"));
}
