//! Adding an app, replacing it, removing it.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::authenticator::{Authenticator, qr_code};
use crate::support::{Browser, RelyingParty, Server};

const PAGE: &str = "/account/security/authenticator";
const REMOVAL: &str = "/account/security/authenticator/remove";

async fn apps(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM authenticators").fetch_one(pool).await.unwrap()
}

#[sqlx::test]
async fn a_person_adds_an_app_and_signs_in_with_it(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let security = browser.open("/account/security").await;
    assert!(security.body.contains(&format!("href=\"{PAGE}\"")), "{}", security.body);
    let page = browser.open(PAGE).await;
    assert_eq!(page.status, 200);
    let address = qr_code(&page.body);
    assert!(address.starts_with("otpauth://totp/La%20Contre-Voie:alice?"), "{address}");
    let authenticator = Authenticator::scan(&page.body);
    assert_eq!(Authenticator::typed(&page.text("#secret").unwrap()).secret(), authenticator.secret());
    let shown = browser.submit(&page, &[("code", &authenticator.code(&server))]).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let codes = shown.body.matches("<li><code>").count();
    assert_eq!(codes, 10);
    server.mail_titled(&alice.email, "Application d’authentification ajoutée").await;
    // The acting session goes on, and is worth two steps now.
    let amr: Vec<String> = sqlx::query_scalar("SELECT amr FROM browser_sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(amr, ["pwd", "otp", "mfa"]);
    let next = browser.open(&shown.attribute("#kept", "href").unwrap()).await;
    assert!(next.url.ends_with("/account/security"), "{}", next.url);
    assert!(next.body.contains(REMOVAL), "{}", next.body);

    // From now on the password is half of it.
    browser.sign_out().await;
    let page = browser.first_step("alice").await;
    server.advance(TimeDelta::seconds(30));
    let code = authenticator.code(&server);
    let grouped = format!(" {} {} ", &code[..3], &code[3..]);
    let home = browser.follow(browser.submit(&page, &[("code", &grouped)]).await).await;
    assert!(home.status == 200 && home.body.contains("Alice Martin"), "{}", home.body);
    let kinds: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(kinds, ["signed-in", "authenticator-added", "signed-out", "signed-in"]);
}

/// MF-06: looking makes nothing, the secret is the server's, and what was there stays until the new one
/// is confirmed.
#[sqlx::test]
async fn only_a_code_of_the_secret_shown_confirms(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let (first, second) = (browser.open(PAGE).await, browser.open(PAGE).await);
    let (older, newer) = (Authenticator::scan(&first.body), Authenticator::scan(&second.body));
    assert_ne!(older.secret(), newer.secret());
    let own = Authenticator::typed("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let seed = first.attribute("input[name=seed]", "value").unwrap();
    for (fields, status) in [
        (vec![("code", newer.wrong_code(&server))], 422),
        (vec![("code", String::new())], 422),
        (vec![("code", older.code(&server))], 422),
        (vec![("code", own.code(&server)), ("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned())], 422),
        (vec![("code", newer.code(&server)), ("seed", String::new())], 400),
        (vec![("code", newer.code(&server)), ("seed", "AAAA".to_owned())], 400),
        (vec![("code", newer.code(&server)), ("seed", seed.clone())], 422),
        (vec![("code", newer.code(&server)), ("csrf", String::new())], 400),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(browser.submit(&second, &fields).await.status, status, "{fields:?}");
        assert_eq!(apps(&pool).await, 0, "{fields:?}");
    }
    // The same form in another session is for another secret.
    let other = Browser::of(&server);
    other.sign_in("alice").await;
    let there = other.open(PAGE).await;
    assert_eq!(other.submit(&there, &[("seed", &seed), ("code", &older.code(&server))]).await.status, 422);
    // After a wrong code the page shows the same key again: nobody scans twice.
    let again = browser.submit(&second, &[("code", &newer.wrong_code(&server))]).await;
    assert_eq!(Authenticator::scan(&again.body).secret(), newer.secret());
    assert_eq!(again.attribute("#code", "aria-invalid").as_deref(), Some("true"));
    let used = newer.code(&server);
    assert_eq!(browser.submit(&again, &[("code", &used)]).await.status, 200);
    assert_eq!(apps(&pool).await, 1);
    // Its confirmation used its code up.
    let late = Browser::of(&server);
    let page = late.first_step("alice").await;
    assert_eq!(late.submit(&page, &[("code", &used)]).await.status, 401);

    // Another one in its place: the present one is good until then.
    let third = browser.open(PAGE).await;
    let replacement = Authenticator::scan(&third.body);
    browser.submit(&third, &[("code", &replacement.wrong_code(&server))]).await;
    server.advance(TimeDelta::seconds(30));
    Browser::of(&server).two_steps("alice", &server, &newer).await;
    let done = browser.submit(&third, &[("code", &replacement.code(&server))]).await;
    assert_eq!((done.status, done.location()), (303, "/account/security"), "the recovery codes stay");
    server.advance(TimeDelta::seconds(30));
    let page = late.first_step("alice").await;
    assert_eq!(late.submit(&page, &[("code", &newer.code(&server))]).await.status, 401);
    assert_eq!(late.submit(&page, &[("code", &replacement.code(&server))]).await.status, 303);
}

/// RT-08, security rule 11.
#[sqlx::test]
async fn a_new_factor_ends_what_was_begun_without_it(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let [mine, other] = [Browser::of(&server), Browser::of(&server)];
    let mut held = Vec::new();
    for browser in [&mine, &other] {
        held.push(rp.exchange(&rp.code(browser, "alice").await).await);
    }
    let page = mine.open(PAGE).await;
    let authenticator = Authenticator::scan(&page.body);
    assert_eq!(mine.submit(&page, &[("code", &authenticator.code(&server))]).await.status, 200);
    assert_eq!(other.get("/").await.location(), "/sign-in");
    assert_eq!(rp.userinfo(&held[1].text("access_token")).await.status, 401);
    assert_eq!(rp.refresh(&held[1].text("refresh_token")).await.error(), (400, "invalid_grant"));
    assert_eq!(rp.userinfo(&held[0].text("access_token")).await.status, 200);
    assert_eq!(mine.get("/").await.status, 200);
}

/// MF-05: a session without the second factor cannot touch it, however young.
#[sqlx::test]
async fn what_is_sensitive_asks_for_both(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let forms = [browser.open(PAGE).await, browser.open("/account/security").await];
    let authenticator = server.authenticator(&alice).await;
    let before = crate::support::contents::Contents::of(&pool).await;
    let csrf = forms[0].attribute("input[name=csrf]", "value").unwrap();
    for path in [PAGE, REMOVAL, "/account/security/recovery-codes"] {
        let reply = browser.get(path).await;
        assert!(reply.location().starts_with("/sign-in?to=") && reply.location().ends_with("&confirm=1"), "{path}");
        let reply = browser.post(path, &[("csrf", &csrf), ("code", "123456")]).await;
        assert_eq!(reply.status, 403, "{path}");
    }
    let stolen = Authenticator::scan(&forms[0].body);
    assert_eq!(browser.submit(&forms[0], &[("code", &stolen.code(&server))]).await.status, 403);
    assert!(before.difference(&crate::support::contents::Contents::of(&pool).await).is_empty());
    // Confirming is both steps; then back to the page that was asked for.
    let page = browser.open(REMOVAL).await;
    assert!(page.text("h1").is_some() && page.attribute("#password", "name").is_some(), "{}", page.body);
    let second = browser.follow(browser.submit(&page, &[("password", crate::support::PASSWORD)]).await).await;
    assert!(second.url.contains("/sign-in/second-factor?to="), "{}", second.url);
    assert_eq!(browser.get(REMOVAL).await.status, 303, "not yet");
    let removal = browser.follow(browser.submit(&second, &[("code", &authenticator.code(&server))]).await).await;
    assert!(removal.url.ends_with(REMOVAL), "{}", removal.url);
    // Ten minutes later it is not recent any more.
    server.advance(TimeDelta::minutes(11));
    assert_eq!(browser.submit(&removal, &[]).await.status, 403);
    assert_eq!(apps(&pool).await, 1);
}

#[sqlx::test]
async fn an_app_is_removed(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let authenticator = server.authenticator(&alice).await;
    let [browser, other] = [Browser::of(&server), Browser::of(&server)];
    other.two_steps("alice", &server, &authenticator).await;
    server.advance(TimeDelta::seconds(30));
    browser.two_steps("alice", &server, &authenticator).await;
    let page = browser.open(REMOVAL).await;
    let done = browser.submit(&page, &[]).await;
    assert_eq!((done.status, done.location()), (303, "/account/security"));
    assert_eq!(apps(&pool).await, 0);
    let codes: i64 = sqlx::query_scalar("SELECT count(*) FROM recovery_codes").fetch_one(&pool).await.unwrap();
    assert_eq!(codes, 0);
    assert_eq!(other.get("/").await.location(), "/sign-in");
    assert_eq!(browser.open("/account/security").await.status, 200);
    let told = |mails: Vec<loquet::mail::Message>| {
        mails.iter().any(|mail| mail.subject == "Application d’authentification retirée")
    };
    crate::support::patience::within(std::time::Duration::from_secs(10), "the mail", async || {
        told(server.mails.all().into_iter().map(|(_, mail)| mail).collect())
    })
    .await;
    // The password is all again.
    assert_eq!(Browser::of(&server).sign_in("alice").await.status, 200);
    assert_eq!(browser.open(REMOVAL).await.url.rsplit('/').next(), Some("security"), "there is nothing to remove");
}

/// MF-10, KM-01: sealed, for one person.
#[sqlx::test]
async fn secrets_are_sealed_for_their_person(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let of_alice = server.authenticator(&alice).await;
    server.authenticator(&bob).await;
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("SELECT secret FROM authenticators").fetch_all(&pool).await.unwrap();
    for secret in &stored {
        assert!(!secret.windows(of_alice.secret().len()).any(|part| part == of_alice.secret()));
    }
    // Whoever can write the database, but has not the key, gives bob the app of alice.
    sqlx::query(
        "UPDATE authenticators b SET secret = a.secret FROM authenticators a WHERE a.user_id = $1 AND b.user_id = $2",
    )
    .bind(alice.id)
    .bind(bob.id)
    .execute(&pool)
    .await
    .unwrap();
    let browser = Browser::of(&server);
    let page = browser.first_step("bob").await;
    let reply = browser.submit(&page, &[("code", &of_alice.code(&server))]).await;
    assert_eq!(reply.status, 500);
    assert_eq!(browser.get("/").await.location(), "/sign-in");
}
