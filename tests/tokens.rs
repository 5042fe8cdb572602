//! The token endpoint: client authentication and the code grant.

use chrono::TimeDelta;
use loquet::crypto::{Plain, Vault};
use loquet::db;
use loquet::db::clients::Authentication;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// JW-06, rules 10 to 12.
#[sqlx::test]
async fn a_code_becomes_tokens(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let answer = rp.exchange(&rp.code(&Browser::of(&server), "alice").await).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!((answer.text("token_type").as_str(), answer.body["expires_in"].as_u64()), ("Bearer", Some(300)));
    assert!(answer.text("access_token").starts_with("lqt_at_") && answer.text("refresh_token").starts_with("lqt_rt_"));
    let token = answer.id_token();
    assert_eq!(
        (token["iss"].as_str(), token["aud"].as_str(), token["azp"].as_str()),
        (Some(server.url.as_str()), Some("c_conf"), Some("c_conf"))
    );
    assert_eq!((token["sub"].as_str(), token["nonce"].as_str()), (Some(alice.id.to_string().as_str()), Some("n-once")));
    assert!(token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap() >= 300);
    assert!(token["iat"].as_i64().unwrap() <= server.state.clock.now().timestamp());
    assert_eq!(token["groups"], serde_json::json!([]));
    assert_eq!(
        (token["email"].as_str(), token["email_verified"].as_bool(), token["locale"].as_str()),
        (Some("alice@example.org"), Some(true), Some("fr-FR"))
    );
    for claim in ["sid", "auth_time", "at_hash", "acr", "amr", "preferred_username", "name"] {
        assert!(!token[claim].is_null(), "{claim}");
    }
    let expected = loquet::crypto::sha256(answer.text("access_token").as_bytes());
    assert_eq!(
        token["at_hash"].as_str().unwrap(),
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &expected[..16])
    );
    // Nothing usable is stored (KM-01).
    for secret in
        [answer.text("access_token"), answer.text("refresh_token"), rp.secret.as_ref().unwrap().reveal().to_owned()]
    {
        let found: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM (SELECT t::text FROM access_tokens t UNION ALL SELECT t::text FROM refresh_tokens t UNION ALL
             SELECT t::text FROM client_secrets t) rows (line) WHERE line LIKE '%' || $1 || '%' OR line LIKE '%' || encode($1::bytea, 'hex') || '%'",
        )
        .bind(&secret)
        .fetch_one(&pool)
        .await
        .unwrap();
        assert_eq!(found, 0);
    }
}

/// TK-01: the second use fails and revokes what the first gave.
#[sqlx::test]
async fn a_code_that_comes_back_revokes_its_tokens(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let code = rp.code(&Browser::of(&server), "alice").await;
    let first = rp.exchange(&code).await;
    assert_eq!(rp.userinfo(&first.text("access_token")).await.status, 200);
    assert_eq!(rp.exchange(&code).await.error(), (400, "invalid_grant"));
    assert_eq!(rp.userinfo(&first.text("access_token")).await.status, 401);
    assert_eq!(rp.refresh(&first.text("refresh_token")).await.error(), (400, "invalid_grant"));
}

/// TK-02, rule 1: one of fifty, on two replicas.
#[sqlx::test]
async fn one_code_is_redeemed_once(pool: PgPool) {
    let key = Vault::generate_master_key();
    let (one, two) = (Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await);
    one.person("alice").await;
    let rp = RelyingParty::new(&one).await;
    two.reload().await;
    let browser = Browser::of(&one);
    rp.code(&browser, "alice").await;
    for round in 0..20 {
        let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
        let mut twin = RelyingParty::of(&two, "c_conf", rp.secret.clone());
        twin.verifier.clone_from(&rp.verifier);
        let all = futures_util::future::join_all(
            (0..50).map(|number| if number % 2 == 0 { &rp } else { &twin }).map(|rp| rp.exchange(&code)),
        )
        .await;
        let good = all.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(good, 1, "round {round}");
        assert!(
            all.iter().all(|answer| answer.status == 200 || answer.error() == (400, "invalid_grant")),
            "round {round}"
        );
    }
}

/// TK-03, TK-04, TK-06, TK-10, TK-22: everything must be as at the authorization. A code presented
/// wrongly stays good for its own client.
#[sqlx::test]
async fn a_code_is_bound_to_its_request(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let (_, other_secret) = server.service("c_other", REDIRECT).await;
    let mut other = RelyingParty::of(&server, "c_other", Some(other_secret));
    other.verifier.clone_from(&rp.verifier);
    let code = rp.code(&Browser::of(&server), "alice").await;
    assert_eq!(other.exchange(&code).await.error(), (400, "invalid_grant"));
    let verifier = rp.verifier.clone().unwrap();
    for form in [
        vec![("redirect_uri", "https://rp.test/other"), ("code_verifier", verifier.as_str())],
        vec![("code_verifier", verifier.as_str())],
        vec![("redirect_uri", REDIRECT)],
        vec![("redirect_uri", REDIRECT), ("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong")],
        vec![("redirect_uri", REDIRECT), ("code_verifier", "short")],
        vec![("redirect_uri", REDIRECT), ("code_verifier", "é")],
    ] {
        let mut form = form.clone();
        form.extend([("grant_type", "authorization_code"), ("code", code.as_str())]);
        assert_eq!(rp.token(&form).await.error(), (400, "invalid_grant"), "{form:?}");
    }
    assert_eq!(rp.exchange(&code).await.status, 200);
    // A verifier for a code that had no challenge is a downgrade.
    server.service_with("c_loose", REDIRECT, |client| client.require_pkce = false).await;
    let (mut client, secret) = (
        server.state.directory.client("c_loose", &server.state.pool).await.unwrap().unwrap().as_ref().clone(),
        Plain::random("x"),
    );
    client.secrets.clear();
    let now = server.state.clock.now();
    db::clients::add_secret(&mut pool.acquire().await.unwrap(), "c_loose", secret.hashed(), now, now).await.unwrap();
    server.reload().await;
    let loose = RelyingParty::of(&server, "c_loose", Some(secret));
    let browser = Browser::of(&server);
    let page = browser.open(&loose.authorize(&[("code_challenge", ""), ("code_challenge_method", "")])).await;
    let code = browser.sign_in_on(&page, "alice", PASSWORD).await.answer("code").unwrap();
    assert_eq!(loose.exchange(&code).await.error(), (400, "invalid_grant"));
    assert_eq!(
        loose.token(&[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)]).await.status,
        200
    );
}

/// TK-05: expiry is decided in the statement.
#[sqlx::test]
async fn a_code_lives_one_minute(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let code = rp.code(&Browser::of(&server), "alice").await;
    server.advance(TimeDelta::seconds(61));
    assert_eq!(rp.exchange(&code).await.error(), (400, "invalid_grant"));
}

/// TK-17, GR-04: a right that ended in between.
#[sqlx::test]
async fn the_decision_is_taken_again_at_the_exchange(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    for (end, restore) in [
        ("UPDATE users SET active = false", "UPDATE users SET active = true"),
        ("UPDATE clients SET policy = 'restricted'", "UPDATE clients SET policy = 'everyone'"),
        ("UPDATE users SET email_verified_at = NULL", "UPDATE users SET email_verified_at = now()"),
    ] {
        let browser = Browser::of(&server);
        let code = rp.code(&browser, "alice").await;
        sqlx::query(end).execute(&pool).await.unwrap();
        assert_eq!(rp.exchange(&code).await.error(), (400, "invalid_grant"), "{end}");
        sqlx::query(restore).execute(&pool).await.unwrap();
        // What was inserted was never shown and is revoked.
        let live: i64 = sqlx::query_scalar("SELECT count(*) FROM oauth_sessions WHERE revoked_at IS NULL")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(live, 0, "{end}");
    }
}

/// TK-11, TK-13, TK-15, TK-19, rule 8.
#[sqlx::test]
async fn client_authentication(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    server.service_with("c_pub", REDIRECT, |client| client.authentication = Authentication::None).await;
    let (_, secret_of_other) = server.service("c_other", REDIRECT).await;
    let browser = Browser::of(&server);
    let code = rp.code(&browser, "alice").await;
    let secret = rp.secret.clone().unwrap().reveal().to_owned();
    let token = format!("{}/token", server.url);
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", rp.verifier.as_deref().unwrap()),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&grant[..], more].concat();
    let http = rp.http();

    let none = rp.read(http.post(&token).form(&with(&[("client_id", "c_conf")]))).await;
    assert_eq!(none.error(), (401, "invalid_client"));
    let basic = rp.read(http.post(&token).basic_auth("c_conf", Some("wrong")).form(&grant)).await;
    assert_eq!(basic.error(), (401, "invalid_client"));
    assert!(basic.headers["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    let other = rp.read(http.post(&token).basic_auth("c_conf", Some(secret_of_other.reveal())).form(&grant)).await;
    assert_eq!(other.error(), (401, "invalid_client"));
    let unknown = rp.read(http.post(&token).basic_auth("nobody", Some("x")).form(&grant)).await;
    assert_eq!(unknown.error(), (401, "invalid_client"));
    let both =
        rp.read(http.post(&token).basic_auth("c_conf", Some(&secret)).form(&with(&[("client_secret", "x")]))).await;
    assert_eq!(both.error(), (400, "invalid_request"));
    let query = rp.read(http.post(format!("{token}?client_id=c_conf&client_secret={secret}")).form(&grant)).await;
    assert_eq!(query.error(), (400, "invalid_request"));
    let public = rp.read(http.post(&token).form(&with(&[("client_id", "c_pub"), ("client_secret", "anything")]))).await;
    assert_eq!(public.error(), (401, "invalid_client"));
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        assert_eq!(rp.token(&[("grant_type", grant)]).await.error(), (400, "unsupported_grant_type"), "{grant}");
    }
    assert_eq!(rp.token(&[("grant_type", "client_credentials")]).await.error(), (400, "unauthorized_client"));
    assert_eq!(rp.token(&[]).await.error(), (400, "invalid_request"));
    assert_eq!(
        rp.token(&[("grant_type", "authorization_code"), ("code", "a"), ("code", "b")]).await.error(),
        (400, "invalid_request")
    );
    let json = rp
        .read(
            http.post(&token)
                .basic_auth("c_conf", Some(&secret))
                .json(&serde_json::json!({"grant_type": "authorization_code"})),
        )
        .await;
    assert_eq!(json.error(), (400, "invalid_request"));
    assert_eq!(http.get(&token).send().await.unwrap().status(), 405);
    let large = rp.read(http.post(&token).basic_auth("c_conf", Some(&secret)).form(&[("x", "y".repeat(70_000))])).await;
    assert_eq!(large.error(), (413, "invalid_request"));

    // None of that consumed the code: it is still good, with the secret in the body, unknown parameters and all.
    let mut body = grant.to_vec();
    body.extend([("client_id", "c_conf"), ("client_secret", secret.as_str()), ("scope", "whatever"), ("state", "x")]);
    assert_eq!(rp.read(http.post(&token).form(&body)).await.status, 200);
}

/// Rule 8: HTTP Basic as Go writes it (form-encoded) and as PHP does (raw).
#[sqlx::test]
async fn basic_is_read_both_ways(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let odd = Plain::presented("a+b/c d%41:e");
    let now = server.state.clock.now();
    db::clients::add_secret(&mut pool.acquire().await.unwrap(), "c_conf", odd.hashed(), now, now).await.unwrap();
    server.reload().await;
    let encoded: String = url::form_urlencoded::byte_serialize(odd.reveal().as_bytes()).collect();
    let browser = Browser::of(&server);
    rp.code(&browser, "alice").await;
    for secret in [odd.reveal(), &encoded] {
        let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", rp.verifier.as_deref().unwrap()),
        ];
        let answer = rp
            .read(rp.http().post(format!("{}/token", server.url)).basic_auth("c_conf", Some(secret)).form(&form))
            .await;
        assert_eq!(answer.status, 200, "{secret}");
    }
}

/// AD-13: two secrets during a rotation, then one.
#[sqlx::test]
async fn secrets_overlap_during_a_rotation(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = RelyingParty::new(&server).await;
    let new = Plain::random("lqt_cs_");
    let now = server.state.clock.now();
    db::clients::add_secret(
        &mut pool.acquire().await.unwrap(),
        "c_conf",
        new.hashed(),
        now + TimeDelta::hours(24),
        now,
    )
    .await
    .unwrap();
    server.reload().await;
    let renewed = RelyingParty::of(&server, "c_conf", Some(new));
    for client in [&rp, &renewed] {
        assert_eq!(client.exchange("nonsense").await.error(), (400, "invalid_grant"));
    }
    server.advance(TimeDelta::hours(25));
    assert_eq!(rp.exchange("nonsense").await.error(), (401, "invalid_client"));
    assert_eq!(renewed.exchange("nonsense").await.error(), (400, "invalid_grant"));
}
