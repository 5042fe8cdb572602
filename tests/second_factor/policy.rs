//! Two steps for those who must.

use sqlx::PgPool;

use crate::support::authenticator::Authenticator;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// A group demands it: the way to a service leads through setting it up, and goes on from there.
#[sqlx::test]
async fn members_of_a_group(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    server.group("compta", &[&alice], &[]).await;
    sqlx::query("UPDATE groups SET second_factor_required = true").execute(&pool).await.unwrap();
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = rp.sign_in(&browser, "alice").await;
    assert!(page.url.contains("/account/security/authenticator?authorization="), "{}", page.url);
    for path in ["/account/security", "/account/profile"] {
        assert!(browser.get(path).await.location().starts_with("/account/security/authenticator"), "{path}");
    }
    let silent = browser.get(&rp.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("interaction_required"));
    let authenticator = Authenticator::scan(&page.body);
    let shown = browser.submit(&page, &[("code", &authenticator.code(&server))]).await;
    let answer = browser.open(&shown.attribute("#kept", "href").unwrap()).await;
    let tokens = rp.exchange(&answer.answer("code").unwrap()).await.id_token();
    assert_eq!(tokens["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    // It cannot be removed: only replaced.
    let page = browser.open("/account/security/authenticator/remove").await;
    assert!(page.attribute("#submit", "type").is_none(), "{}", page.body);
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    assert_eq!(browser.post("/account/security/authenticator/remove", &[("csrf", &csrf)]).await.status, 409);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM authenticators").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 1);
    // Others are not concerned.
    assert!(rp.sign_in(&Browser::of(&server), "bob").await.answer("code").is_some());
}

/// Demanded an hour into a session: first it is asked whether it is still them.
#[sqlx::test]
async fn setting_it_up_asks_for_a_recent_proof(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    for _ in 0..3 {
        server.advance(chrono::TimeDelta::minutes(20));
        browser.get("/account/security").await;
    }
    server.group("compta", &[&alice], &[]).await;
    sqlx::query("UPDATE groups SET second_factor_required = true").execute(&pool).await.unwrap();
    let page = browser.open("/account/security").await;
    assert!(page.url.contains("/sign-in?to=") && page.url.ends_with("confirm=1"), "{}", page.url);
    let page = browser.follow(browser.submit(&page, &[("password", PASSWORD)]).await).await;
    assert!(page.url.contains("/account/security/authenticator?to="), "{}", page.url);
    let authenticator = Authenticator::scan(&page.body);
    let shown = browser.submit(&page, &[("code", &authenticator.code(&server))]).await;
    assert_eq!(shown.attribute("#kept", "href").as_deref(), Some("/account/security"));
}
