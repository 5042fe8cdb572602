//! Finding somebody among all.

use std::collections::BTreeSet;

use sqlx::PgPool;
use uuid::Uuid;

use super::{noted, signed_in};
use crate::support::{Browser, World};

async fn call(pool: &PgPool, id: Uuid, given: &str, family: &str) {
    sqlx::query("UPDATE users SET given_name = $2, family_name = $3 WHERE id = $1")
        .bind(id)
        .bind(given)
        .bind(family)
        .execute(pool)
        .await
        .unwrap();
}

/// Usernames that are found.
async fn found(browser: &Browser, text: &str) -> Vec<String> {
    let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let page = browser.open(&format!("/admin/users?q={query}")).await;
    assert_eq!(page.status, 200, "{text}: {}", page.body);
    page.texts("#people td:nth-child(2)")
}

#[sqlx::test]
async fn by_name_username_address_or_id(pool: PgPool) {
    let world = World::new(&pool).await;
    for (name, given, family) in [
        ("alice", "Élodie", "Le Goff"),
        ("bob", "Noël", "Éloi"),
        ("carl", "Œuvrard", ""),
        ("dora", "", ""),
        ("eve", "Eloise", "Dora"),
    ] {
        call(&pool, world.id(name), given, family).await;
    }
    let adm = signed_in(&world, "adm").await;
    for (text, expected) in [
        ("élod", &["alice"][..]),
        ("ELODIE", &["alice"]),
        ("le goff", &["alice"]),
        ("Le  Goff  Élo", &["alice"]),
        ("elodie le", &["alice"]),
        // Last names first, then first names; nobody twice.
        ("elo", &["bob", "alice", "eve"]),
        ("œuv", &["carl"]),
        // Without a name, by the username; then by the last name, as the list goes.
        ("dora", &["dora", "eve"]),
        ("bob@", &["bob"]),
        ("bob@example.org", &["bob"]),
        ("BOB@EX", &["bob"]),
        ("remi", &["remi"]),
        ("nobody", &[]),
        ("%", &[]),
        ("_", &[]),
        ("\\", &[]),
        ("goff", &[]),
    ] {
        assert_eq!(found(&adm, text).await, expected, "{text}");
    }
    assert_eq!(found(&adm, &world.id("eve").to_string()).await, ["eve"]);
    assert_eq!(found(&adm, &Uuid::now_v7().to_string()).await, [""; 0]);
    assert_eq!(found(&adm, "").await.len(), world.people.len());
    for bad in ["a%00b".to_owned(), "é".repeat(101)] {
        assert_eq!(adm.get(&format!("/admin/users?q={bad}")).await.status, 422, "{bad}");
    }
    assert_eq!(adm.get("/admin/users?after=AAAA").await.status, 400);
    assert_eq!(adm.get("/admin/users/not-an-id").await.status, 404);
    assert_eq!(adm.get(&format!("/admin/users/{}", Uuid::now_v7())).await.status, 404);
    assert!(noted(&pool, "delegation-refused").await.is_empty(), "a slip is no attempt");
}

/// A page at a time, everybody once, wherever they were found.
#[sqlx::test]
async fn page_by_page(pool: PgPool) {
    let world = World::new(&pool).await;
    sqlx::query(
        "INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, created_at, updated_at)
         SELECT gen_random_uuid(), CASE n % 4 WHEN 2 THEN 'zeb' ELSE 'x' END || n, CASE n % 4 WHEN 3 THEN 'zeb' ELSE 'y' END || n || '@example.org',
             now(), CASE n % 4 WHEN 1 THEN 'Zébulon' ELSE 'A' END, CASE n % 4 WHEN 0 THEN 'Zéboz' ELSE 'B' END, 'fr', now(), now()
         FROM generate_series(1, 240) n",
    )
    .execute(&pool)
    .await
    .unwrap();
    let adm = signed_in(&world, "adm").await;
    let mut page = adm.open("/admin/users?q=zeb").await;
    let (mut seen, mut pages) = (Vec::new(), 1);
    loop {
        seen.extend(page.texts("#people td:nth-child(2)"));
        let Some(next) = page.attribute("#next", "href") else { break };
        page = adm.open(&next).await;
        pages += 1;
    }
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), once.len(), pages), (240, 240, 5));
    assert_eq!(page.attribute("#first", "href").as_deref(), Some("/admin/users?q=zeb"));
}
