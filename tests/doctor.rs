//! `loquet doctor`: what it finds on a real installation, and that it finds what is broken.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use sqlx::PgPool;

use crate::support::Server;
use crate::support::listener::LOOPBACK;
use crate::support::program::Program;

/// How bad the checks of a name are, and what the command ended with.
async fn levels(program: &Program, check: &str) -> (Option<i32>, Vec<String>) {
    let said = program.run(&["doctor", "--json"]).await;
    let told: Value = said.json();
    let checks = told["checks"].as_array().unwrap().clone();
    let own = checks.iter().filter(|finding| finding["check"] == check);
    (said.code, own.map(|finding| finding["level"].as_str().unwrap().to_owned()).collect())
}

#[sqlx::test]
async fn a_sound_installation_and_a_broken_one(pool: PgPool) {
    // Keys of a running server never stay old otherwise.
    let by_hand = ("LOQUET_KEYS_ROTATION_DAYS", "0");
    let server = Server::with(&pool, &[LOOPBACK, by_hand]).await;
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, server.state.settings.secrets.master_key.as_str()).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let program = || {
        Program::of(&server, &pool)
            .without("LOQUET_SECRETS_MASTER_KEY")
            .with("LOQUET_SECRETS_MASTER_KEY_FILE", key.to_str().unwrap())
            .with(LOOPBACK.0, LOOPBACK.1)
            .with(by_hand.0, by_hand.1)
            .with("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1")
            .with("LOQUET_BACKUP_DIRECTORY", backups.to_str().unwrap())
    };
    program().does(&["backup"]).await;
    let said = program().run(&["doctor", "--json"]).await;
    let told = said.json();
    let checks = told["checks"].as_array().unwrap();
    for finding in checks {
        // No mail server is set: the only thing to see to.
        let expected = if finding["check"] == "mail" { "warning" } else { "good" };
        assert_eq!(finding["level"], expected, "{finding}");
        assert_eq!(finding["advice"].is_string(), expected != "good", "{finding}");
    }
    for check in [
        "database",
        "clock",
        "migrations",
        "keys",
        "mail queue",
        "mail",
        "issuer",
        "key set",
        "proxy headers",
        "master key",
        "backups",
    ] {
        assert!(checks.iter().any(|finding| finding["check"] == check), "{check} in {told}");
    }
    assert_eq!((said.code, told["level"].as_str()), (Some(1), Some("warning")));
    let words = program().run(&["doctor"]).await;
    assert!(words.out.contains("mail.host is not set") && words.out.contains("Warnings: 1."), "{words:?}");
    assert!(!words.out.contains(server.state.settings.secrets.master_key.as_str()));

    for (name, value, check) in [
        ("LOQUET_SERVER_TRUSTED_PROXIES", "0.0.0.0/0", "proxy headers"),
        ("LOQUET_SERVER_ISSUER", "http://127.0.0.1:9", "issuer"),
        ("LOQUET_BACKUP_DIRECTORY", "/nonexistent", "backups"),
        ("LOQUET_DATABASE_URL", "postgres://nobody@localhost/none?host=/nonexistent", "database"),
    ] {
        let (code, found) = levels(&program().with(name, value), check).await;
        assert_eq!((code, found.first().map(String::as_str)), (Some(2), Some("fault")), "{name}");
    }
    // A mail server that is not there.
    let nowhere = program()
        .with("LOQUET_MAIL_HOST", "127.0.0.1")
        .with("LOQUET_MAIL_PORT", "9")
        .with("LOQUET_MAIL_SECURITY", "none")
        .with("LOQUET_MAIL_FROM", "sso@example.org");
    assert_eq!(levels(&nowhere, "mail").await, (Some(2), vec!["fault".to_owned()]));
    // Settings that cannot be read are told as by every command.
    assert_eq!(program().with("LOQUET_SERVER_LISTEN", "x").run(&["doctor"]).await.code, Some(2));

    sqlx::query("UPDATE signing_keys SET signs_from = now() - interval '401 days' WHERE algorithm = 'RS256'")
        .execute(&pool)
        .await
        .unwrap();
    let (code, found) = levels(&program(), "keys").await;
    assert_eq!((code, found.len()), (Some(1), 2));
    assert!(found.contains(&"warning".to_owned()), "{found:?}");
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(levels(&program(), "migrations").await.1, ["warning"], "and it was not applied");
    assert_eq!(levels(&program(), "keys").await.1, ["skipped"]);
}
