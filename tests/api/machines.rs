//! Services that administer the instance in their own name: `client_credentials` with the scope `admin`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::program::Program;
use crate::support::{Script, World};

/// A token that a service gets for itself, with what it asks for.
async fn token(world: &World, secret: &str, scope: &str) -> Value {
    let request = reqwest::Client::new().post(format!("{}/token", world.server.url));
    let request = request.basic_auth("robot", Some(secret));
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    request.form(&form).send().await.unwrap().json().await.unwrap()
}

async fn script(world: &World, secret: &str, scope: &str) -> Script {
    Script::with(&world.server, token(world, secret, scope).await["access_token"].as_str().unwrap())
}

#[sqlx::test]
async fn a_service_in_its_own_name(pool: PgPool) {
    let world = World::new(&pool).await;
    let program = Program::of(&world.server, &pool);
    let add = ["client", "add", "--name", "Robot", "--client-id", "robot", "--json"];
    let refused =
        program.run(&[&add[..], &["--redirect-uri", "https://robot.test/cb", "--administers"]].concat()).await;
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let added = program.does(&[&add[..], &["--client-credentials"]].concat()).await.json();
    let secret = added["client_secret"].as_str().unwrap();
    // Nobody is an administrator because they ask.
    assert_ne!(token(&world, secret, "admin").await["scope"], "admin");
    assert_eq!(script(&world, secret, "admin").await.get("/api/v1/users").await.status, 401);

    program.does(&["client", "set", "robot", "--administers"]).await;
    world.server.reload().await;
    assert_eq!(script(&world, secret, "").await.get("/api/v1/users").await.status, 401, "it did not ask");
    let robot = script(&world, secret, "admin").await;
    let me = robot.get("/api/v1/me").await.body;
    assert_eq!((&me["id"], &me["name"]), (&Value::Null, &json!("robot")));
    assert_eq!((&me["standing"], &me["token"]["kind"]), (&json!("administrator"), &json!("client")));
    assert_eq!(robot.get("/api/v1/users?q=bob").await.body["items"].as_array().unwrap().len(), 1);
    let disable = |name: &str| format!("/api/v1/users/{}/disable", world.id(name));
    assert_eq!(robot.post(&disable("bob"), &json!({})).await.status, 204);
    let last = robot.post(&disable("adm"), &json!({})).await;
    assert_eq!((last.status, &last.body["reason"]), (403, &json!("last-administrator")));
    assert_eq!(robot.post("/api/v1/organizations", &json!({ "slug": "new", "name": "New" })).await.status, 201);
    let lines: Vec<(Option<uuid::Uuid>, Value)> = sqlx::query_as(
        "SELECT actor_id, details FROM audit_events WHERE kind IN ('account-disabled', 'organization-created') ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|(actor, details)| actor.is_none() && details["by_service"] == "robot"), "{lines:?}");

    // Not for ever, and not after the mark is gone.
    program.does(&["client", "set", "robot", "--administers", "false"]).await;
    crate::support::patience::within(std::time::Duration::from_secs(10), "the mark is gone", async || {
        robot.get("/api/v1/users").await.status == 401
    })
    .await;
    program.does(&["client", "set", "robot", "--administers", "--access-token-seconds", "3600"]).await;
    world.server.reload().await;
    let robot = script(&world, secret, "admin").await;
    world.server.advance(TimeDelta::minutes(11));
    assert_eq!(robot.get("/api/v1/users").await.status, 200);
    let refused = robot.post(&disable("carl"), &json!({})).await;
    assert_eq!(refused.body["reason"], "key-too-old");
}
