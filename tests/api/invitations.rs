//! Invitations, by programs.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{Script, Server, World};

const INVITATIONS: &str = "/api/v1/organizations/a/invitations";
const SUBJECT: &str = "Une invitation vous attend";

async fn rita(world: &World) -> Script {
    Script::of(&world.server, &world.people["rita"], None).await
}

/// OR-08, OR-23, OR-26, EN-05: the same answer whoever has the address, and never the link.
#[sqlx::test]
async fn the_link_goes_to_the_address_alone(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = rita(&world).await;
    let mut answers = Vec::new();
    for email in ["bob@example.org", "dora@example.org", "nobody@example.org"] {
        let body = json!({ "email": email, "accesses": [{ "client_id": "c_sa", "roles": ["viewer"] }] });
        let sent = rita.post(INVITATIONS, &body).await;
        assert_eq!(sent.status, 202, "{}", sent.text);
        let location = sent.headers["location"].to_str().unwrap().to_owned();
        let shown = rita.get(&location).await;
        assert_eq!(shown.body, sent.body);
        let letter = world.server.letter(email, SUBJECT, 1).await.text;
        let token = letter.split_whitespace().find_map(|word| Some(word.split_once("/invitation/")?.1)).unwrap();
        let listed = rita.get(INVITATIONS).await;
        let journal = rita.get("/api/v1/organizations/a/journal").await;
        for text in [&sent.text, &shown.text, &listed.text, &journal.text] {
            assert!(!text.contains(token) && !text.contains("lqt_ml_"), "{text}");
        }
        let mut body = sent.body.clone();
        for (name, length) in [("id", 36), ("sent_at", 0), ("expires_at", 0)] {
            let text = body[name].take();
            assert!(length == 0 || text.as_str().unwrap().len() == length);
        }
        body["email"] = json!("x");
        answers.push((body, sent.headers.keys().map(ToString::to_string).collect::<Vec<_>>()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert_eq!(answers[0].0["state"], "pending");
    let taken = rita.post(INVITATIONS, &json!({ "email": "alice@example.org" })).await;
    assert_eq!((taken.status, &taken.body["reason"]), (409, &json!("already-member")));
}

/// OR-25: addresses that are none; once in 24 hours to one, so many a day in all.
#[sqlx::test]
async fn not_everything_and_not_everybody(pool: PgPool) {
    let world = World::on(Server::with(&pool, &[("LOQUET_ORGANIZATIONS_INVITATIONS_PER_DAY", "3")]).await).await;
    let rita = rita(&world).await;
    for email in [
        "a@x.test\r\nBcc: b@x.test",
        "a@x.test, b@x.test",
        "\"a@b\"@c.test",
        &format!("{}@x.test", "a".repeat(300)),
        "a@x.test\u{0}",
        "",
        "a",
        "ä@x.test",
    ] {
        let reply = rita.post(INVITATIONS, &json!({ "email": email })).await;
        assert_eq!(reply.status, 400, "{email:?}: {}", reply.text);
        assert!(reply.errors().starts_with("email "), "{}", reply.text);
    }
    for body in
        [json!({ "email": "x1@x.test", "token": "x" }), json!({ "email": "x1@x.test", "user_id": world.id("dora") })]
    {
        assert_eq!(rita.post(INVITATIONS, &body).await.status, 400);
    }
    for (service, status) in [("c_sb", 404), ("nothing", 404)] {
        let body = json!({ "email": "x1@x.test", "accesses": [{ "client_id": service }] });
        assert_eq!(rita.post(INVITATIONS, &body).await.status, status, "{service}");
    }
    let body = json!({ "email": "x1@x.test", "accesses": [{ "client_id": "c_sa", "roles": ["admin"] }] });
    assert_eq!(rita.post(INVITATIONS, &body).await.status, 403);
    let first = rita.post(INVITATIONS, &json!({ "email": "x1@x.test" })).await;
    let again = rita.post(INVITATIONS, &json!({ "email": "X1@x.test" })).await;
    assert_eq!((again.status, again.problem()), (429, "too-many-requests"));
    let wait: i64 = again.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((86_000..=86_400).contains(&wait), "{wait}");
    let id = first.body["id"].as_str().unwrap();
    assert_eq!(rita.post(&format!("{INVITATIONS}/{id}/resend"), &Value::Null).await.status, 429);
    for (email, status) in [("x2@x.test", 202), ("x3@x.test", 202), ("x4@x.test", 429)] {
        assert_eq!(rita.post(INVITATIONS, &json!({ "email": email })).await.status, status, "{email}");
    }
}

/// Seen, sent again, taken back; those of B are nobody's.
#[sqlx::test]
async fn a_life(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = rita(&world).await;
    let remi = Script::of(&world.server, &world.people["remi"], None).await;
    let theirs = remi.post("/api/v1/organizations/b/invitations", &json!({ "email": "x@x.test" })).await;
    let theirs = theirs.body["id"].as_str().unwrap().to_owned();
    let nothing = rita.get(&format!("{INVITATIONS}/0192f5c0-0000-7000-8000-000000000000")).await;
    assert_eq!(rita.get(&format!("{INVITATIONS}/{theirs}")).await.masked(), nothing.masked());
    assert_eq!(rita.post(&format!("{INVITATIONS}/{theirs}/resend"), &Value::Null).await.masked(), nothing.masked());
    assert_eq!(rita.delete(&format!("{INVITATIONS}/{theirs}")).await.masked(), nothing.masked());

    let sent = rita.post(INVITATIONS, &json!({ "email": "x@x.test", "role": "referent" })).await;
    let own = format!("{INVITATIONS}/{}", sent.body["id"].as_str().unwrap());
    assert_eq!(sent.body["role"], "referent");
    world.server.advance(chrono::TimeDelta::days(8));
    assert_eq!(rita.get(&own).await.body["state"], "expired");
    let again = rita.post(&format!("{own}/resend"), &Value::Null).await;
    assert_eq!((again.status, &again.body["state"], &again.body["id"]), (202, &json!("pending"), &sent.body["id"]));
    assert_eq!(rita.delete(&own).await.status, 204);
    assert_eq!((rita.get(&own).await.status, rita.delete(&own).await.status), (404, 404));
    assert_eq!(rita.get(INVITATIONS).await.body["items"], json!([]));
    assert_eq!(remi.get(&format!("/api/v1/organizations/b/invitations/{theirs}")).await.status, 200);
}
