//! npm `openid-client`, certified by the OpenID Foundation: the script `openid_client/sign_in.mjs`.

use std::path::{Path, PathBuf};

use loquet::crypto::Algorithm;
use loquet::db::clients::Authentication;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::process::Command;

use crate::support::client::REDIRECT;
use crate::support::processes::needs;
use crate::support::{PASSWORD, Server};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/relying_parties/openid_client")
}

/// Runs a program to its end: everything it printed, if it succeeded.
async fn run(program: &str, package: &str, change: impl FnOnce(&mut Command) -> &mut Command) -> String {
    let mut command = Command::new(program);
    let output = change(&mut command).current_dir(folder()).kill_on_drop(true).output().await;
    let output = needs(output, program, package);
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(output.status.success(), "{program}: {}\n{printed}", output.status);
    printed
}

/// The packages of the lock file, if `scripts/setup` has not installed them already.
async fn install() {
    let changed = |name: &str| folder().join(name).metadata().and_then(|metadata| metadata.modified()).ok();
    // npm writes the second one when it has installed what the first one says.
    if changed("package-lock.json") > changed("node_modules/.package-lock.json") {
        run("npm", "npm", |npm| npm.args(["ci", "--no-audit", "--no-fund"])).await;
    }
}

/// Anybody can install what the lock file names: npm writes a mirror's addresses into it otherwise.
#[test]
fn the_lock_file_names_no_other_registry() {
    let lock: Value = serde_json::from_slice(&std::fs::read(folder().join("package-lock.json")).unwrap()).unwrap();
    for (name, package) in lock["packages"].as_object().unwrap() {
        let from = package["resolved"].as_str();
        assert!(from.is_none_or(|from| from.starts_with("https://registry.npmjs.org/")), "{name}: {from:?}");
        assert!(name.is_empty() || package["integrity"].is_string(), "{name}");
    }
}

#[sqlx::test]
async fn the_npm_openid_client_signs_in_and_detects_what_is_wrong(pool: PgPool) {
    install().await;
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
    let printed = run("node", "nodejs", |node| node.arg("sign_in.mjs").env("SETTINGS", settings.to_string())).await;
    // A script that ends early has checked nothing.
    assert_eq!(printed.matches("ok      ").count(), 11, "{printed}");
}
