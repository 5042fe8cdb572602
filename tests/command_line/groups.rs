//! `loquet group …`

use serde_json::json;
use sqlx::PgPool;

use super::{fails, journal, json};
use crate::support::Server;
use crate::support::client::REDIRECT;
use crate::support::program::Program;

#[sqlx::test]
async fn the_life_of_a_group(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    server.service("wiki", REDIRECT).await;
    assert_eq!(json(&program, &["group", "create", "bureau"]).await, json!({ "name": "bureau" }));
    assert!(program.does(&["group", "show", "bureau"]).await.out.contains("Nobody is in it."));
    let added = json(&program, &["group", "add", "bureau", "alice", "bob@example.org"]).await;
    assert_eq!(added["added"], json!(["alice", "bob"]));
    assert_eq!(json(&program, &["group", "add", "bureau", "alice"]).await["added"], json!([]), "she was in it");
    program.does(&["client", "set", "wiki", "--allow-group", "bureau"]).await;
    program.does(&["group", "set", "bureau", "--second-factor", "true"]).await;
    let shown = json(&program, &["group", "show", "bureau"]).await;
    assert_eq!((&shown["second_factor"], &shown["services"]), (&json!(true), &json!(["wiki"])));
    assert_eq!(
        shown["members"][0],
        json!({ "id": alice.id, "username": "alice", "name": "Alice Martin", "email": alice.email, "active": true })
    );
    assert_eq!(json(&program, &["group", "remove", "bureau", "bob"]).await["removed"], json!(["bob"]));
    program.does(&["group", "create", "admins"]).await;
    program.does(&["group", "add", "admins", "bob"]).await;
    let said = program.does(&["group", "remove", "admins", "bob"]).await;
    assert!(said.err.contains("nobody is an administrator any more"), "{said:?}");
    for (arguments, code, words) in [
        (&["group", "create", "bureau"][..], 1, "a group, or an organization, named bureau already"),
        (&["group", "create", "Bureau"], 1, "lower-case"),
        (&["group", "create", "admin"], 1, "not admin"),
        (&["group", "show", "nothing"], 1, "no group named nothing"),
        (&["group", "show", "a\u{1}"], 1, "no group named"),
        (&["group", "delete", "nothing"], 1, "no group named nothing"),
        (&["group", "delete", "admins"], 1, "built in"),
        (&["group", "add", "nothing", "alice"], 1, "no group named nothing"),
        (&["group", "add", "bureau", "bob", "carl", "dan"], 1, "no account named dan"),
        (&["group", "add", "bureau"], 2, "LOGIN"),
        (&["group", "remove", "nothing", "alice"], 1, "no group named nothing"),
    ] {
        fails(&program, arguments, code, words).await;
    }
    assert_eq!(
        json(&program, &["group", "show", "bureau"]).await["members"].as_array().unwrap().len(),
        1,
        "all or nobody"
    );
    assert_eq!(json(&program, &["group", "delete", "bureau"]).await["members"], 1);
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM groups").fetch_all(&pool).await.unwrap();
    assert_eq!(names, ["admins"]);
    assert_eq!(
        journal(&pool).await,
        [
            "group-added",
            "group-joined",
            "group-joined",
            "service-changed",
            "second-factor-policy",
            "group-left",
            "group-added",
            "group-joined",
            "group-left",
            "group-removed"
        ]
    );
    let before: serde_json::Value = sqlx::query_scalar("SELECT details FROM audit_events WHERE kind = 'group-removed'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(
        before,
        json!({ "group": "bureau", "before": { "members": 1, "services": ["wiki"], "second_factor": true } })
    );
}
