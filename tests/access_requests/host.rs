use loquet::authz::delegation::Why;
use loquet::delegation::Refusal;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{arrive, ask, lines, scene, the_one};
use crate::support::program::Program;

async fn groups_of(pool: &PgPool, name: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id JOIN users u ON u.id = m.user_id WHERE u.username = $1 ORDER BY 1",
    )
    .bind(name)
    .fetch_all(pool)
    .await
    .unwrap()
}

/// An administrator says yes: a service that allows no group gets one of its own, with nobody else in it; the
/// next person joins it. The group that makes administrators is never a way in.
#[sqlx::test]
async fn a_group_is_found_or_made(pool: PgPool) {
    let world = scene(&pool).await;
    // Names that would let others in: a group, and an organization, that services would take for it.
    world.server.group("service-c-sa", &[&world.people["eve"]], &[]).await;
    sqlx::query("UPDATE organizations SET slug = 'service-c-sa-2' WHERE slug = 'b'").execute(&pool).await.unwrap();
    world.server.group("admins", &[], &["c_sa"]).await;
    let (browser, page) = arrive(&world, "dora", "c_sa").await;
    ask(&browser, &page).await;
    let id = the_one(&world).await;
    for (name, hidden) in [("rita", true), ("dora", true), ("aud", false)] {
        let refused = world.desk(name).answer_for_host(id, true, None).await;
        let right = match refused {
            Err(Refusal::Forbidden(Why::AdministratorsOnly)) => hidden,
            Err(Refusal::Forbidden(Why::ReadOnly)) => !hidden,
            _ => false,
        };
        assert!(right, "{name}");
        assert_eq!(world.desk(name).host_requests(false).await.is_ok(), !hidden, "{name}");
    }
    // Of each one line for each act, however often they tried: an auditor may look.
    assert_eq!(lines(&pool, "delegation-refused").await.len(), 5);
    assert_eq!(the_one(&world).await, id, "nothing has changed");

    let answer = world.desk("adm").answer_for_host(id, true, None).await.unwrap();
    assert_eq!(answer.new_group.as_deref(), Some("service-c-sa-3"));
    assert_eq!(groups_of(&pool, "dora").await, ["service-c-sa-3"]);
    assert!(browser.open(&page.url).await.answer("code").is_some());
    let (adm, dora, service) = (Some(world.id("adm")), Some(world.id("dora")), Some("c_sa".to_owned()));
    assert_eq!(lines(&pool, "access-request-accepted").await, [(adm, dora, None, service.clone())]);
    assert_eq!(lines(&pool, "group-joined").await, [(adm, dora, None, None)]);
    assert_eq!(lines(&pool, "service-changed").await, [(adm, None, None, service)]);
    world.server.mail_titled("dora@example.org", "Votre demande d’accès est acceptée").await;

    let (browser, page) = arrive(&world, "bob", "c_sa").await;
    ask(&browser, &page).await;
    let answer = world.desk("adm").answer_for_host(the_one(&world).await, true, None).await.unwrap();
    assert_eq!((answer.new_group, groups_of(&pool, "bob").await), (None, vec!["service-c-sa-3".to_owned()]));
}

/// The same by commands; a request to an organization is answered there.
#[sqlx::test]
async fn commands(pool: PgPool) {
    let world = scene(&pool).await;
    let program = Program::of(&world.server, &pool);
    assert_eq!(program.does(&["access", "requests"]).await.out.trim(), "Nobody waits for an answer.");
    for name in ["first", "second"] {
        world.server.group(name, &[], &["c_sa"]).await;
    }
    for name in ["dora", "alice"] {
        let (browser, page) = arrive(&world, name, "c_sa").await;
        ask(&browser, &page).await;
    }
    let all = program.does(&["access", "requests", "--json"]).await.json();
    let of = |name: &str| all.as_array().unwrap().iter().find(|request| request["name"] == name).unwrap().clone();
    let (dora, alice) = (of("Dora Test"), of("Alice Test"));
    assert_eq!((&dora["organization"], &dora["groups"]), (&Value::Null, &json!(["first", "second"])));
    assert_eq!((&alice["organization"], &alice["client_id"]), (&json!("a"), &json!("c_sa")));
    let told = program.does(&["access", "requests"]).await.out;
    assert!(told.contains("groups: first, second") && told.contains("through a"), "{told}");

    let (dora, alice) = (dora["id"].as_str().unwrap(), alice["id"].as_str().unwrap());
    for (bad, complaint) in [
        (&["access", "accept", dora][..], "choose one with --group"),
        (&["access", "accept", dora, "--group", "admins"], "does not allow that group"),
        (&["access", "accept", "00000000-0000-7000-8000-000000000000"], "there is no request"),
    ] {
        let said = program.run(bad).await;
        assert!(said.code == Some(1) && said.err.contains(complaint), "{bad:?}: {said:?}");
    }
    let said = program.does(&["access", "accept", dora, "--group", "second", "--json"]).await.json();
    assert_eq!((&said["accepted"], &said["new_group"]), (&json!(true), &Value::Null));
    assert_eq!(groups_of(&pool, "dora").await, ["second"]);
    assert!(program.run(&["access", "decline", dora]).await.err.contains("answered already"));
    let said = program.does(&["access", "accept", alice]).await.out;
    assert!(said.contains("alice may use c_sa"), "{said}");
    let grants: i64 =
        sqlx::query_scalar("SELECT count(*) FROM access_grants WHERE user_id = $1 AND client_id = 'c_sa'")
            .bind(world.id("alice"))
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((grants, groups_of(&pool, "alice").await), (1, Vec::new()));
    world.server.mail_titled("alice@example.org", "Votre demande d’accès est acceptée").await;

    let (browser, page) = arrive(&world, "eve", "c_sb").await;
    ask(&browser, &page).await;
    let id = the_one(&world).await.to_string();
    let said = program.does(&["access", "decline", &id]).await.out;
    assert!(said.contains("eve may still not use c_sb"), "{said}");
    world.server.mail_titled("eve@example.org", "Votre demande d’accès est refusée").await;
}
