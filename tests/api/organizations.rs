//! Organizations and their services: referents look, administrators change; the journal (OR-38).

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{Script, World};

const ALL: &str = "/api/v1/organizations";

async fn script(world: &World, name: &str) -> Script {
    Script::of(&world.server, &world.people[name], None).await
}

fn slugs(body: &Value) -> Vec<(String, String)> {
    let items = body["items"].as_array().unwrap().iter();
    let word = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    items.map(|item| (word(item, "slug"), word(item, "standing"))).collect()
}

#[sqlx::test]
async fn whose_they_are(pool: PgPool) {
    let world = World::new(&pool).await;
    for (name, expected) in [
        ("rita", vec![("a", "referent"), ("c", "referent")]),
        ("carl", vec![("a", "member"), ("b", "member")]),
        ("dora", vec![]),
        ("adm", vec![("a", "administrator"), ("b", "administrator"), ("c", "administrator")]),
        ("aud", vec![("a", "auditor"), ("b", "auditor"), ("c", "auditor")]),
    ] {
        let found = slugs(&script(&world, name).await.get(ALL).await.body);
        let found: Vec<(&str, &str)> =
            found.iter().map(|(slug, standing)| (slug.as_str(), standing.as_str())).collect();
        assert_eq!(found, expected, "{name}");
    }
    let adm = script(&world, "adm").await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = adm.get(&format!("{ALL}?limit=1{cursor}")).await.body;
        seen.extend(slugs(&page));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.len(), 3);
    // Switched off: to be looked at.
    let rita = script(&world, "rita").await;
    assert_eq!(rita.get(&format!("{ALL}/c")).await.body["active"], false);
    let invited = rita.post(&format!("{ALL}/c/invitations"), &json!({ "email": "x@example.org" })).await;
    assert_eq!((invited.status, &invited.body["reason"]), (403, &json!("deactivated")));
}

/// OR-31: nothing is inherited by another of the same slug.
#[sqlx::test]
async fn made_changed_and_deleted(pool: PgPool) {
    let world = World::new(&pool).await;
    let (adm, rita) = (script(&world, "adm").await, script(&world, "rita").await);
    let key = Script::of(&world.server, &world.people["rita"], Some("a")).await;
    let new = json!({ "slug": "le-fournil", "name": "Le Fournil" });
    let made = adm.post(ALL, &new).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.headers["location"], format!("{}{ALL}/le-fournil", world.server.url));
    assert_eq!(made.version(), adm.get(&format!("{ALL}/le-fournil")).await.version());
    let again = adm.post(ALL, &new).await;
    assert_eq!((again.status, &again.body["reason"]), (409, &json!("slug-taken")));
    for (body, errors) in [
        (json!({ "slug": "Not a slug", "name": "x" }), "slug not-a-slug"),
        (json!({ "slug": "-x", "name": "x" }), "slug not-a-slug"),
        (json!({ "slug": "x", "name": " " }), "name empty"),
        (json!({ "slug": "x", "name": "a\nb" }), "name not-a-line"),
        (json!({ "slug": "x", "name": "a\u{202e}b" }), "name not-a-line"),
        (json!({ "slug": "x", "name": "a\u{0}b" }), "name nul"),
        (json!({ "slug": "x", "name": "x", "id": 1 }), "id unknown"),
        (json!({ "name": "x" }), "slug missing"),
    ] {
        let reply = adm.post(ALL, &body).await;
        assert_eq!((reply.status, reply.errors().as_str()), (400, errors), "{body}");
    }
    assert_eq!(rita.post(ALL, &json!({ "slug": "mine", "name": "Mine" })).await.status, 403);

    let a = format!("{ALL}/a");
    let seen = adm.get(&a).await.version();
    let off = adm.change_of(Method::PATCH, &a, &seen, &json!({ "active": false })).await;
    assert_eq!((off.status, &off.body["active"], &off.body["name"]), (200, &json!(false), &json!("Atelier vélo")));
    assert_eq!(adm.change_of(Method::PATCH, &a, &seen, &json!({ "active": true })).await.status, 412);
    assert_eq!(adm.change_of(Method::DELETE, &a, &seen, &Value::Null).await.status, 412);
    let refused = rita.change(Method::PATCH, &a, &json!({ "name": "Mine" })).await;
    assert_eq!((refused.status, &refused.body["reason"]), (403, &json!("administrators-only")));
    assert_eq!(rita.delete(&a).await.status, 403);
    assert_eq!(adm.delete(&a).await.status, 204);
    assert_eq!((rita.get(&a).await.status, key.get("/api/v1/me").await.status), (404, 401));
    assert_eq!(adm.post(ALL, &json!({ "slug": "a", "name": "Another" })).await.status, 201);
    assert_eq!((rita.get(&a).await.status, key.get(&a).await.status), (404, 401));
}

#[sqlx::test]
async fn services(pool: PgPool) {
    let world = World::new(&pool).await;
    let (adm, rita) = (script(&world, "adm").await, script(&world, "rita").await);
    let all = format!("{ALL}/a/services");
    let found = rita.get(&all).await.body;
    let ids: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|item| item["client_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["c_all", "c_sa"]);
    assert_eq!(found["items"][1]["roles"][0], json!({ "name": "admin", "delegable": false }));
    let one = format!("{all}/c_sb");
    assert_eq!(rita.change(Method::PUT, &one, &json!({ "all_members": true })).await.status, 403);
    assert_eq!(rita.delete(&format!("{all}/c_sa")).await.status, 403);
    let opened = adm.change(Method::PUT, &one, &json!({ "all_members": true })).await;
    assert_eq!((opened.status, &opened.body["all_members"]), (200, &json!(true)));
    assert_eq!(adm.change(Method::PUT, &format!("{all}/none"), &json!({ "all_members": true })).await.status, 404);
    assert_eq!(adm.change(Method::PUT, &one, &json!({})).await.errors(), "all_members missing");
    assert_eq!(adm.delete(&one).await.status, 204);
    assert_eq!(adm.delete(&one).await.status, 404);
}

/// OR-38: the events of A, without anybody's address or device, and nothing of B.
#[sqlx::test]
async fn the_journal(pool: PgPool) {
    let world = World::new(&pool).await;
    let (rita, remi) = (script(&world, "rita").await, script(&world, "remi").await);
    let carl = world.id("carl");
    let roles = |names: &[&str]| json!({ "roles": names });
    let access = |slug: &str, service: &str| format!("{ALL}/{slug}/members/{carl}/accesses/{service}");
    assert_eq!(rita.change(Method::PUT, &access("a", "c_sa"), &roles(&["editor"])).await.status, 200);
    assert_eq!(remi.change(Method::PUT, &access("b", "c_sb"), &roles(&["viewer"])).await.status, 200);
    assert_eq!(rita.change(Method::PUT, &access("a", "c_sa"), &roles(&["admin"])).await.status, 403);
    let journal = rita.get(&format!("{ALL}/a/journal")).await;
    let items = journal.body["items"].as_array().unwrap();
    let kinds: Vec<(&str, bool)> =
        items.iter().map(|item| (item["kind"].as_str().unwrap(), item["refused"].as_bool().unwrap())).collect();
    assert_eq!(kinds, [("delegation-refused", true), ("access-granted", false)]);
    assert_eq!(items[1]["details"], json!({ "before": [], "after": ["editor"] }));
    assert_eq!(items[1]["person"]["kind"], "member");
    for elsewhere in ["c_sb", "viewer", "127.0.0.0", "API, ", "Tableur", &world.organizations["b"].to_string()] {
        assert!(!journal.text.contains(elsewhere), "{elsewhere} in {}", journal.text);
    }
    let page = rita.get(&format!("{ALL}/a/journal?limit=1")).await.body;
    let next = page["next"].as_str().unwrap();
    let second = rita.get(&format!("{ALL}/a/journal?limit=1&cursor={next}")).await.body;
    assert_eq!(second["items"][0], items[1]);
    assert_eq!(second["next"], Value::Null);
    for method in [Method::DELETE, Method::PATCH, Method::PUT, Method::POST] {
        assert_eq!(rita.change(method, &format!("{ALL}/a/journal"), &json!({})).await.status, 405);
    }
    // Its person reads that a program of theirs did it.
    let device: String = sqlx::query_scalar("SELECT device FROM audit_events WHERE kind = 'access-granted' LIMIT 1")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(device, "API, Tableur");
}
