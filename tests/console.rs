//! The administrators' console: who sees it, and what it says.

use loquet::db;
use sqlx::PgPool;

use crate::support::{Browser, Reply, World};

async fn at_work(world: &World, name: &str) -> Reply {
    let browser = Browser::of(&world.server);
    browser.sign_in(name).await;
    browser.open("/admin").await
}

/// AD-01: administrators and auditors; nobody else learns that it is there, and the journal keeps that they tried.
#[sqlx::test]
async fn who_sees_the_console(pool: PgPool) {
    let world = World::new(&pool).await;
    for (name, status, read_only) in [("adm", 200, false), ("aud", 200, true), ("rita", 404, false), ("dora", 404, false)] {
        let page = at_work(&world, name).await;
        assert_eq!(page.status, status, "{name}: {}", page.body);
        assert_eq!(page.text("#read-only").is_some(), read_only, "{name}");
        let browser = Browser::of(&world.server);
        browser.sign_in(name).await;
        let account = browser.open("/account/profile").await;
        assert_eq!(account.attribute(".parts a[href=\"/admin\"]", "href").is_some(), status == 200, "{name}");
    }
    assert!(Browser::of(&world.server).open("/admin").await.url.contains("/sign-in"));
    let noted: i64 = sqlx::query_scalar("SELECT count(DISTINCT actor_id) FROM audit_events WHERE kind = 'delegation-refused'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(noted, 2);
}

/// Each thing that waits for somebody is said, and goes when it is seen to.
#[sqlx::test]
async fn it_says_what_needs_attention(pool: PgPool) {
    let world = World::new(&pool).await;
    let run = async |sql: &'static str| sqlx::query(sql).execute(&pool).await.unwrap();
    run("UPDATE users SET active = false, awaiting_approval_at = now() WHERE username = 'eve'").await;
    run("INSERT INTO organizations VALUES (gen_random_uuid(), 'orpheline', 'Orpheline', '', true, now())").await;
    run("INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at, dead_at)
         VALUES (gen_random_uuid(), '\\x00', now(), now(), now(), now())").await;
    run("UPDATE signing_keys SET signs_from = now() - interval '10 years'").await;
    let browser = Browser::of(&world.server);
    browser.sign_in("adm").await;
    let page = browser.open("/admin").await;
    let said = page.text("#matters").unwrap();
    for part in ["1 nouveau compte à accepter", "1 message n’a pas pu être remis", "Les clés de signature", "Orpheline n’a pas de personne référente"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(page.attribute("#matters a", "href").as_deref(), Some("/organizations/orpheline"));
    let facts = page.texts("[aria-labelledby=accounts] dd");
    let mut connection = pool.acquire().await.unwrap();
    let accounts = db::overview::accounts(&mut connection).await.unwrap();
    assert_eq!(facts[..3], [accounts.total, accounts.total - accounts.inactive, 1].map(|count| count.to_string()));
    assert!(page.text("[aria-labelledby=\"sign-ins\"] dd").is_some(), "the administrator's own sign-in");
    assert!(page.text("[aria-labelledby=machine]").unwrap().contains(env!("CARGO_PKG_VERSION")));
}
