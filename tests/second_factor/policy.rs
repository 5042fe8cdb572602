//! Two steps for those who must.

use sqlx::{ConnectOptions as _, PgPool};

use crate::support::authenticator::Authenticator;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// A group demands it: the way to a service leads through setting it up, and goes on from there.
#[sqlx::test]
async fn members_of_a_group(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    server.group("compta", &[&alice], &[]).await;
    sqlx::query("UPDATE groups SET second_factor_required = true").execute(&pool).await.unwrap();
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = rp.sign_in(&browser, "alice").await;
    assert!(page.url.contains("/account/security/authenticator?authorization="), "{}", page.url);
    for path in ["/account/security", "/account/profile"] {
        assert!(browser.get(path).await.location().starts_with("/account/security/authenticator"), "{path}");
    }
    let silent = browser.get(&rp.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("interaction_required"));
    let authenticator = Authenticator::scan(&page.body);
    let shown = browser.submit(&page, &[("code", &authenticator.code(&server))]).await;
    let answer = browser.open(&shown.attribute("#kept", "href").unwrap()).await;
    let tokens = rp.exchange(&answer.answer("code").unwrap()).await.id_token();
    assert_eq!(tokens["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    // It cannot be removed: only replaced.
    let page = browser.open("/account/security/authenticator/remove").await;
    assert!(page.attribute("#submit", "type").is_none(), "{}", page.body);
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    assert_eq!(browser.post("/account/security/authenticator/remove", &[("csrf", &csrf)]).await.status, 409);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM authenticators").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 1);
    // Others are not concerned.
    assert!(rp.sign_in(&Browser::of(&server), "bob").await.answer("code").is_some());
}

/// Demanded an hour into a session: first it is asked whether it is still them.
#[sqlx::test]
async fn setting_it_up_asks_for_a_recent_proof(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    for _ in 0..3 {
        server.advance(chrono::TimeDelta::minutes(20));
        browser.get("/account/security").await;
    }
    server.group("compta", &[&alice], &[]).await;
    sqlx::query("UPDATE groups SET second_factor_required = true").execute(&pool).await.unwrap();
    let page = browser.open("/account/security").await;
    assert!(page.url.contains("/sign-in?to=") && page.url.ends_with("confirm=1"), "{}", page.url);
    let page = browser.follow(browser.submit(&page, &[("password", PASSWORD)]).await).await;
    assert!(page.url.contains("/account/security/authenticator?to="), "{}", page.url);
    let authenticator = Authenticator::scan(&page.body);
    let shown = browser.submit(&page, &[("code", &authenticator.code(&server))]).await;
    assert_eq!(shown.attribute("#kept", "href").as_deref(), Some("/account/security"));
}

/// Administrators by default, and auditors, who see as much; the setting says otherwise.
#[sqlx::test]
async fn those_who_see_every_account(pool: PgPool) {
    let key = loquet::crypto::Vault::generate_master_key();
    for (setting, demanded) in [("true", true), ("false", false)] {
        let server = Server::replica(&pool, &[("LOQUET_SECOND_FACTOR_ADMINISTRATORS", setting)], &key).await;
        for group in ["admins", "auditors"] {
            let name = format!("{group}-{setting}");
            let person = server.person(&name).await;
            server.group(group, &[&person], &[]).await;
            let browser = Browser::of(&server);
            browser.sign_in(&name).await;
            let page = browser.open("/account/security").await;
            assert_eq!(page.url.contains("/account/security/authenticator"), demanded, "{}", page.url);
        }
    }
}

/// `loquet group`, `loquet client set --second-factor`, `loquet user reset-factor`, beside a server at work.
#[sqlx::test]
async fn commands(pool: PgPool) {
    let key = loquet::crypto::Vault::generate_master_key();
    let server = Server::replica(&pool, &[], &key).await;
    let alice = server.person("alice").await;
    server.group("compta", &[&alice], &[]).await;
    let rp = RelyingParty::new(&server).await;
    let loquet = |arguments: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_loquet"))
            .args(arguments)
            .env_clear()
            .env("LOQUET_SERVER_ISSUER", &server.url)
            .env("LOQUET_SECRETS_MASTER_KEY", key.as_str())
            .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
            .output()
            .unwrap();
        let said = if done.status.success() { done.stdout } else { done.stderr };
        (done.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let browser = Browser::of(&server);
    let held = rp.exchange(&rp.code(&browser, "alice").await).await;
    let (done, said) = loquet(&["group", "set", "compta", "--second-factor", "true", "--json"]);
    assert!(done && said.contains("\"second_factor\":true"), "{said}");
    assert_eq!(rp.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"), "of one step");
    assert!(browser.open("/account/security").await.url.contains("/account/security/authenticator"));
    let (done, said) = loquet(&["group", "list", "--json"]);
    assert!(done, "{said}");
    let list: serde_json::Value = serde_json::from_str(said.trim()).unwrap();
    assert_eq!(list, serde_json::json!([{ "name": "compta", "members": 1, "second_factor": true }]));
    assert!(!loquet(&["group", "set", "nobody", "--second-factor", "true"]).0);
    assert!(loquet(&["group", "set", "compta", "--second-factor", "false"]).0);
    assert!(browser.open("/account/security").await.url.ends_with("/account/security"));

    let (done, said) = loquet(&["user", "reset-factor", "alice"]);
    assert!(!done && said.contains("no second factor"), "{said}");
    let authenticator = server.authenticator(&alice).await;
    let both = Browser::of(&server);
    both.two_steps("alice", &server, &authenticator).await;
    let half = Browser::of(&server);
    half.first_step("alice").await;
    let (done, said) = loquet(&["user", "reset-factor", "alice"]);
    assert!(done, "{said}");
    assert_eq!(both.get("/").await.location(), "/sign-in");
    assert_eq!(half.get("/sign-in/second-factor").await.location(), "/sign-in");
    server.mail_titled(&alice.email, "Votre double authentification est retirée").await;
    assert_eq!(Browser::of(&server).sign_in("alice").await.status, 200);
    let kinds: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM audit_events WHERE kind LIKE 'second-factor%' ORDER BY id")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(kinds, ["second-factor-policy", "second-factor-policy", "second-factor-reset"]);

    let (done, said) = loquet(&["client", "set", "c_conf", "--second-factor"]);
    assert!(done, "{said}");
    server.reload().await;
    let page = rp.sign_in(&Browser::of(&server), "alice").await;
    assert!(page.url.contains("/account/security/authenticator?authorization="), "{}", page.url);
}
