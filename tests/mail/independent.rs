//! A mail server that others wrote (aiosmtpd), with Python's own reading of what arrives.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::{Office, message, tried};
use crate::relying_parties::programs::{made, prepare};
use crate::support::authority::Authority;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/server.py");

struct Python {
    port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    /// Ends when its standard input closes, with this.
    _child: Child,
}

impl Python {
    async fn start(settings: &Value) -> Self {
        let mut child = Command::new(made("mail/bin/python"))
            .arg(SCRIPT)
            .env("SETTINGS", settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = next(&mut lines).await.as_u64().unwrap();
        Self { port: port.try_into().unwrap(), lines, _child: child }
    }
}

async fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line()).await.unwrap().unwrap();
    serde_json::from_str(&line.expect("it has ended: see standard error")).unwrap()
}

#[sqlx::test]
async fn aiosmtpd_takes_our_mails(pool: PgPool) {
    prepare("mail").await;
    let authority = Authority::new();
    let own = authority.certify("localhost");
    for security in ["tls", "starttls"] {
        let mut python = Python::start(&json!({
            "security": security, "certificate": own.certificate, "key": own.key,
            "username": "loquet", "password": "pâté & cie",
        }))
        .await;
        let office = |password| {
            let settings = [
                ("LOQUET_MAIL_SECURITY", security),
                ("LOQUET_MAIL_CA_FILE", authority.file()),
                ("LOQUET_MAIL_USERNAME", "loquet"),
                ("LOQUET_MAIL_PASSWORD", password),
            ];
            Office::new(&pool, python.port, &settings)
        };
        let (wrong, right) = (office("another"), office("pâté & cie"));
        wrong.queue(&message()).await;
        assert!(wrong.round().await.out_of_order);
        let refusal = wrong.kept().await.pop().unwrap().last_error.unwrap();
        assert!(refusal.contains("535"), "{refusal}");
        sqlx::query("TRUNCATE mail_outbox").execute(&pool).await.unwrap();

        let sent = message();
        right.queue(&sent).await;
        right.queue(&sent).await;
        assert_eq!(right.round().await, tried(2), "{:?}", right.kept().await);
        for _ in 0..2 {
            let read = next(&mut python.lines).await;
            assert_eq!(read["encrypted"], true);
            assert_eq!((&read["from"], &read["to"]), (&json!("loquet@contre-voie.example"), &json!([sent.to])));
            assert_eq!((&read["subject"], &read["name"]), (&json!(sent.subject), &json!(sent.from_name)));
            assert_eq!((&read["recipients"], &read["defects"]), (&json!([sent.to]), &json!([])));
            assert_eq!(read["types"], json!(["text/plain", "text/html"]));
            let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(lines(read["text"].as_str().unwrap()), lines(&sent.text));
            assert_eq!(lines(read["html"].as_str().unwrap()), lines(&sent.html));
        }
    }
}
