//! Each thing that is good once, by parallel attempts on two replicas (PR-02, FA-15, rule 1). Two thousand codes
//! and as many refresh tokens with four attempts each; 300 pushed requests and assertions, 100 consents, 60 uses of a registration token by
//! 240 attempts. `bench/run --only single-use` does it with a hundred thousand codes. (Fifty attempts on one code
//! and on one refresh token: `tokens.rs`, `refresh.rs`.)

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use loquet::crypto::{Plain, Vault};
use loquet::db;
use loquet::db::authorizations::NewAuthorization;
use loquet::db::clients::Authentication;
use loquet::db::tokens::REUSE_WINDOW;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::client::REDIRECT;
use crate::support::jwt::Key;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// Attempts on one thing.
const ATTEMPTS: usize = 4;
/// Things tried at once.
const AT_ONCE: usize = 8;

async fn replicas(pool: &PgPool, settings: &[(&str, &str)]) -> [Server; 2] {
    let key = Vault::generate_master_key();
    [Server::replica(pool, settings, &key).await, Server::replica(pool, settings, &key).await]
}

/// The same service on both.
async fn twins(servers: &[Server; 2], change: impl FnOnce(&mut db::clients::Client)) -> [RelyingParty; 2] {
    let (client, secret) = servers[0].service_with("c_conf", REDIRECT, change).await;
    servers[1].reload().await;
    let secret = (client.authentication == Authentication::ClientSecret).then_some(secret);
    let one = RelyingParty::of(&servers[0], "c_conf", secret.clone());
    let mut two = RelyingParty::of(&servers[1], "c_conf", secret);
    two.verifier.clone_from(&one.verifier);
    [one, two]
}

/// Statuses of parallel attempts on each of `count` things: exactly one is good, the others are refused.
async fn once<F: Future<Output = u16>>(count: usize, good: u16, attempt: impl Fn(usize, usize) -> F) {
    let attempt = &attempt;
    let rounds = stream::iter(0..count)
        .map(|thing| async move { (thing, join_all((0..ATTEMPTS).map(|number| attempt(thing, number))).await) });
    let mut rounds = rounds.buffer_unordered(AT_ONCE);
    while let Some((thing, statuses)) = rounds.next().await {
        let winners = statuses.iter().filter(|status| **status == good).count();
        let refused = statuses.iter().filter(|status| (400..500).contains(*status)).count();
        assert_eq!((winners, refused), (1, ATTEMPTS - 1), "{thing}: {statuses:?}");
    }
}

/// Codes, written as the dispatcher writes them.
async fn codes(server: &Server, user: Uuid, rp: &RelyingParty, count: usize) -> Vec<String> {
    let now = server.state.clock.now();
    let challenge = loquet::oidc::pkce::challenge_of(rp.verifier.as_deref().unwrap()).unwrap();
    let codes: Vec<Plain> = (0..count).map(|_| Plain::random("lqt_ac_")).collect();
    let mut transaction = server.state.pool.begin().await.unwrap();
    for code in &codes {
        let new = NewAuthorization {
            request: None,
            browser: code.hashed(),
            oauth_session: Uuid::now_v7(),
            user,
            client_id: &rp.client_id,
            sid: Uuid::now_v7(),
            scope: &["openid".to_owned()],
            nonce: None,
            id_token_claims: &[],
            userinfo_claims: &[],
            authenticated_at: now,
            amr: &["pwd".to_owned()],
            offline: false,
            session_expires_at: now + TimeDelta::days(1),
            code: code.hashed(),
            redirect_uri: REDIRECT,
            code_challenge: Some(&challenge),
            code_expires_at: now + TimeDelta::minutes(10),
        };
        assert!(db::authorizations::issue(&mut transaction, &new, now).await.unwrap());
    }
    transaction.commit().await.unwrap();
    codes.iter().map(|code| code.reveal().to_owned()).collect()
}

/// PR-02: and every code that was tried twice has lost its tokens.
#[sqlx::test]
async fn codes_are_redeemed_once(pool: PgPool) {
    let servers = replicas(&pool, &[]).await;
    let user = servers[0].person("alice").await.id;
    // ES256 is eighteen times cheaper to sign.
    let services = twins(&servers, |client| client.id_token_alg = loquet::crypto::Algorithm::Es256).await;
    let codes = codes(&servers[0], user, &services[0], 2000).await;
    once(codes.len(), 200, |thing, number| {
        let (rp, code) = (&services[number % 2], &codes[thing]);
        async move { rp.exchange(code).await.status }
    })
    .await;
    let (redeemed, tokens, live): (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM authorization_codes WHERE redeemed_at IS NOT NULL), (SELECT count(*) FROM access_tokens),
             (SELECT count(*) FROM oauth_sessions WHERE revoked_at IS NULL)",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!((redeemed, tokens, live), (2000, 2000, 0));
}

/// One lineage: whoever asks at once gets the same successor; whoever asks later ends it for all.
#[sqlx::test]
async fn refresh_tokens_have_one_successor(pool: PgPool) {
    let servers = replicas(&pool, &[]).await;
    let user = servers[0].person("alice").await.id;
    let services = twins(&servers, |client| client.id_token_alg = loquet::crypto::Algorithm::Es256).await;
    let codes = codes(&servers[0], user, &services[0], 2000).await;
    let services = &services;
    let exchanges =
        stream::iter(&codes).map(|code| async move { services[0].exchange(code).await.text("refresh_token") });
    let tokens: Vec<String> = exchanges.buffer_unordered(AT_ONCE).collect().await;
    let races = stream::iter(&tokens)
        .map(|token| join_all((0..ATTEMPTS).map(|number| services[number % 2].refresh(token))))
        .buffer_unordered(AT_ONCE);
    races
        .for_each(async |all| {
            let mut successors: Vec<String> = all.iter().map(|answer| answer.text("refresh_token")).collect();
            successors.dedup();
            assert_eq!(successors.len(), 1);
        })
        .await;
    let branches = "SELECT count(*) FROM refresh_tokens GROUP BY oauth_session_id HAVING count(*) <> 2";
    assert!(sqlx::query_scalar::<_, i64>(branches).fetch_all(&pool).await.unwrap().is_empty());
    for server in &servers {
        server.advance(REUSE_WINDOW + TimeDelta::seconds(1));
    }
    let late = stream::iter(&tokens).map(|token| services[1].refresh(token)).buffer_unordered(AT_ONCE);
    late.for_each(async |answer| assert_eq!(answer.error(), (400, "invalid_grant"))).await;
    let live = "SELECT count(*) FROM oauth_sessions WHERE revoked_at IS NULL";
    assert_eq!(sqlx::query_scalar::<_, i64>(live).fetch_one(&pool).await.unwrap(), 0);
}

#[sqlx::test]
async fn pushed_requests_are_taken_once(pool: PgPool) {
    let servers = replicas(&pool, &[]).await;
    servers[0].person("alice").await;
    let services = twins(&servers, |_| ()).await;
    // One person, signed in on both hosts.
    let browsers = servers.each_ref().map(Browser::of);
    for (rp, browser) in services.iter().zip(&browsers) {
        rp.code(browser, "alice").await;
    }
    let address = url::Url::parse(&services[0].authorize(&[])).unwrap();
    let form: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let mut references = Vec::new();
    for _ in 0..300 {
        let request = services[0].http().post(format!("{}/par", servers[0].url)).form(&form);
        let secret = services[0].secret.as_ref().unwrap().reveal();
        references.push(services[0].read(request.basic_auth("c_conf", Some(secret))).await.text("request_uri"));
    }
    once(references.len(), 303, |thing, number| {
        let address = format!("/authorize?client_id=c_conf&request_uri={}", references[thing]);
        let browser = &browsers[number % 2];
        async move { browser.get(&address).await.status }
    })
    .await;
}

#[sqlx::test]
async fn assertions_are_spent_once(pool: PgPool) {
    // Both behind one address, so that an assertion is good at either.
    let servers = replicas(&pool, &[("LOQUET_SERVER_ISSUER", "http://127.0.0.1:9")]).await;
    let listening = servers.each_ref().map(|server| server.listening.clone());
    let key = Key::new("k1");
    twins(&servers, |client| {
        client.authentication = Authentication::PrivateKeyJwt;
        client.client_credentials = true;
        client.jwks = Some(key.jwks());
    })
    .await;
    let now = servers[0].state.clock.now().timestamp();
    let assertions: Vec<String> = (0..300)
        .map(|_| {
            key.jwt(&json!({
                "iss": "c_conf", "sub": "c_conf", "aud": "http://127.0.0.1:9", "iat": now, "exp": now + 240,
                "jti": loquet::crypto::random_id(),
            }))
        })
        .collect();
    let http = reqwest::Client::new();
    once(assertions.len(), 200, |thing, number| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertions[thing]),
        ];
        let request = http.post(format!("{}/token", listening[number % 2])).form(&form);
        async move { request.send().await.unwrap().status().as_u16() }
    })
    .await;
}

#[sqlx::test]
async fn uses_of_a_registration_token(pool: PgPool) {
    let servers = replicas(&pool, &[("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true")]).await;
    let (token, now) = (Plain::random("lqt_ia_"), servers[0].state.clock.now());
    let expires_at = now + TimeDelta::hours(1);
    let new =
        db::initial_access_tokens::NewToken { token: token.hashed(), note: "n", uses: 60, everyone: false, expires_at };
    let mut connection = servers[0].state.pool.acquire().await.unwrap();
    db::initial_access_tokens::insert(&mut connection, &new, now).await.unwrap();
    drop(connection);
    let http = Arc::new(reqwest::Client::new());
    let body = json!({ "redirect_uris": [REDIRECT] });
    let attempts = (0..240).map(|number| {
        let address = format!("{}/register", servers[number % 2].url);
        let request = http.post(address).bearer_auth(token.reveal()).json(&body);
        async move { request.send().await.unwrap().status().as_u16() }
    });
    let statuses = stream::iter(attempts).buffer_unordered(32).collect::<Vec<u16>>().await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 60);
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 180);
    let (clients, left): (i64, i32) =
        sqlx::query_as("SELECT (SELECT count(*) FROM clients), (SELECT uses_left FROM initial_access_tokens)")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((clients, left), (60, 0));
}

/// A request that the person agreed to is answered with one code, on whichever replica and however often their
/// browser asks.
#[sqlx::test]
async fn consents_give_one_code(pool: PgPool) {
    let servers = replicas(&pool, &[]).await;
    servers[0].person("alice").await;
    let services = twins(&servers, |client| client.ours = false).await;
    let browsers = servers.each_ref().map(|_| Browser::of(&servers[0]));
    let browser = &browsers[0];
    let page = browser.open(&services[0].authorize(&[])).await;
    browser.sign_in_on(&page, "alice", PASSWORD).await;
    let mut agreed = Vec::new();
    for _ in 0..100 {
        let page = browser.open(&services[0].authorize(&[("prompt", "consent")])).await;
        let reply = browser.press(&page, "#consent-allow", &[]).await;
        agreed.push(reply.location().trim_end_matches("/continue").to_owned());
    }
    // The cookies of 127.0.0.1 go to both: cookies do not tell ports apart.
    let elsewhere = servers.each_ref().map(|server| server.url.clone());
    once(agreed.len(), 303, |thing, number| {
        let address = format!("{}{}", elsewhere[number % 2], agreed[thing]);
        async move { browser.get(&address).await.status }
    })
    .await;
    let codes: i64 = sqlx::query_scalar("SELECT count(*) FROM authorization_codes").fetch_one(&pool).await.unwrap();
    assert_eq!(codes, 100);
}
