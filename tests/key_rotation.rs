//! Signing keys change, and nobody notices (KM-05, FA-13).

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use loquet::crypto::Vault;
use loquet::key_rotation;
use serde_json::Value;
use sqlx::{ConnectOptions as _, PgPool};

use crate::support::client::REDIRECT;
use crate::support::jwt::part;
use crate::support::{Browser, RelyingParty, Server};

const DAY: u64 = 86_400;

/// Verifies tokens with a key set that it keeps for a while, unknown `kid` or not.
struct Verifier {
    keeps: TimeDelta,
    fetched_at: Option<DateTime<Utc>>,
    keys: Value,
}

impl Verifier {
    fn new(keeps: TimeDelta) -> Self {
        Self { keeps, fetched_at: None, keys: Value::Null }
    }

    async fn verify(&mut self, token: &str, rp: &RelyingParty, server: &Server) -> bool {
        let now = server.state.clock.now();
        if self.fetched_at.is_none_or(|moment| moment + self.keeps <= now) {
            self.keys = rp.read(rp.http().get(format!("{}/jwks.json", server.url))).await.body;
            self.fetched_at = Some(now);
        }
        let kid = part(token, 0)["kid"].clone();
        let Some(key) = self.keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid) else {
            return false;
        };
        let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).unwrap();
        let mut rule = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        // Its life is by the servers' clock, which runs ahead.
        rule.validate_exp = false;
        rule.validate_aud = false;
        jsonwebtoken::decode::<Value>(token, &jsonwebtoken::DecodingKey::from_jwk(&key).unwrap(), &rule).is_ok()
    }
}

/// Two replicas, and a service on each whose JWTs live for a day: as long as any may.
async fn scene(pool: &PgPool, key: &str) -> (Vec<Server>, Vec<RelyingParty>) {
    let servers = vec![Server::replica(pool, &[], key).await, Server::replica(pool, &[], key).await];
    let (_, secret) = servers[0]
        .service_with("c_api", REDIRECT, |client| {
            client.client_credentials = true;
            client.jwt_access_tokens = true;
            client.access_token_seconds = Some(u32::try_from(DAY).unwrap());
        })
        .await;
    servers[1].reload().await;
    let services = servers.iter().map(|server| RelyingParty::of(server, "c_api", Some(secret.clone()))).collect();
    (servers, services)
}

/// Lets the time pass, with a token an hour that is verified for as long as it lives by services that keep the
/// key set for nothing, five minutes and a day. Which keys signed, and from when on.
async fn live(
    servers: &[Server],
    services: &[RelyingParty],
    hours: i64,
    rotation: Option<Duration>,
) -> BTreeMap<String, i64> {
    let mut verifiers = [TimeDelta::zero(), TimeDelta::minutes(5), TimeDelta::hours(24)].map(Verifier::new);
    let (mut tokens, mut signed, mut published) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
    let mut gone: BTreeSet<String> = BTreeSet::new();
    for hour in 0..hours {
        let number = usize::try_from(hour).unwrap() % 2;
        let (server, rp) = (&servers[number], &services[number]);
        if let Some(period) = rotation {
            let both = servers.iter().map(|server| {
                key_rotation::rotate_if_due(&server.state.pool, &server.state.vault, period, server.state.clock.now())
            });
            for outcome in futures_util::future::join_all(both).await {
                outcome.unwrap();
            }
        }
        for server in servers {
            server.reload().await;
        }
        let answer = rp.token(&[("grant_type", "client_credentials")]).await;
        let token = answer.text("access_token");
        let kid = part(&token, 0)["kid"].as_str().unwrap().to_owned();
        assert!(!gone.contains(&kid), "hour {hour}: a key that has left signs again");
        signed.entry(kid).or_insert(hour);
        tokens.push((token, hour));
        tokens.retain(|(_, made)| hour - made < 24);
        for (token, made) in &tokens {
            for verifier in &mut verifiers {
                let keeps = verifier.keeps;
                assert!(verifier.verify(token, rp, server).await, "hour {hour}: token of {made}, set kept for {keeps}");
            }
        }
        let now: BTreeSet<String> =
            verifiers[0].keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].to_string()).collect();
        gone.extend(published.difference(&now).cloned());
        assert!(now.is_disjoint(&gone), "hour {hour}: a key that had left is back");
        published = now;
        for server in servers {
            server.advance(TimeDelta::hours(1));
        }
    }
    signed
}

fn keys(pool: &PgPool, master_key: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loquet"))
        .arg("keys")
        .args(arguments)
        .env_clear()
        .env("LOQUET_SERVER_ISSUER", "http://127.0.0.1:9")
        .env("LOQUET_SECRETS_MASTER_KEY", master_key)
        .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .output()
        .unwrap()
}

/// KM-05, FA-13: `loquet keys rotate`, beside two replicas at work. The next key signs a day later and not
/// before; the one before it leaves two days after that.
#[sqlx::test]
async fn a_planned_rotation(pool: PgPool) {
    let key = Vault::generate_master_key();
    let (servers, services) = scene(&pool, &key).await;
    let foreign = keys(&pool, &Vault::generate_master_key(), &["rotate"]);
    assert!(!foreign.status.success(), "with another master key");
    let rotated = keys(&pool, &key, &["rotate"]);
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let again = keys(&pool, &key, &["rotate"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("does not sign yet"), "one at a time");
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM signing_keys").fetch_one(&pool).await.unwrap();
    assert_eq!(stored, 4, "two algorithms, two keys each");
    let signed = live(&servers, &services, 80, None).await;
    let mut begins: Vec<i64> = signed.into_values().collect();
    begins.sort_unstable();
    // The command ran a moment after the servers' first hour began.
    assert!(begins.len() == 2 && begins[0] == 0 && (24..=25).contains(&begins[1]), "{begins:?}");
    let left = services[0].read(services[0].http().get(format!("{}/jwks.json", servers[0].url))).await.body;
    assert_eq!(left["keys"].as_array().unwrap().len(), 2, "those before have left the set");
}

/// FA-13: rotation by itself, every two days for ten, looked at by both replicas at the same moment.
#[sqlx::test]
async fn rotation_by_itself(pool: PgPool) {
    let (servers, services) = scene(&pool, &Vault::generate_master_key()).await;
    let signed = live(&servers, &services, 240, Some(Duration::from_secs(2 * DAY))).await;
    let mut begins: Vec<i64> = signed.into_values().collect();
    begins.sort_unstable();
    assert_eq!(begins.len(), 5, "{begins:?}");
    assert!(begins.windows(2).all(|pair| (47..=49).contains(&(pair[1] - pair[0]))), "{begins:?}");
}

/// KM-05: keys in somebody else's hands are worth nothing at once, on every replica.
#[sqlx::test]
async fn a_compromised_key(pool: PgPool) {
    let key = Vault::generate_master_key();
    let (servers, services) = scene(&pool, &key).await;
    servers[0].person("alice").await;
    let (_, secret) = servers[0].service_with("c_jwt", REDIRECT, |client| client.jwt_access_tokens = true).await;
    servers[1].reload().await;
    let rp = RelyingParty::of(&servers[0], "c_jwt", Some(secret));
    let browser = Browser::of(&servers[0]);
    let answer = rp.exchange(&rp.code(&browser, "alice").await).await;
    assert_eq!(rp.userinfo(&answer.text("access_token")).await.status, 200);
    let old = part(&answer.text("id_token"), 0)["kid"].clone();
    keys(&pool, &key, &["rotate"]);
    let rotated = keys(&pool, &key, &["rotate", "--compromised"]);
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let begin = Instant::now();
    for (server, service) in servers.iter().zip(&services) {
        // Told by PostgreSQL, not by us.
        loop {
            let set = service.read(service.http().get(format!("{}/jwks.json", server.url))).await.body;
            if set["keys"].as_array().unwrap().iter().all(|key| key["kid"] != old) {
                assert_eq!(set["keys"].as_array().unwrap().len(), 2);
                break;
            }
            assert!(begin.elapsed() < Duration::from_secs(5), "{set}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let token = service.token(&[("grant_type", "client_credentials")]).await.text("access_token");
        assert!(Verifier::new(TimeDelta::zero()).verify(&token, service, server).await);
    }
    assert_eq!(rp.userinfo(&answer.text("access_token")).await.error(), (401, "invalid_token"));
    let hint = rp.authorize(&[("prompt", "none"), ("id_token_hint", &answer.text("id_token"))]);
    assert_eq!(browser.get(&hint).await.answer("error").as_deref(), Some("invalid_request"));
    assert_eq!(rp.refresh(&answer.text("refresh_token")).await.status, 200, "what is looked up goes on");
}
