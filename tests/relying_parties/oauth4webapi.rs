//! npm `oauth4webapi`, the strict library under `openid-client`: the scripts `node/oauth4webapi*.mjs`.

use loquet::crypto::Algorithm;
use loquet::db::clients::{Authentication, Client};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::node;
use crate::support::client::REDIRECT;
use crate::support::{PASSWORD, Server};

#[sqlx::test]
async fn the_npm_oauth4webapi_understands_what_we_give_and_what_we_refuse(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let (_, one) = server.service("c_one", REDIRECT).await;
    let (_, other) = server.service_with("c_other", REDIRECT, |client| client.id_token_alg = Algorithm::Es256).await;
    let settings = json!({
        "issuer": server.url, "redirect": REDIRECT, "login": "alice", "password": PASSWORD, "sub": alice.id,
        "secrets": { "c_one": one.reveal(), "c_other": other.reveal() },
    });
    node::checks("oauth4webapi.mjs", &settings, 11).await;
}

/// Pushed requests, assertions, introspection, revocation, JWTs, tokens of a client's own.
#[sqlx::test]
async fn the_npm_oauth4webapi_uses_every_endpoint(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let keys: Value = serde_json::from_str(&node::script("keys.mjs", &json!({})).await).unwrap();
    let service = async |id: &str, change: &dyn Fn(&mut Client)| server.service_with(id, REDIRECT, change).await.1;
    let change_key = |client: &mut Client| {
        client.authentication = Authentication::PrivateKeyJwt;
        client.jwks = Some(json!({ "keys": [keys["public"]] }));
        client.require_pushed_requests = true;
    };
    service("c_key", &change_key).await;
    service("c_public", &|client| client.authentication = Authentication::None).await;
    let jwt = |client: &mut Client| {
        client.jwt_access_tokens = true;
        client.audience = Some("https://api.test/".to_owned());
    };
    let secrets = json!({
        "c_one": service("c_one", &|_| ()).await.reveal(),
        "c_other": service("c_other", &|_| ()).await.reveal(),
        "c_jwt": service("c_jwt", &jwt).await.reveal(),
        "c_machine": service("c_machine", &|client| client.client_credentials = true).await.reveal(),
    });
    let settings = json!({
        "issuer": server.url, "redirect": REDIRECT, "login": "alice", "password": PASSWORD, "sub": alice.id,
        "secrets": secrets, "key": keys["private"],
    });
    node::checks("oauth4webapi_endpoints.mjs", &settings, 10).await;
}
