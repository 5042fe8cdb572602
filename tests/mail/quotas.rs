//! ML-06: nobody can have us bomb an address, and nobody can spend what others need.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use loquet::mail::quota::{self, Budget};
use sqlx::PgPool;

use super::Office;
use crate::support::{Browser, PASSWORD, Server};

const VICTIM: &str = "victim@example.org";

async fn ask(office: &Office, address: &str, budget: Budget) -> bool {
    let mut connection = office.pool.acquire().await.unwrap();
    quota::take(&mut connection, &office.vault, &office.clock, 5, address, budget).await.unwrap()
}

/// Every few minutes for four days, by every form, from everywhere: at most ten in any day.
#[sqlx::test]
async fn ten_mails_a_day(pool: PgPool) {
    let office = Office::new(&pool, 1, &[]);
    let mut sent: Vec<DateTime<Utc>> = Vec::new();
    for turn in 0..1152 {
        let address = if turn % 2 == 0 { VICTIM } else { "Victim@Example.ORG" };
        for budget in [Budget::Owner, Budget::Anybody] {
            if ask(&office, address, budget).await {
                sent.push(office.clock.now());
            }
        }
        office.advance(TimeDelta::minutes(5));
    }
    assert!(sent.len() > 10, "an address is not shut out for good");
    for first in &sent {
        let day = sent.iter().filter(|at| *at >= first && **at - first < TimeDelta::hours(24)).count();
        assert!(day <= 10, "{day} in a day: {sent:?}");
    }
    // One who comes after a silence finds the same limits.
    office.advance(TimeDelta::hours(48));
    let mut burst = 0;
    for _ in 0..100 {
        burst += i32::from(ask(&office, VICTIM, Budget::Owner).await)
            + i32::from(ask(&office, VICTIM, Budget::Anybody).await);
    }
    assert_eq!(burst, 6);
}

/// What registrations spend does not keep an owner from a new password, nor the other way round.
#[sqlx::test]
async fn budgets_are_apart(pool: PgPool) {
    let office = Office::new(&pool, 1, &[]);
    for (spent, left) in [(Budget::Anybody, Budget::Owner), (Budget::Owner, Budget::Anybody)] {
        let address = format!("{spent:?}@example.org");
        while ask(&office, &address, spent).await {}
        assert!(ask(&office, &address, left).await, "{left:?}");
    }
}

/// So many strangers of one domain a day (five here), and never at the cost of the owners of accounts.
#[sqlx::test]
async fn a_domain_has_its_own_limit(pool: PgPool) {
    let office = Office::new(&pool, 1, &[]);
    for number in 0..5 {
        assert!(ask(&office, &format!("stranger{number}@example.org"), Budget::Anybody).await, "{number}");
    }
    assert!(!ask(&office, "stranger6@EXAMPLE.org", Budget::Anybody).await);
    assert!(ask(&office, "stranger6@example.net", Budget::Anybody).await);
    assert!(ask(&office, "owner@example.org", Budget::Owner).await);
    office.advance(TimeDelta::days(1));
    assert!(ask(&office, "stranger7@example.org", Budget::Anybody).await);
}

/// Fifty at once: the counters are rows, whoever asks.
#[sqlx::test]
async fn at_once(pool: PgPool) {
    let office = Office::new(&pool, 1, &[]);
    let granted = |tries: Vec<bool>| tries.into_iter().filter(|granted| *granted).count();
    let one = join_all((0..50).map(|_| ask(&office, VICTIM, Budget::Owner))).await;
    assert_eq!(granted(one), 3);
    let addresses: Vec<String> = (0..50).map(|number| format!("{number}@example.com")).collect();
    let many = join_all(addresses.iter().map(|address| ask(&office, address, Budget::Anybody))).await;
    assert_eq!(granted(many), 5);
}

/// A day of asking, every hour and from another network each time, by the page that asks.
#[sqlx::test]
async fn a_page_asked_all_day(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let person = server.person_with("neuve", false, None).await;
    let mut refused = 0;
    for hour in 0..24 {
        let mut browser = Browser::of(&server);
        browser.headers.insert("x-forwarded-for", format!("203.0.{hour}.7").parse().unwrap());
        browser.sign_in("neuve").await;
        let page = browser.open("/account/verify-email").await;
        refused += usize::from(browser.submit(&page, &[]).await.status == 429);
        server.advance(TimeDelta::hours(1));
    }
    assert!(refused >= 18, "{refused}");
    server.mail_to(&person.email).await;
    let all = server.mails.all();
    assert!(all.iter().filter(|(_, mail)| mail.to == person.email).count() <= 24 - refused);
}

/// FORGOT and CHANGE, every hour and from another network each time, against somebody with an account
/// and somebody without; a notice gets through all the same.
#[sqlx::test]
async fn two_pages_asked_all_day(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let victim = server.person("victim").await;
    server.person("eve").await;
    let stranger = "stranger@example.org";
    for hour in 0..24 {
        let mut eve = Browser::of(&server);
        eve.headers.insert("x-forwarded-for", format!("203.0.{hour}.7").parse().unwrap());
        for address in [victim.email.as_str(), stranger] {
            let page = eve.open("/recover").await;
            assert_eq!(eve.submit(&page, &[("email", address)]).await.status, 200);
        }
        eve.sign_in("eve").await;
        for address in [victim.email.as_str(), stranger] {
            let page = eve.open("/account/security/email").await;
            let status = eve.submit(&page, &[("email", address)]).await.status;
            assert!(matches!(status, 200 | 429), "{status}");
        }
        server.advance(TimeDelta::hours(1));
    }
    let to_victim = server.subjects(&pool, &victim.email).await;
    assert_eq!((to_victim.len(), server.subjects(&pool, stranger).await.len()), (10, 4), "{to_victim:?}");
    let owner = Browser::of(&server);
    owner.sign_in("victim").await;
    let page = owner.open("/account/security/password").await;
    let done = owner.submit(&page, &[("current", PASSWORD), ("password", "une phrase toute neuve")]).await;
    assert_eq!(done.status, 303);
    server.letter(&victim.email, "Votre mot de passe a changé", 1).await;
}

/// A form that sends one of these to an address it was given counts it first.
#[test]
fn every_form_counts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/account");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let asked = ["SignUp", "AlreadyRegistered", "VerifyEmail", "ResetPassword", "EmailChangeConfirm"];
        if asked.iter().any(|kind| text.contains(&format!("Kind::{kind} {{"))) {
            found += 1;
            assert!(text.contains("asked_mail::ask"), "{} does not ask", path.display());
        }
    }
    assert!(found > 0);
}
