//! Guessing is slowed down, and nobody can lock somebody else out.

use chrono::TimeDelta;
use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, Reply, Server};

const PROXY: (&str, &str) = ("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1");

async fn attempt(browser: &Browser, login: &str, password: &str) -> u16 {
    let page = browser.open("/sign-in").await;
    browser.submit(&page, &[("username", login), ("password", password)]).await.status
}

fn from(server: &Server, address: &str) -> Browser {
    let mut browser = Browser::of(server);
    browser.headers.insert("x-forwarded-for", address.parse().unwrap());
    browser
}

/// PW-01: during the wait the right password is not confirmed; afterwards it works.
#[sqlx::test]
async fn ten_tries_then_a_wait(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    for number in 0..10 {
        assert_eq!(attempt(&browser, "alice", "wrong").await, 401, "{number}");
    }
    let page = browser.open("/sign-in").await;
    let wrong = browser.submit(&page, &[("username", "alice"), ("password", "wrong")]).await;
    let right = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
    assert_eq!((wrong.status, right.status), (429, 429));
    // But for a second that may have gone by between the two.
    let said =
        |reply: &Reply| reply.text("#errors").map(|text| text.replace(|letter: char| letter.is_ascii_digit(), ""));
    assert_eq!(said(&wrong), said(&right));
    assert!(right.headers.contains_key("retry-after"));
    // The same for a name that nobody has.
    let other = Browser::of(&server);
    server.advance(TimeDelta::hours(2));
    for _ in 0..10 {
        assert_eq!(attempt(&other, "nobody", "wrong").await, 401);
    }
    assert_eq!(attempt(&other, "nobody", "wrong").await, 429);
    server.advance(TimeDelta::seconds(31));
    assert_eq!(attempt(&browser, "alice", PASSWORD).await, 303);
    // A success forgets the failures.
    assert_eq!(attempt(&Browser::of(&server), "alice", "wrong").await, 401);
}

/// PW-02, PR-12: a thousand addresses, a hundred evaluations at the most, and the owner still comes in.
#[sqlx::test]
async fn many_addresses_share_one_account_limit(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    server.person("alice").await;
    let own = from(&server, "198.51.100.1");
    assert_eq!(attempt(&own, "alice", PASSWORD).await, 303);
    own.sign_out().await;
    let mut evaluated = 0;
    for number in 0..120 {
        let attacker = from(&server, &format!("203.0.{}.{}", number / 200, number % 200 + 1));
        // Under the username and under the address: one account all the same.
        let login = if number % 2 == 0 { "alice" } else { "alice@example.org" };
        let status = attempt(&attacker, login, "wrong").await;
        assert!(status == 401 || status == 429, "{status}");
        let attempts: i32 = sqlx::query_scalar("SELECT max(attempts) FROM throttles").fetch_one(&pool).await.unwrap();
        evaluated = attempts;
    }
    assert!(evaluated <= 20, "{evaluated} tries were evaluated");
    // From her usual browser, at once.
    assert_eq!(attempt(&own, "alice", PASSWORD).await, 303);
}

/// The account behind two names is never told: only the name that was tried too often is.
#[sqlx::test]
async fn a_limit_does_not_tell_that_two_names_are_one_person(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    server.person("alice").await;
    for number in 0..12 {
        attempt(&from(&server, &format!("203.0.113.{number}")), "alice", "wrong").await;
    }
    let probe = from(&server, "198.51.100.77");
    let known = attempt(&probe, "alice@example.org", PASSWORD).await;
    let unknown = attempt(&probe, "nobody@example.org", PASSWORD).await;
    assert_eq!((known, unknown), (401, 401));
}

/// PW-03: one password on many accounts from one address.
#[sqlx::test]
async fn spraying_is_stopped(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    let browser = from(&server, "203.0.113.5");
    let mut refused_from = 200;
    for number in 0..60 {
        if attempt(&browser, &format!("user{number}"), "azerty").await == 429 {
            refused_from = refused_from.min(number);
        }
    }
    assert!(refused_from < 30, "{refused_from}");
    // The neighbour is not concerned; a forged header of an untrusted peer would not help.
    assert_eq!(attempt(&from(&server, "203.0.113.6"), "user1", "azerty").await, 401);
}

/// PR-19: parallel tries on two replicas do not pass together.
#[sqlx::test]
async fn parallel_tries_on_two_replicas_count_each(pool: PgPool) {
    let key = Vault::generate_master_key();
    let (one, two) = (Server::replica(&pool, &[PROXY], &key).await, Server::replica(&pool, &[PROXY], &key).await);
    one.person("alice").await;
    let tries = (0..40).map(|number| {
        let server = if number % 2 == 0 { &one } else { &two };
        async move { attempt(&from(server, &format!("203.0.113.{number}")), "alice", "wrong").await }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let evaluated = statuses.iter().filter(|status| **status == 401).count();
    assert!(evaluated <= 10, "{evaluated}: {statuses:?}");
}

/// Rule 10: too many at once are told to come back, quickly, and are not counted.
#[sqlx::test]
async fn the_queue_is_bounded(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_PASSWORDS_THREADS", "1"), ("LOQUET_PASSWORDS_COST", "12")]).await;
    let places: Vec<_> = std::iter::from_fn(|| server.state.hasher.place().ok()).take(1000).collect();
    assert!(places.len() < 500);
    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    let reply = browser.submit(&page, &[("username", "nobody"), ("password", "wrong")]).await;
    assert_eq!(reply.status, 503);
    assert!(reply.headers.contains_key("retry-after"));
    let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM throttles").fetch_one(&pool).await.unwrap();
    assert_eq!(counted, 0);
    drop(places);
    assert_eq!(attempt(&browser, "nobody", "wrong").await, 401);
}
