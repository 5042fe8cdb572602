//! How well somebody proved who they are: what services ask, and what they are told (MF-11).

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::authenticator::Authenticator;
use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

const ONE: &str = "urn:loquet:acr:password";
const TWO: &str = "urn:loquet:acr:multi-factor";

fn essential(value: &str) -> String {
    json!({ "id_token": { "acr": { "essential": true, "value": value } } }).to_string()
}

/// Said alike by the ID token, a JWT access token, the introspection of an opaque one; kept by a refresh.
#[sqlx::test]
async fn tokens_tell_the_truth(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    let authenticator = server.authenticator(&alice).await;
    let rp = RelyingParty::new(&server).await;
    let (_, secret) = server.service_with("c_jwt", REDIRECT, |client| client.jwt_access_tokens = true).await;
    let jwt = RelyingParty::of(&server, "c_jwt", Some(secret));
    let (two, one) = (Browser::of(&server), Browser::of(&server));
    two.two_steps("alice", &server, &authenticator).await;
    one.sign_in("bob").await;
    for (browser, acr, amr) in [(&two, TWO, json!(["pwd", "otp", "mfa"])), (&one, ONE, json!(["pwd"]))] {
        let held = rp.exchange(&browser.get(&rp.authorize(&[])).await.answer("code").unwrap()).await;
        let again = rp.refresh(&held.text("refresh_token")).await;
        for token in [held.id_token(), again.id_token()] {
            assert_eq!((&token["acr"], &token["amr"]), (&json!(acr), &amr));
        }
        let request = rp.http().post(format!("{}/introspect", server.url));
        let request = request.basic_auth("c_conf", rp.secret.as_ref().map(loquet::crypto::Plain::reveal));
        let told = rp.read(request.form(&[("token", again.text("access_token"))])).await.body;
        assert_eq!((&told["acr"], &told["amr"]), (&json!(acr), &amr));
        let held = jwt.exchange(&browser.get(&jwt.authorize(&[])).await.answer("code").unwrap()).await;
        let claims = crate::support::jwt::part(&held.text("access_token"), 1);
        assert_eq!(claims["acr"], acr);
    }
    let metadata = rp.read(rp.http().get(format!("{}/.well-known/openid-configuration", server.url))).await.body;
    assert_eq!(metadata["acr_values_supported"], json!([ONE, TWO]));
}

/// Essential: given, or not answered. Those who have no second factor are led to one.
#[sqlx::test]
async fn an_essential_acr(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    let authenticator = server.authenticator(&alice).await;
    let rp = RelyingParty::new(&server).await;
    let acr = async |reply: &crate::support::Reply| -> Value {
        rp.exchange(&reply.answer("code").unwrap()).await.id_token()["acr"].clone()
    };
    let two = Browser::of(&server);
    two.two_steps("alice", &server, &authenticator).await;
    for claims in [essential(TWO), essential(ONE)] {
        let reply = two.get(&rp.authorize(&[("claims", &claims), ("prompt", "none")])).await;
        assert_eq!(acr(&reply).await, TWO);
    }
    let one = Browser::of(&server);
    one.sign_in("bob").await;
    let demand = essential(TWO);
    let silent = one.get(&rp.authorize(&[("claims", &demand), ("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("interaction_required"));
    assert_eq!(acr(&one.get(&rp.authorize(&[("claims", &essential(ONE))])).await).await, ONE);
    let page = one.open(&rp.authorize(&[("claims", &demand)])).await;
    assert!(page.url.contains("/account/security/authenticator?authorization="), "{}", page.url);
    let app = Authenticator::scan(&page.body);
    let shown = one.submit(&page, &[("code", &app.code(&server))]).await;
    assert_eq!(acr(&one.open(&shown.attribute("#kept", "href").unwrap()).await).await, TWO);
    // Pushed, it is as good.
    let unknown = one.get(&rp.authorize(&[("claims", &essential("urn:other"))])).await;
    assert_eq!(unknown.answer("error").as_deref(), Some("unmet_authentication_requirements"));
}

/// Voluntary: shown by those who have it, asked of nobody else. A session from before the second factor
/// is asked once.
#[sqlx::test]
async fn a_preferred_acr(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let wish = [("acr_values", TWO)];
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let reply = browser.get(&rp.authorize(&wish)).await;
    assert_eq!(rp.exchange(&reply.answer("code").unwrap()).await.id_token()["acr"], ONE, "nobody is made to enrol");
    // Added behind the session's back, as by an import.
    let authenticator = server.authenticator(&alice).await;
    let silent = browser.get(&rp.authorize(&[("acr_values", TWO), ("prompt", "none")])).await;
    assert_eq!(rp.exchange(&silent.answer("code").unwrap()).await.id_token()["acr"], ONE);
    let demanded = browser.get(&rp.authorize(&[("claims", &essential(TWO)), ("prompt", "none")])).await;
    assert_eq!(demanded.answer("error").as_deref(), Some("login_required"));
    let page = browser.open(&rp.authorize(&wish)).await;
    assert!(page.url.contains("/sign-in?authorization="), "{}", page.url);
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    let reply = browser.follow(browser.submit(&page, &[("code", &authenticator.code(&server))]).await).await;
    assert_eq!(rp.exchange(&reply.answer("code").unwrap()).await.id_token()["acr"], TWO);
}

/// A service may demand it of everybody, and what it holds from before is worth nothing any more.
#[sqlx::test]
async fn a_service_that_demands_it(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let (mut client, secret) = server.service("c_conf", REDIRECT).await;
    let rp = RelyingParty::of(&server, "c_conf", Some(secret));
    let browser = Browser::of(&server);
    let held = rp.exchange(&rp.code(&browser, "alice").await).await;
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    client.second_factor = true;
    server.change_service(&client).await;
    assert_eq!(rp.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"));
    assert_eq!(rp.exchange(&code).await.error(), (400, "invalid_grant"));
    let silent = browser.get(&rp.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("interaction_required"));
    let page = browser.open(&rp.authorize(&[])).await;
    let app = Authenticator::scan(&page.body);
    let shown = browser.submit(&page, &[("code", &app.code(&server))]).await;
    let answer = browser.open(&shown.attribute("#kept", "href").unwrap()).await;
    assert_eq!(rp.exchange(&answer.answer("code").unwrap()).await.id_token()["acr"], TWO);
    // Elsewhere one step is enough, and the account is not troubled.
    server.person("bob").await;
    let bob = Browser::of(&server);
    bob.sign_in("bob").await;
    assert_eq!(bob.get("/account/security").await.status, 200);
}
