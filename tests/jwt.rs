//! Signed tokens: nothing that we did not sign, for that purpose and under this name, is believed anywhere.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::jwt::forgeries;
use crate::support::listener::LOOPBACK;
use crate::support::{Browser, Listener, Mode, RelyingParty, Server};

const BYE: &str = "https://rp.test/bye";

/// A service whose access tokens are JWTs, and what it got for alice.
async fn scene(server: &Server) -> (RelyingParty, Browser, String, String) {
    server.person("alice").await;
    let (client, secret) = server
        .service_with("c_jwt", crate::support::client::REDIRECT, |client| {
            client.jwt_access_tokens = true;
            client.post_logout_redirect_uris = vec![BYE.to_owned()];
        })
        .await;
    let rp = RelyingParty::of(server, &client.client_id, Some(secret));
    let browser = Browser::of(server);
    let answer = rp.exchange(&rp.code(&browser, "alice").await).await;
    let (access, id) = (answer.text("access_token"), answer.text("id_token"));
    (rp, browser, access, id)
}

async fn introspect(rp: &RelyingParty, server: &Server, token: &str) -> Value {
    let request = rp.http().post(format!("{}/introspect", server.url)).form(&[("token", token)]);
    let secret = rp.secret.as_ref().unwrap().reveal();
    rp.read(request.basic_auth(&rp.client_id, Some(secret))).await.body
}

async fn revoke(rp: &RelyingParty, server: &Server, token: &str) -> u16 {
    let request = rp.http().post(format!("{}/revoke", server.url)).form(&[("token", token)]);
    let secret = rp.secret.as_ref().unwrap().reveal();
    rp.read(request.basic_auth(&rp.client_id, Some(secret))).await.status
}

fn end_session(hint: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "s")]);
    format!("/end-session?{}", query.finish())
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/").await.text("form[action='/sign-out']").is_some()
}

/// JW-01: at userinfo, introspection, revocation, authorization and sign-out. No address in a header is
/// ever asked.
#[sqlx::test]
async fn no_forgery_is_believed(pool: PgPool) {
    let server = Server::with(&pool, &[LOOPBACK]).await;
    let canary = Listener::start(Mode::Ok);
    let (rp, browser, access, id) = scene(&server).await;
    let public = rp.read(rp.http().get(format!("{}/jwks.json", server.url))).await.body;
    assert_eq!(rp.userinfo(&access).await.status, 200);
    for (what, forged) in forgeries(&access, &public, &canary.url) {
        let answer = rp.userinfo(&forged).await;
        assert_eq!(answer.error(), (401, "invalid_token"), "{what}");
        assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer error="), "{what}");
        assert_eq!(introspect(&rp, &server, &forged).await, json!({ "active": false }), "{what}");
        assert_eq!(revoke(&rp, &server, &forged).await, 200, "{what}");
    }
    assert_eq!(rp.userinfo(&access).await.status, 200, "a forgery revoked the genuine token");
    let silent = |hint: &str| rp.authorize(&[("prompt", "none"), ("id_token_hint", hint)]);
    assert!(browser.get(&silent(&id)).await.answer("code").is_some());
    for (what, forged) in forgeries(&id, &public, &canary.url) {
        let answer = browser.get(&silent(&forged)).await;
        assert_eq!(
            (answer.answer("code"), answer.answer("error").as_deref()),
            (None, Some("invalid_request")),
            "{what}"
        );
        let asked = browser.get(&end_session(&forged)).await;
        assert_eq!((asked.status, asked.location()), (200, ""), "{what}");
        assert!(is_signed_in(&browser).await, "{what} signed somebody out");
    }
    assert!(browser.get(&end_session(&id)).await.location().starts_with(BYE));
    assert!(!is_signed_in(&browser).await);
    assert!(canary.heard().is_empty());
}

/// JW-03: each token is good for one purpose.
#[sqlx::test]
async fn tokens_do_not_stand_in_for_one_another(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (rp, browser, access, id) = scene(&server).await;
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let fresh = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let refresh = rp.exchange(&fresh).await.text("refresh_token");
    let now = server.state.clock.now().timestamp();
    let mut claims = crate::support::jwt::part(&id, 1);
    claims["iat"] = json!(now);
    let logout =
        server.state.directory.sign(loquet::crypto::Algorithm::Rs256, "logout+jwt", &claims, server.state.clock.now());
    let logout = logout.unwrap();
    for (what, token) in [("ID token", &id), ("code", &code), ("refresh token", &refresh), ("logout token", &logout)] {
        assert_eq!(rp.userinfo(token).await.error(), (401, "invalid_token"), "{what}");
    }
    for (what, token) in [("ID token", &id), ("access token", &access), ("code", &code)] {
        assert_eq!(rp.refresh(token).await.error(), (400, "invalid_grant"), "{what}");
    }
    for (what, token) in [("ID token", &id), ("code", &code), ("logout token", &logout)] {
        assert_eq!(introspect(&rp, &server, token).await, json!({ "active": false }), "{what}");
    }
    for (what, token) in [("access token", &access), ("refresh token", &refresh), ("logout token", &logout)] {
        let answer = browser.get(&rp.authorize(&[("prompt", "none"), ("id_token_hint", token)])).await;
        assert_eq!(answer.answer("error").as_deref(), Some("invalid_request"), "{what}");
        assert_eq!(browser.get(&end_session(token)).await.location(), "", "{what}");
        assert!(is_signed_in(&browser).await, "{what}");
        // And none is a session.
        let mut thief = Browser::of(&server);
        thief.headers.insert("cookie", format!("loquet-session={token}").parse().unwrap());
        assert!(!is_signed_in(&thief).await, "{what}");
    }
    assert_eq!(rp.exchange(&code).await.status, 200, "the code was spent on the way");
}

/// JW-04: two hosts with the same keys and the same database; a token says which of them it is of.
#[sqlx::test]
async fn a_token_is_of_one_issuer(pool: PgPool) {
    let key = loquet::crypto::Vault::generate_master_key();
    let (one, two) = (Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await);
    let (rp, browser, access, id) = scene(&one).await;
    two.reload().await;
    let twin = RelyingParty::of(&two, "c_jwt", rp.secret.clone());
    assert_eq!(rp.userinfo(&access).await.status, 200);
    assert_eq!(twin.userinfo(&access).await.error(), (401, "invalid_token"));
    assert_eq!(introspect(&twin, &two, &access).await, json!({ "active": false }));
    assert_eq!(revoke(&twin, &two, &access).await, 200);
    assert_eq!(rp.userinfo(&access).await.status, 200);
    let other = Browser::of(&two);
    other.sign_in("alice").await;
    let answer = other.get(&twin.authorize(&[("prompt", "none"), ("id_token_hint", &id)])).await;
    assert_eq!(answer.answer("error").as_deref(), Some("invalid_request"));
    assert_eq!(other.get(&end_session(&id)).await.location(), "");
    assert!(is_signed_in(&other).await && is_signed_in(&browser).await);
}
