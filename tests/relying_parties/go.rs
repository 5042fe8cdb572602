//! Go's `go-oidc` and `x/oauth2`, the libraries of Listmonk, Forgejo and many more: the program
//! `go_oidc/`.

use std::io::Write as _;

use loquet::crypto::Algorithm;
use loquet::db::clients::{Authentication, Client};
use serde_json::json;
use sqlx::PgPool;
use tokio::process::Command;

use super::programs::{converse, made, prepare};
use crate::support::client::REDIRECT;
use crate::support::{Browser, Server};

/// x/oauth2 is not told how a service authenticates: it tries HTTP Basic, and when that is refused,
/// the body, with the same code. Of a public client it refuses the first.
#[sqlx::test]
async fn the_go_libraries_sign_in_and_detect_what_is_wrong(pool: PgPool) {
    prepare("go").await;
    let program = made("go-oidc");
    if !program.exists() {
        // Past the test harness, which keeps what a passing test prints to itself.
        writeln!(std::io::stderr(), "NOTICE: no Go: the relying party in Go is not tested").unwrap();
        return;
    }
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let mut services = Vec::new();
    for (id, algorithm, answers) in [
        ("c_confidential", Algorithm::Rs256, json!([200])),
        ("c_other-keys", Algorithm::Es256, json!([200])),
        ("c_public", Algorithm::Rs256, json!([401, 200])),
    ] {
        let change = |client: &mut Client| {
            client.id_token_alg = algorithm;
            if id == "c_public" {
                client.authentication = Authentication::None;
            }
        };
        let (client, secret) = server.service_with(id, REDIRECT, change).await;
        let secret = if client.is_confidential() { secret.reveal() } else { "" };
        services.push(json!({ "id": id, "secret": secret, "algorithm": algorithm.name(), "answers": answers }));
    }
    server.group("staff", &[&alice], &["c_confidential", "c_other-keys", "c_public"]).await;
    let settings = json!({
        "issuer": server.url, "redirect": REDIRECT, "login": "alice", "email": alice.email, "sub": alice.id,
        "groups": ["staff"], "services": services,
    });
    let checked = converse(&mut Command::new(program), &settings, &Browser::of(&server), "alice").await;
    // A program that ends early has checked nothing.
    assert_eq!(checked, 7);
}
