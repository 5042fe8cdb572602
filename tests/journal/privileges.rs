//! AU-03, FA-28: what the role of the database may not do, and what happens when it may not write.

use loquet::db;
use sqlx::{AssertSqlSafe, Executor as _, PgPool};

use super::{add, verified};
use crate::support::program::Program;
use crate::support::role::{ROLE, as_plain_role};
use crate::support::{Browser, PASSWORD, Server};

/// The code of an error of PostgreSQL.
async fn refusal(pool: &PgPool, sql: &str) -> String {
    match pool.execute(AssertSqlSafe(sql.to_owned())).await {
        Ok(done) => panic!("{sql}: {done:?}"),
        Err(sqlx::Error::Database(error)) => error.code().unwrap().into_owned(),
        Err(error) => panic!("{sql}: {error}"),
    }
}

const FORBIDDEN: &[&str] = &[
    "DELETE FROM audit_events",
    "DELETE FROM audit_events WHERE false",
    "TRUNCATE audit_events",
    "TRUNCATE audit_events CASCADE",
    "UPDATE audit_events SET kind = 'other'",
    "UPDATE audit_events SET outcome = 'done'",
    "UPDATE audit_events SET at = now()",
    "UPDATE audit_events SET organization_id = NULL",
    "UPDATE audit_events SET commitment = ''",
    "UPDATE audit_events SET details = '{}'",
    "UPDATE audit_events SET salt = NULL",
    "UPDATE audit_events SET details = '{}', device = NULL, salt = NULL",
    "UPDATE audit_events SET actor_id = gen_random_uuid(), salt = NULL",
    "UPDATE audit_events SET actor_id = NULL, user_id = NULL, address_range = NULL, device = NULL, request_id = NULL, details = '{}', salt = NULL",
    "DELETE FROM audit_chain",
    "TRUNCATE audit_chain",
    "UPDATE audit_chain SET hash = ''",
];

/// By privileges and by triggers for an ordinary role, by triggers for a superuser; hiding behind a
/// temporary table of the same name does not help.
#[sqlx::test(migrations = false)]
async fn lines_are_added_only(pool: PgPool) {
    let plain = as_plain_role(&pool).await;
    let server = Server::start(&plain).await;
    server.person("alice").await;
    Browser::of(&server).sign_in("alice").await;
    let is_superuser: bool = sqlx::query_scalar("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        .fetch_one(&plain)
        .await
        .unwrap();
    assert!(!is_superuser);
    loquet::journal::seal(&server.state.pool).await.unwrap();
    for sql in FORBIDDEN {
        for pool in [&plain, &pool] {
            assert_eq!(refusal(pool, sql).await, "42501", "{sql}");
        }
    }
    for table in ["audit_events", "audit_chain"] {
        for privilege in ["DELETE", "TRUNCATE", "UPDATE"] {
            let has: bool = sqlx::query_scalar("SELECT has_table_privilege($1, $2)")
                .bind(table)
                .bind(privilege)
                .fetch_one(&plain)
                .await
                .unwrap();
            assert!(!has, "{privilege} on {table}");
        }
    }
    let mut connection = plain.acquire().await.unwrap();
    connection.execute("CREATE TEMP TABLE users (id uuid)").await.unwrap();
    let hide = "UPDATE audit_events SET actor_id = gen_random_uuid(), user_id = NULL, salt = NULL";
    assert!(connection.execute(hide).await.is_err());
    drop(connection);
    let findings = verified(&plain).await;
    assert_eq!((findings.events, findings.fault), (1, None));

    // What is lawful goes: an account of the role's own installation is deleted.
    let mut transaction = server.state.pool.begin().await.unwrap();
    let alice = db::users::find_by_login(&mut transaction, "alice").await.unwrap().unwrap();
    let post = loquet::post::Post::of(&server.state);
    assert!(loquet::deletion::erase(&mut transaction, &post, alice.id).await.unwrap());
    transaction.commit().await.unwrap();
    add(&plain, 1).await;
    loquet::journal::seal(&server.state.pool).await.unwrap();
    let findings = verified(&plain).await;
    assert_eq!((findings.events, findings.forgotten, findings.fault), (3, 1, None));
}

/// FA-28: no change without its line. Each is refused with 503 and leaves no trace, until the journal can be
/// written again.
#[sqlx::test(migrations = false)]
async fn no_change_without_the_journal(pool: PgPool) {
    let plain = as_plain_role(&pool).await;
    let server = Server::start(&plain).await;
    let (alice, rita) = (server.person("alice").await, server.person("rita").await);
    let now = server.state.clock.now();
    let mut connection = server.state.pool.acquire().await.unwrap();
    let atelier = db::organizations::ensure_organization(&mut connection, "atelier", "Atelier", now).await.unwrap();
    for (person, referent) in [(&alice, false), (&rita, true)] {
        db::organizations::add_member(&mut connection, atelier, person.id, referent, now).await.unwrap();
    }
    drop(connection);
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let password = browser.open("/account/security/password").await;
    let leaving = browser.open("/account/organizations/atelier/leave").await;
    let profile = browser.open("/account/profile").await;
    assert_eq!((password.status, leaving.status, profile.status), (200, 200, 200));
    let program = Program::of(&server, &plain);

    let state = async || -> String {
        let sql = "SELECT (SELECT json_agg(u ORDER BY u.id) FROM users u)::text || (SELECT json_agg(m) FROM memberships m)::text
            || (SELECT count(*) FROM signing_keys) || (SELECT count(*) FROM clients) || (SELECT count(*) FROM mail_outbox)
            || (SELECT count(*) FROM audit_events)";
        sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
    };
    let trigger =
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE insufficient_privilege; END $$;
                   CREATE TRIGGER no_room BEFORE INSERT ON audit_events EXECUTE FUNCTION no_room()";
    for (take, give) in [
        (&*format!("REVOKE INSERT ON audit_events FROM {ROLE}"), &*format!("GRANT INSERT ON audit_events TO {ROLE}")),
        (trigger, "DROP TRIGGER no_room ON audit_events; DROP FUNCTION no_room"),
        (&*format!("REVOKE INSERT ON audit_waiting FROM {ROLE}"), &*format!("GRANT INSERT ON audit_waiting TO {ROLE}")),
    ] {
        let before = state().await;
        pool.execute(AssertSqlSafe(take.to_owned())).await.unwrap();
        let new = [("current", PASSWORD), ("password", "une phrase toute neuve")];
        for (page, fields) in [(&password, &new[..]), (&leaving, &[]), (&profile, &[("locale", "en")])] {
            let reply = browser.submit(page, fields).await;
            assert_eq!(reply.status, 503, "{} {}", page.url, reply.body);
            assert!(reply.headers.contains_key("retry-after"));
            assert!(!reply.body.contains("permission denied"), "{}", reply.body);
        }
        for arguments in [
            &["user", "disable", "rita"][..],
            &["keys", "rotate"],
            &["client", "add", "--name", "X", "--client-id", "x", "--redirect-uri", "https://x.test/cb"],
            &["user", "delete", "rita", "--now"],
        ] {
            let said = program.run(arguments).await;
            assert_eq!(said.code, Some(1), "{arguments:?}: {said:?}");
            assert!(said.err.contains("permission denied") || said.err.contains("insufficient_privilege"), "{said:?}");
        }
        assert_eq!(state().await, before, "{take}");
        pool.execute(AssertSqlSafe(give.to_owned())).await.unwrap();
    }
    assert_eq!(browser.submit(&leaving, &[]).await.status, 303);
    program.does(&["user", "disable", "rita"]).await;
}
