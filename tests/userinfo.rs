//! Userinfo and claims.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::{Browser, RelyingParty, Server};

/// RT-14 and the three ways of asking.
#[sqlx::test]
async fn userinfo_takes_access_tokens_only(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let answer = rp.exchange(&rp.code(&Browser::of(&server), "alice").await).await;
    let token = answer.text("access_token");
    let address = format!("{}/userinfo", server.url);
    let http = rp.http();
    for request in [
        http.get(&address).bearer_auth(&token),
        http.post(&address).bearer_auth(&token),
        http.post(&address).form(&[("access_token", &token)]),
    ] {
        let reply = rp.read(request).await;
        assert_eq!((reply.status, reply.text("sub")), (200, alice.id.to_string()));
        assert!(
            reply.body["updated_at"].is_number()
                && reply.body["email_verified"] == true
                && reply.body["groups"].is_array()
        );
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert!(!reply.body.as_object().unwrap().values().any(serde_json::Value::is_null));
    }
    for request in [
        http.get(&address),
        http.get(&address).bearer_auth(answer.text("id_token")),
        http.get(&address).bearer_auth(answer.text("refresh_token")),
        http.get(&address).bearer_auth("lqt_at_nonsense"),
        http.get(format!("{address}?access_token={token}")),
        http.get(&address).header("authorization", format!("Basic {token}")),
    ] {
        let reply = rp.read(request).await;
        assert_eq!(reply.status, 401);
        assert!(reply.headers["www-authenticate"].to_str().unwrap().contains("error=\"invalid_token\""));
    }
    server.advance(TimeDelta::seconds(301));
    assert_eq!(rp.userinfo(&token).await.status, 401, "expired");
}

/// RT-15, rule 9, rule 6: claims follow scopes, single claims may be asked for, within what the client may get.
#[sqlx::test]
async fn claims_follow_scopes(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    rp.code(&browser, "alice").await;
    let ask = async |changes: &[(&str, &str)]| {
        let code = browser.get(&rp.authorize(changes)).await.answer("code").unwrap();
        let answer = rp.exchange(&code).await;
        let userinfo = rp.userinfo(&answer.text("access_token")).await.body;
        (answer.text("scope"), answer.id_token(), userinfo)
    };
    let (scope, id_token, userinfo) = ask(&[("scope", "openid openid email unknown")]).await;
    assert_eq!(scope, "openid email");
    for claims in [&id_token, &userinfo] {
        assert!(claims.get("email").is_some() && claims.get("name").is_none() && claims.get("groups").is_none());
    }
    let (_, id_token, userinfo) = ask(&[
        ("scope", "openid"),
        ("claims", r#"{"userinfo":{"name":{"essential":true},"nonsense":null},"id_token":{"email":null}}"#),
    ])
    .await;
    assert!(userinfo.get("name").is_some() && userinfo.get("email").is_none());
    assert!(id_token.get("email").is_some() && id_token.get("name").is_none());
    // A client that may not get an address does not, however it asks; and only the specification's ID token.
    let mut client =
        server.state.directory.client("c_conf", &server.state.pool).await.unwrap().unwrap().as_ref().clone();
    client.scopes = vec!["openid".to_owned(), "profile".to_owned()];
    client.claims_in_id_token = false;
    server.change_service(&client).await;
    let (scope, id_token, userinfo) = ask(&[("claims", r#"{"userinfo":{"email":null}}"#)]).await;
    assert_eq!(scope, "openid profile");
    assert!(userinfo.get("email").is_none() && userinfo.get("name").is_some());
    assert!(id_token.get("name").is_none() && id_token.get("sid").is_some());
}

/// GR-07: names of groups that concern this client, and of no other organization.
#[sqlx::test]
async fn groups_are_those_of_the_client(pool: PgPool) {
    let server = Server::start(&pool).await;
    let carl = server.person("carl").await;
    let rp = RelyingParty::new(&server).await;
    let now = server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    for (slug, attached) in [("a", true), ("b", false)] {
        let organization =
            loquet::db::organizations::ensure_organization(&mut connection, slug, slug, now).await.unwrap();
        loquet::db::organizations::add_member(&mut connection, organization, carl.id, false, now).await.unwrap();
        if attached {
            loquet::db::organizations::attach(&mut connection, organization, "c_conf", true).await.unwrap();
            loquet::db::organizations::ensure_role(&mut connection, "c_conf", "editor", true).await.unwrap();
            loquet::db::organizations::grant(
                &mut connection,
                organization,
                carl.id,
                "c_conf",
                &["editor".to_owned()],
                now,
            )
            .await
            .unwrap();
        }
    }
    for (name, allowed) in [("equipe", true), ("secrets", false)] {
        let group = loquet::db::organizations::ensure_group(&mut connection, name, now).await.unwrap();
        loquet::db::organizations::add_to_group(&mut connection, carl.id, group).await.unwrap();
        if allowed {
            loquet::db::organizations::allow_group(&mut connection, "c_conf", group).await.unwrap();
        }
    }
    let answer = rp.exchange(&rp.code(&Browser::of(&server), "carl").await).await;
    let userinfo = rp.userinfo(&answer.text("access_token")).await.body;
    for claims in [&answer.id_token(), &userinfo] {
        assert_eq!(claims["groups"], serde_json::json!(["equipe", "a", "a/editor"]));
        assert_eq!(claims["roles"], serde_json::json!(["editor"]));
    }
}

/// ES256 for a client that wants it.
#[sqlx::test]
async fn the_algorithm_is_the_clients(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let (_, secret) = server
        .service_with("c_es", crate::support::client::REDIRECT, |client| {
            client.id_token_alg = loquet::crypto::Algorithm::Es256;
        })
        .await;
    let rp = RelyingParty::of(&server, "c_es", Some(secret));
    let token = rp.exchange(&rp.code(&Browser::of(&server), "alice").await).await.text("id_token");
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.alg, jsonwebtoken::Algorithm::ES256);
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_slice(server.state.directory.jwks().as_bytes()).unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(set.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut rule = jsonwebtoken::Validation::new(header.alg);
    rule.set_audience(&["c_es"]);
    assert!(jsonwebtoken::decode::<serde_json::Value>(&token, &key, &rule).is_ok());
}
