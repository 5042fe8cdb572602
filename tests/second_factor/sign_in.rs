//! The second page.

use chrono::TimeDelta;
use futures_util::future::join_all;
use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, RelyingParty, Server};

const STEP: TimeDelta = TimeDelta::seconds(30);

/// On the way to a service: the tokens tell how it was done (MF-11).
#[sqlx::test]
async fn the_way_to_a_service(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    let authenticator = server.authenticator(&alice).await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = rp.sign_in(&browser, "alice").await;
    assert!(page.url.contains("/sign-in/second-factor?authorization="), "{}", page.url);
    let answer = browser.follow(browser.submit(&page, &[("code", &authenticator.code(&server))]).await).await;
    let tokens = rp.exchange(&answer.answer("code").unwrap()).await.id_token();
    assert_eq!(tokens["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    let tokens = rp.exchange(&rp.code(&Browser::of(&server), "bob").await).await.id_token();
    assert_eq!(tokens["amr"], serde_json::json!(["pwd"]));
}

/// MF-01: not in another browser, not later in its window, not after one of a later step.
#[sqlx::test]
async fn a_code_is_good_once(pool: PgPool) {
    let server = Server::start(&pool).await;
    let authenticator = server.authenticator(&server.person("alice").await).await;
    let (code, next) = {
        let now = server.state.clock.now();
        (authenticator.code_at(now), authenticator.code_at(now + STEP))
    };
    let attempt = async |code: &str| {
        let browser = Browser::of(&server);
        let page = browser.first_step("alice").await;
        browser.submit(&page, &[("code", code)]).await.status
    };
    assert_eq!((attempt(&next).await, attempt(&code).await, attempt(&next).await), (303, 401, 401));
    server.advance(STEP);
    assert_eq!(attempt(&next).await, 401);
    server.advance(STEP);
    assert_eq!(attempt(&authenticator.code(&server)).await, 303);
}

/// MF-04
#[sqlx::test]
async fn one_step_before_and_after(pool: PgPool) {
    let server = Server::start(&pool).await;
    let authenticator = server.authenticator(&server.person("alice").await).await;
    for (offset, status) in [(-60, 401), (60, 401), (-30, 303), (0, 303), (30, 303)] {
        let browser = Browser::of(&server);
        let page = browser.first_step("alice").await;
        let code = authenticator.code_at(server.state.clock.now() + TimeDelta::seconds(offset));
        assert_eq!(browser.submit(&page, &[("code", &code)]).await.status, status, "{offset}");
    }
}

/// MF-02, PR-02: the same code from many browsers at once, on two replicas.
#[sqlx::test]
async fn one_of_fifty_parallel_tries_succeeds(pool: PgPool) {
    let key = Vault::generate_master_key();
    let servers = [Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await];
    let alice = servers[0].person("alice").await;
    let authenticator = servers[0].authenticator(&alice).await;
    // Known browsers, which are counted apart: every try is evaluated.
    let mut ready = Vec::new();
    for number in 0..50 {
        let browser = Browser::of(&servers[number % 2]);
        let page = browser.first_step("alice").await;
        ready.push((browser, page));
    }
    sqlx::query("INSERT INTO known_devices (browser_hash, user_id, last_used_at) SELECT browser_hash, user_id, now() FROM pending_sign_ins")
        .execute(&pool)
        .await
        .unwrap();
    let code = authenticator.code(&servers[0]);
    let tries = ready.iter().map(async |(browser, page)| browser.submit(page, &[("code", &code)]).await.status);
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 49, "{statuses:?}");
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM browser_sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(sessions, 1);
}

/// SE-10: steps cannot be skipped, repeated or taken by another browser.
#[sqlx::test]
async fn steps_are_taken_in_order(pool: PgPool) {
    let server = Server::start(&pool).await;
    let authenticator = server.authenticator(&server.person("alice").await).await;
    let page_of = "/sign-in/second-factor";
    let browser = Browser::of(&server);
    // The second step first: there is nothing to finish.
    let csrf = browser.open("/sign-in").await.attribute("input[name=csrf]", "value").unwrap();
    let early = browser.post(page_of, &[("csrf", &csrf), ("code", &authenticator.code(&server))]).await;
    assert_eq!((early.status, early.location()), (303, "/sign-in"));
    assert_eq!(browser.get(page_of).await.location(), "/sign-in");
    let page = browser.first_step("alice").await;
    for (form, status) in
        [(&[][..], 400), (&[("csrf", csrf.as_str())], 422), (&[("csrf", &csrf), ("code", "12 34")], 422)]
    {
        assert_eq!(browser.post(page_of, form).await.status, status, "{form:?}");
    }
    let code = authenticator.code(&server);
    browser.get(&format!("{page_of}?code={code}&csrf={csrf}")).await;
    assert_eq!(browser.get("/").await.location(), "/sign-in");
    // The cookie alone, in another browser.
    let cookie = {
        let page = browser.open("/sign-in").await;
        let reply = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
        let cookies = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
        cookies.into_iter().find(|cookie| cookie.starts_with("loquet-pending=")).unwrap()
    };
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let mut thief = Browser::of(&server);
    thief.headers.insert("cookie", cookie.split(';').next().unwrap().parse().unwrap());
    assert_eq!(thief.get(page_of).await.location(), "/sign-in");
    // Finished once; there is nothing to repeat.
    let done = browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(done.location(), "/");
    assert_eq!(browser.submit(&page, &[("code", &code)]).await.location(), "/sign-in");
    assert_eq!(browser.get("/").await.status, 200);
    // Ten minutes are enough.
    let slow = Browser::of(&server);
    let page = slow.first_step("alice").await;
    server.advance(TimeDelta::minutes(11));
    assert_eq!(slow.submit(&page, &[("code", &authenticator.code(&server))]).await.location(), "/sign-in");
}

/// The journal has each failure; a mail tells of the third in a day, and of no other that day.
#[sqlx::test]
async fn failures_are_told(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let authenticator = server.authenticator(&alice).await;
    let browser = Browser::of(&server);
    let queued = async || {
        // What was handed over and what waits.
        let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM mail_outbox").fetch_one(&pool).await.unwrap();
        usize::try_from(waiting).unwrap() + server.mails.all().len()
    };
    let page = browser.first_step("alice").await;
    for number in 1..=6 {
        let reply = browser.submit(&page, &[("code", &authenticator.wrong_code(&server))]).await;
        assert_eq!(reply.status, 401);
        assert_eq!(reply.attribute("#code", "aria-invalid").as_deref(), Some("true"));
        let expected = usize::from(number >= 3);
        crate::support::patience::within(std::time::Duration::from_secs(10), "the mails", async || {
            queued().await == expected
        })
        .await;
    }
    server.mail_titled(&alice.email, "Quelqu’un connaît votre mot de passe").await;
    let kinds: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(kinds, ["second-factor-failed"; 6]);
}
