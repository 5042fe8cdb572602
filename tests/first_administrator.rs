//! How an instance gets its first administrator (AD-02, AD-03).

use chrono::TimeDelta;
use futures_util::future::join_all;
use loquet::account::first_administrator::offer;
use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::contents::Contents;
use crate::support::program::Program;
use crate::support::{Browser, PASSWORD, Reply, Server};

async fn link(server: &Server) -> String {
    offer(&server.state).await.unwrap().expect("no administrator yet")
}

/// Opens the link and fills in its form.
async fn answer(browser: &Browser, link: &str, username: &str, password: &str) -> Reply {
    let page = browser.open(link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let email = format!("{username}@example.org");
    browser.submit(&page, &[("username", username), ("email", &email), ("password", password)]).await
}

async fn administrators(pool: &PgPool) -> Vec<String> {
    let sql = "SELECT u.username FROM users u WHERE is_in_group(u.id, 'admins') ORDER BY 1";
    sqlx::query_scalar(sql).fetch_all(pool).await.unwrap()
}

#[sqlx::test]
async fn a_link_makes_the_first_administrator(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("taken").await;
    let link = link(&server).await;
    let token = link.rsplit('/').next().unwrap();
    let everything = format!("{:?}", Contents::of(&pool).await);
    assert!(token.len() > 40 && !everything.contains(token), "kept as a hash only");

    let browser = Browser::of(&server);
    let page = browser.open(&link).await;
    assert!(!page.url.contains(token), "the token leaves the address bar: {}", page.url);
    for (username, email, password, field) in [
        ("a b", "ada@example.org", PASSWORD, "#username-error"),
        ("ada", "ada", PASSWORD, "#email-error"),
        ("ada", "ada@example.org", "court", "#password-error"),
        ("ada-lovelace", "ada@example.org", "ada-lovelace", "#password-error"),
        ("taken", "ada@example.org", PASSWORD, "#username-error"),
        ("ada", "taken@example.org", PASSWORD, "#email-error"),
    ] {
        let wrong = [("username", username), ("email", email), ("password", password)];
        let refused = browser.submit(&page, &wrong).await;
        assert_eq!(refused.status, 422, "{username} {email}");
        assert!(refused.text(field).is_some(), "{field}: {}", refused.body);
        assert_eq!(refused.attribute("#username", "value").as_deref(), Some(username), "nothing typed is lost");
    }
    assert!(administrators(&pool).await.is_empty());

    let made = answer(&browser, &link, "ada", PASSWORD).await;
    assert_eq!(made.status, 303);
    assert_eq!(administrators(&pool).await, ["ada"]);
    let kinds: Vec<String> = sqlx::query_scalar("SELECT kind FROM audit_events WHERE user_id = actor_id ORDER BY id")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(kinds, ["account-created", "group-joined", "signed-in"]);
    // Signed in, with what every administrator must do first.
    let first = browser.open("/account/profile").await;
    assert!(first.url.contains("/account/verify-email"), "{}", first.url);
    // Once.
    assert_eq!(Browser::of(&server).open(&link).await.status, 410);
}

/// AD-03: whatever becomes of them.
#[sqlx::test]
async fn once_there_was_one_there_is_no_link(pool: PgPool) {
    let server = Server::start(&pool).await;
    let pending = link(&server).await;
    let ada = server.person("ada").await;
    let program = Program::of(&server, &pool);
    assert!(program.does(&["user", "make-admin", "ada"]).await.out.contains("ada is now an administrator"));
    assert!(
        program.does(&["user", "make-admin", "ada@example.org"]).await.out.contains("was an administrator already")
    );
    assert_eq!(administrators(&pool).await, ["ada"]);
    let refused = program.run(&["user", "make-admin", "nobody"]).await;
    assert!(refused.code == Some(1) && refused.err.contains("no account named nobody"), "{refused:?}");
    assert_eq!(Browser::of(&server).open(&pending).await.status, 410, "the link that waited is worth nothing");
    for sql in [
        "UPDATE users SET username = 'renamed' WHERE id = $1",
        "DELETE FROM group_members WHERE user_id = $1",
        "DELETE FROM users WHERE id = $1",
    ] {
        assert_eq!(offer(&server.state).await.unwrap(), None, "before {sql}");
        sqlx::query(sql).bind(ada.id).execute(&pool).await.unwrap();
        assert_eq!(offer(&server.state).await.unwrap(), None, "after {sql}");
    }
}

#[sqlx::test]
async fn a_restart_makes_another_link_and_an_hour_ends_it(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (former, present) = (link(&server).await, link(&server).await);
    let browser = Browser::of(&server);
    assert_eq!(browser.open(&former).await.status, 410);
    assert_eq!(browser.open("/first-administrator/lqt_ml_nothing").await.status, 410);
    assert_eq!(Browser::of(&server).open("/first-administrator").await.status, 400, "no link was opened there");
    server.advance(TimeDelta::minutes(59));
    let page = browser.open(&present).await;
    assert_eq!(page.status, 200);
    server.advance(TimeDelta::minutes(2));
    let late = [("username", "ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
    assert_eq!(browser.submit(&page, &late).await.status, 410);
    assert!(administrators(&pool).await.is_empty());
}

/// AD-02: of twenty at once, on two servers, one wins; the others have made nothing.
#[sqlx::test]
async fn of_twenty_one_wins(pool: PgPool) {
    let key = Vault::generate_master_key();
    let servers = [Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await];
    let token = link(&servers[0]).await.rsplit('/').next().unwrap().to_owned();
    let attempts = (0..20).map(|number| {
        let (server, token) = (&servers[number % 2], token.as_str());
        async move {
            let browser = Browser::of(server);
            let page = browser.open(&format!("/first-administrator/{token}")).await;
            assert_eq!(page.status, 200);
            (browser, page, format!("first-{number}"))
        }
    });
    let ready = join_all(attempts).await;
    let statuses = join_all(ready.iter().map(|(browser, page, name)| async move {
        let email = format!("{name}@example.org");
        browser.submit(page, &[("username", name), ("email", &email), ("password", PASSWORD)]).await.status
    }))
    .await;
    // Some may find the hashing pool full.
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 303 | 410 | 503)), "{statuses:?}");
    assert_eq!(administrators(&pool).await.len(), 1);
    let people: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
    assert_eq!(people, 1);
}
