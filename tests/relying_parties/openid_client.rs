//! npm `openid-client`, certified by the OpenID Foundation: the script `node/openid_client.mjs`.

use loquet::crypto::Algorithm;
use loquet::db::clients::Authentication;
use serde_json::json;
use sqlx::PgPool;

use super::node;
use crate::support::client::REDIRECT;
use crate::support::{PASSWORD, Server};

#[sqlx::test]
async fn the_npm_openid_client_signs_in_and_detects_what_is_wrong(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let mut services = Vec::new();
    for (id, algorithm, authentication) in [
        ("c_basic", Algorithm::Rs256, "basic"),
        ("c_post", Algorithm::Es256, "post"),
        ("c_public", Algorithm::Rs256, "none"),
    ] {
        let change = |client: &mut loquet::db::clients::Client| {
            client.id_token_alg = algorithm;
            if authentication == "none" {
                client.authentication = Authentication::None;
            }
        };
        let (_, secret) = server.service_with(id, REDIRECT, change).await;
        services.push(json!({
            "id": id, "secret": secret.reveal(), "algorithm": algorithm.name(), "authentication": authentication,
        }));
    }
    let settings = json!({
        "issuer": server.url, "redirect": REDIRECT, "login": "alice", "password": PASSWORD, "sub": alice.id,
        "services": services,
    });
    node::checks("openid_client.mjs", &settings, 11).await;
}
