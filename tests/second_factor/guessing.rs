//! A right password and many codes (MF-03, PR-19).

use chrono::TimeDelta;
use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::{Browser, Server};

/// Whatever the sessions, the replicas and the restarts: a hundred evaluations and no more; the right
/// code is not confirmed meanwhile; and the owner enters from their own browser.
#[sqlx::test]
async fn at_most_a_hundred_evaluations(pool: PgPool) {
    let key = Vault::generate_master_key();
    let mut servers = vec![Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await];
    let alice = servers[0].person("alice").await;
    let authenticator = servers[0].authenticator(&alice).await;
    let own = Browser::of(&servers[0]);
    own.two_steps("alice", &servers[0], &authenticator).await;
    own.sign_out().await;

    let (mut evaluated, mut refused) = (0, 0);
    for number in 0..125 {
        if number == 60 {
            // A restart; what it counted is where it was.
            servers.truncate(1);
            servers.push(Server::replica(&pool, &[], &key).await);
        }
        let server = &servers[number % 2];
        // A new sign-in each time: a right password resets nothing.
        let browser = Browser::of(server);
        let page = browser.first_step("alice").await;
        match browser.submit(&page, &[("code", &authenticator.wrong_code(server))]).await.status {
            401 => evaluated += 1,
            429 => {
                refused += 1;
                let right = browser.submit(&page, &[("code", &authenticator.code(server))]).await;
                assert_eq!(right.status, 429, "the right code is not confirmed during the wait");
                assert!(right.headers.contains_key("retry-after"));
            }
            other => panic!("{other}"),
        }
        // Every wait is over; a clock moved for so long would be set right by its job.
        sqlx::query("UPDATE throttles SET free_at = updated_at").execute(&pool).await.unwrap();
    }
    assert_eq!((evaluated, refused), (100, 25));
    sqlx::query("UPDATE authenticators SET last_step = last_step - 1").execute(&pool).await.unwrap();
    own.two_steps("alice", &servers[0], &authenticator).await;
    // Their success does not give the stranger another hundred.
    let browser = Browser::of(&servers[0]);
    let page = browser.first_step("alice").await;
    assert_eq!(browser.submit(&page, &[("code", &authenticator.wrong_code(&servers[0]))]).await.status, 429);
}

/// Ten, then a growing wait; codes and recovery codes share it (MF-07); the right one afterwards ends it.
#[sqlx::test]
async fn a_growing_wait(pool: PgPool) {
    let server = Server::start(&pool).await;
    let authenticator = server.authenticator(&server.person("alice").await).await;
    let browser = Browser::of(&server);
    let page = browser.first_step("alice").await;
    for number in 0..10 {
        let field = if number % 2 == 0 { ("code", "") } else { ("recovery-code", "0000-0000-0000-0000") };
        let code = authenticator.wrong_code(&server);
        let field = if field.0 == "code" { ("code", code.as_str()) } else { field };
        assert_eq!(browser.submit(&page, &[field]).await.status, 401, "{number}");
    }
    let blocked = browser.submit(&page, &[("code", &authenticator.code(&server))]).await;
    assert_eq!(blocked.status, 429);
    assert_eq!(browser.submit(&page, &[("recovery-code", "0000-0000-0000-0000")]).await.status, 429);
    server.advance(TimeDelta::seconds(31));
    assert_eq!(browser.submit(&page, &[("code", &authenticator.wrong_code(&server))]).await.status, 401);
    server.advance(TimeDelta::seconds(31));
    assert_eq!(browser.submit(&page, &[("code", &authenticator.code(&server))]).await.status, 429, "it grows");
    server.advance(TimeDelta::seconds(30));
    assert_eq!(browser.submit(&page, &[("code", &authenticator.code(&server))]).await.status, 303);
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM throttles WHERE attempts > 9").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
}
