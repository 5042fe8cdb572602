//! Nothing leads around the second step (MF-08, MF-09, SE-11).

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::contents::Contents;
use crate::support::{Browser, PASSWORD, RelyingParty, Server, routes};

/// SE-11: a half-session is nobody, everywhere.
#[sqlx::test]
async fn a_half_session_is_nobody(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.authenticator(&server.person("alice").await).await;
    let rp = RelyingParty::new(&server).await;
    let (half, nobody) = (Browser::of(&server), Browser::of(&server));
    half.first_step("alice").await;
    nobody.open("/sign-in").await;
    let before = Contents::of(&pool).await;
    let mut paths = 0;
    for path in routes::paths() {
        if path.starts_with("/sign-in/second-factor") {
            continue;
        }
        let path = ["{id}", "{token}", "{name}", "{client_id}"]
            .iter()
            .fold(path, |path, name| path.replace(name, "00000000-0000-0000-0000-000000000000"));
        let (a, b) = (half.get(&path).await, nobody.get(&path).await);
        assert_eq!((a.status, a.location()), (b.status, b.location()), "GET {path}");
        let mut answers = Vec::new();
        for browser in [&half, &nobody] {
            let csrf = browser.open("/sign-in").await.attribute("input[name=csrf]", "value").unwrap();
            let reply = browser.post(&path, &[("csrf", &csrf)]).await;
            answers.push((reply.status, reply.location().replace(&csrf, "")));
        }
        assert_eq!(answers[0], answers[1], "POST {path}");
        paths += 1;
    }
    assert!(paths > 25);
    let silent = half.get(&rp.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
    let asked = half.open(&rp.authorize(&[])).await;
    assert!(asked.url.contains("/sign-in?authorization="), "{}", asked.url);
    // The half-session is not gone for all that.
    let kept = before.difference(&Contents::of(&pool).await);
    assert!(
        kept.iter().all(|line| !line.contains("pending_sign_ins") && !line.contains("browser_sessions")),
        "{kept:#?}"
    );
    let found = half.http().get(format!("{}/userinfo", server.url)).send().await.unwrap();
    assert_eq!(found.status(), 401);
}

/// MF-09: a browser that is known, a password that must be changed, an address to prove.
#[sqlx::test]
async fn what_comes_after_the_password_comes_after_the_code(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let authenticator = server.authenticator(&alice).await;
    let browser = Browser::of(&server);
    browser.two_steps("alice", &server, &authenticator).await;
    browser.sign_out().await;
    // Known by now, and asked all the same.
    browser.first_step("alice").await;
    sqlx::query("UPDATE users SET password_expired = true, email_verified_at = NULL").execute(&pool).await.unwrap();
    let page = browser.first_step("alice").await;
    for path in ["/account/new-password", "/account/verify-email", "/"] {
        assert!(browser.open(path).await.url.contains("/sign-in"), "{path}");
    }
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    browser.post("/account/new-password", &[("csrf", &csrf), ("password", "une phrase toute neuve")]).await;
    let expired: bool = sqlx::query_scalar("SELECT password_expired FROM users").fetch_one(&pool).await.unwrap();
    assert!(expired, "the password is as it was");
    server.advance(TimeDelta::seconds(30));
    let after = browser.follow(browser.submit(&page, &[("code", &authenticator.code(&server))]).await).await;
    assert!(after.url.ends_with("/account/new-password"), "{}", after.url);
    // A link that proves the address signs nobody in.
    sqlx::query("UPDATE users SET password_expired = false").execute(&pool).await.unwrap();
    let page = browser.open("/account/verify-email").await;
    browser.submit(&page, &[]).await;
    let mail = server.mail_to(&alice.email).await;
    let link = mail.text.lines().find(|line| line.starts_with("http")).unwrap().to_owned();
    let elsewhere = Browser::of(&server);
    let page = elsewhere.open(&link).await;
    assert_eq!(elsewhere.submit(&page, &[]).await.status, 200);
    assert_eq!(elsewhere.get("/").await.location(), "/sign-in");
}

/// MF-09: asking again asks for both; what is wrong half-way leaves the session as it was.
#[sqlx::test]
async fn signing_in_again_is_both_steps(pool: PgPool) {
    let server = Server::start(&pool).await;
    let authenticator = server.authenticator(&server.person("alice").await).await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    browser.two_steps("alice", &server, &authenticator).await;
    let first = rp.exchange(&browser.open(&rp.authorize(&[])).await.answer("code").unwrap()).await.id_token();
    server.advance(TimeDelta::minutes(1));
    let page = browser.open(&rp.authorize(&[("prompt", "login")])).await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert!(page.url.contains("/sign-in/second-factor"), "{}", page.url);
    let id = page.url.split("authorization=").nth(1).unwrap().to_owned();
    let back = browser.follow(browser.get(&format!("/authorize/{id}")).await).await;
    assert!(back.url.contains("/sign-in?authorization"), "no code for half of it: {}", back.url);
    let kept = rp.exchange(&browser.get(&rp.authorize(&[("prompt", "none")])).await.answer("code").unwrap()).await;
    assert_eq!(kept.id_token()["auth_time"], first["auth_time"]);
    let answer = browser.follow(browser.submit(&page, &[("code", &authenticator.code(&server))]).await).await;
    let again = rp.exchange(&answer.answer("code").unwrap()).await.id_token();
    assert_eq!(again["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    assert!(again["auth_time"].as_i64() > first["auth_time"].as_i64());
    assert_eq!(again["sid"], first["sid"]);
}

/// MF-08: a forgotten password is chosen again by mail, and the code is still asked for.
#[sqlx::test]
async fn a_reset_by_mail_is_not_a_way_around(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let authenticator = server.authenticator(&alice).await;
    let browser = Browser::of(&server);
    let page = browser.open("/recover").await;
    browser.submit(&page, &[("email", &alice.email)]).await;
    let page = browser.open(&server.link(&alice.email, "Choisissez un nouveau mot de passe", 1).await).await;
    let page = browser.follow(browser.submit(&page, &[("password", "une phrase toute neuve")]).await).await;
    assert!(page.url.contains("/sign-in/second-factor"), "{} {}", page.url, page.body);
    for path in ["/", "/account/security"] {
        assert!(browser.get(path).await.location().starts_with("/sign-in"), "{path}");
    }
    assert_eq!(browser.submit(&page, &[("code", &authenticator.wrong_code(&server))]).await.status, 401);
    let home = browser.follow(browser.submit(&page, &[("code", &authenticator.code(&server))]).await).await;
    assert!(home.body.contains("Alice Martin"), "{}", home.body);
}
