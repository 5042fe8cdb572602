//! Another address: the old one rules until the new one is proven, and has a week to come back.

use chrono::TimeDelta;
use futures_util::future::join_all;
use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::contents::Contents;
use crate::support::mailbox::all_left;
use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server};

const PAGE: &str = "/account/security/email";
const CONFIRM: &str = "Confirmez votre nouvelle adresse e-mail";
const NOTICE: &str = "Votre adresse e-mail va changer";
const RESET: &str = "Choisissez un nouveau mot de passe";

async fn signed_in(server: &Server, name: &str) -> Browser {
    let browser = Browser::of(server);
    browser.sign_in(name).await;
    browser
}

async fn ask(browser: &Browser, email: &str) -> Reply {
    let page = browser.open(PAGE).await;
    browser.submit(&page, &[("email", email)]).await
}

async fn press(browser: &Browser, link: &str) -> Reply {
    let page = browser.open(link).await;
    if page.attribute("#submit", "type").is_none() { page } else { browser.submit(&page, &[]).await }
}

async fn address(pool: &PgPool, username: &str) -> (String, bool) {
    sqlx::query_as("SELECT email, email_verified_at IS NOT NULL FROM users WHERE username = $1")
        .bind(username)
        .fetch_one(pool)
        .await
        .unwrap()
}

/// RS-10, RG-12: nothing changes before the new address is proven.
#[sqlx::test]
async fn an_address_changes_once_it_is_proven(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let service = RelyingParty::new(&server).await;
    let elsewhere = Browser::of(&server);
    let held = service.exchange(&service.code(&elsewhere, "alice").await).await;
    let claims = async |token: &str| {
        let told = service.userinfo(token).await;
        (told.text("email"), told.body["email_verified"].clone())
    };
    let browser = signed_in(&server, "alice").await;
    let page = ask(&browser, "Alicia@Example.org").await;
    assert!(page.text("#waiting").unwrap().contains("Alicia@Example.org"), "{}", page.body);
    let link = server.link("Alicia@Example.org", CONFIRM, 1).await;
    let notice = server.letter(&alice.email, NOTICE, 1).await;
    assert!(notice.text.contains("A…@Example.org") && !notice.text.contains("Alicia@"), "{}", notice.text);

    assert_eq!(address(&pool, "alice").await, (alice.email.clone(), true));
    assert_eq!(claims(&held.text("access_token")).await, (alice.email.clone(), true.into()));
    let stranger = Browser::of(&server);
    let sign_in = stranger.open("/sign-in").await;
    assert_eq!(stranger.sign_in_on(&sign_in, "alicia@example.org", PASSWORD).await.status, 401);
    let recover = stranger.open("/recover").await;
    stranger.submit(&recover, &[("email", "alicia@example.org")]).await;
    assert_eq!(server.subjects(&pool, "alicia@example.org").await, Vec::<String>::new());

    // RG-01: only the button does it.
    all_left(&pool).await;
    let before = Contents::of(&pool).await;
    for _ in 0..5 {
        stranger.request(reqwest::Method::HEAD, &link).await;
        assert_eq!(stranger.open(&link).await.status, 200);
    }
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
    let page = browser.open(&link).await;
    assert!(page.body.contains("alice") && page.body.contains("Alicia@Example.org"));
    assert_eq!(browser.submit(&page, &[]).await.status, 200);
    assert_eq!(address(&pool, "alice").await, ("Alicia@Example.org".to_owned(), true));
    assert_eq!(browser.get("/account/security").await.status, 200, "this session goes on");
    assert_eq!(elsewhere.get("/").await.location(), "/sign-in");
    assert_eq!(service.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"));
    for told in [alice.email.as_str(), "Alicia@Example.org"] {
        server.letter(told, "Votre adresse e-mail a changé", 1).await;
    }
    let again = service.exchange(&service.code(&Browser::of(&server), "alicia@example.org").await).await;
    assert_eq!(claims(&again.text("access_token")).await, ("Alicia@Example.org".to_owned(), true.into()));
    // The button again, the link again: friendly, and nothing more.
    all_left(&pool).await;
    let before = Contents::of(&pool).await;
    assert!(Browser::of(&server).open(&link).await.body.contains("déjà changé"));
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
}

#[sqlx::test]
async fn links_end(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server.person("bob").await;
    let browser = signed_in(&server, "alice").await;
    ask(&browser, "one@example.org").await;
    let first = server.link("one@example.org", CONFIRM, 1).await;
    ask(&browser, "two@example.org").await;
    let second = server.link("two@example.org", CONFIRM, 1).await;
    assert_eq!(browser.open(&first).await.status, 410, "a newer one");
    assert_eq!(signed_in(&server, "bob").await.open(&second).await.status, 400, "another account");
    for bad in [second[..second.len() - 1].to_owned(), second.replace("/email/", "/verify/")] {
        assert_eq!(Browser::of(&server).open(&bad).await.status, 410, "{bad}");
    }
    assert_eq!(Browser::of(&server).open("/email/confirm").await.status, 400);
    server.advance(TimeDelta::minutes(61));
    assert_eq!(Browser::of(&server).open(&second).await.status, 410, "too old");
    let browser = signed_in(&server, "alice").await;
    ask(&browser, "three@example.org").await;
    let third = server.link("three@example.org", CONFIRM, 1).await;
    let page = browser.open("/account/security/password").await;
    browser.submit(&page, &[("current", PASSWORD), ("password", "une phrase toute neuve")]).await;
    assert_eq!(browser.open(&third).await.status, 410, "a change of the password");
}

#[sqlx::test]
async fn fifty_presses_are_one(pool: PgPool) {
    let key = Vault::generate_master_key();
    let first = Server::replica(&pool, &[], &key).await;
    let alice = first.person("alice").await;
    let browser = signed_in(&first, "alice").await;
    ask(&browser, "new@example.org").await;
    let links = [
        (first.link("new@example.org", CONFIRM, 1).await, "/email/confirm"),
        (first.link(&alice.email, NOTICE, 1).await, "/email/cancel"),
    ];
    let servers = [first, Server::replica(&pool, &[], &key).await];
    for (link, path) in links {
        let other = Browser::of(&servers[0]);
        let csrf = other.open(&link).await.attribute("input[name=csrf]", "value").unwrap();
        let presses = (0..50).map(|number| {
            let (other, csrf, address) = (&other, &csrf, format!("{}{path}", servers[number % 2].url));
            async move { other.post(&address, &[("csrf", csrf)]).await.status }
        });
        let statuses = join_all(presses).await;
        assert!(statuses.iter().all(|status| matches!(status, 200 | 400 | 410)), "{statuses:?}");
    }
    let counted: Vec<(String, i64)> =
        sqlx::query_as("SELECT kind, count(*) FROM audit_events WHERE kind LIKE 'email-change%' GROUP BY 1 ORDER BY 1")
            .fetch_all(&pool)
            .await
            .unwrap();
    let once = ["email-change-asked", "email-change-cancelled", "email-changed"].map(|kind| (kind.to_owned(), 1));
    assert_eq!(counted, once);
    assert_eq!(address(&pool, "alice").await, (alice.email, true));
}

/// The same answer whether the address is free, somebody else's (who is told), or was theirs.
#[sqlx::test]
async fn an_address_of_somebody_else(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let bob = server.person("bob").await;
    let browser = signed_in(&server, "alice").await;
    let mut seen = Vec::new();
    for asked in ["free@example.org", "bob@example.org"] {
        let reply = ask(&browser, asked).await;
        let csrf = reply.attribute("input[name=csrf]", "value").unwrap();
        seen.push((reply.status, reply.body.replace(&csrf, "CSRF").replace(asked, "ASKED")));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(server.subjects(&pool, &bob.email).await, ["Vous avez déjà un compte"]);
    // Freed yesterday, or taken since.
    sqlx::query("UPDATE users SET email = 'robert@example.org' WHERE username = 'bob'").execute(&pool).await.unwrap();
    ask(&browser, "bob@example.org").await;
    let freed = server.link("bob@example.org", CONFIRM, 1).await;
    assert_eq!(press(&browser, &freed).await.status, 409);
    ask(&browser, "late@example.org").await;
    let late = server.link("late@example.org", CONFIRM, 1).await;
    let page = browser.open(&late).await;
    sqlx::query("UPDATE users SET email = 'Late@example.org' WHERE username = 'bob'").execute(&pool).await.unwrap();
    assert_eq!(browser.submit(&page, &[]).await.status, 409);
    assert_eq!(address(&pool, "alice").await.0, "alice@example.org");
    for bad in ["alice@example.org", "ALICE@example.org", "", "nonsense", "é@example.org"] {
        assert_eq!(ask(&browser, bad).await.status, 422, "{bad}");
    }
}

/// RS-10: the old address stops a change.
#[sqlx::test]
async fn a_change_is_stopped(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let browser = signed_in(&server, "alice").await;
    ask(&browser, "eve@example.org").await;
    let (confirm, cancel) =
        (server.link("eve@example.org", CONFIRM, 1).await, server.link(&alice.email, NOTICE, 1).await);
    server.advance(TimeDelta::minutes(20));
    let other = Browser::of(&server);
    all_left(&pool).await;
    let before = Contents::of(&pool).await;
    let page = other.open(&cancel).await;
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
    let done = other.submit(&page, &[]).await;
    assert_eq!(done.attribute("#recover", "href").as_deref(), Some("/recover"));
    assert_eq!(press(&Browser::of(&server), &confirm).await.status, 410);
    assert_eq!(press(&Browser::of(&server), &cancel).await.status, 410, "once");
    assert_eq!(address(&pool, "alice").await, (alice.email.clone(), true));
    server.letter(&alice.email, "Votre adresse e-mail ne change pas", 1).await;
    assert_eq!(browser.get("/account/security").await.status, 200, "nothing else happened");
}

/// Somebody broke in, took the address, the password, the name, then another address: the first owner
/// gets all of it back but the name, and the intruder keeps nothing.
#[sqlx::test]
async fn a_stolen_account_comes_back(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let eve = signed_in(&server, "alice").await;
    ask(&eve, "eve@example.org").await;
    assert_eq!(press(&eve, &server.link("eve@example.org", CONFIRM, 1).await).await.status, 200);
    let stolen = "le mot de passe d’eve";
    let page = eve.open("/account/security/password").await;
    assert_eq!(eve.submit(&page, &[("current", PASSWORD), ("password", stolen)]).await.status, 303);
    sqlx::query(
        "INSERT INTO authenticators (user_id, secret, last_step, created_at) SELECT id, '\\x00', 0, $1 FROM users",
    )
    .bind(server.state.clock.now())
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("UPDATE browser_sessions SET amr = '{pwd,otp,mfa}'").execute(&pool).await.unwrap();
    ask(&eve, "eve2@example.org").await;
    assert_eq!(press(&eve, &server.link("eve2@example.org", CONFIRM, 1).await).await.status, 200);
    let evil_cancel = server.link("eve@example.org", NOTICE, 1).await;

    // What waits for days is given up.
    all_left(&pool).await;
    server.advance(TimeDelta::days(6));
    let owner = Browser::of(&server);
    let done = press(&owner, &server.link(&alice.email, NOTICE, 1).await).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(address(&pool, "alice").await, (alice.email.clone(), true));
    assert_eq!(eve.get("/").await.location(), "/sign-in");
    for password in [stolen, PASSWORD] {
        let page = eve.open("/sign-in").await;
        assert_eq!(eve.sign_in_on(&page, "alice", password).await.status, 401);
    }
    assert_eq!(press(&Browser::of(&server), &evil_cancel).await.status, 410, "later changes are undone with it");
    server.letter("eve2@example.org", "Votre adresse e-mail a changé", 2).await;
    let page = owner.open(&server.link(&alice.email, RESET, 1).await).await;
    let home = owner.follow(owner.submit(&page, &[("password", "de nouveau chez moi")]).await).await;
    assert!(home.body.contains("Alice Martin"), "eve’s second factor is gone: {}", home.url);
}

/// A week and no longer.
#[sqlx::test]
async fn the_way_back_closes(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let browser = signed_in(&server, "alice").await;
    ask(&browser, "new@example.org").await;
    press(&browser, &server.link("new@example.org", CONFIRM, 1).await).await;
    let cancel = server.link(&alice.email, NOTICE, 1).await;
    assert_eq!(Browser::of(&server).open(&cancel).await.status, 200);
    server.advance(TimeDelta::days(7));
    assert_eq!(press(&Browser::of(&server), &cancel).await.status, 410);
    assert_eq!(address(&pool, "alice").await.0, "new@example.org");
    let mut connection = pool.acquire().await.unwrap();
    let later = server.state.clock.now();
    loquet::db::jobs::purge(&mut connection, TimeDelta::minutes(30), later).await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM email_changes").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
}

/// An address that was never proven is corrected; whoever owns it gets no power over the account, and
/// may open one of their own.
#[sqlx::test]
async fn an_unproven_address_is_corrected(pool: PgPool) {
    let server = Server::start(&pool).await;
    let typo = server.person_with("neuve", false, None).await;
    let browser = signed_in(&server, "neuve").await;
    let page = browser.open("/account/verify-email").await;
    assert_eq!(page.attribute("#correct", "href").as_deref(), Some(PAGE));
    ask(&browser, "nouvelle@example.org").await;
    let done = press(&browser, &server.link("nouvelle@example.org", CONFIRM, 1).await).await;
    assert_eq!(done.status, 200);
    assert_eq!(address(&pool, "neuve").await, ("nouvelle@example.org".to_owned(), true));
    assert_eq!(server.subjects(&pool, &typo.email).await, Vec::<String>::new());
    let quarantined: i64 = sqlx::query_scalar("SELECT count(*) FROM released_names").fetch_one(&pool).await.unwrap();
    assert_eq!(quarantined, 0);
}

/// RG-04: mails to strangers are counted.
#[sqlx::test]
async fn mails_are_limited(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = signed_in(&server, "alice").await;
    for status in [200, 200, 200, 429, 429] {
        assert_eq!(ask(&browser, "victim@example.org").await.status, status);
    }
    assert_eq!(server.subjects(&pool, "victim@example.org").await.len(), 3);
}
