//! The command line of groups, organizations, members, attachments and grants: what it does, says, and
//! closes.

mod apply;
mod closing;
mod console;
mod forward_hosts;
mod groups;
mod organizations;

use loquet::db;
use serde_json::Value;
use sqlx::PgPool;

use crate::support::Server;
use crate::support::program::Program;

/// The kinds of the journal, in order.
async fn journal(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY id").fetch_all(pool).await.unwrap()
}

/// A command that fails: its exit code, and words that it says.
async fn fails(program: &Program, arguments: &[&str], code: i32, words: &str) {
    let said = program.run(arguments).await;
    assert_eq!(said.code, Some(code), "{arguments:?}: {said:?}");
    assert!(said.err.contains(words), "{arguments:?}: {words}: {said:?}");
    assert_eq!(said.out, "", "{arguments:?}");
}

/// The answer in JSON of a command that succeeds.
async fn json(program: &Program, arguments: &[&str]) -> Value {
    program.does(&[arguments, &["--json"]].concat()).await.json()
}

/// A service that nobody may use yet.
async fn closed(server: &Server, id: &str) {
    server
        .service_with(id, crate::support::client::REDIRECT, |client: &mut db::clients::Client| client.everyone = false)
        .await;
}
