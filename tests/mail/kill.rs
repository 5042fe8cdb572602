//! FA-10: the process is killed after the server has taken a mail and before that is written down.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions as _, PgPool};
use tokio::sync::Notify;

use super::{Office, environment_of, message};
use crate::support::patience::within;
use crate::support::processes::{Process, free_port};
use crate::support::sink::{Manner, Sink, Verdict};

fn serve(pool: &PgPool, office: &Office, sink: &Sink) -> Process {
    let listen = format!("127.0.0.1:{}", free_port());
    let child = Command::new(env!("CARGO_BIN_EXE_loquet"))
        .arg("serve")
        .env_clear()
        .envs(environment_of(sink.port, &office.key, &[("LOQUET_SERVER_LISTEN", &listen)]))
        .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Process { child, leader: false }
}

/// The same mail twice, link and all: never lost, and known to be the same.
#[sqlx::test]
async fn a_mail_taken_and_not_written_down_goes_again(pool: PgPool) {
    let go_on = Arc::new(Notify::new());
    let verdict = Verdict::SayAfter(Arc::clone(&go_on), "250 taken");
    let sink = Sink::start(Manner { verdict, ..Manner::default() }).await;
    let office = Office::new(&pool, sink.port, &[]);
    office.queue(&message()).await;
    let first = serve(&pool, &office, &sink);
    sink.wait_for(1).await;
    // It shall not write that down before it dies.
    let mut held = pool.begin().await.unwrap();
    sqlx::query("SELECT FROM mail_outbox FOR UPDATE").execute(&mut *held).await.unwrap();
    go_on.notify_one();
    let writing = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM mail_outbox%'";
    within(Duration::from_secs(30), "the answer has arrived", async || {
        sqlx::query(writing).fetch_optional(&pool).await.unwrap().is_some()
    })
    .await;
    kill_process(Pid::from_child(&first.child), Signal::KILL).unwrap();
    drop(first);
    // Its connection dies with it; PostgreSQL would see that only once it has the lock.
    let end = format!("SELECT pg_terminate_backend(pid) FROM ({writing}) AS waiting");
    sqlx::query(sqlx::AssertSqlSafe(end)).execute(&pool).await.unwrap();
    held.rollback().await.unwrap();

    sink.answer(Manner::default());
    let leased: bool =
        sqlx::query_scalar("SELECT next_attempt_at > now() FROM mail_outbox").fetch_one(&pool).await.unwrap();
    assert!(leased, "still claimed by the one that died");
    let _second = serve(&pool, &office, &sink);
    sqlx::query("UPDATE mail_outbox SET next_attempt_at = now()").execute(&pool).await.unwrap();
    let given = sink.wait_for(2).await;
    within(Duration::from_secs(30), "nothing waits", async || office.kept().await.is_empty()).await;
    let twice = sink.given();
    assert_eq!((given.len(), twice.len()), (2, 2));
    let body = |number: usize| twice[number].data.split_once("\n\n").unwrap().1.replace('=', "");
    assert!(!twice[0].header("Message-ID").is_empty() && body(0).contains("https://sso.example/verify/x"));
    for header in ["Message-ID", "Date", "Subject", "To"] {
        assert_eq!(twice[0].header(header), twice[1].header(header), "{header}");
    }
    assert!(body(1).contains("https://sso.example/verify/x"));
}
