//! Recovery codes (MF-07): each good once, counted, stored so that the database does not tell them.

use futures_util::future::join_all;
use loquet::crypto::Vault;
use scraper::{Html, Selector};
use sqlx::PgPool;

use crate::support::authenticator::Authenticator;
use crate::support::people::Person;
use crate::support::{Browser, Reply, Server};

const PAGE: &str = "/account/security/recovery-codes";

fn codes_in(page: &Reply) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    html.select(&Selector::parse(".codes code").unwrap()).map(|code| code.text().collect()).collect()
}

/// Somebody with an app, and the codes they made with it.
async fn scene(server: &Server) -> (Person, Authenticator, Browser, Vec<String>) {
    let alice = server.person("alice").await;
    let browser = Browser::of(server);
    browser.sign_in("alice").await;
    let page = browser.open("/account/security/authenticator").await;
    let authenticator = Authenticator::scan(&page.body);
    let shown = browser.submit(&page, &[("code", &authenticator.code(server))]).await;
    let codes = codes_in(&shown);
    assert_eq!(codes.len(), 10, "{}", shown.body);
    (alice, authenticator, browser, codes)
}

async fn attempt(server: &Server, code: &str) -> u16 {
    let browser = Browser::of(server);
    let page = browser.first_step("alice").await;
    let page = browser.open(&page.attribute("#other-way", "href").unwrap()).await;
    browser.submit(&page, &[("recovery-code", code)]).await.status
}

#[sqlx::test]
async fn each_is_good_once_however_it_is_typed(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, _, own, codes) = scene(&server).await;
    assert_eq!(attempt(&server, &codes[0]).await, 303);
    assert_eq!(attempt(&server, &codes[0]).await, 401);
    assert_eq!(attempt(&server, &codes[1].to_lowercase().replace('-', " ")).await, 303);
    assert_eq!(attempt(&server, &codes[2].replace('-', "")).await, 303);
    assert_eq!(attempt(&server, &codes[3].replace('0', "o").replace('1', "l")).await, 303);
    assert_eq!(attempt(&server, "0000-0000-0000-0000").await, 401);
    for malformed in ["", "123456", &codes[4][..14], &format!("{}-0000", codes[4])] {
        assert_eq!(attempt(&server, malformed).await, 422, "{malformed}");
    }
    let amr: Vec<String> = sqlx::query_scalar("SELECT amr FROM browser_sessions ORDER BY created_at DESC LIMIT 1")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(amr, ["pwd", "otp", "mfa"]);
    // Told by mail and in the journal, and counted where one looks.
    let used: Vec<i64> = sqlx::query_scalar(
        "SELECT (details->>'left')::bigint FROM audit_events WHERE kind = 'recovery-code-used' ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(used, [9, 8, 7, 6]);
    crate::support::patience::within(std::time::Duration::from_secs(10), "four mails", async || {
        let mails = server.mails.all();
        let told =
            mails.iter().filter(|(_, mail)| mail.to == alice.email && mail.subject == "Un code de secours a servi");
        told.count() == 4
    })
    .await;
    assert!(own.open("/account/security").await.body.contains("Il vous en reste 6."));
    assert_eq!(own.open(PAGE).await.text("#left").as_deref(), Some("Il vous en reste 6."));
}

/// MF-07, PR-02: parallel tries of one code on two replicas.
#[sqlx::test]
async fn parallel_tries(pool: PgPool) {
    let key = Vault::generate_master_key();
    let servers = [Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await];
    let (_, _, _, codes) = scene(&servers[0]).await;
    for code in &codes {
        let mut ready = Vec::new();
        for number in 0..4 {
            let browser = Browser::of(&servers[number % 2]);
            let page = browser.first_step("alice").await;
            ready.push((browser, page));
        }
        let tries =
            ready.iter().map(async |(browser, page)| browser.submit(page, &[("recovery-code", code)]).await.status);
        let statuses = join_all(tries).await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        // What was refused meanwhile is forgotten: this is not about guessing.
        sqlx::query("DELETE FROM throttles").execute(&pool).await.unwrap();
    }
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM recovery_codes WHERE used_at IS NULL").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test]
async fn new_ones_take_the_place_of_the_old(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (_, _, browser, old) = scene(&server).await;
    let other = Browser::of(&server);
    let page = other.first_step("alice").await;
    other.submit(&page, &[("recovery-code", &old[0])]).await;
    let page = browser.open(PAGE).await;
    assert!(codes_in(&page).is_empty(), "shown once only");
    let shown = browser.submit(&page, &[]).await;
    let new = codes_in(&shown);
    assert_eq!((shown.status, new.len()), (200, 10));
    assert!(new.iter().all(|code| !old.contains(code)));
    assert_eq!(other.get("/").await.location(), "/sign-in", "the other sessions end");
    assert_eq!(attempt(&server, &old[1]).await, 401);
    assert_eq!(attempt(&server, &new[1]).await, 303);
    assert_eq!(browser.open(PAGE).await.text("#left").as_deref(), Some("Il vous en reste 9."));
}

/// KM-01, PR-17
#[sqlx::test]
async fn the_database_does_not_tell_them(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, authenticator, _, codes) = scene(&server).await;
    let dump = format!("{:?}", crate::support::contents::Contents::of(&pool).await).to_uppercase();
    for code in &codes {
        let plain = code.replace('-', "");
        let read = loquet::authn::recovery_code::RecoveryCode::read(code).unwrap();
        let bytes = hex(read.as_bytes());
        for form in [code, &plain, &bytes] {
            assert!(!dump.contains(form.as_str()), "{form}");
        }
        // Nor by trying: the hash needs the key.
        let unkeyed: String = hex(&loquet::crypto::sha256(read.as_bytes()));
        assert!(!dump.contains(&unkeyed));
    }
    let secret = hex(authenticator.secret());
    assert!(!dump.contains(&secret));
    // One person's hash in another's row opens nothing.
    let bob = server.person("bob").await;
    server.authenticator(&bob).await;
    sqlx::query("UPDATE recovery_codes SET user_id = $1 WHERE user_id = $2")
        .bind(bob.id)
        .bind(alice.id)
        .execute(&pool)
        .await
        .unwrap();
    let browser = Browser::of(&server);
    let page = browser.first_step("bob").await;
    assert_eq!(browser.submit(&page, &[("recovery-code", &codes[0])]).await.status, 401);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
}
