//! What is answered when something is wrong: problem documents (RFC 9457), everywhere below `/api`.

use reqwest::Method;
use serde_json::json;
use sqlx::PgPool;

use crate::support::World;
use crate::support::{Script, Server};

#[sqlx::test]
async fn everything_below_the_api_is_told_alike(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let a = "/api/v1/organizations/a";
    for (method, path, status, problem) in [
        (Method::GET, "/api", 404, "not-found"),
        (Method::GET, "/api/v1", 404, "not-found"),
        (Method::GET, "/api/v2/organizations", 404, "not-found"),
        (Method::GET, "/api/v1/nothing", 404, "not-found"),
        (Method::GET, "/api/v1/organizations/", 404, "not-found"),
        (Method::GET, "/api/v1/organizations/%ff", 404, "not-found"),
        (Method::GET, "/api/v1/organizations/a%00", 404, "not-found"),
        (Method::GET, "/api/v1/organizations/A", 404, "not-found"),
        (Method::GET, "/api/v1/organizations/a/members/nobody", 404, "not-found"),
        (Method::PUT, a, 405, "method-not-allowed"),
        (Method::POST, "/api/v1/me", 405, "method-not-allowed"),
        (Method::PATCH, a, 415, "media-type"),
        (Method::DELETE, a, 428, "precondition-required"),
    ] {
        let reply = rita.send(rita.request(method.clone(), path)).await;
        assert_eq!((reply.status, reply.problem()), (status, problem), "{method} {path}");
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{method} {path}");
        assert_eq!(reply.body["status"], status, "{method} {path}");
        assert_eq!(reply.body["type"], format!("{}/api/problems/{problem}", world.server.url));
        let id = reply.headers["x-request-id"].to_str().unwrap();
        assert_eq!(reply.body["instance"], format!("urn:uuid:{id}"));
        assert_eq!(reply.headers["cache-control"], "no-store");
    }
    let large = "x".repeat(2 * 1024 * 1024);
    let reply = rita.post(&format!("{a}/list"), &json!({ "text": large })).await;
    assert_eq!((reply.status, reply.problem()), (413, "too-large"));
}

/// OR-05, OR-09: nothing that is not known is passed over.
#[sqlx::test]
async fn the_unknown_is_refused(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let members = "/api/v1/organizations/a/members";
    for (query, errors) in [
        ("sort=password_hash", "sort unknown"),
        ("fields=*", "fields unknown"),
        ("q=a&q=b", "q repeated"),
        ("limit=x", "limit wrong-type"),
        ("limit=", "limit wrong-type"),
        ("limit=1e3", "limit wrong-type"),
        ("limit=9223372036854775808", "limit wrong-type"),
        ("role=admin", "role not-a-choice"),
        ("role=Referent", "role not-a-choice"),
        ("q=%ff", "query not-utf-8"),
        ("q=a%00", "q nul"),
        ("cursor=", "cursor unknown"),
        ("cursor=AAAA", "cursor unknown"),
    ] {
        let reply = rita.get(&format!("{members}?{query}")).await;
        assert_eq!((reply.status, reply.errors().as_str()), (400, errors), "{query}");
    }
    let long = format!("{members}?q={}", "a".repeat(101));
    assert_eq!(rita.get(&long).await.errors(), "q too-long");
}

/// PostgreSQL away: try again; and nothing of our insides is told.
#[sqlx::test]
async fn faults_of_ours(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rita = server.person("rita").await;
    let script = Script::of(&server, &rita, None).await;
    sqlx::query("ALTER TABLE throttles RENAME TO gone").execute(&pool).await.unwrap();
    let reply = script.get("/api/v1/me").await;
    assert_eq!((reply.status, reply.problem()), (500, "internal"));
    for leak in ["throttles", "relation", "sqlx", "src/", "SELECT", "database"] {
        assert!(!reply.text.contains(leak), "{}", reply.text);
    }
    server.state.pool.close().await;
    let reply = script.get("/api/v1/me").await;
    assert_eq!((reply.status, reply.problem()), (503, "unavailable"));
    assert_eq!(reply.headers["retry-after"], "2");
}
