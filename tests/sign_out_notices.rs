//! Services are told that a session has ended (OpenID Connect Back-Channel Logout 1.0).

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use loquet::crypto::Vault;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::jwt::part;
use crate::support::listener::{Heard, LOOPBACK};
use crate::support::{Browser, Listener, Mode, RelyingParty, Server};

/// A service that wants to be told there.
async fn service(server: &Server, client_id: &str, listener: &Listener) -> RelyingParty {
    let address = format!("{}/told", listener.url);
    let (_, secret) =
        server.service_with(client_id, REDIRECT, |client| client.backchannel_logout_uri = Some(address)).await;
    RelyingParty::of(server, client_id, Some(secret))
}

/// Signs alice in to a service where she is signed in here.
async fn enter(rp: &RelyingParty, browser: &Browser) -> Value {
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    rp.exchange(&code).await.id_token()
}

async fn sign_out(browser: &Browser) -> Duration {
    let home = browser.get("/").await;
    let begin = Instant::now();
    let done = browser.press(&home, "#sign-out", &[]).await;
    assert_eq!(browser.follow(done).await.status, 200);
    begin.elapsed()
}

fn logout_token(heard: &Heard) -> String {
    let form = heard.form();
    assert_eq!(form.len(), 1, "{form:?}");
    assert_eq!(form[0].0, "logout_token");
    form[0].1.clone()
}

/// Waits for a fact of the table of notices.
async fn until(pool: &PgPool, client_id: &str, fact: &str) {
    for _ in 0..400 {
        let query = format!("SELECT count(*) FROM logout_deliveries WHERE client_id = $1 AND ({fact})");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).bind(client_id).fetch_one(pool).await.unwrap();
        if found > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {fact}");
}

/// LO-05, FA-27: the person waits for nobody; the service that is well is told though others hang, break or
/// send us elsewhere; nobody else is told.
#[sqlx::test]
async fn one_bad_service_delays_nobody(pool: PgPool) {
    let key = Vault::generate_master_key();
    let server = Server::replica(&pool, &[LOOPBACK], &key).await;
    // Both deliver.
    let _other = Server::replica(&pool, &[LOOPBACK], &key).await;
    server.person("alice").await;
    let canary = Listener::start(Mode::Ok);
    let listeners = [
        ("c_well", Listener::start(Mode::Ok)),
        ("c_hang", Listener::start(Mode::Hang)),
        ("c_fail", Listener::start(Mode::Fail)),
        ("c_away", Listener::start(Mode::Redirect(canary.url.clone()))),
        ("c_not_visited", Listener::start(Mode::Ok)),
    ];
    let (browser, elsewhere) = (Browser::of(&server), Browser::of(&server));
    browser.sign_in("alice").await;
    elsewhere.sign_in("alice").await;
    let mut sids = Vec::new();
    for (client_id, listener) in &listeners {
        let rp = service(&server, client_id, listener).await;
        if *client_id != "c_not_visited" {
            sids.push(enter(&rp, &browser).await["sid"].clone());
        }
        if *client_id == "c_well" {
            assert_ne!(enter(&rp, &elsewhere).await["sid"], sids[0]);
        }
    }
    assert!(sids.windows(2).all(|pair| pair[0] == pair[1]));
    let took = sign_out(&browser).await;
    assert!(took < Duration::from_secs(2), "signed out after {took:?}");
    let begin = Instant::now();
    let heard = listeners[0].1.wait_for(1).await;
    assert!(begin.elapsed() < Duration::from_secs(4), "told after {:?}", begin.elapsed());
    assert_eq!(part(&logout_token(&heard[0]), 1)["sid"], sids[0]);
    until(&pool, "c_well", "delivered_at IS NOT NULL").await;
    until(&pool, "c_fail", "last_error = 'answered 500' AND delivered_at IS NULL").await;
    until(&pool, "c_away", "last_error = 'answered 302' AND delivered_at IS NULL").await;
    until(&pool, "c_hang", "last_error = 'did not answer in time' AND delivered_at IS NULL").await;
    assert_eq!(listeners[0].1.heard().len(), 1, "told twice");
    assert!(canary.heard().is_empty(), "a redirect was followed");
    assert!(listeners[4].1.heard().is_empty(), "told without having been visited");
    // The service that was well is told of the next session at once, whatever waits for the others.
    sign_out(&elsewhere).await;
    assert_eq!(listeners[0].1.wait_for(2).await.len(), 2);
}

/// LO-05: five tries in ten minutes at the most, each with a fresh token; a service that comes back is told.
#[sqlx::test]
async fn tries(pool: PgPool) {
    let server = Server::with(&pool, &[LOOPBACK]).await;
    server.person("alice").await;
    let (broken, mended) = (Listener::start(Mode::Fail), Listener::start(Mode::Fail));
    let (one, two) = (service(&server, "c_broken", &broken).await, service(&server, "c_mended", &mended).await);
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    enter(&one, &browser).await;
    enter(&two, &browser).await;
    sign_out(&browser).await;
    let begin = server.state.clock.now();
    let mut times = Vec::new();
    for number in 1..=5 {
        let heard = broken.wait_for(number).await;
        times.push((part(&logout_token(&heard[number - 1]), 1), server.state.clock.now()));
        if number == 2 {
            mended.wait_for(2).await;
            mended.answer(Mode::Ok);
        }
        until(&pool, "c_broken", &format!("attempts = {number} AND last_error IS NOT NULL")).await;
        // Forgotten, so that the outcome of the next try shows.
        sqlx::query("UPDATE logout_deliveries SET last_error = NULL").execute(&pool).await.unwrap();
        // Each wait is longer than the one before; the lease of a try under way is 15 s.
        server.advance(TimeDelta::seconds([16, 16, 61, 241, 3600][number - 1]));
    }
    until(&pool, "c_broken", "failed_at IS NOT NULL").await;
    let took = times[4].1 - begin;
    assert!(took < TimeDelta::minutes(10), "{took}");
    for (claims, now) in &times {
        let (iat, exp) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        assert!((now.timestamp() - 5..=now.timestamp()).contains(&iat), "a token made before");
        assert!(exp > iat && exp - iat <= 120);
    }
    let mut names: Vec<String> = times.iter().map(|(claims, _)| claims["jti"].to_string()).collect();
    names.dedup();
    assert_eq!(names.len(), 5);
    until(&pool, "c_mended", "delivered_at IS NOT NULL AND attempts = 3").await;
    server.advance(TimeDelta::days(1));
    // Something else that is delivered after that shows that the queue was looked at.
    let well = Listener::start(Mode::Ok);
    let rp = service(&server, "c_well", &well).await;
    browser.sign_in("alice").await;
    enter(&rp, &browser).await;
    sign_out(&browser).await;
    well.wait_for(1).await;
    assert_eq!((broken.heard().len(), mended.heard().len()), (5, 3), "given up, and told once");
}

/// LO-06: what the token says, verified with the published keys.
#[sqlx::test]
async fn a_logout_token(pool: PgPool) {
    let server = Server::with(&pool, &[LOOPBACK]).await;
    server.person("alice").await;
    let listener = Listener::start(Mode::Ok);
    let address = format!("{}/told?here", listener.url);
    let (client, secret) = server
        .service_with("c_conf", REDIRECT, |client| {
            client.backchannel_logout_uri = Some(address);
            client.id_token_alg = loquet::crypto::Algorithm::Es256;
            client.sector = Some("rp.test".to_owned());
        })
        .await;
    let rp = RelyingParty::of(&server, &client.client_id, Some(secret));
    let browser = Browser::of(&server);
    let id_token = rp.exchange(&rp.code(&browser, "alice").await).await.id_token();
    sign_out(&browser).await;
    let heard = listener.wait_for(1).await;
    assert_eq!((heard[0].method.as_str(), heard[0].path.as_str()), ("POST", "/told?here"));
    assert!(heard[0].headers.get("cookie").is_none() && heard[0].headers.get("authorization").is_none());
    let token = logout_token(&heard[0]);
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("ES256")));
    let jwks = rp.read(rp.http().get(format!("{}/jwks.json", server.url))).await.body;
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).unwrap();
    let mut rule = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    rule.set_audience(&["c_conf"]);
    rule.set_issuer(&[&server.url]);
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    jsonwebtoken::decode::<Value>(&token, &key, &rule).unwrap();
    assert_eq!((&claims["sub"], &claims["sid"]), (&id_token["sub"], &id_token["sid"]));
    assert_eq!(claims["aud"], "c_conf");
    assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    let mut names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], "no nonce, nothing more");
}

/// GR-04, SE-09: an account that is switched off is signed out of its services.
#[sqlx::test]
async fn services_hear_of_a_disabled_account(pool: PgPool) {
    let server = Server::with(&pool, &[LOOPBACK]).await;
    let alice = server.person("alice").await;
    let listener = Listener::start(Mode::Ok);
    let rp = service(&server, "c_conf", &listener).await;
    let (one, two) = (Browser::of(&server), Browser::of(&server));
    let mut sids = Vec::new();
    for browser in [&one, &two] {
        browser.sign_in("alice").await;
        sids.push(enter(&rp, browser).await["sid"].clone());
    }
    let now = server.state.clock.now();
    let mut transaction = pool.begin().await.unwrap();
    loquet::db::users::set_active(&mut transaction, alice.id, false, now).await.unwrap();
    loquet::db::sessions::end_all(&mut transaction, alice.id, now).await.unwrap();
    transaction.commit().await.unwrap();
    let heard = listener.wait_for(2).await;
    let told: Vec<Value> = heard.iter().map(|heard| part(&logout_token(heard), 1)["sid"].clone()).collect();
    assert!(sids.iter().all(|sid| told.contains(sid)));
    for browser in [&one, &two] {
        assert_eq!(browser.get("/").await.status, 303, "still signed in");
    }
}
