//! The programs in JavaScript, and the packages that they use: the folder `node`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;
use tokio::sync::OnceCell;

use crate::support::processes::needs;

/// Where they are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/relying_parties/node")
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

/// The packages of the lock file, once, if `scripts/check` has not installed them already.
pub async fn install() {
    static INSTALLED: OnceCell<()> = OnceCell::const_new();
    let changed = |name: &str| folder().join(name).metadata().and_then(|metadata| metadata.modified()).ok();
    let ci = async || {
        // npm writes the second one when it has installed what the first one says.
        if changed("package-lock.json") > changed("node_modules/.package-lock.json") {
            run("npm", "npm", |npm| npm.args(["ci", "--no-audit", "--no-fund"])).await;
        }
    };
    INSTALLED.get_or_init(ci).await;
}

/// Runs a script: everything it printed.
pub async fn script(name: &str, settings: &Value) -> String {
    install().await;
    run("node", "nodejs", |node| node.arg(name).env("SETTINGS", settings.to_string())).await
}

/// Runs a script that prints a line for each thing it has checked, and counts them: one that ends
/// early has checked nothing.
pub async fn checks(name: &str, settings: &Value, expected: usize) {
    let printed = script(name, settings).await;
    assert_eq!(printed.matches("ok      ").count(), expected, "{printed}");
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
