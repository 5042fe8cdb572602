//! The journal as it is read: `loquet audit`, and by an organization (OR-38).

use loquet::db;
use loquet::db::audit::{Event, Kind, Origin, Who};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::add;
use crate::support::Server;
use crate::support::program::Program;

/// Says how it stands, names the first bad position and ends with 1; the head that was kept counts.
#[sqlx::test]
async fn verify_on_the_command_line(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    assert_eq!(
        program.does(&["audit", "verify", "--json"]).await.json()["head"],
        Value::Null,
        "an empty journal is good"
    );
    for number in 0..3 {
        add(&pool, number).await;
    }
    loquet::journal::seal(&server.state.pool).await.unwrap();
    let said = program.does(&["audit", "verify", "--json"]).await.json();
    assert_eq!((&said["ok"], &said["events"], &said["waiting"]), (&json!(true), &json!(3), &json!(0)));
    let head = format!("3:{}", said["head"]["hash"].as_str().unwrap());
    let said = program.does(&["audit", "verify", "--expect", &head]).await;
    assert!(said.out.contains(&format!("head       {head}")), "{said:?}");
    for bad in ["3", "0:ff", "3:zz", &head[..head.len() - 1], &format!("{head}é")] {
        assert_eq!(program.run(&["audit", "verify", "--expect", bad]).await.code, Some(2), "{bad}");
    }
    let mut connection = pool.acquire().await.unwrap();
    sqlx::query("SET session_replication_role = replica").execute(&mut *connection).await.unwrap();
    let sql =
        "UPDATE audit_events SET kind = 'signed-in' WHERE id = (SELECT event_id FROM audit_chain WHERE position = 2)";
    sqlx::query(sql).execute(&mut *connection).await.unwrap();
    let said = program.run(&["audit", "verify", "--expect", &head]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("position 2: ") && said.out.contains("good       up to position 1"), "{said:?}");
    let said = program.run(&["audit", "verify", "--json"]).await;
    assert_eq!((said.code, &said.json()["fault"]["position"]), (Some(1), &json!(2)), "{said:?}");
}

/// By organization, person, kind, day and number.
#[sqlx::test]
async fn list_on_the_command_line(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let mut connection = pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    let atelier = db::organizations::ensure_organization(&mut connection, "atelier", "Atelier", now).await.unwrap();
    let origin = Origin { address_range: "203.0.113.0/24".into(), ..Origin::default() };
    for event in [
        Event::own(Kind::SignedIn, alice.id, &origin),
        Event::own(Kind::RoleChanged, alice.id, &origin).about(bob.id).of_organization(atelier),
        Event::of_host(Kind::KeysRotated, &origin),
        Event::own(Kind::DelegationRefused, bob.id, &origin).of_organization(atelier).refused("not-referent"),
    ] {
        db::audit::record(&mut connection, &event, now).await.unwrap();
    }
    let today = now.format("%Y-%m-%d").to_string();
    for (options, kinds) in [
        (&[][..], &["delegation-refused", "keys-rotated", "role-changed", "signed-in"][..]),
        (&["--limit", "1"], &["delegation-refused"]),
        (&["--organization", "atelier"], &["delegation-refused", "role-changed"]),
        (&["--user", "alice"], &["role-changed", "signed-in"]),
        (&["--user", "bob@example.org"], &["delegation-refused", "role-changed"]),
        (&["--user", &alice.id.to_string(), "--kind", "signed-in"], &["signed-in"]),
        (&["--since", &today, "--kind", "keys-rotated"], &["keys-rotated"]),
        (&["--since", "2099-01-01T00:00:00+01:00"], &[]),
    ] {
        let said = program.does(&[&["audit", "list", "--json"], options].concat()).await.json();
        let found: Vec<&str> = said.as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!(found, kinds, "{options:?}");
    }
    let said = program.does(&["audit", "list"]).await;
    let first = said.out.lines().next().unwrap();
    for words in
        ["refused  delegation-refused", "by bob", "organization atelier", "from 203.0.113.0/24", "\"not-referent\""]
    {
        assert!(first.contains(words), "{words}: {first}");
    }
    for (options, code, told) in [
        (&["--organization", "nowhere"][..], 1, "no organization named nowhere"),
        (&["--user", "nobody"], 1, "no account named nobody"),
        (&["--kind", "nonsense"], 2, "signed-in"),
        (&["--since", "yesterday"], 2, "2026-11-27"),
    ] {
        let said = program.run(&[&["audit", "list"], options].concat()).await;
        assert!(said.code == Some(code) && said.err.contains(told), "{options:?}: {said:?}");
    }
}

/// OR-38: of this organization only; members by name, nobody else by name.
#[sqlx::test]
async fn of_an_organization(pool: PgPool) {
    let server = Server::start(&pool).await;
    let mut people = Vec::new();
    for name in ["rita", "camille", "gone", "left", "boss", "stranger"] {
        people.push(server.person(name).await);
    }
    let [rita, camille, gone, left, boss, stranger] = &people[..] else { unreachable!() };
    for person in &people {
        sqlx::query("UPDATE users SET given_name = username, family_name = '' WHERE id = $1")
            .bind(person.id)
            .execute(&pool)
            .await
            .unwrap();
    }
    server.group("admins", &[boss], &[]).await;
    let mut connection = server.state.pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    let mut organizations = Vec::new();
    for slug in ["a", "b"] {
        let id = db::organizations::ensure_organization(&mut connection, slug, slug, now).await.unwrap();
        for (person, referent) in [(rita, true), (camille, false)] {
            db::organizations::add_member(&mut connection, id, person.id, referent, now).await.unwrap();
        }
        organizations.push(id);
    }
    let [a, b] = organizations[..] else { unreachable!() };
    let origin = Origin { address_range: "203.0.113.0/24".into(), device: "Firefox".into(), ..Origin::default() };
    let by = |kind, actor: &crate::support::people::Person| Event::own(kind, actor.id, &origin);
    for event in [
        by(Kind::OrganizationJoined, gone).of_organization(a),
        by(Kind::OrganizationLeft, left).of_organization(a),
        by(Kind::AccessGranted, rita)
            .about(camille.id)
            .of_organization(a)
            .of_client("wiki")
            .with(json!({ "after": ["editor"] })),
        by(Kind::RoleChanged, boss).about(gone.id).of_organization(a),
        Event { user: None, ..by(Kind::OrganizationChanged, boss) }.of_organization(a),
        by(Kind::InvitationDeclined, stranger).of_organization(a),
        by(Kind::SignedIn, camille),
        by(Kind::AccessWithdrawn, rita).about(camille.id).of_organization(b),
        Event { user: None, ..by(Kind::DelegationRefused, camille) }.of_organization(a).refused("not-referent"),
        Event::of_host(Kind::ServiceAttached, &origin).of_organization(a).of_client("wiki"),
    ] {
        db::audit::record(&mut connection, &event, now).await.unwrap();
    }
    let mut transaction = server.state.pool.begin().await.unwrap();
    let post = loquet::post::Post::of(&server.state);
    loquet::deletion::erase(&mut transaction, &post, gone.id).await.unwrap();
    transaction.commit().await.unwrap();
    let member = |name: &str| Who::Member(name.to_owned());
    let expected = [
        ("service-attached", Who::Administration, None),
        ("delegation-refused", member("camille"), None),
        ("invitation-declined", Who::Outsider, None),
        ("organization-changed", Who::Administration, None),
        ("role-changed", Who::Administration, Some(Who::Gone)),
        ("access-granted", member("rita"), Some(member("camille"))),
        ("organization-left", member("left"), Some(member("left"))),
        ("organization-joined", Who::Gone, Some(Who::Gone)),
    ];
    let mut before = None;
    let mut found = Vec::new();
    loop {
        let page = db::audit::of_organization(&mut connection, a, before, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        found.extend(page);
    }
    for (line, expected) in found.iter().zip(&expected) {
        assert_eq!((line.kind.as_str(), &line.actor, &line.user), (expected.0, &expected.1, &expected.2));
    }
    assert_eq!(found.len(), expected.len());
    assert_eq!((found[1].refused, &found[1].details), (true, &json!({ "reason": "not-referent" })));
    assert_eq!((found[5].client_id.as_deref(), &found[5].details), (Some("wiki"), &json!({ "after": ["editor"] })));
    let all = format!("{found:?}");
    for hidden in ["203.0.113", "Firefox", "stranger", "boss"] {
        assert!(!all.contains(hidden), "{hidden} in {all}");
    }
}
