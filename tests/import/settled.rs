//! Another address or another password: what is open ends, and its person hears of it.

use loquet::import::members::{Options, run};
use loquet::post::Post;
use sqlx::PgPool;
use uuid::Uuid;

use super::{HASH, execute, file, line, options};
use crate::support::people::Person;
use crate::support::{Browser, Script, Server};

const PASSWORD_CHANGED: &str = "Votre mot de passe a changé";
const ADDRESS_CHANGED: &str = "Votre adresse e-mail a changé";

struct Someone {
    browser: Browser,
    script: Script,
}

impl Someone {
    /// With a session and a token for a program of theirs.
    async fn of(server: &Server, pool: &PgPool, name: &str) -> Self {
        let browser = Browser::of(server);
        browser.sign_in(name).await;
        let id: Uuid =
            sqlx::query_scalar("SELECT id FROM users WHERE username = $1").bind(name).fetch_one(pool).await.unwrap();
        let script = Script::of(server, &Person { id, email: String::new() }, None).await;
        Self { browser, script }
    }

    async fn is_in(&self) -> bool {
        let (page, token) = (self.browser.get("/account/profile").await.status, self.script.get("/api/v1/me").await);
        assert_eq!(page == 200, token.status == 200, "both or neither: {page} {}", token.status);
        page == 200
    }
}

#[sqlx::test]
async fn what_was_changed_ends_what_is_open_and_is_told(pool: PgPool) {
    let server = Server::start(&pool).await;
    let names = ["ada", "bob", "cleo", "dan", "eve", "fay"];
    let import = async |text: &str, dry_run: bool| {
        let options = Options { dry_run, batch: 4, ..options() };
        let input = std::io::Cursor::new(text.to_owned().into_bytes());
        run(&pool, Post::of(&server.state), input, &options, None, |_| ()).await.unwrap()
    };
    let first = names.map(|name| line(name, name));
    import(&file(&first), false).await;
    // Somebody may be signed in without the password that the old site gave: by a passkey.
    let own = server.person("rita").await;
    sqlx::query(
        "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE id = $1) WHERE legacy_id IS NOT NULL",
    )
    .bind(own.id)
    .execute(&pool)
    .await
    .unwrap();
    let mut people = Vec::new();
    for name in names {
        people.push(Someone::of(&server, &pool, name).await);
    }
    let signed_in = async || {
        let mut found = Vec::new();
        for (name, person) in names.iter().zip(&people) {
            if person.is_in().await {
                found.push(*name);
            }
        }
        found
    };
    assert_eq!(signed_in().await, names);
    // Dan's is his own since.
    sqlx::query("UPDATE users SET password_hash = $1 WHERE username IN ('ada', 'bob', 'cleo', 'eve', 'fay')")
        .bind(HASH)
        .execute(&pool)
        .await
        .unwrap();
    let hash = HASH.replace("jJab", "zZzz");
    let second = [
        first[0].replace(HASH, &hash),
        first[1].replace("bob@example.org", "robert@example.org"),
        first[2].replace("Ada,Martin", "Cleo,Martin"),
        first[3].replace(HASH, &hash),
        first[4].replace("eve@example.org", "eva@example.org").replace(HASH, &hash),
        first[5].replace("fay@example.org", "FAY@example.org"),
    ];
    let told = async |address: &str| {
        let mut subjects = server.subjects(&pool, address).await;
        subjects.retain(|subject| [PASSWORD_CHANGED, ADDRESS_CHANGED].contains(&subject.as_str()));
        subjects
    };
    let report = import(&file(&second), true).await;
    assert_eq!((report.updated, report.unchanged), (6, 0));
    assert_eq!(signed_in().await, names, "a rehearsal ends nothing");

    // Nobody has proven this one.
    execute(&pool, "UPDATE users SET email_verified_at = NULL WHERE username = 'eve'").await;
    let report = import(&file(&second), false).await;
    assert_eq!((report.updated, report.unchanged), (6, 0));
    assert_eq!(signed_in().await, ["cleo", "dan", "fay"]);
    let again = import(&file(&second), false).await;
    assert_eq!((again.updated, again.unchanged), (0, 6));
    for (address, expected) in [
        ("ada@example.org", &[PASSWORD_CHANGED][..]),
        ("bob@example.org", &[ADDRESS_CHANGED]),
        ("robert@example.org", &[]),
        ("cleo@example.org", &[]),
        ("dan@example.org", &[]),
        ("eve@example.org", &[]),
        ("eva@example.org", &[]),
        ("fay@example.org", &[]),
        ("FAY@example.org", &[]),
    ] {
        assert_eq!(told(address).await, expected, "{address}");
    }
    let letter = server.letter("bob@example.org", ADDRESS_CHANGED, 1).await;
    assert!(letter.text.contains("r…@example.org"), "{}", letter.text);
    let noted: Vec<(String, String, bool)> = sqlx::query_as(
        "SELECT kind, username, actor_id IS NULL FROM audit_events e JOIN users u ON u.id = e.user_id
         WHERE kind IN ('password-changed', 'email-changed') ORDER BY username, kind",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let told_of = |kind: &str, name: &str| (kind.to_owned(), name.to_owned(), true);
    assert_eq!(
        noted,
        [
            told_of("password-changed", "ada"),
            told_of("email-changed", "bob"),
            told_of("email-changed", "eve"),
            told_of("password-changed", "eve"),
        ]
    );
    // Dan chose his here: it is still his.
    let browser = Browser::of(&server);
    browser.sign_in("dan").await;
    assert_eq!(browser.get("/account/profile").await.status, 200);
}
