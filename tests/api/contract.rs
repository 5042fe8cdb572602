//! What is written about the API is what it does.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use sqlx::PgPool;

use crate::support::{Script, World, routes};

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

pub async fn document(world: &World) -> Value {
    Script::anonymous(&world.server).get("/api/v1/openapi.json").await.body
}

/// Every method of every path that the document has: method, path, operation.
pub fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                operations.push((method.to_uppercase().parse().unwrap(), path.clone(), operation.clone()));
            }
        }
    }
    operations
}

/// Both ways: no route is unwritten, and nothing is written that is no route.
#[sqlx::test]
async fn the_document_and_the_routes_agree(pool: PgPool) {
    let world = World::new(&pool).await;
    let document = document(&world).await;
    assert_eq!(document["openapi"].as_str().unwrap().split('.').take(2).collect::<Vec<_>>(), ["3", "1"]);
    let written: BTreeSet<(String, String)> =
        operations(&document).into_iter().map(|(method, path, _)| (method.to_string(), path)).collect();
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let mut routed = BTreeSet::new();
    let below = |path: &String| path.starts_with("/api/v1/") && path != "/api/v1/openapi.json";
    for path in routes::paths().into_iter().filter(below) {
        let filled = path.replace("{person}", "0192f5c0-0000-7000-8000-000000000000");
        let filled = filled.replace("{id}", "0192f5c0-0000-7000-8000-000000000000").replace(['{', '}'], "");
        for method in METHODS.map(|method| method.to_uppercase().parse::<Method>().unwrap()) {
            // Nothing is changed: what is required of every change is left out.
            let reply = adm.send(adm.request(method.clone(), &filled)).await;
            if reply.status == 405 {
                let allowed = reply.headers["allow"].to_str().unwrap();
                assert!(!allowed.split(", ").any(|other| other == method.as_str()), "{method} {path}: {allowed}");
            } else {
                routed.insert((method.to_string(), path.clone()));
            }
        }
    }
    assert_eq!(routed, written);
}

/// Everything that an operation must say, for programs that are made from the document.
#[sqlx::test]
async fn every_operation_says_enough(pool: PgPool) {
    let world = World::new(&pool).await;
    let document = document(&world).await;
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let at = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{at}: its name is another's");
        assert!(!operation["summary"].as_str().unwrap().is_empty() && operation["tags"][0].is_string(), "{at}");
        assert!(!operation["description"].as_str().unwrap_or_default().contains("# Errors"), "{at}");
        assert_eq!(operation["security"].as_array().unwrap().len(), 3, "{at}");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let named = |place: &str| -> BTreeSet<String> {
            parameters
                .iter()
                .filter(|parameter| parameter["in"] == place)
                .map(|parameter| {
                    assert!(!parameter["description"].as_str().unwrap().is_empty(), "{at}");
                    parameter["name"].as_str().unwrap().to_owned()
                })
                .collect()
        };
        let in_path: BTreeSet<String> =
            path.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0.to_owned()).collect();
        assert_eq!(named("path"), in_path, "{at}");
        let responses = operation["responses"].as_object().unwrap();
        for status in ["400", "401", "403", "429", "500", "503"] {
            let problem = &responses[status]["content"]["application/problem+json"];
            assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem", "{at} {status}");
            assert!(problem["example"]["type"].as_str().unwrap().contains("/api/problems/"), "{at} {status}");
        }
        let changes = method != Method::GET && method != Method::POST;
        // What is put there or goes as a whole needs no version.
        let whole = ["/services", "/invitations", "/groups", "/group-rules"].iter().any(|part| path.contains(part));
        let versioned = changes && (!whole || path.ends_with("/access"));
        assert_eq!(named("header").contains("If-Match"), versioned, "{at}");
        assert_eq!(responses.contains_key("428") && responses.contains_key("412"), versioned, "{at}");
        if let Some(body) = operation.get("requestBody") {
            let schema = body["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
            let schema = &document["components"]["schemas"][schema.rsplit('/').next().unwrap()];
            assert!(schema["example"].is_object() || schema["examples"].is_array(), "{at}");
            assert_eq!(schema["additionalProperties"], false, "{at}");
        }
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}");
    }
    println!("{} operations", ids.len());
    // Served from memory.
    let anonymous = Script::anonymous(&world.server);
    let first = anonymous.get("/api/v1/openapi.json").await;
    let again = anonymous.request(Method::GET, "/api/v1/openapi.json").header("if-none-match", first.version());
    assert_eq!(anonymous.send(again).await.status, 304);
}
