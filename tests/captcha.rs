//! The captcha (CP-01 to CP-06), on the page that asks for one after failures.

mod forgery;
mod widget;

use chrono::TimeDelta;
use futures_util::future::join_all;
use loquet::authn::proof_of_work::Form;
use loquet::crypto::Vault;
use loquet::{authn::signed_form, db};
use sqlx::PgPool;

use crate::support::captcha::{challenge, solve};
use crate::support::{Browser, PASSWORD, Reply, Server};

const PROXY: (&str, &str) = ("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1");

fn from(server: &Server, address: &str) -> Browser {
    let mut browser = Browser::of(server);
    browser.headers.insert("x-forwarded-for", address.parse().unwrap());
    browser
}

async fn attempt(browser: &Browser, login: &str, password: &str, more: &[(&str, &str)]) -> Reply {
    let page = browser.open("/sign-in").await;
    let fields = [&[("username", login), ("password", password)], more].concat();
    browser.submit(&page, &fields).await
}

/// So many tries that signing in under that name begins with a captcha, and the waits are over.
async fn after_failures(server: &Server, login: &str) {
    for number in 0..15 {
        let reply = attempt(&from(server, &format!("203.0.113.{number}")), login, "wrong", &[]).await;
        assert_eq!(reply.status, 401, "{number}");
        nobody_waits(server).await;
    }
}

/// As if the waits had passed.
async fn nobody_waits(server: &Server) {
    sqlx::query("UPDATE throttles SET free_at = updated_at")
        .execute(&mut *server.state.pool.acquire().await.unwrap())
        .await
        .unwrap();
}

fn asks(page: &Reply) -> bool {
    page.attribute(".captcha", "data-challenge").is_some()
}

/// Not before there was reason to; then for that name, whoever has it or not; and with the right
/// password, once it is solved.
#[sqlx::test]
async fn signing_in_asks_for_one_after_failures_only(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    server.person("alice").await;
    assert!(!asks(&Browser::of(&server).open("/sign-in").await));
    let mut pages = Vec::new();
    for login in ["alice", "nobody"] {
        after_failures(&server, login).await;
        let browser = from(&server, "198.51.100.1");
        assert!(!asks(&browser.open("/sign-in").await), "nobody is named yet");
        let page = attempt(&browser, login, PASSWORD, &[]).await;
        assert_eq!((page.status, asks(&page)), (400, true), "{login}");
        assert_eq!(page.headers["cache-control"], "no-store");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let mut values = page.form("#submit").1;
        values.retain(|name, _| !["csrf", "captcha_stamp", "username"].contains(&name.as_str()));
        pages.push((page.text("main").unwrap(), values));
        let solution = solve(&page);
        let solved = browser.submit(&page, &[("username", login), ("password", PASSWORD), ("altcha", &solution)]).await;
        assert_eq!(solved.status, if login == "alice" { 303 } else { 401 }, "{login}");
    }
    assert_eq!(pages[0], pages[1]);
    // A success forgets the failures.
    assert_eq!(attempt(&from(&server, "198.51.100.2"), "alice", "wrong", &[]).await.status, 401);
    // A neighbour of nobody's failures is not concerned.
    assert_eq!(attempt(&from(&server, "198.51.100.3"), "bob", "wrong", &[]).await.status, 401);
}

/// PR-12: strangers cannot put a captcha before the owner in the browser she always uses.
#[sqlx::test]
async fn a_browser_that_signed_in_before_is_not_asked(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    server.person("alice").await;
    server.person("bob").await;
    let own = from(&server, "198.51.100.1");
    assert_eq!(attempt(&own, "alice", PASSWORD, &[]).await.status, 303);
    own.sign_out().await;
    after_failures(&server, "alice").await;
    after_failures(&server, "bob").await;
    assert_eq!(attempt(&own, "alice", "wrong", &[]).await.status, 401);
    let page = attempt(&own, "bob", PASSWORD, &[]).await;
    assert_eq!((page.status, asks(&page)), (400, true), "it is known for alice only");
    assert_eq!(attempt(&own, "alice", PASSWORD, &[]).await.status, 303);
}

/// Failures on many names from one address range.
#[sqlx::test]
async fn an_address_range_is_asked_too(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    server.person("alice").await;
    let own = from(&server, "203.0.113.5");
    assert_eq!(attempt(&own, "alice", PASSWORD, &[]).await.status, 303);
    own.sign_out().await;
    let browser = from(&server, "203.0.113.5");
    for number in 0..30 {
        assert_eq!(attempt(&browser, &format!("user{number}"), "azerty", &[]).await.status, 401, "{number}");
        nobody_waits(&server).await;
    }
    assert!(asks(&browser.open("/sign-in").await));
    assert_eq!(attempt(&browser, "zoe", "azerty", &[]).await.status, 400);
    assert!(!asks(&from(&server, "203.0.113.6").open("/sign-in").await));
    // The same range, but a browser that somebody signed in with.
    assert!(!asks(&own.open("/sign-in").await));
    server.advance(TimeDelta::hours(2));
    assert!(!asks(&browser.open("/sign-in").await), "it is forgotten after an hour");
}

/// CP-01: one solution, fifty times at once on two replicas: one is accepted.
#[sqlx::test]
async fn a_solution_is_good_once(pool: PgPool) {
    let key = Vault::generate_master_key();
    let (one, two) = (Server::replica(&pool, &[PROXY], &key).await, Server::replica(&pool, &[PROXY], &key).await);
    after_failures(&one, "nobody").await;
    let page = attempt(&from(&one, "198.51.100.1"), "nobody", "wrong", &[]).await;
    let solution = solve(&page);
    let solution = solution.as_str();
    let submissions = (0..50).map(|number| {
        let server = if number % 2 == 0 { &one } else { &two };
        async move {
            let browser = from(server, &format!("198.51.100.{number}"));
            attempt(&browser, "nobody", "wrong", &[("altcha", solution)]).await.status
        }
    });
    let statuses = join_all(submissions).await;
    let accepted = statuses.iter().filter(|status| **status == 401).count();
    let refused = statuses.iter().filter(|status| **status == 400).count();
    assert_eq!((accepted, refused), (1, 49), "{statuses:?}");
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM spent_captchas").fetch_one(&pool).await.unwrap();
    assert_eq!(rows, 1, "no row until it is solved, one for what was");
    // Kept until it is worthless, and no longer.
    for (hours, left) in [(2, 1), (4, 0)] {
        let then = one.state.clock.now() + TimeDelta::hours(hours);
        db::jobs::purge(&mut pool.acquire().await.unwrap(), TimeDelta::hours(1), then).await.unwrap();
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM spent_captchas").fetch_one(&pool).await.unwrap();
        assert_eq!(rows, left, "{hours} h");
    }
}

/// What was used up by something that failed in the end is not.
#[sqlx::test]
async fn a_captcha_is_spent_with_what_it_is_for(pool: PgPool) {
    let server = Server::start(&pool).await;
    let now = server.state.clock.now();
    for kept in [false, true, false] {
        let mut transaction = server.state.pool.begin().await.unwrap();
        let first = db::captchas::spend(&mut transaction, b"key", b"range", now).await.unwrap();
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM spent_captchas").fetch_one(&pool).await.unwrap();
        assert_eq!(first, rows == 0);
        if kept {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
    }
}

/// The difficulty follows the load of a range, and a little that of everybody; what was gathered while
/// it was easy is worth nothing in a rush.
#[sqlx::test]
async fn a_rush_makes_it_harder(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    after_failures(&server, "nobody").await;
    let level = |page: &Reply| challenge(page).parameters.data.unwrap()["level"].as_i64().unwrap();
    let (one, neighbour) = (from(&server, "198.51.100.1"), from(&server, "198.51.100.2"));
    let show = async |browser: &Browser| attempt(browser, "nobody", "wrong", &[]).await;
    let send = async |solution: &str| attempt(&one, "nobody", "wrong", &[("altcha", solution)]).await;
    let early = solve(&show(&one).await);
    for number in 0..20 {
        let page = show(&one).await;
        assert_eq!(level(&page), number / 10, "{number}");
        // Evaluated, or told to wait: spent in any case.
        assert!(matches!(send(&solve(&page)).await.status, 401 | 429), "{number}");
    }
    assert_eq!((level(&show(&one).await), level(&show(&neighbour).await)), (2, 0));
    let refused = send(&early).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text("#errors").unwrap().contains("plus valable"), "{:?}", refused.text("#errors"));
    let mut connection = pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    for number in 0..80_u8 {
        assert!(db::captchas::spend(&mut connection, &[number], b"elsewhere", now).await.unwrap());
    }
    assert_eq!(level(&show(&neighbour).await), 1);
    server.advance(TimeDelta::hours(1));
    assert_eq!(level(&show(&one).await), 0, "an hour later it is over");
}

/// Without script, or when it fails: slowly, honestly, and rarely.
#[sqlx::test]
async fn there_is_another_way(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    server.person("alice").await;
    after_failures(&server, "alice").await;
    let browser = from(&server, "198.51.100.1");
    let send = async |page: &Reply, more: &[(&str, &str)]| {
        let fields = [&[("username", "alice"), ("password", "wrong")], more].concat();
        browser.press(page, "#captcha-other-way", &fields).await
    };
    let page = attempt(&browser, "alice", "wrong", &[]).await;
    let quick = send(&page, &[]).await;
    assert_eq!(quick.status, 400);
    assert!(quick.text("#errors").unwrap().contains("très rapide"), "{:?}", quick.text("#errors"));
    server.advance(signed_form::MINIMUM_AGE);
    let trapped = send(&page, &[("captcha_subject", "buy")]).await;
    assert!(trapped.text("#errors").unwrap().contains("champ caché"), "{:?}", trapped.text("#errors"));
    for stamp in ["", "AAAA", &page.attribute("input[name=csrf]", "value").unwrap()] {
        assert_eq!(send(&page, &[("captcha_stamp", stamp)]).await.status, 400, "{stamp}");
    }
    let other = signed_form::stamp(&server.state.vault, Form::SignUp, server.state.clock.now() - TimeDelta::minutes(1));
    assert_eq!(send(&page, &[("captcha_stamp", &other)]).await.status, 400, "of another form");
    assert_eq!(send(&page, &[]).await.status, 401);
    assert_eq!(send(&page, &[]).await.status, 400, "good once");
    let late = attempt(&browser, "alice", "wrong", &[]).await;
    server.advance(signed_form::LIFE);
    assert_eq!(send(&late, &[]).await.status, 400, "open for too long");
    // Three times from one address range, of which two are used: one for what was sent twice.
    for refused in [false, true] {
        let page = attempt(&browser, "alice", "wrong", &[]).await;
        server.advance(signed_form::MINIMUM_AGE);
        let reply = send(&page, &[]).await;
        assert_eq!(reply.text("#errors").unwrap().contains("de votre réseau"), refused, "{:?}", reply.text("#errors"));
        assert!(!refused || reply.status == 429 && reply.headers.contains_key("retry-after"), "{}", reply.status);
    }
    // The check itself still works.
    nobody_waits(&server).await;
    let page = attempt(&browser, "alice", PASSWORD, &[]).await;
    server.advance(TimeDelta::minutes(10));
    assert_eq!(attempt(&browser, "alice", PASSWORD, &[("altcha", &solve(&page))]).await.status, 400, "too old");
    let page = attempt(&browser, "alice", PASSWORD, &[]).await;
    assert_eq!(attempt(&browser, "alice", PASSWORD, &[("altcha", &solve(&page))]).await.status, 303);
}
