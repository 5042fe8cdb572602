//! What is written about the API, in a real browser under our own policy.

use std::time::Duration;

use loquet::crypto::sha256;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::patience::within;
use crate::support::{Browser, Chromium, Script, Server, World};

/// Everybody may read it; each `type` of a problem leads to its explanation.
#[sqlx::test]
async fn for_everybody(pool: PgPool) {
    let server = Server::start(&pool).await;
    let browser = Browser::of(&server);
    let page = browser.open("/api/docs").await;
    assert!(page.status == 200 && page.body.contains("/account/security/tokens"), "{}", page.body);
    let anonymous = Script::anonymous(&server);
    let problem = anonymous.get("/api/v1/me").await.body["type"].as_str().unwrap().to_owned();
    let way = browser.get(&problem).await;
    assert_eq!(way.location(), "/api/problems#unauthorized");
    let page = browser.open(way.location()).await;
    assert!(page.text("#unauthorized h2").is_some(), "{}", page.body);
    assert_eq!(browser.get("/api/problems/none").await.status, 404);
    // Without gzip it is the same.
    let name = page_asset(&browser.open("/api/docs").await.body, "swagger-ui.", ".js");
    let http = reqwest::Client::new();
    let plain = http.get(format!("{}{name}", server.url)).send().await.unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    assert!(plain.text().await.unwrap().contains("SwaggerUIBundle"));
    let small = http.get(format!("{}{name}", server.url)).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(small.headers()["content-encoding"], "gzip");
    assert!(small.bytes().await.unwrap().len() < 500_000);
}

fn page_asset(body: &str, start: &str, end: &str) -> String {
    let found = body.split('"').find(|word| word.contains(start) && word.ends_with(end));
    found.unwrap_or_else(|| panic!("no {start}…{end} in {body}")).to_owned()
}

/// Under the policy of every page: nothing inline, nothing from elsewhere, nothing kept. An operation is
/// tried out with a token.
#[sqlx::test]
async fn shown_and_tried(pool: PgPool) {
    let world = World::new(&pool).await;
    let token = Script::of(&world.server, &world.people["rita"], None).await.token.unwrap();
    let chromium = Chromium::start("en-GB", true).await;
    chromium.open(&format!("{}/api/docs", world.server.url)).await;
    chromium.element(".swagger-ui .opblock").await;
    let count = chromium.value("document.querySelectorAll('.swagger-ui .opblock').length").await;
    let written = super::contract::operations(&super::contract::document(&world).await).len();
    assert_eq!(count, json!(written), "each operation");
    chromium.picture("api-docs").await;
    chromium.click(".swagger-ui .authorize").await;
    chromium.fill("#auth-bearer-value", &token).await;
    chromium.click(".swagger-ui .auth-container:has(#auth-bearer-value) .authorize").await;
    chromium.click(".swagger-ui .btn-done").await;
    chromium.click("#operations-You-me .opblock-summary-control").await;
    chromium.click("#operations-You-me .try-out__btn").await;
    chromium.click("#operations-You-me .execute").await;
    let shown = async || chromium.text("#operations-You-me").await.contains("\"kind\": \"personal\"");
    within(Duration::from_secs(20), "the answer is shown", shown).await;
    let kept = "[localStorage.length, sessionStorage.length, performance.getEntriesByType('resource').map(e => e.name).filter(name => !name.startsWith(location.origin) && !name.startsWith('data:'))]";
    assert_eq!(chromium.value(kept).await, json!([0, 0, []]));
    let complaints = chromium.complaints().await;
    assert!(complaints.is_empty(), "{complaints:#?}");
    chromium.close().await;
}

/// The files are those of the archive that `scripts/vendor-swagger-ui` took them from.
#[test]
fn the_files_are_those_that_were_vendored() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = std::fs::read(root.join("scripts/swagger-ui.lock.json")).unwrap();
    let lock: Value = serde_json::from_slice(&lock).unwrap();
    let files = lock["sha256"].as_object().unwrap();
    assert_eq!(files.len(), 3);
    for (name, digest) in files {
        let found = sha256(&std::fs::read(root.join("static").join(name)).unwrap());
        assert_eq!(
            digest,
            &Value::from(found.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()),
            "{name}"
        );
    }
}
