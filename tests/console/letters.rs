//! Mail and keys.

use sqlx::PgPool;
use uuid::Uuid;

use super::{noted, send, signed_in};
use crate::support::World;
use crate::support::program::Program;

#[sqlx::test]
async fn mail_is_tended(pool: PgPool) {
    let world = World::new(&pool).await;
    let (dead, waiting) = (Uuid::now_v7(), Uuid::now_v7());
    // Far from due, so that no job takes it meanwhile.
    sqlx::query(
        "INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at, dead_at, attempts, last_error) VALUES
         ($1, '\\x00', now(), now(), now(), now(), 3, '550 no such mailbox'),
         ($2, '\\x00', now(), now() + interval '1 day', now() + interval '2 days', NULL, 1, '451 later'),
         (gen_random_uuid(), '\\x00', now(), now() + interval '1 day', now() + interval '2 days', NULL, 0, NULL)",
    )
    .bind(dead)
    .bind(waiting)
    .execute(&pool)
    .await
    .unwrap();
    let adm = signed_in(&world, "adm").await;
    let page = adm.open("/admin/mail").await;
    assert_eq!(page.texts("#mails samp"), ["550 no such mailbox", "451 later"]);
    let way = page.attribute("#mails a.is-danger", "href").unwrap();
    assert_eq!(way.replace("%2D", "-"), format!("/admin/mail?forget={dead}"));
    for (id, status) in [(waiting.to_string(), 409), (Uuid::now_v7().to_string(), 409), ("x".to_owned(), 404)] {
        assert_eq!(adm.get(&format!("/admin/mail?forget={id}")).await.status, status, "{id}");
    }
    assert_eq!(signed_in(&world, "aud").await.get(&way).await.status, 403);
    assert_eq!(send(&adm, "/admin/mail", &[("forget", &waiting.to_string())]).await.status, 409, "it is still tried");
    let asked = adm.open(&way).await;
    assert!(asked.text("main").unwrap().contains("Il ne sera pas envoyé"), "{}", asked.body);
    assert_eq!(asked.attribute("section.card a.is-plain", "href").as_deref(), Some("/admin/mail"), "the way back");
    assert!(noted(&pool, "mail-forgotten").await.is_empty(), "only asked");
    let page = adm.submit(&asked, &[]).await;
    assert_eq!(page.texts("#mails h2").len(), 2);
    assert_eq!(send(&adm, "/admin/mail", &[("forget", &dead.to_string())]).await.status, 409, "it is gone");
    assert_eq!(send(&adm, "/admin/mail", &[("retry", &dead.to_string())]).await.status, 409);
    assert_eq!(send(&adm, "/admin/mail", &[("retry", "x")]).await.status, 404);
    // Whoever was not refused yet is not hurried: a courier may be on the way.
    let page = adm.press(&page, "#retry-all", &[]).await;
    assert_eq!(page.text("[role=status]").as_deref(), Some("Nouvel essai en cours pour un message."));
    let page = send(&adm, "/admin/mail", &[("address", "no address")]).await;
    assert_eq!((page.status, page.text("#address-error").is_some()), (422, true));
    let page = adm.press(&adm.open("/admin/mail").await, "#send-test", &[("address", "bureau@example.org")]).await;
    assert_eq!(page.status, 200);
    world.server.mail_to("bureau@example.org").await;
    let by = (Some(world.id("adm")), None);
    let program = Program::of(&world.server, &pool);
    let said = program.run(&["mail", "forget", &dead.to_string()]).await;
    assert!(said.code == Some(1) && said.err.contains("was given up"), "{said:?}");
    sqlx::query("UPDATE mail_outbox SET dead_at = now() WHERE id = $1").bind(waiting).execute(&pool).await.unwrap();
    program.does(&["mail", "forget", &waiting.to_string()]).await;
    assert_eq!(noted(&pool, "mail-forgotten").await, [by, (None, None)]);
    assert_eq!(noted(&pool, "mail-retried").await, [by]);
    assert_eq!(noted(&pool, "mail-tested").await, [by]);
}

/// They go to any address at all: ten, then one an hour.
#[sqlx::test]
async fn test_messages_are_few(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    for number in 0..12 {
        let sent = send(&adm, "/admin/mail", &[("address", "somebody@example.org")]).await;
        assert_eq!(sent.status, if number < 10 { 200 } else { 429 }, "{number}: {}", sent.body);
    }
    assert_eq!(noted(&pool, "mail-tested").await.len(), 10);
}

#[sqlx::test]
async fn keys_are_made(pool: PgPool) {
    let world = World::new(&pool).await;
    let (adm, aud) = (signed_in(&world, "adm").await, signed_in(&world, "aud").await);
    let page = aud.open("/admin/keys").await;
    assert_eq!((page.texts("#keys tbody tr").len(), page.text("#rotate")), (2, None));
    let count =
        async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM signing_keys").fetch_one(&pool).await.unwrap() };
    let page = adm.open("/admin/keys/rotate").await;
    assert_eq!(count().await, 2, "only asked");
    let done = adm.follow(adm.submit(&page, &[]).await).await;
    assert!(done.url.ends_with("?done=rotated"), "{}", done.url);
    assert_eq!((done.texts("#keys tbody tr").len(), done.texts("#keys .chip").len()), (4, 2));
    let again = adm.submit(&page, &[]).await;
    assert!(again.location().ends_with("?done=waiting"), "{}", again.location());
    assert_eq!(count().await, 4);
    assert_eq!(noted(&pool, "keys-rotated").await, [(Some(world.id("adm")), None); 2]);
}
