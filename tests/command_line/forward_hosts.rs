//! `loquet client … --forward-host`

use serde_json::json;
use sqlx::PgPool;

use super::{fails, json};
use crate::support::Server;
use crate::support::program::Program;

/// One service a host, never ours; no secret for what only a proxy protects.
#[sqlx::test]
async fn hosts_behind_a_proxy(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let add = |id: &'static str, host: &'static str| {
        ["client", "add", "--name", id, "--client-id", id, "--forward-host", host]
    };
    let added = json(&program, &add("wiki", "wiki.test")).await;
    assert_eq!(added["client_secret"], json!(null));
    let shown = json(&program, &["client", "show", "wiki"]).await;
    assert_eq!((&shown["forward_hosts"], &shown["start_uri"]), (&json!(["wiki.test"]), &json!("https://wiki.test/")));
    fails(&program, &add("other", "wiki.test"), 2, "--forward-host wiki.test is already that of wiki").await;
    fails(&program, &add("other", "https://wiki.test"), 2, "--forward-host https://wiki.test must be a host name")
        .await;
    let own = server.url.trim_start_matches("http://");
    fails(&program, &["client", "set", "wiki", "--forward-host", own], 2, "is where Loquet is").await;
    fails(&program, &["client", "set", "wiki", "--require-pushed-requests"], 2, "cannot both be given").await;
    // Again for itself, and another one.
    program.does(&["client", "set", "wiki", "--forward-host", "wiki.test", "--forward-host", "w.test:8443"]).await;
    program.does(&["client", "set", "wiki", "--forward-host", "w.test:8443"]).await;
    program.does(&add("other", "wiki.test")).await;
}
