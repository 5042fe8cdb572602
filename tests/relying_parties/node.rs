//! npm `openid-client`, certified by the OpenID Foundation: the script `openid_client/sign_in.mjs`.

use loquet::crypto::Algorithm;
use loquet::db::clients::Authentication;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::process::Command;

use super::programs::{prepare, run, sources};
use crate::support::client::REDIRECT;
use crate::support::{PASSWORD, Server};

/// Anybody can install what the lock file names: npm writes a mirror's addresses into it otherwise.
#[test]
fn the_lock_file_names_no_other_registry() {
    let lock: Value =
        serde_json::from_slice(&std::fs::read(sources("openid_client").join("package-lock.json")).unwrap()).unwrap();
    for (name, package) in lock["packages"].as_object().unwrap() {
        let from = package["resolved"].as_str();
        assert!(from.is_none_or(|from| from.starts_with("https://registry.npmjs.org/")), "{name}: {from:?}");
        assert!(name.is_empty() || package["integrity"].is_string(), "{name}");
    }
}

#[sqlx::test]
async fn the_npm_openid_client_signs_in_and_detects_what_is_wrong(pool: PgPool) {
    prepare("node").await;
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
    let mut node = Command::new("node");
    node.arg("sign_in.mjs").env("SETTINGS", settings.to_string()).current_dir(sources("openid_client"));
    let printed = run(&mut node, "nodejs").await;
    // A script that ends early has checked nothing.
    assert_eq!(printed.matches("ok      ").count(), 11, "{printed}");
}
