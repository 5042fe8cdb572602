//! The whole life of an account, by its owner: in Chromium, with the captcha's widget and its work, mails
//! that arrive by SMTP, and an authenticator app that sees the screen.

use chrono::TimeDelta;
use loquet::deletion;
use serde_json::Value;
use sqlx::PgPool;

use crate::support::authenticator::Authenticator;
use crate::support::chromium::PATIENCE;
use crate::support::patience::within;
use crate::support::sink::{Manner, Sink};
use crate::support::{Chromium, Server};

const FIRST_ADDRESS: &str = "camille@example.org";
const ADDRESS: &str = "camille.petit@example.org";
const PASSWORD: &str = "trois rayons et un moyeu";

/// Somebody at their browser.
struct Person {
    chromium: Chromium,
    post: Sink,
    server: Server,
}

impl Person {
    async fn new(pool: &PgPool) -> Self {
        let post = Sink::start(Manner::default()).await;
        let port = post.port.to_string();
        let settings = [
            ("LOQUET_MAIL_HOST", "127.0.0.1"),
            ("LOQUET_MAIL_PORT", &port),
            ("LOQUET_MAIL_SECURITY", "none"),
            ("LOQUET_MAIL_FROM", "loquet@contre-voie.example"),
            ("LOQUET_REGISTRATION_MODE", "open"),
            ("LOQUET_TESTING_CAPTCHA_STEPS", "200"),
        ];
        let server = Server::posting(pool, &settings).await;
        Self { chromium: Chromium::start("fr-FR", true).await, post, server }
    }

    async fn open(&self, path: &str) {
        self.chromium.open(&format!("{}{path}", self.server.url)).await;
    }

    /// Fills in a form, sends it, and waits for the next page, known by an element of it.
    async fn send(&self, fields: &[(&str, &str)], next: &str) {
        for (field, text) in fields {
            self.chromium.fill(field, text).await;
        }
        self.press("#submit", next).await;
    }

    async fn press(&self, button: &str, next: &str) {
        self.chromium.leave_by(button).await;
        self.chromium.element(next).await;
    }

    /// Opens the link of a mail, known by its subject, to an address.
    async fn open_link(&self, address: &str, subject: &str) {
        let mail = self.post.letter(address, subject).await;
        let link = mail.lines().find(|line| line.starts_with(&self.server.url)).expect("a link");
        self.chromium.open(link).await;
    }

    /// The code of an app, none of which is good twice.
    fn next_code(&self, app: &Authenticator) -> String {
        self.server.advance(TimeDelta::seconds(30));
        app.code(&self.server)
    }

    async fn sign_out(&self) {
        self.open("/").await;
        self.press("#sign-out", "h1").await;
        assert!(self.chromium.address().await.ends_with("/signed-out"));
    }

    /// Name and password, then the page that asks for more.
    async fn first_step(&self) {
        self.open("/sign-in").await;
        self.send(&[("#username", "camille"), ("#password", PASSWORD)], "#code").await;
    }

    async fn sign_up(&self) {
        self.open("/sign-in").await;
        self.press("#sign-up", "#email").await;
        // The widget does its work when the form is sent.
        self.send(&[("#email", FIRST_ADDRESS)], "#submit").await;
        self.chromium.comes_to(&self.server.url, "/sign-up/sent").await;
        self.open_link(FIRST_ADDRESS, "Terminez la création de votre compte").await;
        self.send(&[("#username", "camille"), ("#password", PASSWORD)], "#continue").await;
        self.press("#continue", "#sign-out").await;
    }

    /// Sets up an app, and keeps the recovery codes.
    async fn two_steps(&self) -> (Authenticator, Vec<String>) {
        self.open("/account/security/authenticator").await;
        let app = Authenticator::see(&self.chromium.whole_picture().await);
        self.send(&[("#code", &app.code(&self.server))], ".codes").await;
        let mut codes = Vec::new();
        for code in self.chromium.all(".codes code").await {
            codes.push(code.text().await.unwrap());
        }
        self.press("#kept", "#two-steps").await;
        self.post.letter(FIRST_ADDRESS, "Application d’authentification ajoutée").await;
        (app, codes)
    }

    async fn change_address(&self) {
        self.open("/account/security/email").await;
        self.send(&[("#email", ADDRESS)], "#waiting").await;
        self.post.letter(FIRST_ADDRESS, "Votre adresse e-mail va changer").await;
        self.open_link(ADDRESS, "Confirmez votre nouvelle adresse e-mail").await;
        self.press("#submit", "#continue").await;
        for address in [FIRST_ADDRESS, ADDRESS] {
            self.post.letter(address, "Votre adresse e-mail a changé").await;
        }
    }

    /// The document that they take away.
    async fn export(&self) -> Value {
        let folder = tempfile::tempdir().unwrap();
        self.chromium.download_to(folder.path()).await;
        self.open("/account/data").await;
        self.press("#export", "#submit").await;
        self.chromium.click("#submit").await;
        let files = || std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        let document = || files().find(|file| file.extension().is_some_and(|kind| kind == "json"));
        within(PATIENCE, "the document is there", async || document().is_some()).await;
        serde_json::from_slice(&std::fs::read(document().unwrap()).unwrap()).unwrap()
    }

    async fn delete(&self) {
        self.open("/account/data").await;
        self.press("#delete", "#submit").await;
        self.press("#submit", "#keep-account").await;
        self.post.letter(ADDRESS, "Votre compte va être supprimé").await;
    }
}

#[sqlx::test]
async fn the_life_of_an_account(pool: PgPool) {
    let camille = Person::new(&pool).await;
    camille.sign_up().await;
    let (app, codes) = camille.two_steps().await;

    camille.sign_out().await;
    camille.first_step().await;
    camille.send(&[("#code", &camille.next_code(&app))], "#sign-out").await;
    camille.sign_out().await;
    camille.first_step().await;
    camille.press("#other-way", "#recovery-code").await;
    camille.send(&[("#recovery-code", &codes[3])], "#sign-out").await;
    camille.post.letter(FIRST_ADDRESS, "Un code de secours a servi").await;

    camille.change_address().await;
    let document = camille.export().await;
    let text = document.to_string();
    assert!(text.contains("camille") && text.contains(ADDRESS) && text.contains("recovery-code-used"), "{document:#}");
    assert!(!text.contains("$2") && !codes.iter().any(|code| text.contains(code)), "{document:#}");

    camille.delete().await;
    let left = async || sqlx::query_scalar::<_, i64>("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
    camille.server.advance(TimeDelta::days(6));
    deletion::erase_due(&camille.server.state).await.unwrap();
    assert_eq!(left().await, 1, "there is a week to think again");
    camille.server.advance(TimeDelta::days(1));
    deletion::erase_due(&camille.server.state).await.unwrap();
    assert_eq!(left().await, 0);
    camille.post.letter(ADDRESS, "Votre compte est supprimé").await;
    camille.open("/sign-in").await;
    camille.send(&[("#username", "camille"), ("#password", PASSWORD)], "#errors").await;
    assert_eq!(camille.chromium.address().await, format!("{}/sign-in", camille.server.url));
    camille.chromium.close().await;
}
