use chrono::TimeDelta;
use loquet::authz::delegation::Why;
use loquet::delegation::{Answer, Clash, Refusal};
use sqlx::PgPool;
use uuid::Uuid;

use super::{ASKED, all_waiting, arrive, ask, lines, mails, scene, the_one};
use crate::support::world::World;

async fn answer(world: &World, name: &str, slug: &str, id: Uuid, accepted: bool) -> Result<Answer, Refusal> {
    world.desk(name).change(slug, async |work| work.answer_request(id, accepted).await).await
}

/// A referent says yes: access without roles, a mail with the way in, one line each in the journal. Nobody
/// else could, and nobody can twice.
#[sqlx::test]
async fn yes_opens_the_door(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    ask(&browser, &page).await;
    let id = the_one(&world).await;
    for (name, slug) in [("bob", "a"), ("remi", "a"), ("remi", "b"), ("rita", "b"), ("eve", "a"), ("adm", "b")] {
        let refused = answer(&world, name, slug, id, true).await;
        assert!(matches!(refused, Err(Refusal::Hidden)), "{name} in {slug}: {refused:?}");
    }
    for (name, why) in [("alice", Why::NotReferent), ("carl", Why::NotReferent), ("aud", Why::ReadOnly)] {
        let refused = answer(&world, name, "a", id, true).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(found)) if found == why), "{name}: {refused:?}");
    }
    let seen = world.desk("rita").read("a", async |work| work.requests().await).await.unwrap();
    assert_eq!(seen.iter().map(|waiting| waiting.name.as_str()).collect::<Vec<_>>(), ["Alice Test"]);
    assert!(world.desk("carl").read("a", async |work| work.requests().await).await.is_err());
    assert!(world.desk("remi").read("b", async |work| work.requests().await).await.unwrap().is_empty());
    assert_eq!(all_waiting(&world).await.len(), 1, "nothing has changed");

    answer(&world, "rita", "a", id, true).await.unwrap();
    let again = answer(&world, "rex", "a", id, false).await;
    assert!(matches!(again, Err(Refusal::Clash(Clash::AlreadyAnswered))), "{again:?}");
    assert!(browser.open(&page.url).await.answer("code").is_some());
    let (grants, roles): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM access_grants WHERE user_id = $1), (SELECT count(*) FROM access_grant_roles WHERE user_id = $1)",
    )
    .bind(world.id("alice"))
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!((grants, roles), (1, 0));
    let mail = world.server.mail_titled("alice@example.org", "Votre demande d’accès est acceptée").await;
    assert!(mail.text.contains("Service c_sa") && mail.text.contains(&world.server.url), "{}", mail.text);
    let (rita, alice, a) = (Some(world.id("rita")), Some(world.id("alice")), Some(world.organizations["a"]));
    for kind in ["access-request-accepted", "access-granted"] {
        assert_eq!(lines(&pool, kind).await, [(rita, alice, a, Some("c_sa".to_owned()))], "{kind}");
    }
    assert_eq!(lines(&pool, "access-request-declined").await, []);
}

/// No: a mail that says when to ask again, a page that says so too, and not before.
#[sqlx::test]
async fn no_holds_for_a_week(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    ask(&browser, &page).await;
    answer(&world, "rex", "a", the_one(&world).await, false).await.unwrap();
    assert!(all_waiting(&world).await.is_empty());
    assert_eq!(mails(&world, &pool, "Votre demande d’accès est refusée", ["alice", "rita"]).await, [1, 0]);
    // A form of before asks nobody.
    let after = browser.follow(browser.press(&page, "#ask", &[]).await).await;
    assert!(after.text("#asked").unwrap().contains("Atelier vélo a répondu non"), "{}", after.body);
    assert!(after.text("#asked").unwrap().contains("à partir du") && after.text("#ask").is_none(), "{}", after.body);
    assert_eq!(mails(&world, &pool, ASKED, ["rita", "rex"]).await, [1, 1]);
    world.server.advance(TimeDelta::days(7));
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    assert_eq!(page.text("#ask").as_deref(), Some("Demander à nouveau"));
    ask(&browser, &page).await;
    assert_eq!(mails(&world, &pool, ASKED, ["rita", "rex"]).await, [2, 2]);
    assert_eq!(lines(&pool, "access-request-declined").await.len(), 1);
}

/// A request is gone when access came otherwise, when the person or the service leaves the organization, and
/// out of the way while nobody could be let in.
#[sqlx::test]
async fn a_request_that_means_nothing_any_more(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    ask(&browser, &page).await;
    for (away, back) in [
        ("UPDATE clients SET policy = 'everyone' WHERE client_id = 'c_sa'", "UPDATE clients SET policy = 'restricted'"),
        ("UPDATE clients SET enabled = false WHERE client_id = 'c_sa'", "UPDATE clients SET enabled = true"),
        ("UPDATE users SET active = false WHERE username = 'alice'", "UPDATE users SET active = true"),
    ] {
        sqlx::query(away).execute(&pool).await.unwrap();
        assert!(all_waiting(&world).await.is_empty(), "{away}");
        sqlx::query(back).execute(&pool).await.unwrap();
        assert_eq!(all_waiting(&world).await.len(), 1, "{back}");
    }
    world.desk("rita").change("a", async |work| work.remove_member(world.id("alice"), None).await).await.unwrap();
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM access_requests").fetch_one(&pool).await.unwrap();
    assert_eq!(rows, 0);
}
