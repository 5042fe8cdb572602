//! A copy of everything that is held about a person.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use loquet::db::export::{LEFT_OUT, SOURCES, Source};
use serde_json::Value;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::people::PROFILE;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// Tables with a column that refers to people: by a foreign key, or by its name.
async fn tables_about_people(pool: &PgPool) -> BTreeSet<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT c.table_name::text FROM information_schema.columns c
         JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
         WHERE c.table_schema = current_schema()
           AND (c.column_name LIKE '%email%' OR c.column_name IN ('user_id', 'actor_id', 'created_by', 'consented_by') OR c.table_name = 'users' OR EXISTS (
                SELECT FROM information_schema.key_column_usage k
                JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
                JOIN information_schema.table_constraints u ON u.constraint_schema = r.unique_constraint_schema
                    AND u.constraint_name = r.unique_constraint_name AND u.table_name = 'users'
                WHERE k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name))",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    tables.into_iter().collect()
}

/// A new table about people, or a new column of theirs, must be thought of.
#[sqlx::test]
async fn no_table_is_forgotten(pool: PgPool) {
    let known: BTreeSet<String> = SOURCES.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(tables_about_people(&pool).await, known, "tell src/db/export.rs");
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let mut connection = pool.acquire().await.unwrap();
    let parts = loquet::db::export::parts(&mut connection, alice.id).await.unwrap();
    let names: BTreeSet<&str> = parts.iter().map(|(name, _)| *name).collect();
    for (table, source) in SOURCES {
        match source {
            Source::Part(part) => assert!(names.contains(part), "{table}: {part}"),
            Source::Nowhere(reason) => assert!(!reason.is_empty()),
        }
    }
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'users'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let account = parts.iter().find(|(name, _)| *name == "account").unwrap().1.as_object().unwrap();
    for column in columns.iter().filter(|column| !LEFT_OUT.contains(&column.as_str())) {
        assert!(account.contains_key(column), "users.{column}: tell src/db/export.rs");
    }
}

/// What is on the page is in the download, and the other way round; no secret is in either; nobody else.
#[sqlx::test]
async fn all_of_one_and_nothing_of_another(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    server.fill_profile(&alice).await;
    server.group("bureau", &[&alice], &[]).await;
    let (_, secret) = server.service_with("c_asks", REDIRECT, |client| client.ours = false).await;
    let rp = RelyingParty::of(&server, "c_asks", Some(secret));
    let browser = Browser::of(&server);
    let page = browser.open(&rp.authorize(&[])).await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    browser.follow(browser.press(&page, "#consent-allow", &[]).await).await;
    Browser::of(&server).sign_in("bob").await;
    for sql in [
        "INSERT INTO authenticators VALUES ($1, '\\xdeadbeef', 1, now())",
        "INSERT INTO recovery_codes VALUES ($1, '\\xdeadbeef01', NULL)",
        "INSERT INTO passkeys VALUES (gen_random_uuid(), $1, '\\xdeadbeef02', '{\"s\": \"sealed-key\"}', 'Clé bleue', now())",
        "INSERT INTO acceptances VALUES ($1, 'terms', '2026-11', now())",
        "INSERT INTO pictures VALUES ($1, gen_random_uuid(), '\\xffd8ff', now())",
    ] {
        sqlx::query(sql).bind(alice.id).execute(&pool).await.unwrap();
    }
    // Two steps now: as recent as before is not enough.
    let page = browser.get("/account/data/export").await;
    assert!(page.location().contains("confirm=1"), "{}", page.location());
    sqlx::query("UPDATE browser_sessions SET amr = '{pwd,otp,mfa}'").execute(&pool).await.unwrap();

    let page = browser.open("/account/data/export").await;
    assert_eq!(page.status, 200);
    for told in ["Clé bleue", "bureau", "Bordeaux", "Service c_asks", "2026-11", "Connexion", "alice@example.org"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let reply = browser.submit(&page, &[]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(reply.headers["content-disposition"], "attachment; filename=\"account.json\"");
    assert_eq!(reply.headers["cache-control"], "no-store");
    let document: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!((&document["format"], &document["version"]), (&"loquet-account".into(), &1.into()));
    assert_eq!(document["account"]["id"], alice.id.to_string());
    for (name, value) in PROFILE {
        assert!(document["account"]["profile"].to_string().contains(value), "{name}: {}", document["account"]);
    }
    assert_eq!(document["consents"][0]["client_id"], "c_asks");
    assert_eq!(document["passkeys"][0]["name"], "Clé bleue");
    assert_eq!(document["second_factors"]["recovery_codes_left"], 1);
    assert_eq!(document["picture"][0]["jpeg"], "/9j/");
    assert_eq!(document["groups"][0]["name"], "bureau");
    let journal = document["journal"].as_array().unwrap();
    assert_eq!(journal.last().unwrap()["kind"], "data-exported");
    for text in [&page.body, &reply.body] {
        for secret in ["deadbeef", "sealed-key", "lqt_", "$2b$", "$argon2", "hash", &bob.id.to_string(), "bob"] {
            // The page's own form has a token.
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let untold = page.texts("dt").into_iter().filter(|name| name.contains('_')).collect::<Vec<_>>();
    assert!(untold.is_empty(), "no word for {untold:?}");
    let titles = page.texts("section h2");
    assert_eq!(titles.len(), 22, "{titles:?}");
    assert!(titles.iter().all(|title| title.starts_with(char::is_uppercase)), "{titles:?}");
}

/// Only with a proof of now.
#[sqlx::test]
async fn only_for_its_person(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let page = browser.open("/account/data/export").await;
    assert_eq!(browser.post("/account/data/export", &[("csrf", "x")]).await.status, 400);
    server.advance(TimeDelta::minutes(11));
    assert_eq!(browser.submit(&page, &[]).await.status, 403);
    assert!(browser.get("/account/data/export").await.location().contains("confirm=1"));
    let page = browser.open("/account/data/export").await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert!(page.url.ends_with("/account/data/export"), "{}", page.url);
    let exported: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'data-exported'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(exported, 0);
}
