//! Requests, read and answered by programs.

use serde_json::json;
use sqlx::PgPool;

use super::{arrive, ask, scene, the_one};
use crate::support::Script;

/// A referent sees what members of theirs ask for, and answers once.
#[sqlx::test]
async fn of_an_organization(pool: PgPool) {
    let world = scene(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], Some("a")).await;
    let requests = "/api/v1/organizations/a/requests";
    assert_eq!(rita.get(requests).await.body, json!({ "items": [] }));
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    ask(&browser, &page).await;
    let id = the_one(&world).await;
    let listed = rita.get(requests).await.body;
    let item = &listed["items"][0];
    assert_eq!((&item["id"], &item["person"]), (&json!(id), &json!(world.id("alice"))));
    assert_eq!((&item["client_id"], &item["organization"]), (&json!("c_sa"), &json!("a")));
    assert_eq!(item["email"], "alice@example.org");
    // Nothing is to be seen, or answered, from elsewhere.
    let remi = Script::of(&world.server, &world.people["remi"], None).await;
    for path in [format!("{requests}/{id}/accept"), format!("/api/v1/organizations/b/requests/{id}/accept")] {
        assert_eq!(remi.post(&path, &json!({})).await.status, 404, "{path}");
    }
    let accepted = rita.post(&format!("{requests}/{id}/accept"), &json!({})).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text);
    let told = json!({ "person": world.id("alice"), "client_id": "c_sa", "accepted": true, "new_group": null });
    assert_eq!(accepted.body, told);
    assert!(browser.open(&page.url).await.answer("code").is_some());
    let again = rita.post(&format!("{requests}/{id}/decline"), &json!({})).await;
    assert_eq!((again.status, &again.body["reason"]), (409, &json!("already-answered")));
    assert_eq!(rita.get(requests).await.body, json!({ "items": [] }));
}

/// Administrators answer the rest, and whatever referents have not answered.
#[sqlx::test]
async fn of_the_host(pool: PgPool) {
    let world = scene(&pool).await;
    for name in ["one", "two"] {
        world.server.group(name, &[], &["c_sb"]).await;
    }
    for name in ["dora", "alice"] {
        let service = if name == "dora" { "c_sb" } else { "c_sa" };
        let (browser, page) = arrive(&world, name, service).await;
        ask(&browser, &page).await;
    }
    let of = async |name: &str| Script::of(&world.server, &world.people[name], None).await;
    let (adm, aud, rita) = (of("adm").await, of("aud").await, of("rita").await);
    let requests = "/api/v1/access-requests";
    assert_eq!(rita.get(requests).await.status, 403);
    let listed = aud.get(requests).await.body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["organization"], json!(null));
    let groups = json!([{ "name": "one", "opens_also": [] }, { "name": "two", "opens_also": [] }]);
    assert_eq!(listed["items"][0]["groups"], groups);
    let all = adm.get(&format!("{requests}?of=all")).await.body;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let id = listed["items"][0]["id"].as_str().unwrap();
    let accept = format!("{requests}/{id}/accept");
    assert_eq!(aud.post(&accept, &json!({ "group": "one" })).await.body["reason"], "read-only");
    let choose = adm.post(&accept, &json!({})).await;
    assert_eq!((choose.status, choose.errors().as_str()), (400, "group choose"));
    let done = adm.post(&accept, &json!({ "group": "one" })).await;
    assert_eq!((done.status, &done.body["accepted"]), (200, &json!(true)), "{}", done.text);
    let other = all["items"].as_array().unwrap().iter().find(|item| item["organization"] == "a").unwrap();
    let decline = format!("{requests}/{}/decline", other["id"].as_str().unwrap());
    assert_eq!(adm.post(&decline, &json!({})).await.body["accepted"], false);
    assert_eq!(adm.get(&format!("{requests}?of=all")).await.body, json!({ "items": [] }));
}
