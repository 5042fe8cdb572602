//! Mail: a real SMTP exchange, retries, dead letters; headers that a stranger's text cannot bend.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use loquet::crypto::Vault;
use loquet::mail::{self, Message, Transport};
use sqlx::PgPool;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use crate::support::{Browser, Server};

/// A mail server on a free port that answers `verdict` to each message and keeps what it was told.
async fn smtp_server(verdict: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&told);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let keep = Arc::clone(&keep);
            tokio::spawn(async move {
                let (read, mut write) = stream.split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 sink\r\n").await.unwrap();
                let (mut message, mut in_data) = (String::new(), false);
                while let Ok(Some(line)) = lines.next_line().await {
                    if in_data && line != "." {
                        message.push_str(&line);
                        message.push('\n');
                        continue;
                    }
                    let answer = match line.split(' ').next().unwrap_or_default().to_ascii_uppercase().as_str() {
                        "EHLO" => "250-sink\r\n250 8BITMIME",
                        "DATA" => {
                            in_data = true;
                            "354 go on"
                        }
                        "." => {
                            in_data = false;
                            keep.lock().unwrap().push(std::mem::take(&mut message));
                            verdict
                        }
                        "QUIT" => "221 bye",
                        _ => {
                            message.push_str(&["(", &line, ")\n"].concat());
                            "250 ok"
                        }
                    };
                    if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    (port, told)
}

async fn server(pool: &PgPool, port: u16) -> (Server, Transport) {
    let port = port.to_string();
    let settings = [
        ("LOQUET_MAIL_HOST", "127.0.0.1"),
        ("LOQUET_MAIL_PORT", port.as_str()),
        ("LOQUET_MAIL_SECURITY", "none"),
        ("LOQUET_MAIL_FROM", "loquet@contre-voie.example"),
    ];
    let server = Server::replica(pool, &settings, &Vault::generate_master_key()).await;
    let transport = Transport::of(&server.state.settings.mail).unwrap();
    (server, transport)
}

fn message() -> Message {
    Message {
        to: "alice@example.org".to_owned(),
        from_name: "La Contre-Voie <eve@evil.test>, \"x\"".to_owned(),
        subject: "Confirmez votre adresse e-mail – déjà =?utf-8?q?x?=".to_owned(),
        text: "Bonjour, voici un lien : https://sso.example/verify/x\n.\nsuite".to_owned(),
        html: "<p>Bonjour</p>".to_owned(),
    }
}

/// ML-01, ML-05: one recipient whatever the texts hold; plain text and HTML; no answer wanted.
#[sqlx::test]
async fn a_mail_is_handed_over(pool: PgPool) {
    let (port, told) = smtp_server("250 taken").await;
    let (_server, transport) = server(&pool, port).await;
    let id = uuid::Uuid::now_v7();
    for bent in [
        Message { subject: "a\r\nBcc: eve@evil.test".to_owned(), ..message() },
        Message { from_name: "a\nBcc: eve@evil.test".to_owned(), ..message() },
        Message { to: "alice@example.org\r\nBcc: eve@evil.test".to_owned(), ..message() },
    ] {
        assert!(matches!(transport.send(id, &bent).await, Err(mail::TransportError::Permanent(_))));
    }
    transport.send(id, &message()).await.unwrap();
    transport.send(id, &message()).await.unwrap();
    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), 2);
    let sent = &told[0];
    assert!(
        sent.contains("(MAIL FROM:<loquet@contre-voie.example>") && sent.contains("(RCPT TO:<alice@example.org>)"),
        "{sent}"
    );
    assert_eq!(sent.matches("RCPT TO").count(), 1);
    let headers = sent.split("\n\n").next().unwrap();
    assert!(!headers.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{headers}");
    assert!(headers.contains("Auto-Submitted: auto-generated") && headers.contains("multipart/alternative"));
    let identity = |sent: &str| {
        sent.lines()
            .filter(|line| line.starts_with("Message-ID") || line.starts_with("Date"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(identity(&told[0]), identity(&told[1]), "sent twice, it is the same mail");
    assert_eq!(identity(&told[0]).len(), 2);
}

/// FA-09: refused for now, it waits; refused for good, it is kept as a dead letter; sealed all the while.
#[sqlx::test]
async fn what_is_not_taken_waits_or_dies(pool: PgPool) {
    for (verdict, waiting, dead) in [("451 later", 1_i64, 0_i64), ("554 never", 0, 1)] {
        sqlx::query("TRUNCATE mail_outbox, instance, signing_keys").execute(&pool).await.unwrap();
        let (port, told) = smtp_server(verdict).await;
        let (server, transport) = server(&pool, port).await;
        let state = &server.state;
        mail::queue(&mut pool.acquire().await.unwrap(), &state.vault, &state.clock, &message()).await.unwrap();
        // The server's own job delivers to memory: take the mail before it does, with the real transport.
        let sealed: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT message FROM mail_outbox").fetch_optional(&pool).await.unwrap();
        assert!(!String::from_utf8_lossy(&sealed.unwrap()).contains("sso.example"));
        assert_eq!(
            mail::deliver_due(&state.pool, &state.vault, &state.clock, &transport).await.unwrap(),
            1,
            "{verdict}"
        );
        assert_eq!(told.lock().unwrap().len(), 1);
        let count = async |condition: &str| -> i64 {
            let statement = format!("SELECT count(*) FROM mail_outbox WHERE {condition}");
            sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(&pool).await.unwrap()
        };
        assert_eq!((count("dead_at IS NULL").await, count("dead_at IS NOT NULL").await), (waiting, dead), "{verdict}");
        assert_eq!(
            mail::deliver_due(&state.pool, &state.vault, &state.clock, &transport).await.unwrap(),
            0,
            "not before its time"
        );
        server.advance(TimeDelta::seconds(11));
        let again = mail::deliver_due(&state.pool, &state.vault, &state.clock, &transport).await.unwrap();
        assert_eq!(again, usize::try_from(waiting).unwrap(), "{verdict}");
    }
}

/// The two bodies of each mail, in both languages: nothing missing, the link as it is, the name escaped.
#[sqlx::test]
async fn the_verification_mail_speaks_the_recipients_language(pool: PgPool) {
    let server = Server::start(&pool).await;
    for (locale, subject) in [("fr", "Confirmez votre adresse e-mail"), ("en", "Confirm your e-mail address")] {
        let person = server.person_with(&format!("neuve-{locale}"), false, None).await;
        sqlx::query("UPDATE users SET locale = $2, given_name = '<b>Zoé</b>' WHERE id = $1")
            .bind(person.id)
            .bind(locale)
            .execute(&pool)
            .await
            .unwrap();
        let browser = Browser::of(&server);
        browser.sign_in(&format!("neuve-{locale}")).await;
        let page = browser.open("/account/verify-email").await;
        browser.submit(&page, &[]).await;
        let mail = server.mail_to(&person.email).await;
        assert_eq!((mail.subject.as_str(), mail.from_name.as_str()), (subject, "La Contre-Voie"));
        assert!(mail.subject.chars().count() < 50);
        assert!(mail.text.contains(&format!("{}/verify/lqt_ml_", server.url)) && mail.html.contains("/verify/lqt_ml_"));
        assert!(mail.text.contains("<b>Zoé</b>") && !mail.html.contains("<b>Zoé"));
        assert!(!mail.text.contains("mail-") && !mail.html.contains(">mail-"), "a text is missing: {}", mail.text);
    }
}
