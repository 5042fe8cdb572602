//! Members of an organization and what they have.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::contents::Contents;
use crate::support::{Script, World};

const MEMBERS: &str = "/api/v1/organizations/a/members";

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

async fn rita(world: &World) -> Script {
    Script::of(&world.server, &world.people["rita"], None).await
}

/// OR-06, OR-07: what is told of a member of A, who is in B too, and nothing else.
#[sqlx::test]
async fn what_is_told(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = rita(&world).await;
    crate::support::Browser::of(&world.server).sign_in("carl").await;
    for name in ["alice", "carl"] {
        let reply = rita.get(&format!("{MEMBERS}/{}", world.id(name))).await;
        assert_eq!(reply.status, 200);
        assert_eq!(keys(&reply.body), ["accesses", "email", "id", "last_seen", "name", "role", "since"]);
        assert_eq!(reply.body["email"], format!("{name}@example.org"));
        assert_eq!(reply.body["accesses"], json!([{ "client_id": "c_sa", "roles": [] }]));
        let seen = reply.body["last_seen"].as_str();
        assert_eq!(seen.map(str::len), (name == "carl").then_some("2026-11-20".len()), "a day and no more");
        let (b, text) = (world.organizations["b"].to_string(), &reply.text);
        for elsewhere in ["c_sb", "Brasserie", "\"b\"", b.as_str()] {
            assert!(!text.contains(elsewhere), "{text}");
        }
    }
    // Of whom nothing is told, as of nobody.
    let nobody = rita.get(&format!("{MEMBERS}/0192f5c0-0000-7000-8000-000000000000")).await;
    for name in ["bob", "dora", "remi"] {
        assert_eq!(rita.get(&format!("{MEMBERS}/{}", world.id(name))).await.masked(), nobody.masked());
    }
}

/// OR-05: only members of A, between 1 and 200 of them, from cursors that are hers and of this list.
#[sqlx::test]
async fn lists(pool: PgPool) {
    let world = World::new(&pool).await;
    let (rita, rex) = (rita(&world).await, Script::of(&world.server, &world.people["rex"], None).await);
    sqlx::query("INSERT INTO memberships SELECT id, $1, 'referent', now() FROM organizations WHERE slug = 'b'")
        .bind(world.id("rita"))
        .execute(&pool)
        .await
        .unwrap();
    let count = |reply: &crate::support::script::Reply| reply.body["items"].as_array().unwrap().len();
    for (query, expected) in [
        ("", 4),
        ("?q=bob", 0),
        ("?q=%25", 0),
        ("?q=_", 0),
        ("?q=carl", 1),
        ("?q=CARL%40example.org", 1),
        ("?q=%27+OR+1%3D1--", 0),
        ("?role=referent", 2),
        ("?role=member&q=example.org", 2),
        ("?limit=1000000", 4),
        ("?limit=9223372036854775807", 4),
        ("?limit=0", 1),
        ("?limit=-1", 1),
        ("?limit=3", 3),
    ] {
        let reply = rita.get(&format!("{MEMBERS}{query}")).await;
        assert_eq!((reply.status, count(&reply)), (200, expected), "{query}: {}", reply.text);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    let mut first = None;
    loop {
        let page = rita.get(&format!("{MEMBERS}?limit=1{cursor}")).await.body;
        seen.push(page["items"][0]["email"].as_str().unwrap().to_owned());
        let Some(next) = page["next"].as_str() else { break };
        first.get_or_insert(next.to_owned());
        cursor = format!("&cursor={next}");
    }
    seen.sort();
    assert_eq!(seen, ["alice@example.org", "carl@example.org", "rex@example.org", "rita@example.org"]);
    let cursor = first.unwrap();
    let turned = format!("{}{}", if cursor.starts_with('A') { 'B' } else { 'A' }, &cursor[1..]);
    for (script, path) in [
        (&rex, format!("{MEMBERS}?cursor={cursor}")),
        (&rita, format!("/api/v1/organizations/b/members?cursor={cursor}")),
        (&rita, format!("/api/v1/organizations/a/invitations?cursor={cursor}")),
        (&rita, format!("/api/v1/organizations?cursor={cursor}")),
        (&rita, format!("{MEMBERS}?cursor={turned}")),
    ] {
        let reply = script.get(&path).await;
        assert_eq!((reply.status, reply.errors().as_str()), (400, "cursor unknown"), "{path}");
    }
}

/// OR-09: what belongs to the person is not to be changed here, and a role is all that is.
#[sqlx::test]
async fn accounts_are_their_own(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = rita(&world).await;
    let alice = format!("{MEMBERS}/{}", world.id("alice"));
    let before = Contents::of(&pool).await;
    for field in [
        "email",
        "email_verified",
        "username",
        "password",
        "totp",
        "recovery_codes",
        "enabled",
        "active",
        "locale",
        "sub",
        "id",
        "org_ids",
        "name",
        "__proto__",
    ] {
        for body in [json!({ field: "x" }), json!({ field: "x", "role": "referent" })] {
            let reply = rita.change(Method::PATCH, &alice, &body).await;
            assert_eq!((reply.status, reply.errors()), (400, format!("{field} unknown")));
        }
    }
    for (body, errors) in [
        (json!({ "role": "admin" }), "role not-a-choice"),
        (json!({ "role": ["referent"] }), "role wrong-type"),
        (json!({}), "role missing"),
        (json!("referent"), "body wrong-type"),
    ] {
        let reply = rita.change(Method::PATCH, &alice, &body).await;
        assert_eq!((reply.status, reply.errors().as_str()), (400, errors));
    }
    let changed = before.difference(&Contents::of(&pool).await);
    let changed: Vec<_> =
        changed.iter().filter(|row| !row.contains("throttles") && !row.contains("personal_tokens")).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

/// OR-18: two who change the same member; each says what they saw.
#[sqlx::test]
async fn nothing_is_undone_unaware(pool: PgPool) {
    let world = World::new(&pool).await;
    let (rita, rex) = (rita(&world).await, Script::of(&world.server, &world.people["rex"], None).await);
    let alice = format!("{MEMBERS}/{}", world.id("alice"));
    let access = format!("{alice}/accesses/c_sa");
    let seen = rita.get(&alice).await.version();
    assert_eq!(rex.get(&alice).await.version(), seen);
    let done = rex.change_of(Method::PUT, &access, &seen, &json!({ "roles": ["editor"] })).await;
    assert_eq!((done.status, done.version() == seen), (200, false));
    assert_eq!(done.body["accesses"], json!([{ "client_id": "c_sa", "roles": ["editor"] }]));
    let role = json!({ "role": "referent" });
    for (method, path, body) in [
        (Method::PATCH, &alice, &role),
        (Method::DELETE, &alice, &Value::Null),
        (Method::PUT, &access, &json!({ "roles": [] })),
        (Method::DELETE, &access, &Value::Null),
    ] {
        let stale = rita.change_of(method.clone(), path, &seen, body).await;
        assert_eq!((stale.status, stale.problem()), (412, "stale"), "{method} {path}");
        let stale = rita.change_of(method.clone(), path, &format!("W/{}", done.version()), body).await;
        assert_eq!(stale.status, 412, "a weak one is never the same");
        let unsaid = rita.send(rita.request(method.clone(), path).json(body)).await;
        assert_eq!((unsaid.status, unsaid.problem()), (428, "precondition-required"), "{method} {path}");
    }
    let again = rita.change_of(Method::PATCH, &alice, &done.version(), &role).await;
    assert_eq!((again.status, &again.body["role"]), (200, &json!("referent")));
    let gone = rita.change_of(Method::DELETE, &access, &again.version(), &Value::Null).await;
    assert_eq!((gone.status, &gone.body["accesses"]), (200, &json!([])));
    assert_eq!(rex.change_of(Method::DELETE, &alice, &gone.version(), &Value::Null).await.status, 204);
    assert_eq!(rita.get(&alice).await.status, 404);
}

/// OR-11, OR-12: what is not A's to give, and roles that referents do not give.
#[sqlx::test]
async fn what_can_be_given(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = rita(&world).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let give = async |script: &Script, service: &str, roles: Value| {
        let path = format!("{MEMBERS}/{}/accesses/{service}", world.id("alice"));
        script.change(Method::PUT, &path, &json!({ "roles": roles })).await
    };
    let group: uuid::Uuid =
        sqlx::query_scalar("SELECT id FROM groups WHERE name = 'admins'").fetch_one(&pool).await.unwrap();
    let before = Contents::of(&pool).await;
    let unknown = give(&rita, "nothing", json!([])).await;
    for service in ["c_sb", "c_conf", "admins", &group.to_string(), "c_sa%00", "%ff", "C_SA"] {
        assert_eq!(give(&rita, service, json!([])).await.masked(), unknown.masked(), "{service}");
    }
    assert_eq!(unknown.status, 404);
    assert_eq!(give(&rita, "c_sa", json!(["boss"])).await.errors(), "roles unknown-role");
    let refused = give(&rita, "c_sa", json!(["editor", "admin"])).await;
    assert_eq!((refused.status, refused.body["reason"].as_str()), (403, Some("not-delegable")));
    let changed = before.difference(&Contents::of(&pool).await);
    assert!(
        changed.iter().all(|row| row.contains("audit") || row.contains("throttles") || row.contains("personal_tokens")),
        "{changed:#?}"
    );
    // What an administrator gave stays when a referent sets the others.
    assert_eq!(give(&adm, "c_sa", json!(["admin"])).await.status, 200);
    let both = give(&rita, "c_sa", json!(["viewer"])).await;
    assert_eq!(both.body["accesses"], json!([{ "client_id": "c_sa", "roles": ["admin", "viewer"] }]));
}

/// OR-16, OR-19: who is not in A is nobody; whoever leaves A stays elsewhere; somebody must look after it.
#[sqlx::test]
async fn taken_out(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = rita(&world).await;
    let nobody = rita.delete(&format!("{MEMBERS}/0192f5c0-0000-7000-8000-000000000000")).await;
    assert_eq!(rita.delete(&format!("{MEMBERS}/{}", world.id("bob"))).await.masked(), nobody.masked());
    assert_eq!(nobody.status, 404);
    assert_eq!(rita.delete(&format!("{MEMBERS}/{}", world.id("carl"))).await.status, 204);
    let remi = Script::of(&world.server, &world.people["remi"], None).await;
    let there = remi.get(&format!("/api/v1/organizations/b/members/{}", world.id("carl"))).await;
    assert_eq!(there.body["accesses"], json!([{ "client_id": "c_sb", "roles": [] }]));
    assert_eq!(rita.delete(&format!("{MEMBERS}/{}", world.id("rex"))).await.status, 204);
    for last in [
        rita.delete(&format!("{MEMBERS}/{}", world.id("rita"))).await,
        rita.change(Method::PATCH, &format!("{MEMBERS}/{}", world.id("rita")), &json!({ "role": "member" })).await,
    ] {
        assert_eq!((last.status, last.problem(), &last.body["reason"]), (409, "conflict", &json!("last-referent")));
    }
    // A member may leave, and do nothing else.
    let alice = Script::of(&world.server, &world.people["alice"], None).await;
    assert_eq!(alice.get(MEMBERS).await.status, 403);
    assert_eq!(alice.delete(&format!("{MEMBERS}/{}", world.id("rita"))).await.status, 403);
    assert_eq!(alice.delete(&format!("{MEMBERS}/{}", world.id("alice"))).await.status, 204);
    assert_eq!(alice.get(MEMBERS).await.status, 404);
}
