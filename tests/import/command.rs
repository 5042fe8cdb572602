//! The command itself.

use super::*;

/// Runs `loquet import members` on the test's database.
fn command(pool: &PgPool, arguments: &[String], input: &[u8]) -> (i32, String, String) {
    use sqlx::ConnectOptions as _;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_loquet"))
        .args(["import", "members"])
        .args(arguments)
        .env_clear()
        .env("LOQUET_SERVER_ISSUER", "http://127.0.0.1:8080")
        .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .env("LOQUET_SECRETS_MASTER_KEY", Vault::generate_master_key().as_str())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[sqlx::test(migrations = "./migrations")]
async fn the_command(pool: PgPool) {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let run = async |arguments: &[&str], input: &[u8]| {
        let (pool, input) = (pool.clone(), input.to_vec());
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        tokio::task::spawn_blocking(move || command(&pool, &arguments, &input)).await.unwrap()
    };
    std::fs::write(path("dirty.csv"), legacy("members-dirty.csv")).unwrap();
    std::fs::write(path("rejects.csv"), "of an earlier time").unwrap();
    let (code, out, err) = run(&[&path("dirty.csv"), "--rejects", &path("rejects.csv"), "--dry-run"], b"").await;
    assert_eq!(
        (code, out.contains("nothing was changed"), out.contains("imported          17")),
        (3, true, true),
        "{out}{err}"
    );
    assert!(full_dump(&pool).await.is_empty());
    let (code, out, err) = run(&[&path("dirty.csv"), "--rejects", &path("rejects.csv"), "--json"], b"").await;
    assert_eq!(code, 3, "{err}");
    let summary: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&summary["imported"], &summary["rejected"], &summary["administrator_flags_ignored"]),
        (&17.into(), &30.into(), &2.into())
    );
    assert_eq!(err.lines().filter(|line| line.contains("refused")).count(), 30);
    assert!(
        err.contains("line 32: warning: lang: is not a language") && !err.contains('\r') && !err.contains("$2b$12$j")
    );
    let rejects = std::fs::metadata(path("rejects.csv")).unwrap();
    assert_eq!(rejects.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(path("rejects.csv")).unwrap().matches("$2b$12$j").count(), 22);
    // From standard input, with administrators this time.
    let (code, out, err) = run(&["-", "--map", "administrator=is_admin"], &legacy("members.csv")).await;
    assert_eq!((code, out.contains("2 administrators")), (0, true), "{out}{err}");
    for (arguments, code, words) in [
        (vec![path("rejects.csv"), "--rejects".to_owned(), path("rejects.csv")], 1, "is the file to import"),
        (vec![path("rejects.csv"), "--rejects".to_owned(), path(".")], 1, "is not an ordinary file"),
        (vec![path("nowhere.csv")], 1, "No such file"),
        (vec!["-".to_owned(), "--language".to_owned(), "tlh".to_owned()], 1, "no 'tlh'"),
        (vec!["-".to_owned(), "--map".to_owned(), "name=x".to_owned()], 2, "'name' is not a field"),
        (vec!["-".to_owned(), "--timezone".to_owned(), "Paris".to_owned()], 2, "is not a time zone"),
        (vec!["-".to_owned()], 1, "the file is empty"),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (got, out, err) = run(&arguments, b"").await;
        assert_eq!((got, err.contains(words)), (code, true), "{arguments:?}: {out}{err}");
    }
    assert_eq!(std::fs::metadata(path("rejects.csv")).unwrap().len(), rejects.len(), "the only copy is still there");
}
