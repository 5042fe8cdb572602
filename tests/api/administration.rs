//! The instance, by programs: what administrators do on the console, under the same rule (AD-01, AD-04).

use chrono::TimeDelta;
use loquet::db;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::contents::Contents;
use crate::support::{Browser, Script, World};

fn names(list: &Value, key: &str) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

async fn adm(world: &World) -> Script {
    Script::of(&world.server, &world.people["adm"], None).await
}

#[sqlx::test]
async fn people_are_found_and_looked_at(pool: PgPool) {
    let world = World::new(&pool).await;
    let aud = Script::of(&world.server, &world.people["aud"], None).await;
    let first = aud.get("/api/v1/users?limit=4").await.body;
    let cursor = first["next"].as_str().unwrap();
    let second = aud.get(&format!("/api/v1/users?limit=200&cursor={cursor}")).await.body;
    let mut all = [names(&first, "username"), names(&second, "username")].concat();
    assert_eq!((names(&first, "id").len(), &second["next"]), (4, &Value::Null));
    all.sort();
    assert_eq!(all, ["adm", "alice", "aud", "bob", "carl", "dora", "eve", "remi", "rex", "rita"]);
    let stolen = adm(&world).await.get(&format!("/api/v1/users?cursor={cursor}")).await;
    assert_eq!((stolen.status, stolen.errors().as_str()), (400, "cursor unknown"));
    assert_eq!(names(&aud.get("/api/v1/users?q=rita@").await.body, "username"), ["rita"]);
    assert_eq!(aud.get(&format!("/api/v1/users?q={}", "x".repeat(1000))).await.status, 400);

    let browser = Browser::of(&world.server);
    browser.sign_in("carl").await;
    let carl = aud.get(&format!("/api/v1/users/{}", world.id("carl"))).await.body;
    assert_eq!((&carl["email"], &carl["state"]), (&json!("carl@example.org"), &json!("active")));
    assert_eq!(carl["sessions"].as_array().unwrap().len(), 1);
    let places: Vec<&str> =
        carl["organizations"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
    assert_eq!(places, ["a", "b"]);
    assert_eq!(carl["factors"], json!({ "authenticator_since": null, "passkeys": 0, "recovery_codes": 0 }));
    assert_eq!(aud.get(&format!("/api/v1/users/{}", Uuid::now_v7())).await.status, 404);
}

#[sqlx::test]
async fn accounts_are_tended(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = adm(&world).await;
    let of = |name: &str, act: &str| format!("/api/v1/users/{}/{act}", world.id(name));
    let nothing = json!({});
    let browser = Browser::of(&world.server);
    browser.sign_in("alice").await;
    let open = async || browser.get("/account/sessions").await.status == 200;
    assert!(open().await);

    assert_eq!(adm.post(&of("alice", "disable"), &nothing).await.status, 204);
    assert!(!open().await, "at once");
    let alice = adm.get(&format!("/api/v1/users/{}", world.id("alice"))).await.body;
    assert_eq!(alice["state"], "disabled");
    assert_eq!(adm.post(&of("alice", "enable"), &nothing).await.status, 204);
    browser.sign_in("alice").await;
    let session = adm.get(&format!("/api/v1/users/{}", world.id("alice"))).await.body["sessions"][0]["id"].clone();
    assert_eq!(adm.post(&of("bob", "sign-out"), &json!({ "session": session })).await.status, 404, "not bob's");
    assert!(open().await);
    assert_eq!(adm.post(&of("alice", "sign-out"), &json!({ "session": session })).await.status, 204);
    assert!(!open().await);
    assert_eq!(adm.post(&of("alice", "sign-out"), &nothing).await.status, 204);

    for (name, act, status, reason) in [
        ("adm", "disable", 403, "oneself"),
        ("adm", "reset-factor", 403, "oneself"),
        ("adm", "sign-out", 403, "oneself"),
        ("bob", "reset-factor", 409, "no-second-factor"),
        ("bob", "verification", 409, "already-verified"),
    ] {
        let refused = adm.post(&of(name, act), &nothing).await;
        assert_eq!((refused.status, &refused.body["reason"]), (status, &json!(reason)), "{name} {act}");
    }
    sqlx::query("UPDATE users SET email_verified_at = NULL WHERE username = 'eve'").execute(&pool).await.unwrap();
    assert_eq!(adm.post(&of("eve", "verification"), &nothing).await.status, 204);
    world.server.mail_to("eve@example.org").await;

    // The journal: by whom, and with what.
    let query = format!("/api/v1/journal?kind=account-disabled&person={}", world.id("alice"));
    let lines = adm.get(&query).await.body;
    let line = &lines["items"][0];
    assert_eq!((&line["actor"]["username"], &line["person"]["username"]), (&json!("adm"), &json!("alice")));
    assert_eq!((&line["device"], &line["refused"]), (&json!("API, Tableur"), &json!(false)));
}

/// What takes something away wants a new key; the rest does not.
#[sqlx::test]
async fn with_a_new_key(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = adm(&world).await;
    world.server.advance(TimeDelta::minutes(11));
    let before = Contents::of(&pool).await;
    let bob = world.id("bob");
    for path in [
        format!("/api/v1/users/{bob}/disable"),
        format!("/api/v1/users/{bob}/enable"),
        format!("/api/v1/users/{bob}/sign-out"),
        format!("/api/v1/users/{bob}/reset-factor"),
        format!("/api/v1/users/{bob}/merge"),
        format!("/api/v1/users/{bob}/membership"),
        "/api/v1/organizations/a/membership".to_owned(),
        "/api/v1/signing-keys/rotate".to_owned(),
        "/api/v1/groups/staff/rename".to_owned(),
        "/api/v1/groups/staff/second-factor".to_owned(),
        "/api/v1/group-rules/staff".to_owned(),
        "/api/v1/services".to_owned(),
        "/api/v1/services/c_sa/disable".to_owned(),
        "/api/v1/services/c_sa/secret".to_owned(),
        "/api/v1/import".to_owned(),
    ] {
        let body = match path.rsplit('/').next().unwrap() {
            "merge" => json!({ "other": world.id("alice") }),
            "rename" => json!({ "name": "crew" }),
            "second-factor" => json!({ "demanded": true }),
            "staff" => json!({ "rule": "any" }),
            "services" => json!({ "name": "New", "redirect_uris": ["https://new.test/cb"] }),
            "secret" => json!({ "overlap_hours": 0 }),
            "import" => json!({ "text": "username;email;password\n" }),
            _ => json!({}),
        };
        let refused = adm.post(&path, &body).await;
        assert_eq!((refused.status, &refused.body["reason"]), (403, &json!("key-too-old")), "{path}");
    }
    for (method, path) in [
        (Method::DELETE, "/api/v1/groups/staff".to_owned()),
        (Method::PUT, format!("/api/v1/groups/staff/members/{bob}")),
        (Method::DELETE, format!("/api/v1/groups/staff/members/{bob}")),
        (Method::DELETE, "/api/v1/group-rules/staff".to_owned()),
        (Method::DELETE, "/api/v1/services/c_sa".to_owned()),
    ] {
        let refused = adm.send(adm.request(method.clone(), &path)).await;
        assert_eq!(refused.body["reason"], "key-too-old", "{method} {path}");
    }
    let access = adm.request(Method::PUT, "/api/v1/services/c_sa/access").header("if-match", "*");
    let refused = adm.send(access.json(&json!({ "everyone": true }))).await;
    assert_eq!(refused.body["reason"], "key-too-old");
    let changed = before.difference(&Contents::of(&pool).await);
    let kept = ["users", "signing_keys", "browser_sessions", "audit_events"];
    let changed: Vec<&String> =
        changed.iter().filter(|row| kept.contains(&row.split_whitespace().nth(1).unwrap_or_default())).collect();
    assert_eq!(changed, Vec::<&String>::new());
    assert_eq!(adm.post("/api/v1/mail/retry", &json!({})).await.status, 200);
    assert_eq!(adm.get("/api/v1/users").await.status, 200);
}

/// Auditors look at everything and change nothing; a key for one organization, and referents, do neither.
#[sqlx::test]
async fn who_may(pool: PgPool) {
    let world = World::new(&pool).await;
    let document = super::contract::document(&world).await;
    let tags = ["Instance", "Users", "Mail", "Signing keys", "Groups", "All services"];
    let operations = super::contract::operations(&document);
    let operations: Vec<_> = operations
        .into_iter()
        .filter(|(_, _, operation)| tags.contains(&operation["tags"][0].as_str().unwrap()))
        .collect();
    assert_eq!(operations.len(), 51);
    world.server.group("staff", &[], &[]).await;
    sqlx::query("INSERT INTO memberships SELECT $1, $2, 'referent', now()")
        .bind(world.organizations["a"])
        .bind(world.id("adm"))
        .execute(&pool)
        .await
        .unwrap();
    let aud = Script::of(&world.server, &world.people["aud"], None).await;
    let key = Script::of(&world.server, &world.people["adm"], Some("a")).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    for (method, path, operation) in operations {
        let path = path.replace("{person}", &world.id("bob").to_string());
        let path = path.replace("{id}", &Uuid::now_v7().to_string());
        let path = path.replace("{group}", "staff").replace("{client_id}", "c_sa");
        let body = match operation.get("requestBody") {
            Some(_) => super::foreign::body(operation["operationId"].as_str().unwrap()),
            None => json!({}),
        };
        let ask = async |script: &Script| {
            let request = script.request(method.clone(), &path).header("if-match", "*");
            let reply = script.send(if method == Method::GET { request } else { request.json(&body) }).await;
            (reply.status, reply.body["reason"].clone())
        };
        let seen = ask(&aud).await;
        let expected = if method == Method::GET { (200, Value::Null) } else { (403, json!("read-only")) };
        assert_eq!(seen, expected, "{method} {path}");
        assert_eq!(ask(&key).await, (403, json!("administrators-only")), "{method} {path}");
        assert_eq!(ask(&rita).await, (403, json!("administrators-only")), "{method} {path}");
    }
}

#[sqlx::test]
async fn registrations_mail_and_keys(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = adm(&world).await;
    let nothing = json!({});
    sqlx::query(
        "UPDATE users SET active = false, awaiting_approval_at = now() - CASE username WHEN 'eve' THEN interval '1 day' ELSE interval '0' END
         WHERE username IN ('eve', 'dora')",
    )
    .execute(&pool)
    .await
    .unwrap();
    assert_eq!(names(&adm.get("/api/v1/registrations").await.body, "username"), ["eve", "dora"]);
    let of = |name: &str, answer: &str| format!("/api/v1/registrations/{}/{answer}", world.id(name));
    assert_eq!(adm.post(&of("eve", "accept"), &nothing).await.status, 204);
    assert_eq!(adm.post(&of("eve", "decline"), &nothing).await.body["reason"], "not-waiting");
    assert_eq!(adm.post(&of("dora", "decline"), &nothing).await.status, 204);
    assert_eq!(adm.post(&of("dora", "decline"), &nothing).await.status, 404);
    world.server.mail_to("eve@example.org").await;
    world.server.mail_to("dora@example.org").await;
    crate::support::mailbox::all_left(&pool).await;

    let dead = Uuid::now_v7();
    sqlx::query(
        "INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at, dead_at, attempts, last_error)
         VALUES ($1, '\\x00', now(), now(), now(), now(), 3, '550 no such mailbox')",
    )
    .bind(dead)
    .execute(&pool)
    .await
    .unwrap();
    let queue = adm.get("/api/v1/mail").await.body;
    assert_eq!((&queue["given_up"], &queue["items"][0]["last_error"]), (&json!(1), &json!("550 no such mailbox")));
    assert_eq!(adm.get("/api/v1/overview").await.body["attention"]["mail_given_up"], 1);
    assert_eq!(adm.post(&format!("/api/v1/mail/{dead}/forget"), &nothing).await.status, 204);
    assert_eq!(adm.post(&format!("/api/v1/mail/{dead}/retry"), &nothing).await.status, 404);
    let tested = adm.post("/api/v1/mail/test", &json!({ "email": "bureau@example.org" })).await.body;
    assert_eq!(tested, json!({ "accepted": true, "said": null }));
    world.server.mail_to("bureau@example.org").await;
    assert_eq!(adm.post("/api/v1/mail/test", &json!({ "email": "nobody" })).await.errors(), "email not-an-address");

    let keys = adm.get("/api/v1/signing-keys").await;
    assert!(!keys.text.contains("private") && keys.body["items"].as_array().unwrap().len() == 2, "{}", keys.text);
    let made = adm.post("/api/v1/signing-keys/rotate", &nothing).await.body;
    assert!(made["items"].as_array().unwrap().iter().all(|item| item["kid"].is_string()), "{made}");
    let again = adm.post("/api/v1/signing-keys/rotate", &nothing).await.body;
    assert!(again["items"].as_array().unwrap().iter().all(|item| item["kid"].is_null()), "{again}");
    assert_eq!(adm.get("/api/v1/signing-keys").await.body["items"].as_array().unwrap().len(), 4);
}

/// Newest first, by pages, of what is asked for.
#[sqlx::test]
async fn the_journal(pool: PgPool) {
    let world = World::new(&pool).await;
    let (now, origin) = (world.server.state.clock.now(), db::audit::Origin::default());
    let mut connection = world.server.state.pool.acquire().await.unwrap();
    for number in 0..5 {
        let event = db::audit::Event::of_host(db::audit::Kind::GroupAdded, &origin).with(json!({ "number": number }));
        db::audit::record(&mut connection, &event, now).await.unwrap();
    }
    drop(connection);
    let aud = Script::of(&world.server, &world.people["aud"], None).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = aud.get(&format!("/api/v1/journal?kind=group-added&limit=2{cursor}")).await.body;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().filter_map(|line| line["details"]["number"].as_i64()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, [4, 3, 2, 1, 0]);
    for (query, errors) in [
        ("kind=nothing", "kind not-a-choice"),
        ("organization=nowhere", "organization unknown"),
        ("person=nobody", "person unknown"),
        ("since=yesterday", "since wrong-type"),
        ("cursor=AAAA", "cursor unknown"),
    ] {
        let refused = aud.get(&format!("/api/v1/journal?{query}")).await;
        assert_eq!((refused.status, refused.errors().as_str()), (400, errors));
    }
    assert_eq!(aud.get("/api/v1/journal?since=2999-01-01T00:00:00Z").await.body["items"], json!([]));
}
