//! Another username: nobody else's, and the old one nobody else's ever after.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server};

const PAGE: &str = "/account/security/username";

async fn signed_in(server: &Server, name: &str) -> Browser {
    let browser = Browser::of(server);
    browser.sign_in(name).await;
    browser
}

async fn rename(browser: &Browser, username: &str) -> Reply {
    let page = browser.open(PAGE).await;
    browser.submit(&page, &[("username", username)]).await
}

#[sqlx::test]
async fn a_username_changes(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let service = RelyingParty::new(&server).await;
    let elsewhere = Browser::of(&server);
    let held = service.exchange(&service.code(&elsewhere, "alice").await).await;
    let browser = signed_in(&server, "alice").await;
    let reply = rename(&browser, " Alice.Martin ").await;
    assert_eq!(reply.location(), "/account/security?done=username");
    let page = browser.follow(reply).await;
    assert!(page.text(".notice").is_some() && page.body.contains("alice.martin"), "{}", page.body);
    assert_eq!(elsewhere.get("/").await.location(), "/sign-in");
    let mail = server.letter(&alice.email, "Votre identifiant a changé", 1).await;
    assert!(mail.text.contains("alice.martin"));
    // The same person for services.
    let browser = Browser::of(&server);
    let again = service.exchange(&service.code(&browser, "alice.martin").await).await;
    let name = service.userinfo(&again.text("access_token")).await.text("preferred_username");
    assert_eq!((again.id_token()["sub"].clone(), name.as_str()), (held.id_token()["sub"].clone(), "alice.martin"));
    // The old name opens nothing.
    let page = Browser::of(&server).open("/sign-in").await;
    assert_eq!(Browser::of(&server).sign_in_on(&page, "alice", PASSWORD).await.status, 400);
    let other = Browser::of(&server);
    assert_eq!(other.sign_in_on(&other.open("/sign-in").await, "alice", PASSWORD).await.status, 401);
}

/// RS-13, rule 19, EN-04, RG-10: taken, freed, reserved, and no name at all.
#[sqlx::test]
async fn some_names_cannot_be_had(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server.person("bob.martin").await;
    let bob = signed_in(&server, "bob.martin").await;
    assert_eq!(rename(&bob, "robert").await.status, 303);
    let alice = signed_in(&server, "alice").await;
    for taken in ["robert", "ROBERT", "bob.martin", "bob-martin"] {
        let reply = rename(&alice, taken).await;
        assert_eq!(reply.status, 422, "{taken}");
        assert_eq!(reply.attribute("#username", "value").as_deref(), Some(taken), "what was typed is kept");
        assert!(reply.text("#username-error").unwrap().contains("pris"), "{taken}");
    }
    for bad in ["", "admin", "a", ".a", "a@example.org", "bob@example.org", "zoé", "a b", "аlice", &"a".repeat(40)] {
        let reply = rename(&alice, bad).await;
        assert_eq!((reply.status, reply.text("#username-error").is_some()), (422, true), "{bad}");
    }
    // A year later too; but one's own comes back, and a dot more is the same name.
    server.advance(TimeDelta::days(365));
    let alice = signed_in(&server, "alice").await;
    assert_eq!(rename(&alice, "bob.martin").await.status, 422);
    let bob = signed_in(&server, "robert").await;
    for own in ["bob.martin", "bob_martin", "robert"] {
        assert_eq!(rename(&bob, own).await.status, 303, "{own}");
    }
}

/// A person finds out about few names, and takes few.
#[sqlx::test]
async fn names_cannot_be_tried_for_ever(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server.person("bob").await;
    let browser = signed_in(&server, "alice").await;
    for number in 0..10 {
        assert_eq!(rename(&browser, "bob").await.status, 422, "{number}");
    }
    assert_eq!(rename(&browser, "bob").await.status, 429);
    assert_eq!(rename(&browser, "a.free.one").await.status, 429);
}

/// Two people want one name at once.
#[sqlx::test]
async fn one_of_two_gets_it(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server.person("bob").await;
    let browsers = [signed_in(&server, "alice").await, signed_in(&server, "bob").await];
    let (one, two) = tokio::join!(rename(&browsers[0], "dominique"), rename(&browsers[1], "dominique"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}
