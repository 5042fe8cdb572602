//! Somebody who is signed in shows that it is still them; pages that come first lead back.

use std::time::Duration;

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::patience::within;
use crate::support::{Browser, PASSWORD, Server};

#[sqlx::test]
async fn a_page_that_comes_first_leads_back(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    let page = browser.open("/account/security").await;
    assert!(page.url.ends_with("/sign-in?to=%2Faccount%2Fsecurity"), "{}", page.url);
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert!(page.url.ends_with("/account/security"), "{}", page.url);
    assert_eq!(page.attribute("nav [aria-current=page]", "href").as_deref(), Some("/account/security"));
}

/// `to` leads to pages of ours only.
#[sqlx::test]
async fn never_to_another_site(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    for to in
        ["https://evil.test/", "//evil.test/", "/\\evil.test", "/%09/evil.test", "javascript:alert(1)", "/a%0d%0ab"]
    {
        let browser = Browser::of(&server);
        let page = browser.open(&format!("/sign-in?to={to}")).await;
        let reply = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
        assert_eq!((reply.status, reply.location()), (303, "/"), "{to}");
    }
}

/// The same session goes on with a new cookie and a new proof; the name cannot be another by accident.
#[sqlx::test]
async fn confirming_renews_the_proof(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let sessions = || async {
        sqlx::query_as::<_, (uuid::Uuid, Vec<u8>, chrono::DateTime<chrono::Utc>)>(
            "SELECT id, token_hash, authenticated_at FROM browser_sessions WHERE user_id = $1",
        )
        .bind(alice.id)
        .fetch_all(&pool)
        .await
        .unwrap()
    };
    let before = sessions().await;
    server.advance(TimeDelta::minutes(20));
    let page = browser.open("/sign-in?to=%2Faccount%2Fsecurity&confirm=1").await;
    assert_eq!(page.attribute("input[name=username]", "value").as_deref(), Some("alice"));
    assert_eq!(page.text("#username"), None, "who is asked is not in doubt");
    let wrong = browser.submit(&page, &[("password", "not this one")]).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text("#errors").is_some() && wrong.attribute("#errors a", "href").as_deref() == Some("#password"));
    assert_eq!(sessions().await, before, "a wrong password leaves the session as it was");
    let page = browser.sign_in_on(&wrong, "alice", PASSWORD).await;
    assert!(page.url.ends_with("/account/security"));
    let after = sessions().await;
    assert_eq!((after.len(), after[0].0), (1, before[0].0));
    assert_ne!(after[0].1, before[0].1, "the cookie is new (SE-01)");
    assert!(after[0].2 > before[0].2);
}

/// The journal keeps where a sign-in came from, coarsely.
#[sqlx::test]
async fn sign_ins_are_journaled(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let mut browser = Browser::of(&server);
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    browser.headers.insert("user-agent", firefox.parse().unwrap());
    browser.sign_in("alice").await;
    let kept: (String, String, String, serde_json::Value) = sqlx::query_as(
        "SELECT kind, device, address_range, details FROM audit_events WHERE user_id = $1 AND actor_id = $1",
    )
    .bind(alice.id)
    .fetch_one(&pool)
    .await
    .unwrap();
    let expected = ("signed-in", "Firefox, Linux", "127.0.0.0/24", serde_json::json!({ "amr": ["pwd"] }));
    assert_eq!((kept.0.as_str(), kept.1.as_str(), kept.2.as_str(), kept.3), expected);
}

/// A sign-in from a browser never seen with the account is told to its owner; the very first one is not, nor
/// the next from the same browser.
#[sqlx::test]
async fn a_new_device_is_told(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    server.person_with("carl", false, None).await;
    let (first, second) = (Browser::of(&server), Browser::of(&server));
    first.sign_in("alice").await;
    let told = || async {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM audit_events WHERE kind = 'signed-in'")
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    second.sign_in("alice").await;
    server.mail_to(&alice.email).await;
    second.sign_out().await;
    second.sign_in("alice").await;
    for browser in [Browser::of(&server), Browser::of(&server)] {
        browser.sign_in("carl").await;
    }
    assert_eq!(told().await, 5);
    within(Duration::from_secs(30), "the outbox is empty", async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM mail_outbox").fetch_one(&pool).await.unwrap() == 0
    })
    .await;
    assert_eq!(server.mails.all().len(), 1, "one new device, of somebody whose address is proven");
}
