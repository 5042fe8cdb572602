//! Groups of the instance, by programs.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{Script, World};

#[sqlx::test]
async fn from_first_to_last(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let made = adm.post("/api/v1/groups", &json!({ "name": "staff" })).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.body, json!({ "name": "staff", "members": 0, "second_factor": false, "built_in": false }));
    assert_eq!(made.headers["location"].to_str().unwrap(), format!("{}/api/v1/groups/staff", world.server.url));
    for (name, status, why) in [("staff", 409, "slug-taken"), ("Bureau d’été", 400, "")] {
        let refused = adm.post("/api/v1/groups", &json!({ "name": name })).await;
        assert_eq!(refused.status, status, "{name}: {}", refused.text);
        assert_eq!(refused.body["reason"].as_str().unwrap_or_default(), why);
    }
    let put = async |group: &str, name: &str| {
        let path = format!("/api/v1/groups/{group}/members/{}", world.id(name));
        adm.send(adm.request(Method::PUT, &path)).await
    };
    for name in ["alice", "bob", "carl"] {
        assert_eq!(put("staff", name).await.status, 204);
    }
    assert_eq!(put("staff", "bob").await.status, 204, "once more");
    sqlx::query("UPDATE users SET email_verified_at = NULL WHERE username = 'eve'").execute(&pool).await.unwrap();
    assert_eq!(put("admins", "eve").await.errors(), "login unproven");
    assert_eq!(put("nowhere", "eve").await.status, 404);

    // By pages, and by a word.
    let first = adm.get("/api/v1/groups/staff/members?limit=2").await.body;
    let cursor = first["next"].as_str().unwrap();
    let second = adm.get(&format!("/api/v1/groups/staff/members?limit=2&cursor={cursor}")).await.body;
    let names = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|one| one["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((names(&first), names(&second)), (vec!["alice".into(), "bob".into()], vec!["carl".into()]));
    assert_eq!(second["next"], Value::Null);
    assert_eq!(names(&adm.get("/api/v1/groups/staff/members?q=arl").await.body), ["carl"]);

    let rename = async |group: &str, name: &str| {
        adm.post(&format!("/api/v1/groups/{group}/rename"), &json!({ "name": name })).await
    };
    assert_eq!(rename("staff", "crew").await.status, 204);
    assert_eq!(rename("admins", "chiefs").await.errors(), "name built-in");
    let demanded = json!({ "demanded": true });
    assert_eq!(adm.post("/api/v1/groups/crew/second-factor", &demanded).await.status, 204);
    let crew = adm.get("/api/v1/groups/crew").await.body;
    assert_eq!((&crew["members"], &crew["second_factor"], &crew["services"]), (&json!(3), &json!(true), &json!([])));
    let all = adm.get("/api/v1/groups").await.body;
    let built_in: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|one| &one["built_in"]).collect();
    assert_eq!(built_in, [true, true, false]);

    let remove = async |path: String| adm.send(adm.request(Method::DELETE, &path)).await;
    let adm_itself = format!("/api/v1/groups/admins/members/{}", world.id("adm"));
    assert_eq!(remove(adm_itself).await.body["reason"], "last-administrator");
    let bob = format!("/api/v1/groups/crew/members/{}", world.id("bob"));
    assert_eq!((remove(bob.clone()).await.status, remove(bob).await.status), (204, 404));
    assert_eq!(remove("/api/v1/groups/auditors".to_owned()).await.errors(), "name built-in");
    assert_eq!(remove("/api/v1/groups/crew".to_owned()).await.status, 204);
    assert_eq!(adm.get("/api/v1/groups/crew").await.status, 404);
}

/// Who is in it follows from memberships, and from nobody's hand.
#[sqlx::test]
async fn kept_by_a_rule(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    world.server.group("members", &[], &[]).await;
    for (rule, error) in [
        (json!({ "rule": "friends" }), "rule unknown"),
        (json!({ "rule": "member", "grace_days": 400 }), "grace_days out-of-range"),
    ] {
        assert_eq!(adm.post("/api/v1/group-rules/members", &rule).await.errors(), error);
    }
    let rule = json!({ "rule": "member", "grace_days": 10 });
    assert_eq!(adm.post("/api/v1/group-rules/members", &rule).await.status, 204);
    assert_eq!(adm.post("/api/v1/group-rules/admins", &rule).await.status, 400);
    let dates = json!({ "since": "2020-01-01", "until": "2199-12-31" });
    let alice = format!("/api/v1/users/{}/membership", world.id("alice"));
    assert_eq!(adm.post(&alice, &dates).await.status, 204);
    assert_eq!(adm.get(&alice).await.body, dates);
    let kept = adm.get("/api/v1/group-rules").await.body;
    assert_eq!(kept["items"], json!([{ "group": "members", "rule": "member", "grace_days": 10, "members": 1 }]));
    let by_hand = adm.request(Method::PUT, &format!("/api/v1/groups/members/members/{}", world.id("bob")));
    assert_eq!(adm.send(by_hand).await.body["reason"], "kept-by-rule");
    let release = adm.request(Method::DELETE, "/api/v1/group-rules/members");
    assert_eq!(adm.send(release).await.status, 204);
    assert_eq!(adm.get("/api/v1/group-rules").await.body["items"], json!([]));
    assert_eq!(adm.get("/api/v1/groups/members").await.body["members"], 1, "who is in it stays");
}
