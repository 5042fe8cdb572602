//! The authorization endpoint and the pages of an authorization.

use chrono::TimeDelta;
use sqlx::PgPool;

use loquet::db::clients::Authentication;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// AZ-20, AZ-21, AZ-24: the answer goes to the registered URI with state and issuer, exactly.
#[sqlx::test]
async fn a_person_signs_in_to_a_service(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let state = format!("==+/{}é\"><script>\r\n", "s".repeat(128));
    let page = browser.open(&rp.authorize(&[("state", &state)])).await;
    assert_eq!(page.status, 200);
    assert!(page.text("h1").unwrap().contains("Service c_conf"));
    let back = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert_eq!(back.status, 303);
    assert!(back.location().starts_with(&format!("{REDIRECT}?code=")), "{}", back.location());
    assert_eq!(back.answer("state").as_deref(), Some(state.as_str()));
    assert_eq!(back.answer("iss").as_deref(), Some(server.url.as_str()));
    assert!(back.answer("code").unwrap().len() >= 43);
    // Signed in already: answered at once, by POST as well, with nothing stored.
    let again = browser.get(&rp.authorize(&[])).await;
    assert!(again.answer("code").is_some());
    let url = url::Url::parse(&rp.authorize(&[])).unwrap();
    let params: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let posted = browser.post("/authorize", &params).await;
    assert!(browser.follow(posted).await.answer("code").is_some());
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM authorization_requests").fetch_one(&pool).await.unwrap();
    assert_eq!(stored, 0);
}

/// AZ-01 to AZ-04, AZ-09, AZ-10: a page of ours, never a redirect, never a link to the hostile address.
#[sqlx::test]
async fn doubtful_addresses_get_a_page(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let mut bad: Vec<String> = [
        "https://evil.test/cb",
        "https://rp.test/cb/",
        "https://rp.test/cb?x=1",
        "https://rp.test/cb#f",
        "https://rp.test/CB",
        "HTTPS://rp.test/cb",
        "https://rp.test:443/cb",
        "https://rp.test/%63b",
        "https://rp.test//cb",
        "https://rp.test/cb ",
        "https://rp.test/\tcb",
        "https://rp.test/cb/../evil",
        "https://rp.test/cb/..;/evil",
        "https://rp.test/cb/%2e%2e/evil",
        "https://rp.test/cb%5c..%5cevil",
        "https://rp.test@evil.test/cb",
        "https://a@b@rp.test/cb",
        "https://rp.test%40evil.test",
        "https://rp.test\\@evil.test",
        "javascript:alert(1)",
    ]
    .iter()
    .map(|uri| rp.authorize(&[("redirect_uri", uri)]))
    .collect();
    bad.push(rp.authorize(&[("redirect_uri", "")]));
    bad.push(format!("{}&redirect_uri=https%3A%2F%2Frp.test%2Fcb", rp.authorize(&[])));
    bad.push(format!("{}&client_id=c_conf", rp.authorize(&[])));
    bad.push(rp.authorize(&[("client_id", "")]));
    bad.push(format!("{}/authorize?client_id=%ff", server.url));
    for address in &bad {
        let reply = browser.get(address).await;
        assert_eq!((reply.status, reply.location()), (400, ""), "{address}");
        assert!(reply.is_page() && !reply.body.contains("evil") && !reply.body.contains("javascript:"), "{address}");
    }
    // Unknown and disabled clients are not told apart.
    let unknown = browser.get(&rp.authorize(&[("client_id", "nobody")])).await;
    let (mut client, _) = server.service("c_off", REDIRECT).await;
    client.enabled = false;
    server.change_service(&client).await;
    let disabled = browser.get(&rp.authorize(&[("client_id", "c_off")])).await;
    assert_eq!(unknown.text("main"), disabled.text("main").map(|text| text.replace(&id(&disabled), &id(&unknown))));
}

fn id(reply: &crate::support::Reply) -> String {
    reply.headers["x-request-id"].to_str().unwrap().to_owned()
}

/// AZ-07: a native application on whatever loopback port it got.
#[sqlx::test]
async fn loopback_ports_are_free(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server.service_with("c_nat", "http://127.0.0.1/cb", |client| client.authentication = Authentication::None).await;
    let mut rp = RelyingParty::of(&server, "c_nat", None);
    rp.redirect_uri = "http://127.0.0.1:53123/cb".to_owned();
    let browser = Browser::of(&server);
    let back = rp.sign_in(&browser, "alice").await;
    assert!(back.location().starts_with("http://127.0.0.1:53123/cb?code="));
    assert_eq!(rp.exchange(&back.answer("code").unwrap()).await.status, 200);
}

/// AZ-11 to AZ-16, AZ-19, TK-08, TK-09: errors go back, coded, with state and issuer.
#[sqlx::test]
async fn protocol_errors_go_back_to_the_service(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    for (changes, error) in [
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("response_type", "id_token token")], "unsupported_response_type"),
        (vec![("response_type", "")], "invalid_request"),
        (vec![("response_mode", "fragment")], "invalid_request"),
        (vec![("prompt", "none")], "login_required"),
        (vec![("prompt", "none login")], "invalid_request"),
        (vec![("scope", "profile")], "invalid_scope"),
        (vec![("request", "eyJhbGciOiJub25lIn0.e30.")], "request_not_supported"),
        (vec![("request_uri", "http://127.0.0.1:9/")], "request_uri_not_supported"),
        (vec![("code_challenge", "")], "invalid_request"),
        (vec![("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("code_challenge_method", "s256")], "invalid_request"),
        (vec![("code_challenge_method", "")], "invalid_request"),
        (vec![("max_age", "soon")], "invalid_request"),
        (vec![("claims", "{")], "invalid_request"),
        (vec![("id_token_hint", "a.b.c")], "invalid_request"),
    ] {
        let reply = browser.get(&rp.authorize(&changes)).await;
        assert_eq!(reply.status, 303, "{changes:?}");
        assert!(reply.location().starts_with(&format!("{REDIRECT}?error=")), "{changes:?}");
        assert_eq!(reply.answer("error").as_deref(), Some(error), "{changes:?}");
        assert_eq!(reply.answer("state").as_deref(), Some("st-ate"), "{changes:?}");
        assert_eq!(reply.answer("iss").as_deref(), Some(server.url.as_str()), "{changes:?}");
    }
    for repeated in ["state=x", "scope=openid", "response_type=code", "code_challenge=x", "prompt=login&prompt=login"] {
        let reply = browser.get(&format!("{}&{repeated}", rp.authorize(&[]))).await;
        assert_eq!(reply.answer("error").as_deref(), Some("invalid_request"), "{repeated}");
    }
    // Unknown parameters are nobody's business.
    assert_eq!(
        browser.open(&rp.authorize(&[("foo", "1"), ("display", "popup"), ("acr_values", "x")])).await.status,
        200
    );
}

/// AZ-15, AZ-17: prompt and `max_age`.
#[sqlx::test]
async fn fresh_proof_when_asked(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let first = rp.exchange(&rp.code(&browser, "alice").await).await.id_token();
    server.advance(TimeDelta::minutes(5));
    let silent = browser.get(&rp.authorize(&[("prompt", "none"), ("max_age", "10000")])).await;
    let silent = rp.exchange(&silent.answer("code").unwrap()).await.id_token();
    assert_eq!(
        (&silent["sub"], &silent["auth_time"], &silent["sid"]),
        (&first["sub"], &first["auth_time"], &first["sid"])
    );
    assert_eq!(
        browser.get(&rp.authorize(&[("prompt", "none"), ("max_age", "1")])).await.answer("error").as_deref(),
        Some("login_required")
    );
    for changes in [[("max_age", "1")], [("prompt", "login")]] {
        let page = browser.open(&rp.authorize(&changes)).await;
        assert_eq!(page.status, 200, "asked again");
        // Giving up leaves the old session usable.
        assert_eq!(browser.get("/").await.status, 200);
        let back = browser.sign_in_on(&page, "alice", PASSWORD).await;
        let token = rp.exchange(&back.answer("code").unwrap()).await.id_token();
        assert!(token["auth_time"].as_i64() > first["auth_time"].as_i64());
        assert_eq!(token["sid"], first["sid"], "the same browser session goes on");
        server.advance(TimeDelta::minutes(5));
    }
}

/// AZ-18, AZ-27: a hint or a requested sub of somebody else never yields this person's code.
#[sqlx::test]
async fn hints_name_the_only_person_who_may_answer(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let bob = server.person("bob").await;
    let rp = RelyingParty::new(&server).await;
    let (alices, bobs) = (Browser::of(&server), Browser::of(&server));
    let hint_of_alice = rp.exchange(&rp.code(&alices, "alice").await).await.text("id_token");
    let hint_of_bob = rp.exchange(&rp.code(&bobs, "bob").await).await.text("id_token");
    server.advance(TimeDelta::minutes(20));
    let ask = |hint: &str| rp.authorize(&[("prompt", "none"), ("id_token_hint", hint)]);
    assert!(alices.get(&ask(&hint_of_alice)).await.answer("code").is_some(), "an expired hint is still a hint");
    assert_eq!(alices.get(&ask(&hint_of_bob)).await.answer("error").as_deref(), Some("login_required"));
    let claims = |sub: &str| format!("{{\"id_token\":{{\"sub\":{{\"value\":\"{sub}\"}}}}}}");
    assert_eq!(
        alices
            .get(&rp.authorize(&[("prompt", "none"), ("claims", &claims(&bob.id.to_string()))]))
            .await
            .answer("error")
            .as_deref(),
        Some("login_required")
    );
    assert!(
        alices
            .get(&rp.authorize(&[("prompt", "none"), ("claims", &claims(&alice.id.to_string()))]))
            .await
            .answer("code")
            .is_some()
    );
    // Interactively: somebody else's proof ends at the service, not in a loop.
    let page = alices.open(&rp.authorize(&[("id_token_hint", &hint_of_bob)])).await;
    assert_eq!(alices.sign_in_on(&page, "alice", PASSWORD).await.answer("error").as_deref(), Some("login_required"));
}

/// GR-01, GR-02, GR-06: refused on every way; the page names whom to ask and leads back.
#[sqlx::test]
async fn who_may_not_use_a_service_is_told(pool: PgPool) {
    let server = Server::start(&pool).await;
    let dora = server.person("dora").await;
    let rita = server.person("rita").await;
    server.service_with("c_sa", REDIRECT, |client| client.everyone = false).await;
    let rp = RelyingParty::of(&server, "c_sa", None);
    let browser = Browser::of(&server);
    let refused = rp.sign_in(&browser, "dora").await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("Service c_sa") && refused.body.contains("aide@contre-voie.example"));
    assert_eq!(
        browser.get(&rp.authorize(&[("prompt", "none")])).await.answer("error").as_deref(),
        Some("access_denied")
    );
    let back = browser.get(&refused.attribute("#back", "href").unwrap()).await;
    assert_eq!(
        (back.answer("error").as_deref(), back.answer("state").as_deref()),
        (Some("access_denied"), Some("st-ate"))
    );

    // Through an organization: attached without a grant, its referent is named; with one, the door opens.
    let mut connection = pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    let organization =
        loquet::db::organizations::ensure_organization(&mut connection, "a", "Association A", now).await.unwrap();
    loquet::db::organizations::add_member(&mut connection, organization, dora.id, false, now).await.unwrap();
    loquet::db::organizations::add_member(&mut connection, organization, rita.id, true, now).await.unwrap();
    loquet::db::organizations::attach(&mut connection, organization, "c_sa", false).await.unwrap();
    let refused = browser.open(&rp.authorize(&[])).await;
    assert!(refused.body.contains("(Association A)"), "{}", refused.body);
    loquet::db::organizations::ensure_role(&mut connection, "c_sa", "editor", true).await.unwrap();
    loquet::db::organizations::grant(&mut connection, organization, dora.id, "c_sa", &["editor".to_owned()], now)
        .await
        .unwrap();
    assert!(browser.get(&rp.authorize(&[])).await.answer("code").is_some());
    // And closes again with the organization.
    sqlx::query("UPDATE organizations SET active = false").execute(&pool).await.unwrap();
    assert_eq!(browser.open(&rp.authorize(&[])).await.status, 403);
    // A group of the instance.
    let group = loquet::db::organizations::ensure_group(&mut connection, "equipe", now).await.unwrap();
    loquet::db::organizations::allow_group(&mut connection, "c_sa", group).await.unwrap();
    assert_eq!(browser.open(&rp.authorize(&[])).await.status, 403);
    loquet::db::organizations::add_to_group(&mut connection, dora.id, group).await.unwrap();
    assert!(browser.get(&rp.authorize(&[])).await.answer("code").is_some());
}

/// RG-03: an address that is not proven opens no service.
#[sqlx::test]
async fn unverified_people_verify_first(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person_with("neuve", false, None).await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = rp.sign_in(&browser, "neuve").await;
    assert!(page.url.contains("/account/verify-email?authorization="), "{}", page.url);
    // Once proven, in the same browser, the way leads on to the service.
    let sent = browser.submit(&page, &[]).await;
    assert_eq!(sent.status, 200);
    let mail = server.mail_to("neuve@example.org").await;
    let link = browser.open(mail.text.lines().find(|line| line.starts_with("http")).unwrap()).await;
    let done = browser.submit(&link, &[]).await;
    assert!(browser.open(&done.attribute("#continue", "href").unwrap()).await.answer("code").is_some());
    sqlx::query("UPDATE users SET email_verified_at = NULL").execute(&pool).await.unwrap();
    assert_eq!(
        browser.get(&rp.authorize(&[("prompt", "none")])).await.answer("error").as_deref(),
        Some("interaction_required")
    );
}

/// Rule 18, SE-10: steps belong to one browser, cannot be skipped, and end.
#[sqlx::test]
async fn an_authorization_belongs_to_its_browser_and_ends(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = browser.open(&rp.authorize(&[])).await;
    let id = page.url.split("authorization=").nth(1).unwrap().to_owned();
    let other = Browser::of(&server);
    other.sign_in("alice").await;
    for path in [
        format!("/authorize/{id}"),
        format!("/authorize/{id}/continue"),
        format!("/authorize/{id}/decline"),
        format!("/sign-in?authorization={id}"),
    ] {
        assert_eq!(other.get(&path).await.status, 400, "{path}");
    }
    // Not signed in yet: every step leads back to signing in.
    for path in [
        format!("/authorize/{id}"),
        format!("/account/new-password?authorization={id}"),
        format!("/account/verify-email?authorization={id}"),
    ] {
        let reply = browser.open(&path).await;
        assert!(reply.url.contains("/sign-in?authorization="), "{path}: {}", reply.url);
    }
    server.advance(TimeDelta::minutes(11));
    let expired = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
    assert!(expired.status == 400 || expired.location() == "/", "{}", expired.status);
}

/// Rule 18: too old to be resumed, it starts again at the service.
#[sqlx::test]
async fn a_stale_authorization_starts_again(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server
        .service_with("c_start", REDIRECT, |client| client.start_uri = Some("https://rp.test/start".to_owned()))
        .await;
    let rp = RelyingParty::of(&server, "c_start", None);
    let browser = Browser::of(&server);
    let page = browser.open(&rp.authorize(&[])).await;
    server.advance(TimeDelta::seconds(200));
    assert_eq!(browser.sign_in_on(&page, "alice", PASSWORD).await.location(), "https://rp.test/start");
}
