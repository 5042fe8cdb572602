//! The page where people make tokens for their own programs.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, Script, World};

const PAGE: &str = "/account/security/tokens";

/// Shown once, hashed, good for what was chosen; ended by a button.
#[sqlx::test]
async fn made_used_and_ended(pool: PgPool) {
    let world = World::new(&pool).await;
    let browser = Browser::of(&world.server);
    browser.sign_in("rita").await;
    let page = browser.open(PAGE).await;
    let choices = page.body.matches("<option value=\"").count();
    assert_eq!(choices, 3, "any, a and c: {}", page.body);
    let made = browser.submit(&page, &[("name", "Tableur <b>"), ("organization", "a"), ("days", "30")]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let token = made.text("#token").unwrap();
    assert!(token.starts_with("lqt_pt_") && token.len() == 50, "{token}");
    assert!(!made.body.contains("<b>"), "{}", made.body);
    world.server.letter("rita@example.org", "Jeton d’accès créé", 1).await;
    let script = Script::with(&world.server, &token);
    assert_eq!(script.get("/api/v1/organizations/a").await.status, 200);
    assert_eq!(script.get("/api/v1/organizations/c").await.status, 404);

    let page = browser.open(PAGE).await;
    assert!(page.body.contains("Tableur &#60;b&#62;") && !page.body.contains(&token), "{}", page.body);
    let stored: Vec<String> =
        sqlx::query_scalar("SELECT t::text FROM personal_tokens t").fetch_all(&pool).await.unwrap();
    assert!(stored.len() == 1 && !stored[0].contains(&token), "{stored:?}");
    // Somebody else's browser does not end it.
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM personal_tokens").fetch_one(&pool).await.unwrap();
    let other = Browser::of(&world.server);
    other.sign_in("alice").await;
    let page = other.open(PAGE).await;
    assert_eq!(other.submit(&page, &[("end", &id.to_string())]).await.status, 404);
    assert_eq!(script.get("/api/v1/me").await.status, 200);

    let page = browser.open(PAGE).await;
    let ended = browser.press(&page, "button[name=end]", &[("end", &id.to_string())]).await;
    assert_eq!(ended.location(), format!("{PAGE}?ended=1"));
    assert_eq!(script.get("/api/v1/me").await.status, 401);
    let kinds: Vec<String> = sqlx::query_scalar("SELECT kind FROM audit_events WHERE kind LIKE 'token-%' ORDER BY id")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(kinds, ["token-made", "token-ended"]);
}

#[sqlx::test]
async fn what_is_asked_for(pool: PgPool) {
    let world = World::new(&pool).await;
    let browser = Browser::of(&world.server);
    browser.sign_in("rita").await;
    let page = browser.open(PAGE).await;
    for name in ["", "  ", &"x".repeat(65), "a\u{202e}b"] {
        let reply = browser.submit(&page, &[("name", name), ("days", "30")]).await;
        assert_eq!(reply.status, 422, "{name:?}");
        assert!(reply.attribute("#name", "aria-invalid").is_some());
    }
    // An end there must be, within a year; and an organization that one is in.
    for days in ["", "0", "366", "36500", "-1", "x"] {
        assert_eq!(browser.submit(&page, &[("name", "x"), ("days", days)]).await.status, 400, "{days}");
    }
    for organization in ["b", "nowhere"] {
        let reply = browser.submit(&page, &[("name", "x"), ("organization", organization), ("days", "7")]).await;
        assert_eq!(reply.location(), PAGE, "{organization}");
    }
    assert_eq!(browser.submit(&page, &[("name", "x"), ("organization", "a\0"), ("days", "7")]).await.status, 400);
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM personal_tokens").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 0);
    for number in 0..21 {
        let reply = browser.submit(&page, &[("name", "x"), ("days", "365")]).await;
        assert_eq!(reply.status, if number < 20 { 200 } else { 303 }, "{number}");
    }
    let page = browser.open(PAGE).await;
    assert!(page.attribute("#submit", "type").is_none());
    // After a while one shows again that it is still oneself.
    world.server.advance(TimeDelta::minutes(11));
    assert!(browser.get(PAGE).await.location().contains("confirm=1"));
}

/// Rule 11: another password, and nothing that was made before opens anything.
#[sqlx::test]
async fn they_end_with_the_password(pool: PgPool) {
    let world = World::new(&pool).await;
    let (rita, rex) = (
        Script::of(&world.server, &world.people["rita"], None).await,
        Script::of(&world.server, &world.people["rex"], None).await,
    );
    let browser = Browser::of(&world.server);
    browser.sign_in("rita").await;
    let page = browser.open("/account/security/password").await;
    let changed = browser.submit(&page, &[("current", PASSWORD), ("password", "une phrase toute neuve")]).await;
    assert_eq!(changed.status, 303);
    assert_eq!((rita.get("/api/v1/me").await.status, rex.get("/api/v1/me").await.status), (401, 200));
    let page = browser.open("/recover").await;
    browser.follow(browser.submit(&page, &[("email", "rex@example.org")]).await).await;
    let letter = world.server.mail_to("rex@example.org").await.text;
    let link = letter.split_whitespace().find(|word| word.contains("/recover/")).unwrap();
    let other = Browser::of(&world.server);
    let page = other.open(link).await;
    let done = other.submit(&page, &[("password", "une autre phrase neuve")]).await;
    assert!(done.status < 400, "{}", done.body);
    assert_eq!(rex.get("/api/v1/me").await.status, 401);
}
