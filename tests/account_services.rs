//! The services that one uses: what they receive in words, and how that ends.

use chrono::TimeDelta;
use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::{Browser, Listener, Mode, PASSWORD, RelyingParty, Server};

const SCOPE: (&str, &str) = ("scope", "openid email groups offline_access");

/// Two replicas, alice, and a service that is told when a session has ended.
async fn scene(pool: &PgPool, told: &Listener, ours: bool) -> ([Server; 2], RelyingParty, RelyingParty) {
    let key = Vault::generate_master_key();
    let servers = [Server::replica(pool, &[LOOPBACK], &key).await, Server::replica(pool, &[LOOPBACK], &key).await];
    servers[0].person("alice").await;
    let address = format!("{}/told", told.url);
    let change = |client: &mut loquet::db::clients::Client| {
        client.ours = ours;
        client.backchannel_logout_uri = Some(address);
    };
    let (_, secret) = servers[0].service_with("c_sa", REDIRECT, change).await;
    servers[1].reload().await;
    let rp = RelyingParty::of(&servers[0], "c_sa", Some(secret.clone()));
    let twin = RelyingParty::of(&servers[1], "c_sa", Some(secret));
    (servers, rp, twin)
}

/// What was agreed to is read in the same words, and taken back: everywhere at once, and the service is told.
#[sqlx::test]
async fn taken_back(pool: PgPool) {
    let told = Listener::start(Mode::Ok);
    let (servers, rp, twin) = scene(&pool, &told, false).await;
    let browser = Browser::of(&servers[0]);
    let page = browser.open(&rp.authorize(&[SCOPE])).await;
    let asked = browser.sign_in_on(&page, "alice", PASSWORD).await;
    let words = asked.texts("[aria-labelledby=receives] li");
    assert_eq!(words.len(), 4, "{}", asked.body);
    let empty = browser.open("/account/services").await;
    assert!(empty.text(".empty").is_some() && !empty.body.contains("c_sa"), "{}", empty.body);
    let agreed = browser.press(&asked, "#consent-allow", &[]).await;
    let back = browser.follow(agreed).await;
    let held = rp.exchange(&back.answer("code").unwrap()).await;

    let list = browser.open("/account/services").await;
    assert_eq!(list.texts(".things li ul li"), words);
    assert!(!list.body.contains("Service de La Contre-Voie"), "not the host's own");
    let confirm = browser.open("/account/services/c_sa").await;
    assert_eq!(confirm.text("h1").unwrap(), "Retirer l’accès à Service c_sa ?");
    assert_eq!(twin.userinfo(&held.text("access_token")).await.status, 200, "looking ends nothing");
    let done = browser.submit(&confirm, &[]).await;
    assert_eq!((done.status, done.location()), (303, "/account/services?ended=1"));
    assert_eq!(twin.userinfo(&held.text("access_token")).await.error(), (401, "invalid_token"));
    assert_eq!(twin.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"));
    let heard = told.wait_for(1).await;
    assert!(heard[0].body.starts_with("logout_token="));
    let list = browser.follow(done).await;
    assert!(list.text(".notice.is-done").is_some() && list.text(".empty").is_some(), "{}", list.body);
    // Signed in as before; asked again; nothing more to take back.
    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(browser.get("/account/services/c_sa").await.status, 404);
    assert_eq!(browser.submit(&confirm, &[]).await.status, 404);
    let again = browser.get(&rp.authorize(&[SCOPE, ("prompt", "none")])).await;
    assert_eq!(again.answer("error").as_deref(), Some("consent_required"));
    let activity = browser.open("/account/activity").await;
    let told = ["Accord donné à Service c_sa pour", "Accès retiré à Service c_sa"];
    assert!(told.iter().all(|line| activity.body.contains(line)), "{}", activity.body);
}

/// One of the host's own: marked as such; one can sign out of it alone, on every device.
#[sqlx::test]
async fn of_the_host(pool: PgPool) {
    let told = Listener::start(Mode::Ok);
    let (servers, rp, twin) = scene(&pool, &told, true).await;
    let (_, secret) = servers[0].service("c_other", REDIRECT).await;
    let other = RelyingParty::of(&servers[0], "c_other", Some(secret));
    let browsers = [Browser::of(&servers[0]), Browser::of(&servers[0])];
    let mut access = Vec::new();
    for browser in &browsers {
        access.push(rp.exchange(&rp.code(browser, "alice").await).await.text("access_token"));
    }
    let code = browsers[0].get(&other.authorize(&[])).await.answer("code").unwrap();
    let kept = other.exchange(&code).await.text("access_token");
    let list = browsers[0].open("/account/services").await;
    assert!(list.body.contains("Service de La Contre-Voie") && list.body.contains("Service c_other"));
    let confirm = browsers[0].open("/account/services/c_sa").await;
    assert!(confirm.text("h1").unwrap().starts_with("Se déconnecter de Service c_sa"), "{}", confirm.body);
    assert_eq!(browsers[0].submit(&confirm, &[]).await.status, 303);
    for access in &access {
        assert_eq!(twin.userinfo(access).await.status, 401);
    }
    assert_eq!(other.userinfo(&kept).await.status, 200, "the other service goes on");
    assert_eq!(told.wait_for(2).await.len(), 2, "once for each session");
    for browser in &browsers {
        assert_eq!(browser.get("/").await.status, 200, "still signed in here");
    }
    let code = browsers[1].get(&rp.authorize(&[("prompt", "none")])).await.answer("code");
    assert!(code.is_some(), "opened again without a question");
}

/// The last use is that of the last token; what has expired is not in use.
#[sqlx::test]
async fn last_use(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let held = rp.exchange(&rp.code(&browser, "alice").await).await;
    let used = |pool: PgPool| async move {
        let mut connection = pool.acquire().await.unwrap();
        let user = sqlx::query_scalar("SELECT id FROM users").fetch_one(&mut *connection).await.unwrap();
        let now = server_now(&pool).await;
        loquet::db::consents::uses(&mut connection, user, None, now).await.unwrap().pop().unwrap()
    };
    let first = used(pool.clone()).await;
    assert_eq!(Some(first.since), first.last_used_at);
    server.advance(TimeDelta::days(2));
    let before = server.state.clock.now();
    assert_eq!(rp.refresh(&held.text("refresh_token")).await.status, 200);
    let second = used(pool.clone()).await;
    assert_eq!(second.since, first.since);
    assert!(second.last_used_at.unwrap() >= before - TimeDelta::seconds(1));
}

/// Of the rows themselves: their clock is the server's.
async fn server_now(pool: &PgPool) -> chrono::DateTime<chrono::Utc> {
    sqlx::query_scalar("SELECT max(created_at) FROM oauth_sessions").fetch_one(pool).await.unwrap()
}

/// What one does not use is not there; what others agreed to stays.
#[sqlx::test]
async fn nobody_elses(pool: PgPool) {
    let told = Listener::start(Mode::Ok);
    let (servers, rp, _) = scene(&pool, &told, true).await;
    servers[0].person("bob").await;
    let (alice, bob) = (Browser::of(&servers[0]), Browser::of(&servers[0]));
    let held = rp.exchange(&rp.code(&alice, "alice").await).await.text("access_token");
    bob.sign_in("bob").await;
    let page = bob.open("/account/services").await;
    assert!(page.text(".empty").is_some());
    let home = bob.get("/").await.attribute("input[name=csrf]", "value").unwrap();
    for client_id in ["c_sa", "c_none", "%2e%2e", "%00", "%ff"] {
        let address = format!("/account/services/{client_id}");
        assert!(matches!(bob.get(&address).await.status, 400 | 404), "{client_id}");
        assert!(matches!(bob.post(&address, &[("csrf", &home)]).await.status, 400 | 404), "{client_id}");
    }
    assert_eq!(alice.post("/account/services/c_sa", &[("csrf", "x")]).await.status, 400, "a forged form");
    assert_eq!(rp.userinfo(&held).await.status, 200);
}
