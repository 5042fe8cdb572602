//! `loquet mail …`: what waits, what was given up, and whether anything arrives at all.

use std::process::Output;

use serde_json::Value;
use sqlx::{ConnectOptions as _, PgPool};

use tokio::process::Command;

use super::{Office, environment_of, message, tried};
use crate::support::sink::{Manner, Sink, Verdict};

async fn loquet(pool: &PgPool, port: u16, key: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loquet"))
        .args(arguments)
        .env_clear()
        .envs(environment_of(port, key, &[]))
        .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .output()
        .await
        .unwrap()
}

#[sqlx::test]
async fn what_waits_can_be_seen_and_tried_again(pool: PgPool) {
    let sink = Sink::start(Manner { recipient: "550 <alice@example.org> unknown", ..Manner::default() }).await;
    let office = Office::new(&pool, sink.port, &[]);
    // What it says, or what it complains of.
    let run = async |arguments: &[&str]| {
        let output = loquet(&pool, sink.port, &office.key, arguments).await;
        let told = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.code().unwrap(), String::from_utf8(told).unwrap())
    };
    assert_eq!(run(&["mail", "list"]).await, (0, "No mail waits, and none was given up.\n".to_owned()));
    office.queue(&message()).await;
    office.round().await;
    sink.answer(Manner { verdict: Verdict::Say("451 later"), ..Manner::default() });
    office.queue(&message()).await;
    office.round().await;
    let (code, list) = run(&["mail", "list"]).await;
    assert!(code == 0 && list.contains("given up") && list.contains("next try"), "{list}");
    assert!(list.contains("a…@example.org") && list.contains("permanent error (550): … unknown"), "{list}");
    assert!(!list.contains("alice") && !list.contains("https://"), "{list}");
    let (_, json) = run(&["mail", "list", "--json"]).await;
    let all: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((all[0]["to"].as_str(), all[0]["tries"].as_i64()), (Some("a…@example.org"), Some(1)));
    assert!(all[0]["given_up_at"].is_string() && all[0]["next_try_at"].is_null());
    assert!(all[1]["given_up_at"].is_null() && all[1]["next_try_at"].is_string());

    sink.answer(Manner::default());
    assert_eq!(run(&["mail", "retry"]).await.0, 2, "which?");
    let (code, unknown) = run(&["mail", "retry", "00000000-0000-7000-8000-000000000000"]).await;
    assert!(code == 1 && unknown.contains("there is no mail"), "{unknown}");
    assert_eq!(run(&["mail", "retry", all[0]["id"].as_str().unwrap()]).await.0, 0);
    assert_eq!(office.round().await, tried(1), "that one alone");
    assert_eq!(run(&["mail", "retry", "--all"]).await.0, 0);
    assert_eq!(office.round().await, tried(1));
    assert!(office.kept().await.is_empty());
}

/// At once and without the outbox: whoever sets a server up wants to see what it says.
#[sqlx::test]
async fn a_message_to_try(pool: PgPool) {
    let sink = Sink::start(Manner::default()).await;
    let key = loquet::crypto::Vault::generate_master_key();
    let run = async |port: u16| {
        let output = loquet(&pool, port, &key, &["mail", "test", "host@example.org"]).await;
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    assert_eq!(run(sink.port).await, (true, "localhost took a message to host@example.org.\n".to_owned()));
    let given = sink.given().pop().unwrap();
    assert_eq!(given.to, ["host@example.org"]);
    sink.answer(Manner { recipient: "550 unknown", ..Manner::default() });
    let (success, told) = run(sink.port).await;
    assert!(!success && told.contains("permanent error (550): unknown"), "{told}");
    let (success, told) = run(1).await;
    assert!(!success && told.contains("refused"), "{told}");
    assert_eq!(loquet(&pool, sink.port, &key, &["mail", "test", "nobody"]).await.status.code(), Some(1));
}
