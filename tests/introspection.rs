//! Introspection and revocation: what a token is worth, and giving it back.

use chrono::TimeDelta;
use loquet::db::clients::Authentication;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::client::{Answer, REDIRECT};
use crate::support::{Browser, RelyingParty, Server};

/// A service asks one of the two endpoints about a token.
async fn ask(rp: &RelyingParty, server: &Server, endpoint: &str, token: &str) -> Answer {
    let request = rp.http().post(format!("{}/{endpoint}", server.url));
    match &rp.secret {
        Some(secret) => {
            rp.read(request.basic_auth(&rp.client_id, Some(secret.reveal())).form(&[("token", token)])).await
        }
        None => rp.read(request.form(&[("token", token), ("client_id", &rp.client_id)])).await,
    }
}

async fn is_active(rp: &RelyingParty, server: &Server, token: &str) -> bool {
    let answer = ask(rp, server, "introspect", token).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    if answer.body["active"] == json!(false) {
        assert_eq!(answer.body, json!({ "active": false }), "nothing else is said");
    }
    answer.body["active"] == json!(true)
}

async fn other(server: &Server, client_id: &str) -> RelyingParty {
    let (_, secret) = server.service(client_id, REDIRECT).await;
    RelyingParty::of(server, client_id, Some(secret))
}

/// RT-13: nobody but the service that a token is of, or is meant for, learns anything.
#[sqlx::test]
async fn introspection_is_for_those_concerned(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let eve = other(&server, "c_eve").await;
    let answer = rp.exchange(&rp.code(&Browser::of(&server), "alice").await).await;
    let (access, refresh) = (answer.text("access_token"), answer.text("refresh_token"));
    let known = ask(&rp, &server, "introspect", &access).await;
    assert_eq!(known.headers["cache-control"], "no-store");
    for (name, value) in [
        ("active", json!(true)),
        ("sub", json!(alice.id)),
        ("username", json!("alice")),
        ("client_id", json!("c_conf")),
        ("aud", json!("c_conf")),
        ("iss", json!(server.url)),
        ("token_type", json!("Bearer")),
    ] {
        assert_eq!(known.body[name], value, "{name}");
    }
    assert!(known.body["exp"].as_i64().unwrap() > server.state.clock.now().timestamp());
    assert!(is_active(&rp, &server, &refresh).await);
    for token in [&access, &refresh] {
        assert!(!is_active(&eve, &server, token).await);
    }
    for token in ["", "lqt_at_unknown", "lqt_rt_unknown", "lqt_ct_unknown", "x"] {
        let answer = ask(&rp, &server, "introspect", token).await;
        assert!(token.is_empty() || answer.body == json!({ "active": false }), "{token}: {:?}", answer.body);
        assert!(!token.is_empty() || answer.error() == (400, "invalid_request"));
    }
    assert!(!is_active(&rp, &server, &answer.text("id_token")).await);
    // Anonymous, with a wrong secret, or by a service that cannot prove who it is.
    server.service_with("c_pub", REDIRECT, |client| client.authentication = Authentication::None).await;
    let wrong = RelyingParty::of(&server, "c_conf", Some(loquet::crypto::Plain::random("x")));
    for caller in [RelyingParty::of(&server, "c_pub", None), RelyingParty::of(&server, "c_conf", None), wrong] {
        assert_eq!(ask(&caller, &server, "introspect", &access).await.error(), (401, "invalid_client"));
    }
    // What is used, expired or without a right behind it.
    rp.refresh(&refresh).await;
    assert!(!is_active(&rp, &server, &refresh).await, "it has a successor");
    server.advance(TimeDelta::seconds(301));
    assert!(!is_active(&rp, &server, &access).await, "expired");
    server.state.clock.set_shift(TimeDelta::zero());
    assert!(is_active(&rp, &server, &access).await);
    sqlx::query("UPDATE users SET active = false").execute(&pool).await.unwrap();
    assert!(!is_active(&rp, &server, &access).await, "disabled");
}

/// RT-13, RT-15: a resource server learns of tokens that are for it what it decides by, and no name that was
/// not granted; userinfo does not take them.
#[sqlx::test]
async fn a_token_for_a_resource_server(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let resource = other(&server, "c_api").await;
    let change = |client: &mut loquet::db::clients::Client| {
        client.audience = Some("c_api".to_owned());
        client.sector = Some("rp.test".to_owned());
    };
    let (_, secret) = server.service_with("c_app", REDIRECT, change).await;
    let app = RelyingParty::of(&server, "c_app", Some(secret));
    let browser = Browser::of(&server);
    app.sign_in(&browser, "alice").await;
    let code = browser.get(&app.authorize(&[("scope", "openid groups offline_access")])).await.answer("code").unwrap();
    let answer = app.exchange(&code).await;
    let access = answer.text("access_token");
    for caller in [&resource, &app] {
        let known = ask(caller, &server, "introspect", &access).await.body;
        assert_eq!((&known["active"], &known["aud"]), (&json!(true), &json!("c_api")));
        assert_eq!(known["sub"], answer.id_token()["sub"]);
        let told: Vec<&String> = known.as_object().unwrap().keys().collect();
        for kept in ["username", "email", "name", "preferred_username", "given_name"] {
            assert_eq!(known[kept], Value::Null, "{kept} was not granted: {told:?}");
        }
    }
    assert!(!is_active(&resource, &server, &answer.text("refresh_token")).await, "not a resource server's business");
    assert_eq!(app.userinfo(&access).await.error(), (401, "invalid_token"));
}

/// RT-12: 200 whatever it was; only one's own ends, at once and everywhere.
#[sqlx::test]
async fn revocation(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let eve = other(&server, "c_eve").await;
    let browser = Browser::of(&server);
    let first = rp.exchange(&rp.code(&browser, "alice").await).await;
    let (access, refresh) = (first.text("access_token"), first.text("refresh_token"));
    for token in ["unknown", "lqt_at_unknown", "lqt_rt_unknown", "lqt_ct_unknown", &access, &refresh] {
        assert_eq!(ask(&eve, &server, "revoke", token).await.status, 200, "{token}");
    }
    assert_eq!(rp.userinfo(&access).await.status, 200, "another service's token is left alone");
    assert!(is_active(&rp, &server, &refresh).await);
    let anonymous = RelyingParty::of(&server, "c_conf", None);
    assert_eq!(ask(&anonymous, &server, "revoke", &access).await.error(), (401, "invalid_client"));
    assert_eq!(ask(&rp, &server, "revoke", "").await.error(), (400, "invalid_request"));
    // An access token alone.
    assert_eq!(ask(&rp, &server, "revoke", &access).await.status, 200);
    assert_eq!(rp.userinfo(&access).await.error(), (401, "invalid_token"));
    assert!(!is_active(&rp, &server, &access).await);
    // A refresh token with its family, also by a name that was already used.
    let second = rp.refresh(&refresh).await;
    assert_eq!(second.status, 200);
    assert_eq!(ask(&rp, &server, "revoke", &refresh).await.status, 200);
    assert_eq!(rp.userinfo(&second.text("access_token")).await.error(), (401, "invalid_token"));
    assert_eq!(rp.refresh(&second.text("refresh_token")).await.error(), (400, "invalid_grant"));
    // A public client gives back its own.
    server.service_with("c_pub", REDIRECT, |client| client.authentication = Authentication::None).await;
    let public = RelyingParty::of(&server, "c_pub", None);
    let code = browser.get(&public.authorize(&[])).await.answer("code").unwrap();
    let held = public.exchange(&code).await;
    assert_eq!(ask(&public, &server, "revoke", &held.text("refresh_token")).await.status, 200);
    assert_eq!(public.userinfo(&held.text("access_token")).await.status, 401);
}

/// TK-16: what a client gets for itself is nobody's name and opens nothing of anybody's.
#[sqlx::test]
async fn a_client_for_itself(pool: PgPool) {
    let server = Server::start(&pool).await;
    for jwt in [false, true] {
        let name = if jwt { "c_jwt" } else { "c_own" };
        let (_, secret) = server
            .service_with(name, REDIRECT, |client| {
                client.client_credentials = true;
                client.jwt_access_tokens = jwt;
            })
            .await;
        let rp = RelyingParty::of(&server, name, Some(secret));
        let form = [("grant_type", "client_credentials"), ("scope", "openid email offline_access admin")];
        let answer = rp.token(&form).await;
        assert_eq!((answer.status, answer.text("scope").as_str()), (200, ""), "{:?}", answer.body);
        assert!(answer.body.get("refresh_token").is_none() && answer.body.get("id_token").is_none());
        let token = answer.text("access_token");
        assert_eq!(rp.userinfo(&token).await.error(), (401, "invalid_token"));
        let known = ask(&rp, &server, "introspect", &token).await.body;
        assert_eq!((known["active"].clone(), known["sub"].clone()), (json!(true), json!(format!("client:{name}"))));
        if jwt {
            assert_eq!(crate::support::jwt::part(&token, 1)["sub"], known["sub"]);
        }
        assert_eq!(ask(&rp, &server, "revoke", &token).await.status, 200);
        assert!(!is_active(&rp, &server, &token).await);
        let token = rp.token(&form).await.text("access_token");
        let mut client =
            server.state.directory.client(name, &server.state.pool).await.unwrap().unwrap().as_ref().clone();
        client.enabled = false;
        server.change_service(&client).await;
        assert_eq!(ask(&rp, &server, "introspect", &token).await.error(), (401, "invalid_client"));
    }
    let plain = RelyingParty::new(&server).await;
    assert_eq!(plain.token(&[("grant_type", "client_credentials")]).await.error(), (400, "unauthorized_client"));
}
