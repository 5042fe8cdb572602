//! Memberships, merges, news, settings and imports, by programs.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::console::import::{HASH, export};
use crate::support::{Script, World};

#[sqlx::test]
async fn of_people_and_organizations(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let a = "/api/v1/organizations/a/membership";
    let dates = json!({ "since": "2026-01-01", "until": "2026-12-31" });
    assert_eq!(adm.post(a, &dates).await.status, 204);
    assert_eq!(rita.get(a).await.body, dates, "its referents see it");
    assert_eq!(rita.post(a, &json!({})).await.body["reason"], "administrators-only");
    let remi = Script::of(&world.server, &world.people["remi"], None).await;
    assert_eq!((remi.get(a).await.status, remi.post(a, &dates).await.status), (404, 404));
    for (wrong, error) in [
        (json!({ "until": "31/12/2026" }), "until wrong-type"),
        (json!({ "until": "20226-12-31" }), "until wrong-type"),
        (json!({ "since": "2026-12-31", "until": "2026-01-01" }), "until before-since"),
    ] {
        assert_eq!(adm.post(a, &wrong).await.errors(), error);
        let bob = format!("/api/v1/users/{}/membership", world.id("bob"));
        assert_eq!(adm.post(&bob, &wrong).await.errors(), error);
    }
    assert_eq!(adm.get(a).await.body, dates);
}

#[sqlx::test]
async fn two_accounts_become_one(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let (alice, bob) = (world.id("alice"), world.id("bob"));
    let path = |rest: &str| format!("/api/v1/users/{alice}/merge{rest}");
    let other = json!({ "other": bob });
    let expected = json!({
        "kept": "alice", "other": "bob", "organizations": ["b"], "groups": [],
        "membership": { "since": null, "until": null }, "services": [],
    });
    assert_eq!(adm.post(&path("/preview"), &other).await.body, expected);
    assert_eq!(adm.get(&format!("/api/v1/users/{bob}")).await.status, 200, "nothing was done");
    assert_eq!(adm.post(&path(""), &json!({ "other": alice })).await.errors(), "other same-account");
    assert_eq!(adm.post(&path(""), &json!({ "other": world.id("adm") })).await.body["reason"], "oneself");
    assert_eq!(adm.post(&path(""), &other).await.body, expected);
    assert_eq!(adm.get(&format!("/api/v1/users/{bob}")).await.status, 404);
    let places = adm.get(&format!("/api/v1/users/{alice}")).await.body["organizations"].clone();
    let places: Vec<&Value> = places.as_array().unwrap().iter().map(|one| &one["slug"]).collect();
    assert_eq!(places, ["a", "b", "c"]);
}

#[sqlx::test]
async fn what_everybody_reads(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let none = json!({ "fr": "", "en": "", "updated_at": null });
    assert_eq!(adm.get("/api/v1/news").await.body, none);
    assert_eq!(adm.post("/api/v1/news", &json!({ "fr": "Fermé **samedi**." })).await.status, 204);
    let news = adm.get("/api/v1/news").await.body;
    assert_eq!((&news["fr"], &news["en"]), (&json!("Fermé **samedi**."), &json!("")));
    assert_eq!(adm.post("/api/v1/news", &json!({ "en": "x".repeat(10_001) })).await.errors(), "en too-long");

    let settings = adm.get("/api/v1/settings").await;
    let value = |key: &str| {
        let items = settings.body["items"].as_array().unwrap();
        items.iter().find(|item| item["key"] == key).map(|item| item["value"].clone()).unwrap()
    };
    assert_eq!((value("host.language"), value("secrets.master_key")), (json!("fr"), json!("(set)")));
}

#[sqlx::test]
async fn accounts_of_an_old_site(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let ask = async |text: &str, dry_run: bool| {
        adm.post("/api/v1/import", &json!({ "text": text, "dry_run": dry_run })).await
    };
    let accounts = async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap() };
    let before = accounts().await;
    let count =
        |reply: &Value| ["records", "imported", "updated", "unchanged", "rejected"].map(|key| reply[key].as_u64());
    let tried = ask(&export(), true).await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    assert_eq!((count(&tried.body), accounts().await), ([4, 2, 0, 0, 2].map(Some), before));
    let lines: Vec<&Value> = tried.body["refused"].as_array().unwrap().iter().map(|one| &one["line"]).collect();
    assert_eq!(
        (lines, &tried.body["refused"][0]["faults"][0]["column"]),
        (vec![&json!(4), &json!(5)], &json!("email"))
    );
    assert!(!tried.text.contains(HASH) && !tried.text.contains("gus(at)"), "no value is repeated");
    assert_eq!(count(&ask(&export(), false).await.body), [4, 2, 0, 0, 2].map(Some));
    assert_eq!(accounts().await, before + 2);
    assert_eq!(count(&ask(&export(), false).await.body), [4, 0, 0, 2, 2].map(Some), "again, it changes nothing");
    assert_eq!(ask("nothing of the kind", false).await.errors(), "text unreadable");
    let by: Vec<Option<uuid::Uuid>> =
        sqlx::query_scalar("SELECT actor_id FROM audit_events WHERE kind LIKE '%import%'")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert!(!by.is_empty() && by.iter().all(|actor| *actor == Some(world.id("adm"))), "{by:?}");
}
