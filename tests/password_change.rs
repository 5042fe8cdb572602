//! Another password, by somebody who is signed in.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::contents::Contents;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

const PAGE: &str = "/account/security/password";
const NEW: &str = "une phrase toute neuve";

/// SE-08, SE-01: here under a new cookie, elsewhere nothing is left.
#[sqlx::test]
async fn it_closes_what_is_open_elsewhere(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let service = RelyingParty::new(&server).await;
    let others = [Browser::of(&server), Browser::of(&server)];
    others[0].sign_in("alice").await;
    let held = service.exchange(&service.code(&others[1], "alice").await).await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let page = browser.open(PAGE).await;
    assert_eq!(page.attribute("input[autocomplete=username]", "value").as_deref(), Some("alice"));
    assert_eq!(page.attribute("#current", "autocomplete").as_deref(), Some("current-password"));
    assert_eq!(page.attribute("#password", "autocomplete").as_deref(), Some("new-password"));
    let reply = browser.submit(&page, &[("current", PASSWORD), ("password", NEW)]).await;
    assert_eq!(reply.location(), "/account/security?done=password");
    assert!(reply.headers["set-cookie"].to_str().unwrap().starts_with("loquet-session="));
    assert!(browser.follow(reply).await.text(".notice").is_some());
    for other in &others {
        assert_eq!(other.get("/").await.location(), "/sign-in");
    }
    assert_eq!(service.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"));
    server.letter(&alice.email, "Votre mot de passe a changé", 1).await;
    let kinds: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY id DESC LIMIT 1").fetch_all(&pool).await.unwrap();
    assert_eq!(kinds, ["password-changed"]);
    let page = others[0].open("/sign-in").await;
    assert_eq!(others[0].sign_in_on(&page, "alice", PASSWORD).await.status, 401);
    assert_eq!(others[0].sign_in_on(&page, "alice", NEW).await.status, 200);
}

/// PW-11: each wrong one is refused, and too many are made to wait, the right one as well.
#[sqlx::test]
async fn the_present_one_is_asked_for(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let page = browser.open(PAGE).await;
    let hash =
        async || sqlx::query_scalar::<_, String>("SELECT password_hash FROM users").fetch_one(&pool).await.unwrap();
    let before = hash().await;
    for number in 0..20 {
        let current = if number == 0 { "" } else { "wrong" };
        let reply = browser.submit(&page, &[("current", current), ("password", NEW)]).await;
        assert_eq!(reply.status, if number < 10 { 403 } else { 429 }, "{number}");
        assert_eq!(reply.attribute("#current", "aria-invalid").is_some(), number < 10, "{number}");
    }
    let reply = browser.submit(&page, &[("current", PASSWORD), ("password", NEW)]).await;
    assert_eq!((reply.status, reply.headers.contains_key("retry-after")), (429, true));
    assert_eq!(hash().await, before);
    server.advance(TimeDelta::minutes(1));
    assert_eq!(browser.submit(&page, &[("current", PASSWORD), ("password", NEW)]).await.status, 303);
}

/// PW-10, PW-08: what anybody would try first is refused; long phrases, spaces and emoji are not.
#[sqlx::test]
async fn weak_ones_are_refused(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let page = browser.open(PAGE).await;
    assert_eq!(page.attribute("#password", "type").as_deref(), Some("password"));
    for bad in ["password", "azerty123456", "aaaaaaaaaaaa", "La Contre-Voie", "alice@example.org", PASSWORD, "court"] {
        let reply = browser.submit(&page, &[("current", PASSWORD), ("password", bad)]).await;
        assert_eq!((reply.status, reply.text("#password-error").is_some()), (422, true), "{bad}");
    }
    let mut current = PASSWORD.to_owned();
    for good in [
        "une phrase et puis une autre ".repeat(6),
        "un café et des croissants 🥐".to_owned(),
        "  entre deux espaces  ".to_owned(),
    ] {
        let page = browser.open(PAGE).await;
        assert_eq!(browser.submit(&page, &[("current", &current), ("password", &good)]).await.status, 303, "{good}");
        current = good;
    }
}

/// RS-09: a proof of ten minutes ago is too old, whatever the form says.
#[sqlx::test]
async fn it_needs_a_recent_proof(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let pages = ["password", "email", "username"].map(|name| format!("/account/security/{name}"));
    let mut forms = Vec::new();
    for page in &pages {
        forms.push(browser.open(page).await);
    }
    server.advance(TimeDelta::minutes(11));
    browser.get("/account/security").await;
    let before = Contents::of(&pool).await;
    for (path, form) in pages.iter().zip(&forms) {
        let encoded = path.replace('/', "%2F");
        assert_eq!(browser.get(path).await.location(), format!("/sign-in?to={encoded}&confirm=1"));
        let fields = [("current", PASSWORD), ("password", NEW), ("email", "new@example.org"), ("username", "new")];
        let reply = browser.submit(form, &fields).await;
        assert_eq!((reply.status, reply.text("#again").is_some()), (403, true), "{path}");
    }
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
    let page = browser.open(PAGE).await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert!(page.url.ends_with(PAGE), "{}", page.url);
}

/// Somebody who signs in by other means alone may have a password as well.
#[sqlx::test]
async fn a_first_one(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    sqlx::query("UPDATE users SET password_hash = NULL").execute(&pool).await.unwrap();
    let page = browser.open(PAGE).await;
    assert_eq!(page.attribute("#current", "name"), None);
    assert_eq!(browser.submit(&page, &[("password", NEW)]).await.status, 303);
    let other = Browser::of(&server);
    assert_eq!(other.sign_in_on(&other.open("/sign-in").await, "alice", NEW).await.status, 200);
}
