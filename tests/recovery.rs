//! A forgotten password: the form that tells nothing, the link, and what it opens and closes.

use std::time::Instant;

use chrono::TimeDelta;
use futures_util::future::join_all;
use loquet::crypto::Vault;
use reqwest::Method;
use sqlx::PgPool;

use crate::support::contents::Contents;
use crate::support::people::Person;
use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server};

const SUBJECT: &str = "Choisissez un nouveau mot de passe";
const NEW: &str = "une phrase toute neuve";

async fn ask(browser: &Browser, email: &str) -> Reply {
    let page = browser.open("/recover").await;
    browser.submit(&page, &[("email", email)]).await
}

/// Asks for a link in one browser and opens it in another.
async fn open_link(server: &Server, person: &Person, number: usize) -> (Browser, Reply) {
    assert_eq!(ask(&Browser::of(server), &person.email).await.status, 200);
    let link = server.link(&person.email, SUBJECT, number).await;
    let browser = Browser::of(server);
    let page = browser.open(&link).await;
    (browser, page)
}

async fn can_sign_in(server: &Server, login: &str, password: &str) -> bool {
    let mut browser = Browser::of(server);
    // Where proxies are trusted: far from whoever guessed.
    browser.headers.insert("x-forwarded-for", "198.51.100.9".parse().unwrap());
    let page = browser.open("/sign-in").await;
    browser.submit(&page, &[("username", login), ("password", password)]).await.status == 303
}

/// RS-05: what was open in the person's name is closed.
#[sqlx::test]
async fn a_forgotten_password_is_chosen_again(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let service = RelyingParty::new(&server).await;
    let elsewhere = Browser::of(&server);
    let held = service.exchange(&service.code(&elsewhere, "alice").await).await;
    let page = elsewhere.open("/account/security/email").await;
    assert_eq!(elsewhere.submit(&page, &[("email", "other@example.org")]).await.status, 200);
    let pending = server.link("other@example.org", "Confirmez votre nouvelle adresse e-mail", 1).await;

    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    assert_eq!(page.attribute(".after a", "href").as_deref(), Some("/recover"));
    let sent = ask(&browser, " Alice@Example.org ").await;
    assert!(sent.body.contains("A…@Example.org"), "{}", sent.body);
    let link = server.link(&alice.email, SUBJECT, 1).await;
    assert!(link.starts_with(&format!("{}/recover/lqt_ml_", server.url)), "{link}");
    let page = browser.open(&link).await;
    assert!(page.url.ends_with("/recover/new-password"), "{}", page.url);
    assert_eq!(page.attribute("input[autocomplete=username]", "value").as_deref(), Some("alice"));
    for bad in ["court", "motdepasse2026", "alice@example.org", "lacontrevoie"] {
        let reply = browser.submit(&page, &[("password", bad)]).await;
        assert_eq!((reply.status, reply.attribute("#password", "aria-invalid").is_some()), (422, true), "{bad}");
    }
    let home = browser.follow(browser.submit(&page, &[("password", NEW)]).await).await;
    assert!(home.body.contains("Alice Martin"), "{}", home.body);

    assert_eq!(elsewhere.get("/").await.location(), "/sign-in");
    assert_eq!(service.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"));
    assert_eq!(Browser::of(&server).open(&pending).await.status, 410, "the pending change of address");
    assert!(!can_sign_in(&server, "alice", PASSWORD).await && can_sign_in(&server, "alice", NEW).await);
    server.letter(&alice.email, "Votre mot de passe a changé", 1).await;
    let journal: Vec<String> = sqlx::query_scalar("SELECT kind FROM audit_events WHERE user_id = $1 ORDER BY id")
        .bind(alice.id)
        .fetch_all(&pool)
        .await
        .unwrap();
    assert!(journal.iter().any(|kind| kind == "password-reset"), "{journal:?}");
    // Again, by the button, by the link.
    assert_eq!(browser.submit(&page, &[("password", NEW)]).await.status, 400);
    assert_eq!(Browser::of(&server).open(&link).await.status, 410);
}

/// Back to the service that the person was on the way to (oidc.md rule 18).
#[sqlx::test]
async fn and_the_way_to_the_service_goes_on(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let service = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = browser.open(&service.authorize(&[])).await;
    let page = browser.open(&page.attribute(".after a", "href").unwrap()).await;
    browser.submit(&page, &[("email", &alice.email)]).await;
    let page = browser.open(&server.link(&alice.email, SUBJECT, 1).await).await;
    let reply = browser.submit(&page, &[("password", NEW)]).await;
    assert!(browser.follow(reply).await.answer("code").is_some());
}

/// EN-02: whatever is behind an address, the page is the same and comes after whole floors.
#[sqlx::test]
async fn the_answer_is_the_same(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("known").await;
    server.person_with("unproven", false, None).await;
    let disabled = server.person("disabled").await;
    sqlx::query("UPDATE users SET active = false WHERE id = $1").bind(disabled.id).execute(&pool).await.unwrap();
    let mut seen = Vec::new();
    for name in ["nobody", "known", "unproven", "disabled"] {
        let browser = Browser::of(&server);
        let page = browser.open("/recover").await;
        let start = Instant::now();
        let reply = browser.submit(&page, &[("email", &format!("{name}@example.org"))]).await;
        assert!(start.elapsed().as_millis() >= 100, "{name}");
        let csrf = reply.attribute("input[name=csrf]", "value").unwrap();
        let masked = format!("{}…@example.org", &name[..1]);
        let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        seen.push((reply.status, names, reply.body.replace(&csrf, "CSRF").replace(&masked, "MASKED")));
    }
    assert_eq!(seen[0].0, 200);
    assert!(seen.iter().all(|other| *other == seen[0]), "{seen:#?}");
    for (name, mails) in [("nobody", 0), ("known", 1), ("unproven", 1), ("disabled", 0)] {
        let subjects = server.subjects(&pool, &format!("{name}@example.org")).await;
        assert_eq!(subjects, vec![SUBJECT; mails], "{name}");
    }
    // What cannot be an address is told apart from what is not one of ours.
    for bad in ["", "alice", "a@b", "zoé@example.org", "a@b.example\r\nBcc: c@d.example", "a\0@example.org"] {
        let reply = ask(&Browser::of(&server), bad).await;
        assert_eq!((reply.status, reply.attribute("#email", "aria-invalid").is_some()), (422, true), "{bad}");
    }
}

/// RS-04, RG-01, RG-05: opening it, however often, uses nothing up.
#[sqlx::test]
async fn opening_the_link_changes_nothing(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let (scanner, _) = open_link(&server, &alice, 1).await;
    let link = server.link(&alice.email, SUBJECT, 1).await;
    let before = Contents::of(&pool).await;
    for _ in 0..5 {
        scanner.request(Method::HEAD, &link).await;
        let reply = scanner.get(&link).await;
        assert_eq!((reply.status, reply.location()), (303, "/recover/new-password"));
        assert_eq!(reply.headers["referrer-policy"].to_str().unwrap(), "no-referrer");
        assert_eq!(scanner.get("/recover/new-password").await.status, 200);
    }
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
    // RS-08: whoever reads the database cannot use it.
    let token = link.rsplit('/').next().unwrap();
    let stored = Contents::default().difference(&before);
    assert!(token.len() >= "lqt_ml_".len() + 22 && stored.iter().all(|row| !row.contains(token)));
}

/// RS-02: without the link, nothing.
#[sqlx::test]
async fn the_last_step_alone_does_nothing(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let mut browser = Browser::of(&server);
    let csrf = browser.open("/recover").await.attribute("input[name=csrf]", "value").unwrap();
    let before = Contents::of(&pool).await;
    let (alice_id, form) = (alice.id.to_string(), [("csrf", csrf.as_str()), ("password", NEW)]);
    assert_eq!(browser.post("/recover/new-password", &form).await.status, 400);
    let more = [form[0], form[1], ("token", "lqt_ml_x"), ("user_id", &alice_id)];
    assert_eq!(browser.post("/recover/new-password", &more).await.status, 400);
    browser.get("/recover/%20").await;
    assert_eq!(browser.post("/recover/new-password", &more).await.status, 400, "an empty token");
    browser.get("/recover/lqt_ml_x").await;
    assert_eq!(browser.post("/recover/new-password", &more).await.status, 410);
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
    // Bob's link is bob's, whatever else the form says.
    let (bobs, page) = open_link(&server, &bob, 1).await;
    bobs.submit(&page, &[("password", NEW), ("user_id", &alice_id), ("username", "alice")]).await;
    assert!(can_sign_in(&server, "bob", NEW).await && can_sign_in(&server, "alice", PASSWORD).await);
    // Nor is a link of another kind good.
    server.person_with("neuve", false, None).await;
    browser = Browser::of(&server);
    browser.sign_in("neuve").await;
    browser.submit(&browser.open("/account/verify-email").await, &[]).await;
    let verify = server.link("neuve@example.org", "Confirmez votre adresse e-mail", 1).await;
    assert_eq!(browser.open(&verify.replace("/verify/", "/recover/")).await.status, 410);
}

/// RS-03: fifty presses on two replicas are one.
#[sqlx::test]
async fn a_link_is_good_once(pool: PgPool) {
    let key = Vault::generate_master_key();
    let first = Server::replica(&pool, &[], &key).await;
    let alice = first.person("alice").await;
    let (browser, page) = open_link(&first, &alice, 1).await;
    let servers = [first, Server::replica(&pool, &[], &key).await];
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let presses = (0..50).map(|number| {
        let address = format!("{}/recover/new-password", servers[number % 2].url);
        let (browser, csrf) = (&browser, &csrf);
        async move {
            let password = format!("une phrase toute neuve {number}");
            browser.post(&address, &[("csrf", csrf), ("password", &password)]).await.status
        }
    });
    let statuses = join_all(presses).await;
    // Over, or more at once than are hashed.
    let refused = statuses.iter().filter(|status| matches!(status, 400 | 410 | 503)).count();
    assert_eq!((statuses.iter().filter(|status| **status == 303).count(), refused), (1, 49), "{statuses:?}");
    let resets: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'password-reset'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(resets, 1);
}

/// RS-03: after half an hour, after a newer one, after a change of the password or of the address.
#[sqlx::test]
async fn a_link_ends(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let (first, page) = open_link(&server, &alice, 1).await;
    let (second, newer) = open_link(&server, &alice, 2).await;
    assert_eq!(first.submit(&page, &[("password", NEW)]).await.status, 410, "a newer one");
    server.advance(TimeDelta::minutes(31));
    assert_eq!(second.submit(&newer, &[("password", NEW)]).await.status, 410, "too old");
    server.advance(TimeDelta::hours(25));
    for (number, change) in
        [(3, "UPDATE users SET email = 'alicia@example.org'"), (4, "UPDATE users SET active = false")]
    {
        let (browser, page) = open_link(&server, &alice, number).await;
        sqlx::query(change).execute(&pool).await.unwrap();
        assert_eq!(browser.submit(&page, &[("password", NEW)]).await.status, 410, "{change}");
        sqlx::query("UPDATE users SET active = true, email = 'alice@example.org'").execute(&pool).await.unwrap();
    }
    server.advance(TimeDelta::hours(13));
    let (browser, page) = open_link(&server, &alice, 5).await;
    let own = Browser::of(&server);
    own.sign_in("alice").await;
    let form = own.open("/account/security/password").await;
    assert_eq!(own.submit(&form, &[("current", PASSWORD), ("password", "encore une autre")]).await.status, 303);
    assert_eq!(browser.submit(&page, &[("password", NEW)]).await.status, 410, "another password");
    assert!(can_sign_in(&server, "alice", "encore une autre").await);
}

/// MF-08: the link is one factor.
#[sqlx::test]
async fn a_second_factor_is_still_to_be_shown(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    sqlx::query("INSERT INTO authenticators (user_id, secret, last_step, created_at) VALUES ($1, '\\x00', 0, now())")
        .bind(alice.id)
        .execute(&pool)
        .await
        .unwrap();
    let (browser, page) = open_link(&server, &alice, 1).await;
    let reply = browser.submit(&page, &[("password", NEW)]).await;
    assert_eq!(reply.location(), "/sign-in/second-factor");
    assert_eq!(browser.get("/").await.location(), "/sign-in", "half a session is none");
    let factors: i64 = sqlx::query_scalar("SELECT count(*) FROM authenticators").fetch_one(&pool).await.unwrap();
    assert_eq!(factors, 1);
}

/// RG-06: what somebody set up with an address that is not theirs goes when its owner comes.
#[sqlx::test]
async fn an_address_that_was_not_proven_starts_afresh(pool: PgPool) {
    let server = Server::start(&pool).await;
    let victim = server.person_with("victim", false, None).await;
    let eve = Browser::of(&server);
    eve.sign_in("victim").await;
    for row in [
        "INSERT INTO authenticators (user_id, secret, last_step, created_at) VALUES ($1, '\\x00', 0, now())",
        "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, '\\x00')",
        "INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at)
         VALUES (gen_random_uuid(), $1, '\\x00', '{}', 'eve', now())",
    ] {
        sqlx::query(row).bind(victim.id).execute(&pool).await.unwrap();
    }
    let (browser, page) = open_link(&server, &victim, 1).await;
    let home = browser.follow(browser.submit(&page, &[("password", NEW)]).await).await;
    assert_eq!(home.status, 200);
    assert_eq!(eve.get("/").await.location(), "/sign-in");
    assert!(!can_sign_in(&server, "victim", PASSWORD).await);
    let (left, proven): (i64, bool) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM authenticators) + (SELECT count(*) FROM recovery_codes) + (SELECT count(*) FROM passkeys),
             email_verified_at IS NOT NULL FROM users",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!((left, proven), (0, true));
}

/// PW-02: whatever strangers tried, the owner gets in.
#[sqlx::test]
async fn it_is_the_way_in_while_others_guess(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let alice = server.person("alice").await;
    let stranger = Browser::of(&server);
    for login in ["alice", "alice@example.org"] {
        for _ in 0..11 {
            let page = stranger.open("/sign-in").await;
            stranger.submit(&page, &[("username", login), ("password", "wrong")]).await;
        }
    }
    assert!(!can_sign_in(&server, "alice", PASSWORD).await);
    let (browser, page) = open_link(&server, &alice, 1).await;
    assert_eq!(browser.submit(&page, &[("password", NEW)]).await.location(), "/");
    browser.sign_out().await;
    assert_eq!(browser.sign_in_on(&browser.open("/sign-in").await, "alice", NEW).await.status, 200);
    assert!(can_sign_in(&server, "alice@example.org", NEW).await);
}

/// RG-04: three mails for an address, whatever the page says; twenty for a network, which is told.
#[sqlx::test]
async fn mails_are_limited(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    for number in 0..10 {
        assert_eq!(ask(&Browser::of(&server), &alice.email).await.status, 200, "{number}");
    }
    assert_eq!(server.subjects(&pool, &alice.email).await.len(), 3);
    // The last one sent is good.
    let page = Browser::of(&server).open(&server.link(&alice.email, SUBJECT, 3).await).await;
    assert_eq!(page.status, 200);
    for number in 10..20 {
        assert_eq!(ask(&Browser::of(&server), &format!("nobody{number}@example.org")).await.status, 200, "{number}");
    }
    let reply = ask(&Browser::of(&server), "nobody@example.org").await;
    assert_eq!((reply.status, reply.text("#errors").is_some()), (429, true));
}

/// RS-01: whatever a request says of hosts, links lead to the configured one.
#[sqlx::test]
async fn links_lead_home(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    server.person_with("neuve", false, None).await;
    let headers = [
        ("host", "evil.test"),
        ("x-forwarded-host", "evil.test"),
        ("forwarded", "host=evil.test;proto=http"),
        ("x-original-url", "https://evil.test/"),
        ("x-forwarded-proto", "gopher"),
    ];
    let mut own = Browser::of(&server);
    own.sign_in("alice").await;
    let mut new = Browser::of(&server);
    new.sign_in("neuve").await;
    let mut anonymous = Browser::of(&server);
    for (number, (name, value)) in headers.into_iter().enumerate() {
        let pages = [
            own.open("/account/security/email").await,
            new.open("/account/verify-email").await,
            anonymous.open("/recover").await,
        ];
        for browser in [&mut own, &mut new, &mut anonymous] {
            browser.headers.insert(name, value.parse().unwrap());
        }
        let other = format!("other{number}@example.org");
        own.submit(&pages[0], &[("email", &other)]).await;
        new.submit(&pages[1], &[]).await;
        anonymous.submit(&pages[2], &[("email", &alice.email)]).await;
        for browser in [&mut own, &mut new, &mut anonymous] {
            browser.headers.clear();
        }
    }
    crate::support::mailbox::all_left(&pool).await;
    let mails = server.mails.all();
    assert!(mails.len() >= 10, "{}", mails.len());
    for (_, mail) in mails {
        let links = mail.text.split_whitespace().chain(mail.html.split('"')).filter(|word| word.starts_with("http"));
        for link in links {
            assert!(link.starts_with(&server.url), "{link} in {}", mail.subject);
        }
        assert!(!mail.text.contains("evil.test") && !mail.html.contains("evil.test"), "{}", mail.subject);
    }
}
