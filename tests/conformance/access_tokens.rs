//! Access tokens that resource servers read or ask about (rule 16), and who may ask.

use loquet::db::clients::Client;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::scene::Scene;
use crate::support::client::{Answer, REDIRECT};
use crate::support::{Browser, RelyingParty};

impl Scene {
    /// What introspection says of a token to a service.
    async fn introspect(&self, caller: &RelyingParty, token: &str) -> Answer {
        let secret = caller.secret.as_ref().unwrap().reveal();
        let request = caller.http().post(format!("{}/introspect", self.server.url));
        caller.read(request.basic_auth(&caller.client_id, Some(secret)).form(&[("token", token)])).await
    }

    async fn service(&self, id: &str, change: impl FnOnce(&mut Client)) -> RelyingParty {
        let (_, secret) = self.server.service_with(id, REDIRECT, change).await;
        RelyingParty::of(&self.server, id, Some(secret))
    }

    /// What alice's sign-in gives that service.
    async fn tokens(&self, rp: &RelyingParty) -> Answer {
        rp.exchange(&rp.code(&Browser::of(&self.server), "alice").await).await
    }
}

/// Opaque by default: nothing to be read, whatever the client.
#[sqlx::test]
async fn access_tokens_are_opaque_by_default(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let token = scene.pass(&[("scope", "openid email")]).await.answer.text("access_token");
    assert!(token.starts_with("lqt_at_") && !token.contains('.'));
    let other = scene.service("c_other", |_| ()).await;
    let known = scene.introspect(&scene.rp, &token).await;
    assert_eq!((known.status, &known.body["active"], &known.body["aud"]), (200, &json!(true), &json!("c_suite")));
    assert_eq!(known.body["scope"], "openid email");
    assert_eq!(known.headers["cache-control"], "no-store");
    assert_eq!(scene.introspect(&other, &token).await.body, json!({"active": false}), "of another audience");
    assert_eq!(scene.introspect(&scene.rp, "nonsense").await.body, json!({"active": false}));
    let anonymous = scene.rp.http().post(format!("{}/introspect", scene.server.url)).form(&[("token", &token)]);
    assert_eq!(scene.rp.read(anonymous).await.error(), (401, "invalid_client"));
}

/// RFC 9068, with groups as everywhere else; a client that may not get groups has none in it.
#[sqlx::test]
async fn a_jwt_for_a_resource_server(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let mail = scene.service("mail", |_| ()).await;
    let webmail = scene
        .service("webmail", |client| {
            client.jwt_access_tokens = true;
            client.audience = Some("mail".to_owned());
        })
        .await;
    scene.server.group("equipe", &[&scene.alice], &["webmail"]).await;
    let answer = scene.tokens(&webmail).await;
    let token = answer.text("access_token");
    let (header, claims) = scene.verify(&token, "mail").await;
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert_eq!((claims["aud"].as_str(), claims["client_id"].as_str()), (Some("mail"), Some("webmail")));
    assert_eq!(claims["scope"], "openid profile email groups offline_access");
    assert_eq!((&claims["groups"], &answer.id_token()["groups"]), (&json!(["equipe"]), &json!(["equipe"])));
    assert_eq!(claims["sub"], scene.alice.id.to_string());
    for name in ["exp", "iat", "auth_time"] {
        assert!(claims[name].is_i64(), "{name}");
    }
    assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() >= 22) && claims.get("email").is_none());
    // The server that it is for may ask about it; userinfo and anybody else refuse it.
    let known: Value = scene.introspect(&mail, &token).await.body;
    assert_eq!((&known["active"], &known["aud"], &known["groups"]), (&json!(true), &json!("mail"), &json!(["equipe"])));
    assert_eq!(scene.introspect(&scene.rp, &token).await.body, json!({"active": false}));
    assert_eq!(webmail.userinfo(&token).await.status, 401);
    let refresh_token = answer.text("refresh_token");
    assert_eq!(scene.introspect(&mail, &refresh_token).await.body, json!({"active": false}), "not its business");
    // Dovecot 2.3 fails on arrays: no scope, no claim.
    let plain = scene
        .service("plain", |client| {
            client.jwt_access_tokens = true;
            client.scopes = ["openid", "email"].map(str::to_owned).to_vec();
        })
        .await;
    let answer = scene.tokens(&plain).await;
    let (_, claims) = scene.verify(&answer.text("access_token"), "plain").await;
    assert!(claims.get("groups").is_none() && claims.get("roles").is_none(), "{claims}");
    assert_eq!(plain.userinfo(&answer.text("access_token")).await.status, 200, "its own");
    // An ID token is no access token.
    assert_eq!(plain.userinfo(&answer.text("id_token")).await.status, 401);
}
