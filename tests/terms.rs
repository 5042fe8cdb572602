//! Terms of use and privacy: their pages, and the acceptance that comes before anything else.

use std::path::Path;

use sqlx::PgPool;
use tempfile::TempDir;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// The texts of a host.
pub struct Texts(TempDir);

impl Texts {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("terms-fr.md", "# Conditions d’utilisation\n\nSoyez **aimable**.\n"),
            ("terms-en.md", "# Terms of use\n\nBe **kind**. <script>alert(1)</script>\n"),
            ("privacy-fr.md", "# Vos données\n\nRien ne part.\n"),
            ("privacy-en.md", "# Your data\n\nNothing leaves.\n"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// The settings that name them.
    pub fn settings(&self, version: &str) -> Vec<(&'static str, String)> {
        vec![
            ("LOQUET_LEGAL_TERMS_FR", self.path("terms-fr.md")),
            ("LOQUET_LEGAL_TERMS_EN", self.path("terms-en.md")),
            ("LOQUET_LEGAL_PRIVACY_FR", self.path("privacy-fr.md")),
            ("LOQUET_LEGAL_PRIVACY_EN", self.path("privacy-en.md")),
            ("LOQUET_LEGAL_VERSION", version.to_owned()),
        ]
    }

    /// A server of a host that has them in that version; all of one key are one installation.
    pub async fn server(&self, pool: &PgPool, version: &str, master_key: &str) -> Server {
        let settings = self.settings(version);
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Server::replica(pool, &settings, master_key).await
    }
}

fn english(server: &Server) -> Browser {
    let mut browser = Browser::of(server);
    browser.headers.insert("accept-language", "en".parse().unwrap());
    browser
}

/// Everybody may read them, in their language; every page leads there.
#[sqlx::test]
async fn they_are_pages(pool: PgPool) {
    let key = loquet::crypto::Vault::generate_master_key();
    let server = Texts::new().server(&pool, "2026-11", &key).await;
    let page = english(&server).open("/sign-in").await;
    for (path, english_title, french_title) in
        [("/terms", "Terms of use", "Conditions d’utilisation"), ("/privacy", "Your data", "Vos données")]
    {
        assert_eq!(page.attribute(&format!(".legal a[href='{path}']"), "href").as_deref(), Some(path));
        let shown = english(&server).open(path).await;
        assert_eq!((shown.status, shown.text("h1").as_deref()), (200, Some(english_title)));
        assert_eq!(shown.attribute("[aria-current=page]", "href").as_deref(), Some(path));
        assert_eq!(Browser::of(&server).open(path).await.text("h1").as_deref(), Some(french_title));
    }
    let terms = english(&server).open("/terms").await;
    assert_eq!(terms.text(".prose strong").as_deref(), Some("kind"));
    assert!(!terms.body.contains("<script>alert") && terms.body.contains("2026-11"), "{}", terms.body);
    let metadata: serde_json::Value =
        serde_json::from_str(&Browser::of(&server).get("/.well-known/openid-configuration").await.body).unwrap();
    assert_eq!(metadata["op_tos_uri"], format!("{}/terms", server.url));
    assert_eq!(metadata["op_policy_uri"], format!("{}/privacy", server.url));

    let without = Server::replica(&pool, &[], &key).await;
    let browser = Browser::of(&without);
    assert_eq!((browser.get("/terms").await.status, browser.get("/privacy").await.status), (404, 404));
    assert_eq!(browser.open("/sign-in").await.text(".legal"), None);
}

/// Nothing before they are accepted: neither the home, nor the account, nor a service; then everything, until
/// they change.
#[sqlx::test]
async fn they_are_accepted_before_anything_else(pool: PgPool) {
    let (texts, key) = (Texts::new(), loquet::crypto::Vault::generate_master_key());
    let server = texts.server(&pool, "1", &key).await;
    let alice = server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = english(&server);
    let page = browser.sign_in("alice").await;
    assert!(page.url.ends_with("/account/terms"), "{}", page.url);
    assert_eq!(page.text("details .prose strong").as_deref(), Some("kind"));
    let silent = browser.get(&rp.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("interaction_required"));
    let page = browser.open("/account/security").await;
    assert!(page.url.ends_with("/account/terms?to=%2Faccount%2Fsecurity"), "{}", page.url);
    let page = browser.open(&rp.authorize(&[])).await;
    assert!(page.url.contains("/account/terms?authorization="), "{}", page.url);

    // Nobody accepts what they have not been shown, nor for somebody else.
    let other = browser.submit(&page, &[("version", "0")]).await;
    assert_eq!((other.status, other.text("#submit").is_some()), (200, true), "{}", other.body);
    let forged = browser.submit(&page, &[("csrf", "x")]).await;
    assert_eq!(forged.status, 400);
    assert_eq!(accepted(&pool).await, Vec::<(String, Option<String>)>::new());

    let done = browser.follow(browser.submit(&page, &[]).await).await;
    assert!(done.location().starts_with(REDIRECT) && done.answer("code").is_some(), "{} {}", done.url, done.body);
    assert_eq!(accepted(&pool).await, [("1".to_owned(), Some("1".to_owned()))]);
    let told: (String, serde_json::Value) =
        sqlx::query_as("SELECT kind, details FROM audit_events WHERE actor_id = $1 AND kind LIKE 'terms%'")
            .bind(alice.id)
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(told, ("terms-accepted".to_owned(), serde_json::json!({ "version": "1" })));
    let home = browser.open("/account/terms").await;
    assert!(home.url.ends_with('/') && home.text("#sign-out").is_some(), "nothing left to accept: {}", home.url);

    // The next version: on another server of the installation.
    let newer = texts.server(&pool, "2", &key).await;
    let browser = english(&newer);
    let page = browser.open("/account/security").await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    let page = browser.follow(browser.submit(&page, &[]).await).await;
    assert!(page.url.ends_with("/account/security"), "{}", page.url);
    let both = [("1".to_owned(), Some("2".to_owned())), ("2".to_owned(), Some("2".to_owned()))];
    assert_eq!(accepted(&pool).await, both, "what was accepted before is kept");
}

/// Versions accepted, and the one of now.
async fn accepted(pool: &PgPool) -> Vec<(String, Option<String>)> {
    sqlx::query_as(
        "SELECT version, accepted_terms FROM acceptances JOIN users ON id = user_id ORDER BY accepted_at, version",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// Somebody who refuses signs out, and may come back to the service as somebody else.
#[sqlx::test]
async fn refusing_is_signing_out(pool: PgPool) {
    let key = loquet::crypto::Vault::generate_master_key();
    let server = Texts::new().server(&pool, "1", &key).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = english(&server);
    let page = browser.open(&rp.authorize(&[])).await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    let page = browser.follow(browser.press(&page, "#sign-out", &[]).await).await;
    assert!(page.url.contains("/sign-in?authorization="), "{}", page.url);
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM browser_sessions").fetch_one(&pool).await.unwrap();
    assert_eq!((sessions, accepted(&pool).await.len()), (0, 0));
}

/// Every fault of the settings at once, each at its key.
#[test]
fn faults_of_the_settings() {
    let texts = Texts::new();
    std::fs::write(texts.path("untitled.md"), "Terms\n").unwrap();
    std::fs::write(texts.path("long.md"), "# T\n\n".to_owned() + &"x".repeat(300_000)).unwrap();
    std::fs::write(texts.path("latin1.md"), b"# T\n\n\xe9").unwrap();
    let key = loquet::crypto::Vault::generate_master_key();
    let faults = |changes: &[(&str, Option<&str>)]| {
        let mut environment: Vec<(String, String)> = vec![
            ("LOQUET_SERVER_ISSUER".to_owned(), "https://sso.test".to_owned()),
            ("LOQUET_SECRETS_MASTER_KEY".to_owned(), key.as_str().to_owned()),
        ];
        environment.extend(texts.settings("1").into_iter().map(|(name, value)| (name.to_owned(), value)));
        for (name, value) in changes {
            let name = format!("LOQUET_LEGAL_{name}");
            environment.retain(|(other, _)| *other != name);
            environment.extend(value.map(|value| (name, value.to_owned())));
        }
        match loquet::config::Settings::load(None::<&Path>, &environment) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| (fault.key, fault.reason)).collect(),
        }
    };
    assert_eq!(faults(&[]), []);
    assert_eq!(faults(&[("PRIVACY_FR", None), ("PRIVACY_EN", None)]), []);
    for (changes, expected) in [
        (&[("VERSION", None)][..], &[("legal.version", "such as its date")][..]),
        (&[("TERMS_FR", None), ("TERMS_EN", None)], &[("legal.version", "of no text")]),
        (&[("TERMS_EN", None)], &[("legal.terms_en", "both languages")]),
        (
            &[("TERMS_FR", Some("/nonexistent.md")), ("PRIVACY_FR", None), ("VERSION", Some(" "))],
            &[("legal.version", "empty"), ("legal.terms_fr", "cannot be read"), ("legal.privacy_fr", "both languages")],
        ),
        (
            &[("TERMS_FR", Some(&texts.path("untitled.md"))), ("TERMS_EN", Some(&texts.path("long.md")))],
            &[("legal.terms_fr", "title"), ("legal.terms_en", "256 KiB")],
        ),
        (&[("PRIVACY_EN", Some(&texts.path("latin1.md")))], &[("legal.privacy_en", "UTF-8")]),
    ] {
        let found = faults(changes);
        assert_eq!(found.len(), expected.len(), "{changes:?}: {found:?}");
        for (key, reason) in expected {
            assert!(found.iter().any(|(other, said)| other == key && said.contains(reason)), "{key} in {found:?}");
        }
    }
}
