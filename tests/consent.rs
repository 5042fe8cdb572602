//! The page that asks what a service may receive.

use loquet::db::clients::Authentication;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server};

const SCOPE: (&str, &str) = ("scope", "openid email");

/// A service that is not the host's own, which asks for `openid email`.
async fn service(server: &Server) -> RelyingParty {
    server.person("alice").await;
    let (_, secret) = server.service_with("c_sa", REDIRECT, |client| client.ours = false).await;
    RelyingParty::of(server, "c_sa", Some(secret))
}

/// The page, for alice.
async fn asked(rp: &RelyingParty, browser: &Browser) -> Reply {
    let page = browser.open(&rp.authorize(&[SCOPE])).await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert!(page.text("#consent-allow").is_some(), "{}", page.body);
    page
}

async fn remembered(pool: &PgPool) -> Vec<String> {
    let stored = sqlx::query_scalar("SELECT unnest(scopes) FROM consents ORDER BY 1").fetch_all(pool).await;
    stored.unwrap()
}

async fn codes(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM authorization_codes").fetch_one(pool).await.unwrap()
}

/// AZ-28: what is agreed to is what was asked and shown, whatever the form says besides yes.
#[sqlx::test]
async fn only_the_stored_request_counts(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = service(&server).await;
    server.service("c_other", "https://other.test/cb").await;
    let browser = Browser::of(&server);
    let page = asked(&rp, &browser).await;
    let hostile = [
        ("scope", "openid email profile groups phone address offline_access"),
        ("scopes", "profile"),
        ("client_id", "c_other"),
        ("redirect_uri", "https://other.test/cb"),
        ("user", "bob"),
        ("authorization", "00000000-0000-0000-0000-000000000000"),
    ];
    let reply = browser.press(&page, "#consent-allow", &hostile).await;
    let back = browser.follow(reply).await;
    assert!(back.location().starts_with(&format!("{REDIRECT}?code=")), "{}", back.location());
    assert_eq!(remembered(&pool).await, ["email", "openid"]);
    let answer = rp.exchange(&back.answer("code").unwrap()).await;
    assert_eq!(answer.text("scope"), "openid email");
    // Asked again for what is new only.
    assert!(browser.get(&rp.authorize(&[SCOPE, ("prompt", "none")])).await.answer("code").is_some());
    let wider = browser.get(&rp.authorize(&[("scope", "openid email profile"), ("prompt", "none")])).await;
    assert_eq!(wider.answer("error").as_deref(), Some("consent_required"));
    let single = ("claims", r#"{"userinfo":{"name":null}}"#);
    let single = browser.get(&rp.authorize(&[SCOPE, single, ("prompt", "none")])).await;
    assert_eq!(single.answer("error").as_deref(), Some("consent_required"), "a single claim is asked like its scope");
    let again = browser.open(&rp.authorize(&[SCOPE, ("prompt", "consent")])).await;
    assert!(again.text("#consent-allow").is_some());
}

/// AZ-28: a refusal is final for its request, and the service is told.
#[sqlx::test]
async fn a_refusal_is_not_replayed(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = service(&server).await;
    let browser = Browser::of(&server);
    let page = asked(&rp, &browser).await;
    let refused = browser.press(&page, "#consent-deny", &[]).await;
    let yes = browser.press(&page, "#consent-allow", &[]).await;
    assert_eq!(yes.status, 303, "back to the dispatcher");
    assert!(remembered(&pool).await.is_empty());
    let back = browser.follow(refused).await;
    assert_eq!(back.answer("error").as_deref(), Some("access_denied"));
    assert_eq!((back.answer("state").as_deref(), back.answer("code")), (Some("st-ate"), None));
    assert_eq!(browser.press(&page, "#consent-allow", &[]).await.status, 400);
    assert_eq!(browser.press(&page, "#consent-deny", &[]).await.status, 400);
    assert_eq!((codes(&pool).await, remembered(&pool).await.len()), (0, 0));
}

/// SE-10: no step is skipped, repeated or advanced by nothing, and none is another browser's.
#[sqlx::test]
async fn steps_of_a_consent(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = service(&server).await;
    let browser = Browser::of(&server);
    // Before anybody is signed in.
    let sign_in = browser.open(&rp.authorize(&[SCOPE])).await;
    let csrf = sign_in.attribute("input[name=csrf]", "value").unwrap();
    let id = sign_in.url.split("authorization=").nth(1).unwrap().to_owned();
    let consent = format!("/consent?authorization={id}");
    let early = browser.post(&consent, &[("csrf", &csrf), ("decision", "allow")]).await;
    assert_eq!((early.status, early.location()), (303, format!("/authorize/{id}").as_str()));
    assert!(browser.open(&consent).await.text("#password").is_some(), "back to the sign-in");
    let page = browser.sign_in_on(&sign_in, "alice", PASSWORD).await;
    assert!(page.text("#consent-allow").is_some());
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    for (form, status) in [
        (vec![], 400),
        (vec![("decision", "allow")], 400),
        (vec![("csrf", "wrong"), ("decision", "allow")], 400),
        (vec![("csrf", csrf.as_str())], 303),
        (vec![("csrf", csrf.as_str()), ("decision", "")], 303),
        (vec![("csrf", csrf.as_str()), ("decision", "ALLOW")], 303),
    ] {
        assert_eq!(browser.post(&consent, &form).await.status, status, "{form:?}");
    }
    assert!(browser.get(&format!("{consent}&decision=allow&csrf={csrf}")).await.text("#consent-allow").is_some());
    let mut evil = Browser::of(&server);
    evil.sign_in("alice").await;
    assert_eq!(evil.get(&consent).await.status, 400, "another browser of the same person");
    let home = evil.get("/").await.attribute("input[name=csrf]", "value").unwrap();
    assert_eq!(evil.post(&consent, &[("csrf", &home), ("decision", "allow")]).await.status, 400);
    evil.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(evil.post(&consent, &[("csrf", &home), ("decision", "allow")]).await.status, 403);
    let none = browser.get(&rp.authorize(&[SCOPE, ("prompt", "none")])).await;
    assert_eq!(none.answer("error").as_deref(), Some("consent_required"));
    assert_eq!((codes(&pool).await, remembered(&pool).await.len()), (0, 0));
    let reply = browser.press(&page, "#consent-allow", &[]).await;
    assert!(browser.follow(reply).await.answer("code").is_some());
    assert_eq!(browser.press(&page, "#consent-allow", &[]).await.status, 400, "answered");
    assert_eq!(codes(&pool).await, 1);
}

/// AZ-28: what one person agreed to is not another's, in the same browser and for the same request.
#[sqlx::test]
async fn consent_is_personal(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = service(&server).await;
    server.person("bob").await;
    let browser = Browser::of(&server);
    let page = asked(&rp, &browser).await;
    let dispatcher = page.url.replace("/consent?authorization=", "/authorize/");
    assert_eq!(browser.press(&page, "#consent-allow", &[]).await.status, 303);
    // Alice goes away before the code is made; bob signs in.
    let home = browser.get("/").await.attribute("input[name=csrf]", "value").unwrap();
    browser.post("/sign-out", &[("csrf", &home)]).await;
    browser.sign_in("bob").await;
    let page = browser.open(&dispatcher).await;
    assert!(page.text("#consent-allow").is_some(), "{} {}", page.status, page.location());
    assert!(page.body.contains("bob@example.org") && !page.body.contains("alice@example.org"));
    assert_eq!(codes(&pool).await, 0);
}

/// RFC 8252 8.6: a native application without a secret can be imitated, so its person is asked each time;
/// one browser page is answered once.
#[sqlx::test]
async fn an_application_that_can_be_imitated_always_asks(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let native = "http://127.0.0.1/cb";
    server
        .service_with("c_nat", native, |client| {
            client.ours = false;
            client.authentication = Authentication::None;
        })
        .await;
    let mut rp = RelyingParty::of(&server, "c_nat", None);
    rp.redirect_uri = "http://127.0.0.1:53123/cb".to_owned();
    let browser = Browser::of(&server);
    let page = asked(&rp, &browser).await;
    let reply = browser.press(&page, "#consent-allow", &[]).await;
    assert!(browser.follow(reply).await.answer("code").is_some());
    let again = browser.open(&rp.authorize(&[SCOPE])).await;
    assert!(again.text("#consent-allow").is_some());
    let silent = browser.get(&rp.authorize(&[SCOPE, ("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("consent_required"));
}
