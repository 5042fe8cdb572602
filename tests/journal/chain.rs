//! AU-03, AU-05: the chain.

use chrono::TimeDelta;
use loquet::clock::Clock;
use loquet::journal::{self, Fault};
use sqlx::{AssertSqlSafe, Executor as _, PgPool};
use uuid::Uuid;

use super::{add, own, verified};
use crate::support::patience::within;
use crate::support::{Browser, Server};

/// As somebody who owns the tables and goes around the triggers, in a transaction that is not kept if it is
/// an attempt.
async fn around(pool: &PgPool, sql: &str) {
    let mut connection = pool.acquire().await.unwrap();
    connection.execute("SET session_replication_role = replica").await.unwrap();
    connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    connection.execute("RESET session_replication_role").await.unwrap();
}

async fn position_of_fault(pool: &PgPool) -> Option<i64> {
    verified(pool).await.fault.and_then(|fault| fault.position())
}

/// The line at a position.
async fn line(pool: &PgPool, position: i64) -> Uuid {
    let sql = "SELECT event_id FROM audit_chain WHERE position = $1";
    sqlx::query_scalar(sql).bind(position).fetch_one(pool).await.unwrap()
}

/// A column at a time; each change is found where it is, and put right again.
#[sqlx::test]
async fn every_alteration_shows(pool: PgPool) {
    for number in 0..5 {
        add(&pool, number).await;
    }
    assert_eq!(verified(&pool).await.waiting, 5);
    journal::seal(&own(&pool)).await.unwrap();
    let before = verified(&pool).await;
    assert_eq!((before.events, before.forgotten, before.waiting, &before.fault), (5, 0, 0, &None));
    let kept = before.head.unwrap();
    assert_eq!(kept.position, 5);

    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'audit_events' AND column_name <> 'id'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(columns.len(), 13, "{columns:?}");
    around(&pool, "CREATE TABLE kept AS TABLE audit_events; CREATE TABLE kept_chain AS TABLE audit_chain").await;
    for column in &columns {
        let other = match column.as_str() {
            "at" => "at + interval '1 microsecond'",
            "outcome" => "'refused'",
            "kind" | "client_id" | "address_range" | "device" => "'other'",
            "details" => "details || '{\"more\": 1}'",
            "salt" | "commitment" => "'\\xdeadbeef'",
            _ => "gen_random_uuid()",
        };
        let third = line(&pool, 3).await;
        around(&pool, &format!("UPDATE audit_events SET {column} = {other} WHERE id = '{third}'")).await;
        assert_eq!(position_of_fault(&pool).await, Some(3), "{column}");
        around(&pool, &format!("UPDATE audit_events e SET {column} = k.{column} FROM kept k WHERE k.id = e.id")).await;
        assert_eq!(position_of_fault(&pool).await, None, "{column}");
    }
    let whole = "TRUNCATE audit_events, audit_chain; INSERT INTO audit_events SELECT * FROM kept; INSERT INTO audit_chain SELECT * FROM kept_chain";
    let with_five_and_more = "UPDATE audit_chain SET position = position + 100 WHERE position >= 3; UPDATE audit_chain SET position = position - 99 WHERE position > 100";
    for (what, sql, position) in [
        ("a line removed", "DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE position = 2)", 2),
        ("its place removed", "DELETE FROM audit_chain WHERE position = 2", 2),
        (
            "both removed, and the places closed up",
            "DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE position = 2);
             DELETE FROM audit_chain WHERE position = 2; UPDATE audit_chain SET position = position - 1 WHERE position > 2",
            2,
        ),
        (
            "two exchanged",
            "UPDATE audit_chain a SET event_id = gen_random_uuid() WHERE position = 4;
             UPDATE audit_chain SET event_id = (SELECT k.event_id FROM kept_chain k WHERE k.position = 4) WHERE position = 3;
             UPDATE audit_chain SET event_id = (SELECT k.event_id FROM kept_chain k WHERE k.position = 3) WHERE position = 4",
            3,
        ),
        (
            "one put in the middle",
            &format!(
                "{with_five_and_more}; INSERT INTO audit_events SELECT ('f'||substr(id::text, 2))::uuid, at, kind, actor_id, user_id,
                     organization_id, client_id, address_range, device, request_id, details, outcome, salt, commitment
                 FROM kept LIMIT 1;
                 INSERT INTO audit_chain SELECT 3, id, '\\x00' FROM audit_events WHERE id::text LIKE 'f%' AND id NOT IN (SELECT id FROM kept)"
            ),
            3,
        ),
        ("a hash", "UPDATE audit_chain SET hash = '\\x00' WHERE position = 5", 5),
    ] {
        around(&pool, sql).await;
        assert_eq!(position_of_fault(&pool).await, Some(position), "{what}");
        around(&pool, whole).await;
        assert_eq!(position_of_fault(&pool).await, None, "{what}");
    }

    // What no chain can show by itself shows with the head that was kept.
    let cut = "DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE position = 5);
               DELETE FROM audit_chain WHERE position = 5";
    around(&pool, cut).await;
    assert_eq!(position_of_fault(&pool).await, None);
    let with_head = async || journal::verify(&own(&pool), Some(&kept)).await.unwrap().fault;
    assert_eq!(with_head().await, Some(Fault::Cut(5)));
    around(&pool, "UPDATE audit_events SET kind = 'other'; INSERT INTO audit_waiting SELECT id FROM audit_events; TRUNCATE audit_chain").await;
    add(&pool, 6).await;
    journal::seal(&own(&pool)).await.unwrap();
    assert_eq!(position_of_fault(&pool).await, None, "written anew from the beginning");
    assert_eq!(with_head().await, Some(Fault::Replaced(5)));
}

/// A line that goes around the triggers, or one that goes before it was sealed.
#[sqlx::test]
async fn what_is_beside_the_chain_shows(pool: PgPool) {
    add(&pool, 1).await;
    add(&pool, 2).await;
    around(&pool, "DELETE FROM audit_waiting WHERE event_id = (SELECT event_id FROM audit_waiting LIMIT 1)").await;
    journal::seal(&own(&pool)).await.unwrap();
    let findings = verified(&pool).await;
    assert!(matches!(findings.fault, Some(Fault::Beside(_))), "{findings:?}");
    around(&pool, "INSERT INTO audit_waiting SELECT id FROM audit_events").await;
    journal::seal(&own(&pool)).await.unwrap();
    assert_eq!(verified(&pool).await.fault, None, "sealed late is sealed");
    add(&pool, 3).await;
    around(&pool, "DELETE FROM audit_events WHERE details ->> 'number' = '3'").await;
    let findings = verified(&pool).await;
    assert!(matches!(findings.fault, Some(Fault::WaitingGone(_))), "{findings:?}");
}

/// A transaction that commits late is not missed, whatever was sealed meanwhile.
#[sqlx::test]
async fn late_commits_are_sealed(pool: PgPool) {
    let mut late = pool.begin().await.unwrap();
    let sql = "INSERT INTO audit_events (id, at, kind) VALUES ('00000000-0000-7000-8000-000000000001', now() - interval '9 s', 'late')";
    sqlx::query(sql).execute(&mut *late).await.unwrap();
    add(&pool, 1).await;
    journal::seal(&own(&pool)).await.unwrap();
    assert_eq!(verified(&pool).await.events, 1);
    late.commit().await.unwrap();
    journal::seal(&own(&pool)).await.unwrap();
    let findings = verified(&pool).await;
    assert_eq!((findings.events, findings.waiting, findings.fault), (2, 0, None));
}

/// More than one round, by three replicas at once, while lines go on being added: once each.
#[sqlx::test]
async fn replicas_seal_together(pool: PgPool) {
    let many =
        "INSERT INTO audit_events (id, at, kind) SELECT gen_random_uuid(), now(), 'many' FROM generate_series(1, 1200)";
    sqlx::query(many).execute(&pool).await.unwrap();
    let (one, two, three) = (own(&pool), own(&pool), own(&pool));
    let adding = async {
        for number in 0..50 {
            add(&pool, number).await;
        }
    };
    let sealing = async |own: &loquet::db::Pool| {
        for _ in 0..20 {
            journal::seal(own).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(adding, sealing(&one), sealing(&two), sealing(&three));
    journal::seal(&one).await.unwrap();
    let findings = verified(&pool).await;
    assert_eq!((findings.events, findings.waiting, findings.fault), (1250, 0, None));
}

/// Servers seal by themselves; somebody who goes is forgotten, and the chain holds.
#[sqlx::test]
async fn forgetting_keeps_the_chain(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    for name in ["alice", "bob"] {
        Browser::of(&server).sign_in(name).await;
    }
    let mut connection = pool.acquire().await.unwrap();
    let origin = loquet::db::audit::Origin { address_range: "203.0.113.0/24".into(), ..Default::default() };
    let event = loquet::db::audit::Event::own(loquet::db::audit::Kind::MemberRemoved, alice.id, &origin).about(bob.id);
    loquet::db::audit::record(
        &mut connection,
        &event.with(serde_json::json!({ "role": "member" })),
        Clock::default().now(),
    )
    .await
    .unwrap();
    within(std::time::Duration::from_secs(20), "all is sealed", async || verified(&pool).await.waiting == 0).await;
    let before = verified(&pool).await;
    assert_eq!((before.events, before.forgotten, &before.fault), (3, 0, &None));
    for (gone, forgotten) in [(&alice, 2), (&bob, 3)] {
        let mut transaction = server.state.pool.begin().await.unwrap();
        let post = loquet::post::Post::of(&server.state);
        assert!(loquet::deletion::erase(&mut transaction, &post, gone.id).await.unwrap());
        transaction.commit().await.unwrap();
        let after = journal::verify(&own(&pool), before.head.as_ref()).await.unwrap();
        assert_eq!((after.forgotten, after.fault), (forgotten, None));
    }
    let rows: Vec<String> = sqlx::query_scalar("SELECT e::text FROM audit_events e").fetch_all(&pool).await.unwrap();
    for row in rows {
        assert!(
            !row.contains(&alice.id.to_string()) && !row.contains("203.0.113") && !row.contains("member\""),
            "{row}"
        );
    }
}

/// By age only, when the host wants it; the places in the chain stay.
#[sqlx::test]
async fn old_lines_are_emptied(pool: PgPool) {
    for number in 0..4 {
        add(&pool, number).await;
    }
    around(&pool, "UPDATE audit_events SET at = now() - interval '400 days' WHERE (details ->> 'number')::int < 2")
        .await;
    journal::seal(&own(&pool)).await.unwrap();
    let now = Clock::default().now();
    journal::forget_old(&own(&pool), TimeDelta::days(500), now).await.unwrap();
    assert_eq!(verified(&pool).await.forgotten, 0);
    journal::forget_old(&own(&pool), TimeDelta::days(365), now).await.unwrap();
    let after = verified(&pool).await;
    assert_eq!((after.events, after.forgotten, after.fault), (4, 2, None));
    let emptied: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE actor_id IS NULL AND user_id IS NULL AND device IS NULL AND details = '{}'
             AND organization_id IS NOT NULL AND client_id = 'c_one'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(emptied, 2);
    // The database itself lets nobody forget younger lines, whatever the settings say.
    let refused = journal::forget_old(&own(&pool), TimeDelta::days(0), now + TimeDelta::seconds(1)).await.unwrap_err();
    assert!(loquet::db::is_forbidden(&refused), "{refused}");
    for (days, good) in [("1", false), ("179", false), ("180", true), ("0", true)] {
        let key = loquet::crypto::Vault::generate_master_key();
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let environment = [
            set("LOQUET_SERVER_ISSUER", "https://sso.example.org"),
            set("LOQUET_SECRETS_MASTER_KEY", &key),
            set("LOQUET_JOURNAL_RETENTION_DAYS", days),
        ];
        let loaded = loquet::config::Settings::load(None, &environment);
        assert_eq!(loaded.is_ok(), good, "{days}: {:?}", loaded.err());
    }
}
