//! Programs in other languages that sign people in with a library, while the test is their browser.
//!
//! A program is told everything in `SETTINGS`, as JSON. It prints `visit ADDRESS` where it sends the
//! browser away, then reads a line: where the browser was sent back to. `ok …` is a thing checked.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use crate::support::processes::needs;
use crate::support::{Browser, PASSWORD};

/// How long a program may take, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// Where `scripts/relying-parties` puts what it makes.
pub fn made(what: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/relying-parties").join(what)
}

/// Where a program's own files are.
pub fn sources(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/relying_parties").join(folder)
}

/// Installs or builds what a language's tests need, if that was not done already.
pub async fn prepare(language: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/relying-parties");
    let output = needs(Command::new(script).arg(language).output().await, "scripts/relying-parties", "bash");
    assert!(output.status.success(), "{language}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs a program to its end, a browser at its side: how many things it checked.
pub async fn converse(command: &mut Command, settings: &Value, browser: &Browser, login: &str) -> usize {
    let command = command.env("SETTINGS", settings.to_string()).kill_on_drop(true);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut answers = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = Vec::new();
    let end = tokio::time::timeout(PATIENCE, async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(address) = line.strip_prefix("visit ") {
                let answer = visit(browser, address, login).await;
                answers.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
            }
            printed.push(line);
        }
        child.wait_with_output().await.unwrap()
    });
    let output = end.await.unwrap_or_else(|_| panic!("{PATIENCE:?} are over\n{}", printed.join("\n")));
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{}\n{complaints}", output.status, printed.join("\n"));
    printed.iter().filter(|line| line.starts_with("ok ")).count()
}

/// Where the service is called back, having signed in on the way if that is asked.
async fn visit(browser: &Browser, address: &str, login: &str) -> String {
    let mut reply = browser.open(address).await;
    if reply.is_page() {
        reply = browser.sign_in_on(&reply, login, PASSWORD).await;
    }
    let location = reply.location();
    assert!(!location.is_empty(), "not called back: {} {}", reply.status, reply.body);
    location.to_owned()
}
