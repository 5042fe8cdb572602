//! Mail: real SMTP exchanges, retries, dead letters, quotas; headers that a stranger's text cannot bend.

mod commands;
mod delivery;
mod independent;
mod kill;
mod quotas;
mod tls;

use chrono::TimeDelta;
use loquet::clock::Clock;
use loquet::config::Settings;
use loquet::crypto::Vault;
use loquet::db;
use loquet::db::outbox::Kept;
use loquet::mail::{self, Courier, Message, Round, Transport, TransportError};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::sink::{Manner, Sink};
use crate::support::{Browser, Server};

/// What hands mail over, without the rest: one replica of it.
struct Office {
    key: String,
    pool: db::Pool,
    vault: Vault,
    clock: Clock,
    transport: Transport,
}

impl Office {
    /// To a server on that port, over no encryption unless the settings say otherwise.
    fn new(pool: &PgPool, port: u16, settings: &[(&str, &str)]) -> Self {
        let key = Vault::generate_master_key().to_string();
        let vault = Vault::new(&key).unwrap();
        let settings = settings_of(port, &key, settings);
        let transport = Transport::of(&settings.mail).unwrap();
        let pool = db::Pool::new((*pool.connect_options()).clone(), 4);
        Self { key, pool, vault, clock: Clock::default(), transport }
    }

    async fn queue(&self, message: &Message) {
        let mut connection = self.pool.acquire().await.unwrap();
        mail::queue(&mut connection, &self.vault, &self.clock, message).await.unwrap();
    }

    async fn round(&self) -> Round {
        mail::deliver_due(&self.pool, &self.vault, &self.clock, &self.transport).await.unwrap()
    }

    async fn kept(&self) -> Vec<Kept> {
        db::outbox::all(&mut self.pool.acquire().await.unwrap()).await.unwrap()
    }

    fn advance(&self, by: TimeDelta) {
        self.clock.set_shift(self.clock.shift() + by);
    }
}

/// The settings of an office, as a process of the same replica has them.
fn environment_of(port: u16, key: &str, settings: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut environment = vec![
        ("LOQUET_SERVER_ISSUER".to_owned(), "http://localhost:1".to_owned()),
        ("LOQUET_SECRETS_MASTER_KEY".to_owned(), key.to_owned()),
        ("LOQUET_MAIL_HOST".to_owned(), "localhost".to_owned()),
        ("LOQUET_MAIL_PORT".to_owned(), port.to_string()),
        ("LOQUET_MAIL_SECURITY".to_owned(), "none".to_owned()),
        ("LOQUET_MAIL_FROM".to_owned(), "loquet@contre-voie.example".to_owned()),
    ];
    for (name, value) in settings {
        environment.retain(|(other, _)| other != name);
        environment.push(((*name).to_owned(), (*value).to_owned()));
    }
    environment
}

fn settings_of(port: u16, key: &str, settings: &[(&str, &str)]) -> Settings {
    Settings::load(None, &environment_of(port, key, settings)).unwrap().0
}

/// Both said and done: tried, everything, with the server in order.
const fn tried(count: usize) -> Round {
    Round { tried: count, out_of_order: false }
}

fn message() -> Message {
    Message {
        to: "alice@example.org".to_owned(),
        from_name: "La Contre-Voie <eve@evil.test>, \"x\"".to_owned(),
        subject: "Confirmez votre adresse e-mail – déjà".to_owned(),
        text: "Bonjour, voici un lien : https://sso.example/verify/x\n.\nsuite".to_owned(),
        html: "<p>Bonjour</p>".to_owned(),
    }
}

/// ML-01, ML-05: one recipient whatever the texts hold; plain text and HTML; no answer wanted.
#[sqlx::test]
async fn a_mail_is_handed_over(pool: PgPool) {
    let sink = Sink::start(Manner::default()).await;
    let office = Office::new(&pool, sink.port, &[]);
    let id = Uuid::now_v7();
    let mut courier = Courier::of(&office.transport).unwrap();
    for bent in [
        Message { subject: "a\r\nBcc: eve@evil.test".to_owned(), ..message() },
        Message { from_name: "a\nBcc: eve@evil.test".to_owned(), ..message() },
        Message { subject: "=?utf-8?q?x=0D=0ABcc:_eve@evil.test?=".to_owned(), ..message() },
        Message { from_name: "=?utf-8?q?x?=".to_owned(), ..message() },
        Message { to: "alice@example.org\r\nBcc: eve@evil.test".to_owned(), ..message() },
    ] {
        assert!(matches!(courier.send(id, &bent).await, Err(TransportError::Never(_))));
    }
    courier.send(id, &message()).await.unwrap();
    courier.send(id, &message()).await.unwrap();
    courier.end().await;
    let given = sink.given();
    assert_eq!((given.len(), sink.connections()), (2, 1), "over one connection");
    let mail = &given[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("loquet@contre-voie.example", &["alice@example.org".to_owned()][..])
    );
    let headers = mail.data.split("\n\n").next().unwrap();
    assert!(!headers.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{headers}");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(headers.contains("multipart/alternative"), "{headers}");
    for header in ["Message-ID", "Date"] {
        assert!(!mail.header(header).is_empty());
        assert_eq!(mail.header(header), given[1].header(header), "sent twice, it is the same mail");
    }
}

/// Sealed while it waits: a dump of the database holds no live link.
#[sqlx::test]
async fn mails_wait_sealed(pool: PgPool) {
    let office = Office::new(&pool, 1, &[]);
    office.queue(&message()).await;
    let kept = office.kept().await.pop().unwrap();
    let clear = String::from_utf8_lossy(&kept.message).into_owned();
    assert!(!clear.contains("sso.example") && !clear.contains("alice"));
    assert_eq!(mail::open(&office.vault, kept.id, &kept.message), Some(message()));
    assert_eq!(mail::open(&office.vault, Uuid::now_v7(), &kept.message), None, "not in another row's place");
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
