//! Sessions of browsers, on two replicas: nothing of them is remembered anywhere but in the database.

use std::process::Command;

use loquet::crypto::Vault;
use sqlx::{ConnectOptions as _, PgPool};

use crate::support::{Browser, RelyingParty, Server};

/// Alice in two browsers, each with the tokens of a service, and the second replica.
struct Scene {
    key: String,
    servers: [Server; 2],
    rp: RelyingParty,
    twin: RelyingParty,
    browsers: [Browser; 2],
    access: Vec<String>,
    refresh: Vec<String>,
}

async fn scene(pool: &PgPool) -> Scene {
    let key = Vault::generate_master_key();
    let servers = [Server::replica(pool, &[], &key).await, Server::replica(pool, &[], &key).await];
    servers[0].person("alice").await;
    let rp = RelyingParty::new(&servers[0]).await;
    servers[1].reload().await;
    let twin = RelyingParty::of(&servers[1], "c_conf", rp.secret.clone());
    let browsers = servers.each_ref().map(|_| Browser::of(&servers[0]));
    let (mut access, mut refresh) = (Vec::new(), Vec::new());
    for browser in &browsers {
        let held = rp.exchange(&rp.code(browser, "alice").await).await;
        access.push(held.text("access_token"));
        refresh.push(held.text("refresh_token"));
    }
    Scene { key: key.to_string(), servers, rp, twin, browsers, access, refresh }
}

impl Scene {
    /// Cookies do not tell ports apart: the browser is known to both.
    async fn is_in(&self, browser: &Browser) -> [bool; 2] {
        let mut found = [false; 2];
        for (server, found) in self.servers.iter().zip(&mut found) {
            let home = browser.get(&format!("{}/", server.url)).await;
            assert!(home.status == 200 || home.status == 303, "{}", home.status);
            *found = home.status == 200 || !home.location().ends_with("/sign-in");
        }
        found
    }
}

/// SE-06: a cookie that is there twice, or is no text of ours, is none.
#[sqlx::test]
async fn strange_cookies(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    let signed_in = browser.submit(&page, &[("username", "alice"), ("password", crate::support::PASSWORD)]).await;
    let good = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let name = good.split('=').next().unwrap();
    let many = (0..200).fold(String::new(), |all, number| format!("{all}c{number}=x; "));
    for (cookie, status) in [
        (good.clone().into_bytes(), 200),
        (format!("{many}{good}").into_bytes(), 200),
        (format!("{good}; {name}=x").into_bytes(), 303),
        (format!("{name}=x; {good}").into_bytes(), 303),
        (format!("{good}; {good}").into_bytes(), 303),
        (format!("{name}=").into_bytes(), 303),
        (format!("{name}={}", "A".repeat(8192)).into_bytes(), 303),
        (format!("{name}=%00").into_bytes(), 303),
        (format!("{good}x").into_bytes(), 303),
        (good.to_uppercase().into_bytes(), 303),
        ([format!("{name}=").as_bytes(), b"\xff\xfe"].concat(), 303),
        (format!("__Host-{good}").into_bytes(), 303),
        (b"=; ;;=x".to_vec(), 303),
    ] {
        let request = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let header = reqwest::header::HeaderValue::from_bytes(&cookie).unwrap();
        let answer = request.get(format!("{}/", server.url)).header("cookie", header).send().await.unwrap();
        assert_eq!(answer.status(), status, "{}", String::from_utf8_lossy(&cookie));
    }
}

/// SE-08, RT-08, rule 11: a new password ends everything but the session that chose it, at once, everywhere.
#[sqlx::test]
async fn a_new_password_ends_the_others(pool: PgPool) {
    let scene = scene(&pool).await;
    let [mine, other] = &scene.browsers;
    sqlx::query("UPDATE users SET password_expired = true").execute(&pool).await.unwrap();
    let page = mine.open("/").await;
    let done = mine.submit(&page, &[("password", "une phrase toute neuve")]).await;
    assert_eq!(done.status, 303);
    assert_eq!((scene.is_in(mine).await, scene.is_in(other).await), ([true, true], [false, false]));
    assert_eq!(scene.twin.userinfo(&scene.access[1]).await.status, 401);
    assert_eq!(scene.twin.refresh(&scene.refresh[1]).await.error(), (400, "invalid_grant"));
    assert_eq!(scene.twin.userinfo(&scene.access[0]).await.status, 200);
    assert_eq!(scene.rp.refresh(&scene.refresh[0]).await.status, 200, "of the acting session");
}

/// SE-09, PR-04: `loquet user disable`, beside two replicas at work; what ended does not come back with the account.
#[sqlx::test]
async fn a_disabled_account(pool: PgPool) {
    let scene = scene(&pool).await;
    let user = |what: &str| {
        let done = Command::new(env!("CARGO_BIN_EXE_loquet"))
            .args(["user", what, "alice"])
            .env_clear()
            .env("LOQUET_SERVER_ISSUER", &scene.servers[0].url)
            .env("LOQUET_SECRETS_MASTER_KEY", &scene.key)
            .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    user("disable");
    for turn in ["disabled", "enabled again"] {
        for ((browser, access), refresh) in scene.browsers.iter().zip(&scene.access).zip(&scene.refresh) {
            assert_eq!(scene.is_in(browser).await, [false, false], "{turn}");
            for service in [&scene.rp, &scene.twin] {
                assert_eq!(service.userinfo(access).await.error(), (401, "invalid_token"), "{turn}");
                assert_eq!(service.refresh(refresh).await.error(), (400, "invalid_grant"), "{turn}");
            }
        }
        user("enable");
    }
    let answer = scene.browsers[0].get(&scene.rp.authorize(&[("prompt", "none")])).await;
    assert_eq!(answer.answer("error").as_deref(), Some("login_required"));
}

/// SE-15: no replica remembers a session that is gone.
#[sqlx::test]
async fn a_session_that_was_removed(pool: PgPool) {
    let scene = scene(&pool).await;
    for browser in &scene.browsers {
        assert_eq!(scene.is_in(browser).await, [true, true]);
    }
    sqlx::query("DELETE FROM browser_sessions").execute(&pool).await.unwrap();
    for browser in &scene.browsers {
        assert_eq!(scene.is_in(browser).await, [false, false]);
    }
}
