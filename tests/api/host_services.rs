//! Services of the instance, by programs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{Browser, RelyingParty, Script, World};

async fn adm(world: &World) -> Script {
    Script::of(&world.server, &world.people["adm"], None).await
}

#[sqlx::test]
async fn added_and_removed(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = adm(&world).await;
    let add = async |body: Value| adm.post("/api/v1/services", &body).await;
    let added = add(json!({ "name": "Forge", "recipe": "forgejo", "url": "https://git.example.org" })).await;
    assert_eq!(added.status, 201, "{}", added.text);
    assert_eq!(added.headers["cache-control"], "no-store");
    let (id, secret) = (added.body["client_id"].as_str().unwrap(), added.body["client_secret"].as_str().unwrap());
    let settings = added.body["settings"].as_str().unwrap();
    assert!(secret.starts_with("lqt_cs_") && settings.contains(id) && settings.contains(secret), "{settings}");
    let path = format!("/api/v1/services/{id}");
    assert_eq!(added.headers["location"].to_str().unwrap(), format!("{}{path}", world.server.url));
    let forge = adm.get(&path).await;
    assert!(forge.body["redirect_uris"][0].as_str().unwrap().starts_with("https://git.example.org/"));
    assert_eq!(
        (&forge.body["authentication"], &forge.body["secrets"].as_array().unwrap().len()),
        (&json!("client-secret"), &1)
    );
    assert!(!forge.text.contains(secret));
    for (wrong, error) in [
        (json!({ "name": "", "recipe": "forgejo", "url": "https://git.example.org" }), "name not-a-name"),
        (json!({ "name": "Forge", "recipe": "gitea", "url": "https://git.example.org" }), "recipe unknown"),
        (json!({ "name": "Forge", "recipe": "forgejo", "url": "git" }), "url not-an-address"),
        (json!({ "name": "Forge" }), "redirect_uris not-an-address"),
        (json!({ "name": "Forge", "redirect_uris": ["https://a.test/#b"] }), "redirect_uris not-an-address"),
        (json!({ "name": "Forge", "administers": true }), "administers unknown"),
    ] {
        assert_eq!(add(wrong.clone()).await.errors(), error, "{wrong}");
    }

    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = adm.get(&format!("/api/v1/services?limit=2{cursor}")).await.body;
        names.extend(page["items"].as_array().unwrap().iter().map(|one| one["client_id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(names.len(), 5, "{names:?}");
    assert_eq!(adm.get("/api/v1/services?q=orge").await.body["items"][0]["client_id"], id);
    let aud = Script::of(&world.server, &world.people["aud"], None).await;
    assert_eq!(aud.get(&format!("/api/v1/services?limit=2{cursor}")).await.errors(), "cursor unknown");

    let remove = async || adm.send(adm.request(Method::DELETE, &path)).await.status;
    assert_eq!((remove().await, remove().await), (204, 404));
    assert_eq!(adm.get(&path).await.status, 404);
}

/// Each secret works for as long as it is said, and no longer.
#[sqlx::test]
async fn another_secret(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = adm(&world).await;
    let renew = async |hours: i64| adm.post("/api/v1/services/c_conf/secret", &json!({ "overlap_hours": hours })).await;
    assert_eq!(renew(25).await.errors(), "overlap_hours out-of-range");
    let renewed = renew(1).await;
    assert_eq!((renewed.status, &renewed.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    let new = loquet::crypto::Plain::presented(renewed.body["client_secret"].as_str().unwrap());
    let before = world.relying_party("c_conf");
    let after = RelyingParty::of(&world.server, "c_conf", Some(new));
    let works = async |rp: &RelyingParty| {
        let browser = Browser::of(&world.server);
        let page = browser.open(&rp.authorize(&[])).await;
        let code = browser.sign_in_on(&page, "alice", crate::support::PASSWORD).await.answer("code").unwrap();
        rp.exchange(&code).await.status
    };
    assert_eq!((works(&before).await, works(&after).await), (200, 200));
    world.server.advance(chrono::TimeDelta::minutes(61));
    assert_eq!((works(&before).await, works(&after).await), (401, 200));
}

/// Who may, by rule and by name; what two people change is told.
#[sqlx::test]
async fn who_may_use_it(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = adm(&world).await;
    world.server.group("staff", &[&world.people["dora"]], &[]).await;
    let path = "/api/v1/services/c_sa/access";
    let set = async |version: &str, rule: Value| {
        adm.send(adm.request(Method::PUT, path).header("if-match", version).json(&rule)).await
    };
    let seen = adm.get(path).await;
    assert_eq!(seen.body["everyone"], false);
    assert_eq!(seen.body["groups"], json!([]));
    let slugs: Vec<&Value> = seen.body["organizations"].as_array().unwrap().iter().map(|one| &one["slug"]).collect();
    assert_eq!(slugs, ["a", "c"]);
    let opened = set(&seen.version(), json!({ "everyone": false, "groups": ["staff"] })).await;
    assert_eq!((opened.status, &opened.body["groups"]), (200, &json!(["staff"])), "{}", opened.text);
    assert_eq!(set(&seen.version(), json!({ "everyone": true })).await.status, 412, "somebody else changed it");
    assert_eq!(set("*", json!({ "everyone": false, "groups": ["nobody"] })).await.errors(), "group unknown");
    let first = adm.get("/api/v1/services/c_sa/people?limit=2").await.body;
    let next = first["next"].as_str().unwrap();
    let second = adm.get(&format!("/api/v1/services/c_sa/people?limit=2&cursor={next}")).await.body;
    let people: Vec<(&Value, &Value)> = [&first, &second]
        .into_iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|one| (&one["username"], &one["groups"]))
        .collect();
    assert_eq!(
        people,
        [(&json!("alice"), &json!([])), (&json!("carl"), &json!([])), (&json!("dora"), &json!(["staff"])),]
    );

    // Switched off, it is nobody's.
    let act = async |act: &str| adm.post(&format!("/api/v1/services/c_sa/{act}"), &json!({})).await.status;
    assert_eq!(act("disable").await, 204);
    assert_eq!(adm.get("/api/v1/services/c_sa/people").await.body["items"], json!([]));
    assert_eq!((act("enable").await, act("enable").await), (204, 204));
    assert_eq!(adm.get("/api/v1/services/c_sa").await.body["enabled"], true);
}

#[sqlx::test]
async fn a_logo(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = adm(&world).await;
    let path = "/api/v1/services/c_sa/logo";
    let put = async |image: &str| adm.send(adm.request(Method::PUT, path).json(&json!({ "image": image }))).await;
    let mut png = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgba8(40, 20).write_to(&mut png, ImageFormat::Png).unwrap();
    assert_eq!(put(&STANDARD.encode(png.into_inner())).await.status, 204);
    let stored =
        async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM service_logos").fetch_one(&pool).await.unwrap() };
    assert_eq!(stored().await, 1);
    assert_eq!(put("§").await.errors(), "image not-base64");
    assert_eq!(put(&STANDARD.encode("<svg/>")).await.errors(), "image not-an-image");
    assert_eq!(put(&"A".repeat(600 << 10)).await.status, 413);
    assert_eq!(adm.send(adm.request(Method::DELETE, path)).await.status, 204);
    assert_eq!(stored().await, 0);
}
