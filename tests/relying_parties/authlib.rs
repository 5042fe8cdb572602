//! PyPI `Authlib`, the library of many services in Python: the script `python/sign_in.py`.

use loquet::crypto::Algorithm;
use loquet::db::clients::{Authentication, Client};
use serde_json::json;
use sqlx::PgPool;
use tokio::process::Command;

use super::programs::{converse, made, prepare, sources};
use crate::support::client::REDIRECT;
use crate::support::{Browser, Server};

#[sqlx::test]
async fn authlib_signs_in_and_detects_what_is_wrong(pool: PgPool) {
    prepare("python").await;
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let mut services = Vec::new();
    for (id, algorithm, authentication, library) in [
        ("c_basic", Algorithm::Rs256, "client_secret_basic", "requests"),
        ("c_post", Algorithm::Es256, "client_secret_post", "httpx"),
        ("c_public", Algorithm::Rs256, "none", "httpx"),
    ] {
        let change = |client: &mut Client| {
            client.id_token_alg = algorithm;
            if authentication == "none" {
                client.authentication = Authentication::None;
            }
        };
        let (client, secret) = server.service_with(id, REDIRECT, change).await;
        services.push(json!({
            "id": id, "secret": client.is_confidential().then(|| secret.reveal()), "algorithm": algorithm.name(),
            "authentication": authentication, "library": library,
        }));
    }
    server.group("staff", &[&alice], &["c_basic", "c_post", "c_public"]).await;
    let settings = json!({
        "issuer": server.url, "redirect": REDIRECT, "login": "alice", "email": alice.email, "sub": alice.id,
        "services": services,
    });
    let mut python = Command::new(made("python/bin/python"));
    python.arg(sources("python").join("sign_in.py"));
    let checked = converse(&mut python, &settings, &Browser::of(&server), "alice").await;
    // A script that ends early has checked nothing.
    assert_eq!(checked, 5);
}
