//! KM-06, KM-07, PR-03, FA-33: a backup comes back whole, and nothing that was issued before is good after it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use loquet::crypto::Vault;
use sqlx::{PgPool, Row as _};

use crate::support::program::Program;
use crate::support::role::as_plain_role;
use crate::support::{Browser, RelyingParty, Script, Server};

/// Stops a server, connections and all: a restore is refused while there are any.
async fn stop(server: Server) {
    let pool = server.state.pool.clone();
    drop(server);
    pool.close().await;
}

/// All privileges on tables and columns.
async fn privileges(pool: &PgPool) -> Vec<String> {
    let sql = "SELECT relname || ' ' || coalesce(relacl::text, '') AS line FROM pg_class
               WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
               UNION ALL SELECT attrelid::regclass || '.' || attname || ' ' || attacl::text FROM pg_attribute
               WHERE attacl IS NOT NULL AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
               ORDER BY 1";
    sqlx::query(sql).fetch_all(pool).await.unwrap().iter().map(|row| row.get("line")).collect()
}

/// Every table, and how many rows it has.
async fn contents(pool: &PgPool) -> Vec<(String, i64)> {
    let sql = "SELECT relname::text, (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text::bigint
               FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1";
    sqlx::query_as(sql).fetch_all(pool).await.unwrap()
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// As a role that is no superuser, as hosts have it.
#[sqlx::test(migrations = false)]
async fn nothing_of_before_is_good_after_a_restore(pool: PgPool) {
    let plain = as_plain_role(&pool).await;
    let key = Vault::generate_master_key();
    let server = Server::replica(&plain, &[], &key).await;
    let alice = server.person("alice").await;
    server.person("carol").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let held = rp.exchange(&rp.code(&browser, "alice").await).await;
    let (access, old_refresh) = (held.text("access_token"), held.text("refresh_token"));
    let script = Script::of(&server, &alice, None).await;
    assert_eq!(script.get("/api/v1/me").await.status, 200);
    for sql in [
        "INSERT INTO recovery_codes (user_id, hash) SELECT id, '\\x01' FROM users WHERE username = 'carol'",
        "INSERT INTO mail_links (token_hash, purpose, user_id, email, created_at, expires_at)
         SELECT '\\x02', 'reset_password', id, email, now(), now() + interval '1 hour' FROM users WHERE username = 'carol'",
        "INSERT INTO account_deletions (user_id, asked_at, due_at, cancel_hash)
         SELECT id, now() - interval '6 days', now() + interval '1 day', '\\x03' FROM users WHERE username = 'carol'",
    ] {
        sqlx::query(sql).execute(&plain).await.unwrap();
    }

    let folder = tempfile::tempdir().unwrap();
    let program = Program::of(&server, &plain);
    let answer = program.does(&["backup", folder.path().to_str().unwrap(), "--json"]).await.json();
    let file = PathBuf::from(answer["file"].as_str().unwrap());
    assert_eq!((mode(&file), answer["in_journal"].as_bool()), (0o600, Some(true)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");

    // What happens afterwards is unknown to the backup: a token that is used up, somebody who comes.
    let renewed = rp.refresh(&old_refresh).await.text("refresh_token");
    server.person("bob").await;
    let before = privileges(&plain).await;
    assert!(before.iter().any(|line| line.starts_with("audit_events.salt ")), "{before:?}");

    let file = file.to_str().unwrap();
    let refused = program.run(&["restore", file, "--replace"]).await;
    assert!(refused.code == Some(1) && refused.err.contains("stop every server first"), "{refused:?}");
    let client_secret = rp.secret.clone();
    stop(server).await;
    let refused = program.run(&["restore", file]).await;
    assert!(refused.code == Some(1) && refused.err.contains("there are accounts"), "{refused:?}");
    let people: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&plain).await.unwrap();
    assert_eq!(people, 3, "nothing was changed");

    let done = program.does(&["restore", file, "--replace"]).await;
    assert!(done.out.contains("Everybody is signed out"), "{done:?}");
    assert_eq!(privileges(&plain).await, before, "the journal is as protected as it was");
    program.does(&["audit", "verify"]).await;

    let server = Server::replica(&plain, &[], &key).await;
    let rp = RelyingParty::of(&server, "c_conf", client_secret);
    for token in [&old_refresh, &renewed] {
        assert_eq!(rp.refresh(token).await.error(), (400, "invalid_grant"));
    }
    let userinfo = reqwest::Client::new().get(format!("{}/userinfo", server.url)).bearer_auth(&access);
    assert_eq!(userinfo.send().await.unwrap().status(), 401);
    assert_eq!(script.get(&format!("{}/api/v1/me", server.url)).await.status, 401);
    // Cookies do not tell ports apart.
    let home = browser.get(&format!("{}/", server.url)).await;
    assert!(home.status == 303 && home.location().ends_with("/sign-in"), "{} {}", home.status, home.location());
    let left = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(&plain);
    for sql in [
        "SELECT count(*) FROM browser_sessions",
        "SELECT count(*) FROM oauth_sessions",
        "SELECT count(*) FROM refresh_tokens",
        "SELECT count(*) FROM personal_tokens",
        "SELECT count(*) FROM mail_links",
        "SELECT count(*) FROM mail_outbox",
        "SELECT count(*) FROM recovery_codes WHERE used_at IS NULL",
        "SELECT count(*) FROM account_deletions WHERE due_at < now() + interval '6 days'",
        "SELECT count(*) FROM users WHERE username = 'bob'",
    ] {
        assert_eq!(left(sql).await.unwrap(), 0, "{sql}");
    }
    // And everything goes on.
    let fresh = Browser::of(&server);
    let again = rp.exchange(&rp.code(&fresh, "alice").await).await;
    assert_eq!(rp.refresh(&again.text("refresh_token")).await.status, 200);
    let kinds: Vec<String> = sqlx::query_scalar("SELECT kind FROM audit_events WHERE kind LIKE 'backup-%' ORDER BY id")
        .fetch_all(&plain)
        .await
        .unwrap();
    assert_eq!(kinds, ["backup-made", "backup-restored"], "the copy knows that it was made");
}

/// Into an empty database, row for row but for what is void; then void by itself, for whoever restored in
/// another way.
#[sqlx::test(migrations = false)]
async fn an_empty_database_takes_a_backup(pool: PgPool) {
    let plain = as_plain_role(&pool).await;
    let server = Server::start(&plain).await;
    server.person("alice").await;
    server.group("members", &[], &[]).await;
    let program = Program::of(&server, &plain);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.dump");
    let file = file.to_str().unwrap();
    stop(server).await;
    program.does(&["backup", file]).await;
    let before = contents(&plain).await;
    sqlx::query("DROP SCHEMA public CASCADE").execute(&plain).await.unwrap();
    sqlx::query("CREATE SCHEMA public").execute(&plain).await.unwrap();
    program.does(&["restore", file]).await;
    // The line of the restore, which is not sealed yet.
    let after = contents(&plain).await;
    for ((table, rows), (_, now)) in before.iter().zip(&after) {
        let more = i64::from(matches!(table.as_str(), "audit_events" | "audit_waiting"));
        assert_eq!(rows + more, *now, "{table}");
    }
    assert_eq!(before.len(), after.len());

    let server = Server::replica(&plain, &[], &program.setting("LOQUET_SECRETS_MASTER_KEY")).await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    program.does(&["restore", "--by-other-means"]).await;
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM browser_sessions").fetch_one(&plain).await.unwrap();
    assert_eq!(sessions, 0, "while a server runs, too");
    assert_eq!(program.run(&["restore", "--by-other-means", file]).await.code, Some(2));
    assert_eq!(program.run(&["restore"]).await.code, Some(2));
}

/// What cannot be restored changes nothing: no backup, half of one, another master key, a later version.
#[sqlx::test(migrations = false)]
async fn what_cannot_be_restored_changes_nothing(pool: PgPool) {
    let plain = as_plain_role(&pool).await;
    let server = Server::start(&plain).await;
    server.person("alice").await;
    let program = Program::of(&server, &plain);
    let stranger = Program::of(&server, &plain).with("LOQUET_SECRETS_MASTER_KEY", &Vault::generate_master_key());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    program.does(&["backup", &path("good.dump")]).await;
    sqlx::query("INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, execution_time FROM _sqlx_migrations LIMIT 1")
        .execute(&plain)
        .await
        .unwrap();
    program.does(&["backup", &path("later.dump")]).await;
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 9999").execute(&plain).await.unwrap();
    stop(server).await;
    let whole = std::fs::read(path("good.dump")).unwrap();
    std::fs::write(path("half.dump"), &whole[..whole.len() * 9 / 10]).unwrap();
    std::fs::write(path("text.dump"), "no backup").unwrap();
    let before = contents(&plain).await;
    for (program, name, words) in [
        (&program, "none.dump", "none.dump"),
        (&program, "text.dump", "pg_restore"),
        (&program, "half.dump", ""),
        (&program, "later.dump", "later version of Loquet"),
        (&stranger, "good.dump", "another master key"),
    ] {
        let refused = program.run(&["restore", &path(name), "--replace"]).await;
        assert!(refused.code == Some(1) && refused.err.contains(words), "{name}: {refused:?}");
        assert_eq!(contents(&plain).await, before, "{name}");
    }
    let refused = program.run(&["backup", &path("no/such/folder.dump")]).await;
    assert!(refused.code == Some(1) && refused.err.contains("no/such"), "{refused:?}");
}

/// AD-09: PostgreSQL's programs get a password by their environment, never by an argument, and none of our
/// secrets at all.
#[sqlx::test(migrations = false)]
async fn no_secret_in_an_argument(pool: PgPool) {
    let plain = as_plain_role(&pool).await;
    let server = Server::start(&plain).await;
    server.person("alice").await;
    let folder = tempfile::tempdir().unwrap();
    let real = newest_programs();
    let heard = folder.path().join("heard");
    for name in ["pg_dump", "pg_restore", "psql"] {
        let script = format!(
            "#!/bin/sh\n[ \"$1\" = --version ] || {{ echo \"$0 $*\"; env; }} >> '{}'\nexec '{}' \"$@\"\n",
            heard.display(),
            real.join(name).display()
        );
        let place = folder.path().join(name);
        std::fs::write(&place, script).unwrap();
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let program = Program::of(&server, &plain);
    let url = program.setting("LOQUET_DATABASE_URL").replacen('@', ":canary-password@", 1);
    let program = program
        .with("LOQUET_DATABASE_URL", &url)
        // Would lead PostgreSQL's programs elsewhere, and us not.
        .with("PGSERVICE", "another")
        .with("LOQUET_DATABASE_PRIVATE_PROGRAMS", folder.path().to_str().unwrap());
    let file = folder.path().join("x.dump");
    stop(server).await;
    let key = program.setting("LOQUET_SECRETS_MASTER_KEY");
    let backup = program.does(&["backup", file.to_str().unwrap()]).await;
    let restore = program.does(&["restore", file.to_str().unwrap(), "--replace"]).await;
    let heard = std::fs::read_to_string(heard).unwrap();
    assert!(heard.lines().any(|line| line == "PGPASSWORD=canary-password"), "{heard}");
    for line in heard.lines().filter(|line| !line.starts_with("PGPASSWORD=")) {
        assert!(!line.contains("canary-password"), "{line}");
    }
    assert!(!heard.contains(&key) && !heard.contains("LOQUET_"), "{heard}");
    for said in [backup, restore] {
        assert!(!said.out.contains("canary") && !said.err.contains("canary"), "{said:?}");
    }
}

fn newest_programs() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib/postgresql").unwrap().flatten().map(|entry| entry.path().join("bin"));
    folders.filter(|folder| folder.join("pg_dump").is_file()).max().unwrap()
}
