//! Opening an account: the address first, then the rest; and nothing told to whoever only tries.

use std::process::Command;
use std::time::Instant;

use chrono::TimeDelta;
use futures_util::future::join_all;
use loquet::crypto::Vault;
use loquet::db::clients::Client;
use reqwest::Method;
use sqlx::{ConnectOptions as _, PgPool};

use crate::support::captcha::solve;
use crate::support::client::REDIRECT;
use crate::support::contents::Contents;
use crate::support::mailbox::all_left;
use crate::support::{Browser, RelyingParty, Reply, Server};

const OPEN: (&str, &str) = ("LOQUET_REGISTRATION_MODE", "open");
const QUICK: (&str, &str) = ("LOQUET_TESTING_CAPTCHA_STEPS", "50");
const SUBJECT: &str = "Terminez la création de votre compte";
const NEW: &str = "une phrase toute neuve";

async fn open_server(pool: &PgPool) -> Server {
    Server::with(pool, &[OPEN, QUICK]).await
}

/// Fills in the first page, captcha and all.
async fn ask(browser: &Browser, email: &str) -> Reply {
    let page = browser.open("/sign-up").await;
    browser.submit(&page, &[("email", email), ("altcha", &solve(&page))]).await
}

/// The last page, reached by the link in a mail.
async fn arrive(server: &Server, browser: &Browser, email: &str) -> Reply {
    let sent = browser.follow(ask(browser, email).await).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    browser.open(&server.link(email, SUBJECT, 1).await).await
}

/// A command on the database of a server, and what it says.
fn says(server: &Server, pool: &PgPool, arguments: &[&str]) -> String {
    let settings = &server.state.settings;
    let done = Command::new(env!("CARGO_BIN_EXE_loquet"))
        .args(arguments)
        .env_clear()
        .env("LOQUET_SERVER_ISSUER", &server.url)
        .env("LOQUET_SECRETS_MASTER_KEY", settings.secrets.master_key.as_str())
        .env("LOQUET_REGISTRATION_MODE", "invitation")
        .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

async fn count(pool: &PgPool, what: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {what}"))).fetch_one(pool).await.unwrap()
}

#[sqlx::test]
async fn a_person_opens_an_account(pool: PgPool) {
    let server = open_server(&pool).await;
    let browser = Browser::of(&server);
    let sign_in = browser.open("/sign-in").await;
    assert_eq!(sign_in.attribute("#sign-up", "href").as_deref(), Some("/sign-up"));
    let sent = browser.follow(ask(&browser, " Zoe@Example.org ").await).await;
    assert!(sent.body.contains("Z…@Example.org") && !sent.url.contains("Zoe"), "{} {}", sent.url, sent.body);
    assert_eq!((count(&pool, "users").await, count(&pool, "registrations").await), (0, 1));
    let link = server.link("Zoe@Example.org", SUBJECT, 1).await;
    // RG-01: a scanner changes nothing.
    all_left(&pool).await;
    let (scanner, before) = (Browser::of(&server), Contents::of(&pool).await);
    for _ in 0..5 {
        scanner.request(Method::HEAD, &link).await;
        let reply = scanner.get(&link).await;
        assert_eq!((reply.status, reply.location()), (303, "/sign-up/finish"));
        assert_eq!(reply.headers["referrer-policy"].to_str().unwrap(), "no-referrer");
        assert_eq!(scanner.get("/sign-up/finish").await.status, 200);
    }
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
    let token = link.rsplit('/').next().unwrap();
    assert!(Contents::default().difference(&before).iter().all(|row| !row.contains(token)), "RS-08");

    let page = browser.open(&link).await;
    assert!(page.body.contains("Zoe@Example.org"));
    assert_eq!(page.attribute("#username", "value").as_deref(), Some(""), "nothing is suggested");
    let answers = [("username", "Zoe"), ("password", NEW), ("given_name", "Zoé"), ("family_name", "Petit")];
    let done = browser.submit(&page, &answers).await;
    assert_eq!((done.status, done.attribute("#continue", "href").as_deref()), (200, Some("/")), "{}", done.body);
    assert!(browser.open("/").await.body.contains("Zoé Petit"));
    let stored: (String, String, bool, bool, String) =
        sqlx::query_as("SELECT username, email, email_verified_at IS NOT NULL, active, locale FROM users")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(stored, ("zoe".to_owned(), "Zoe@Example.org".to_owned(), true, true, "fr".to_owned()));
    let kinds: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(kinds, ["account-created", "signed-in"]);
    // RG-02: the link again is friendly, and its form too.
    let again = Browser::of(&server).open(&link).await;
    assert_eq!((again.status, again.attribute("#continue", "href").as_deref()), (200, Some("/sign-in")));
    assert_eq!(scanner.submit(&page, &answers).await.status, 400, "the form of another browser");
    let other = Browser::of(&server);
    assert_eq!(other.sign_in_on(&other.open("/sign-in").await, "zoe@example.org", NEW).await.status, 200);
    assert_eq!(count(&pool, "users").await, 1);
}

/// In English, from a service, in another browser than the one that asked (oidc.md rule 18).
#[sqlx::test]
async fn and_goes_on_to_the_service(pool: PgPool) {
    let server = open_server(&pool).await;
    let start = |client: &mut Client| client.start_uri = Some("https://rp.test/start".to_owned());
    let (_, secret) = server.service_with("c_conf", REDIRECT, start).await;
    let service = RelyingParty::of(&server, "c_conf", Some(secret));
    let mut browser = Browser::of(&server);
    browser.headers.insert("accept-language", "en".parse().unwrap());
    let page = browser.open(&service.authorize(&[])).await;
    let page = browser.open(&page.attribute("#sign-up", "href").unwrap()).await;
    assert!(page.body.contains("c_conf service"), "{}", page.body);
    let reply = browser.submit(&page, &[("email", "ann@example.org"), ("altcha", &solve(&page))]).await;
    assert_eq!(browser.follow(reply).await.status, 200);
    let mail = server.letter("ann@example.org", "Finish creating your account", 1).await;
    assert!(mail.text.contains("c_conf service"), "{}", mail.text);
    let link = crate::support::mailbox::link_in(&mail);
    // Elsewhere: the service's own start.
    let elsewhere = Browser::of(&server);
    let page = elsewhere.open(&link).await;
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    // Here: back to what was begun.
    let page = browser.open(&link).await;
    let done = browser.submit(&page, &[("username", "ann"), ("password", NEW)]).await;
    assert!(done.body.contains("Your account is ready"), "{}", done.body);
    let next = browser.follow(browser.get(&done.attribute("#continue", "href").unwrap()).await).await;
    assert!(next.answer("code").is_some(), "{}", next.location());
    let form = [("csrf", csrf.as_str()), ("username", "bob"), ("password", NEW)];
    assert_eq!(
        elsewhere.post("/sign-up/finish", &form).await.attribute("#continue", "href").as_deref(),
        Some("/sign-in")
    );

    let browser = Browser::of(&server);
    let page = browser.open(&service.authorize(&[])).await;
    let page = browser.open(&page.attribute("#sign-up", "href").unwrap()).await;
    browser.submit(&page, &[("email", "cleo@example.org"), ("altcha", &solve(&page))]).await;
    let elsewhere = Browser::of(&server);
    let page = elsewhere.open(&server.link("cleo@example.org", SUBJECT, 1).await).await;
    let done = elsewhere.submit(&page, &[("username", "cleo"), ("password", NEW)]).await;
    assert_eq!(done.attribute("#continue", "href").as_deref(), Some("https://rp.test/start"));
}

/// EN-03: whatever is behind an address, the page is the same and comes after whole floors.
#[sqlx::test]
async fn the_answer_is_the_same(pool: PgPool) {
    let server = open_server(&pool).await;
    server.person("known").await;
    server.person_with("unproven", false, None).await;
    let disabled = server.person("disabled").await;
    sqlx::query("UPDATE users SET active = false WHERE id = $1").bind(disabled.id).execute(&pool).await.unwrap();
    let mut seen = Vec::new();
    for email in
        ["free@example.org", "known@example.org", "KNOWN@Example.ORG", "unproven@example.org", "disabled@example.org"]
    {
        let browser = Browser::of(&server);
        let page = browser.open("/sign-up").await;
        let solution = solve(&page);
        let start = Instant::now();
        let reply = browser.submit(&page, &[("email", email), ("altcha", &solution)]).await;
        assert!(start.elapsed().as_millis() >= 100, "{email}");
        assert_eq!(reply.status, 303, "{email}");
        let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        let page = browser.follow(reply).await;
        let csrf = page.attribute("input[name=csrf]", "value").unwrap();
        let action = page.form("#submit").0;
        let masked = format!("{}…@{}", &email[..1], email.split_once('@').unwrap().1);
        let body = page.body.replace(&csrf, "CSRF").replace(&masked, "MASKED").replace(&action, "ACTION");
        let here = page.url.split_once("for=").unwrap().1;
        seen.push((names, body.replace(here, "FOR")));
    }
    assert!(seen.iter().all(|other| *other == seen[0]), "{seen:#?}");
    assert_eq!((count(&pool, "users").await, count(&pool, "registrations").await), (3, 1));
    for (email, subjects) in [
        ("free@example.org", vec![SUBJECT]),
        ("known@example.org", vec!["Vous avez déjà un compte"; 2]),
        ("unproven@example.org", vec!["Vous avez déjà un compte"]),
        ("disabled@example.org", vec![]),
    ] {
        assert_eq!(server.subjects(&pool, email).await, subjects, "{email}");
    }
}

/// CP-01, UN-03: what is refused before a mail is written.
#[sqlx::test]
async fn no_mail_without_an_address_and_work(pool: PgPool) {
    let server = open_server(&pool).await;
    let browser = Browser::of(&server);
    let page = browser.open("/sign-up").await;
    for bad in ["", "zoe", "zoé@example.org", "\u{212a}@x.fr", "a@b", "a@b.example\r\nBcc: c@d.example"] {
        let reply = browser.submit(&page, &[("email", bad), ("altcha", &solve(&page))]).await;
        assert_eq!((reply.status, reply.attribute("#email", "aria-invalid").is_some()), (422, true), "{bad}");
    }
    let reply = browser.submit(&page, &[("email", "zoe@example.org")]).await;
    assert_eq!((reply.status, reply.attribute("#email", "value").as_deref()), (400, Some("zoe@example.org")));
    // One solution, one mail; the faults above spent nothing.
    let solution = solve(&page);
    for status in [303, 400] {
        assert_eq!(browser.submit(&page, &[("email", "zoe@example.org"), ("altcha", &solution)]).await.status, status);
    }
    assert_eq!(server.subjects(&pool, "zoe@example.org").await, [SUBJECT]);
    // Once more by the button; never for an address that nobody passed a captcha for.
    let sent = browser.follow(ask(&browser, "ann@example.org").await).await;
    assert_eq!(browser.submit(&sent, &[]).await.status, 200);
    assert_eq!(server.subjects(&pool, "ann@example.org").await, [SUBJECT; 2]);
    let csrf = sent.attribute("input[name=csrf]", "value").unwrap();
    for address in ["/sign-up/sent", "/sign-up/sent?for=x", "/sign-up/sent?for=AAAA", "/sign-up/sent?email=a@b.example"]
    {
        assert_eq!(browser.post(address, &[("csrf", &csrf)]).await.location(), "/sign-up", "{address}");
    }
}

/// RG-04: however often somebody asks.
#[sqlx::test]
async fn mails_are_limited_and_rows_bounded(pool: PgPool) {
    let server = open_server(&pool).await;
    let browser = Browser::of(&server);
    let sent = browser.follow(ask(&browser, "victim@example.org").await).await;
    for _ in 0..9 {
        assert_eq!(browser.submit(&sent, &[]).await.status, 200);
    }
    assert_eq!(server.subjects(&pool, "victim@example.org").await.len(), 3);
    for number in 10..20 {
        assert_eq!(ask(&browser, &format!("p{number}@example.org")).await.status, 303, "{number}");
    }
    assert_eq!(ask(&browser, "more@example.org").await.status, 429);
    assert_eq!(count(&pool, "registrations").await, 11);
    let mut connection = pool.acquire().await.unwrap();
    let later = server.state.clock.now() + TimeDelta::hours(25);
    loquet::db::jobs::purge(&mut connection, TimeDelta::minutes(30), later).await.unwrap();
    assert_eq!(count(&pool, "registrations").await, 0);
}

/// RG-10, EN-04, PW-10: what is wrong is said, all at once, and what was typed is kept.
#[sqlx::test]
async fn faults_are_told_and_the_rest_is_kept(pool: PgPool) {
    let folder = std::env::temp_dir().join(format!("loquet-terms-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).unwrap();
    let text = |language: &str| {
        let path = folder.join(language);
        std::fs::write(&path, "# Titre\n\nDu texte.").unwrap();
        path.to_str().unwrap().to_owned()
    };
    let server = Server::with(
        &pool,
        &[
            OPEN,
            QUICK,
            ("LOQUET_LEGAL_TERMS_FR", &text("fr")),
            ("LOQUET_LEGAL_TERMS_EN", &text("en")),
            ("LOQUET_LEGAL_VERSION", "1"),
            ("LOQUET_PROFILE_FAMILY_NAME", "required"),
        ],
    )
    .await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    let page = arrive(&server, &browser, "zoe@example.org").await;
    let bad = [("username", "zoe@example.org"), ("password", "zoe@example.org"), ("given_name", "Zoé"), ("terms", "")];
    let reply = browser.submit(&page, &bad).await;
    assert_eq!(reply.status, 422);
    for (id, invalid) in
        [("#username", true), ("#password", true), ("#family_name", true), ("#terms", true), ("#given_name", false)]
    {
        assert_eq!(reply.attribute(id, "aria-invalid").is_some(), invalid, "{id}");
        assert_eq!(reply.attribute(&format!("#errors a[href='{id}']"), "href").is_some(), invalid, "{id}");
    }
    assert_eq!(reply.attribute("#username", "value").as_deref(), Some("zoe@example.org"));
    assert_eq!(reply.attribute("#given_name", "value").as_deref(), Some("Zoé"));
    assert_eq!(reply.attribute("#password", "value"), None);
    let good = [("password", NEW), ("given_name", "Zoé"), ("family_name", "Petit"), ("terms", "1")];
    for name in ["alice", "ALICE", "admin", "zoé", "a", ""] {
        let reply = browser.submit(&page, &[&[("username", name)][..], &good[..]].concat()).await;
        assert_eq!((reply.status, reply.attribute("#username", "aria-invalid").is_some()), (422, true), "{name}");
        assert!(reply.attribute("#terms", "checked").is_some());
    }
    assert_eq!(count(&pool, "users").await, 1);
    let done = browser.submit(&page, &[&[("username", "zoe")][..], &good[..]].concat()).await;
    assert_eq!(done.status, 200);
    assert!(browser.open("/").await.body.contains("Zoé Petit"), "the terms are accepted");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// RS-03 for this link: fifty presses on two replicas make one account.
#[sqlx::test]
async fn a_link_makes_one_account(pool: PgPool) {
    let key = Vault::generate_master_key();
    let first = Server::replica(&pool, &[OPEN, QUICK], &key).await;
    let browser = Browser::of(&first);
    let page = arrive(&first, &browser, "zoe@example.org").await;
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let servers = [first, Server::replica(&pool, &[OPEN, QUICK], &key).await];
    let presses = (0..50).map(|number| {
        let (browser, csrf) = (&browser, &csrf);
        let address = format!("{}/sign-up/finish", servers[number % 2].url);
        async move {
            let username = format!("zoe{number}");
            browser.post(&address, &[("csrf", csrf), ("username", &username), ("password", NEW)]).await.status
        }
    });
    let statuses = join_all(presses).await;
    assert!(statuses.iter().all(|status| matches!(status, 200 | 400 | 429 | 503)), "{statuses:?}");
    let made = "audit_events WHERE kind = 'account-created'";
    assert_eq!((count(&pool, "users").await, count(&pool, made).await), (1, 1), "{statuses:?}");
}

/// Links end: a newer one, a day, an account made meanwhile, an address given up lately.
#[sqlx::test]
async fn links_end(pool: PgPool) {
    let server = open_server(&pool).await;
    let browser = Browser::of(&server);
    let first = arrive(&server, &browser, "zoe@example.org").await;
    ask(&browser, "ZOE@example.org").await;
    let link = server.link("ZOE@example.org", SUBJECT, 1).await;
    assert_eq!(browser.submit(&first, &[("username", "zoe"), ("password", NEW)]).await.status, 410, "a newer one");
    for bad in [&link[..link.len() - 1], "/sign-up/lqt_ml_x"] {
        assert_eq!(Browser::of(&server).open(bad).await.status, 410, "{bad}");
    }
    assert_eq!(Browser::of(&server).open("/sign-up/finish").await.status, 400);
    let page = browser.open(&link).await;
    server.person("zoe").await;
    let done = browser.submit(&page, &[("username", "other"), ("password", NEW)]).await;
    assert_eq!(done.attribute("#continue", "href").as_deref(), Some("/sign-in"), "made meanwhile");
    sqlx::query("DELETE FROM users").execute(&pool).await.unwrap();
    let done = browser.submit(&page, &[("username", "other"), ("password", NEW)]).await;
    assert_eq!(done.attribute("#continue", "href").as_deref(), Some("/sign-in"), "given up lately");
    server.advance(TimeDelta::hours(24));
    assert_eq!(browser.open(&link).await.status, 410, "a day");
    assert_eq!(count(&pool, "users").await, 0);
}

/// The way of those who cannot solve it: somebody of the host looks first.
#[sqlx::test]
async fn some_wait_for_the_host(pool: PgPool) {
    let server = open_server(&pool).await;
    for (name, accepted) in [("ann", true), ("eve", false)] {
        let email = format!("{name}@example.org");
        let browser = Browser::of(&server);
        let page = browser.open("/sign-up").await;
        server.advance(TimeDelta::minutes(1));
        let sent = browser.press(&page, "#captcha-other-way", &[("email", &email)]).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let page = browser.open(&server.link(&email, SUBJECT, 1).await).await;
        let done = browser.submit(&page, &[("username", name), ("password", NEW)]).await;
        assert!(done.body.contains("doit encore accepter"), "{}", done.body);
        server.letter(&email, "Votre demande de compte est arrivée", 1).await;
        assert_eq!(browser.get("/").await.location(), "/sign-in");
        let sign_in = async || {
            let browser = Browser::of(&server);
            browser.sign_in_on(&browser.open("/sign-in").await, name, NEW).await.status
        };
        assert_eq!(sign_in().await, 401);
        assert!(says(&server, &pool, &["user", "waiting", "--json"]).contains(&email));
        says(&server, &pool, &["user", if accepted { "approve" } else { "refuse" }, name]);
        assert_eq!(says(&server, &pool, &["user", "waiting", "--json"]).trim(), "[]");
        assert_eq!(sign_in().await, if accepted { 200 } else { 401 });
        let subject = if accepted { "Votre compte est prêt" } else { "Votre demande de compte est refusée" };
        server.letter(&email, subject, 1).await;
    }
    // Whoever is refused leaves nothing behind.
    assert_eq!((count(&pool, "users").await, count(&pool, "released_names").await), (1, 0));
}

/// RG-13: closed is closed; by invitation, an invitation is what opens it.
#[sqlx::test]
async fn closed_but_for_invitations(pool: PgPool) {
    let key = Vault::generate_master_key();
    let closed = Server::replica(&pool, &[QUICK], &key).await;
    let mode = |mode| [("LOQUET_REGISTRATION_MODE", mode), QUICK];
    let invited = Server::replica(&pool, &mode("invitation"), &key).await;
    let open = Server::replica(&pool, &mode("open"), &key).await;
    for server in [&closed, &invited] {
        let browser = Browser::of(server);
        assert_eq!(browser.open("/sign-in").await.attribute("#sign-up", "href"), None);
        let page = browser.get("/sign-up").await;
        assert!(page.status == 404 && page.body.contains("aide@contre-voie.example"), "{}", page.body);
        let csrf = browser.open("/recover").await.attribute("input[name=csrf]", "value").unwrap();
        let theirs = Browser::of(&open).open("/sign-up").await;
        let reply =
            browser.post("/sign-up", &[("csrf", &csrf), ("email", "a@example.org"), ("altcha", &solve(&theirs))]).await;
        assert_eq!(reply.status, 404);
    }
    assert_eq!(count(&pool, "registrations").await, 0);
    // A link of when it was open.
    let browser = Browser::of(&open);
    ask(&browser, "late@example.org").await;
    all_left(&pool).await;
    let mails = [&open, &closed, &invited].map(|server| server.mails.all());
    let mail = mails.into_iter().flatten().find(|(_, mail)| mail.to == "late@example.org").unwrap().1;
    let link = crate::support::mailbox::link_in(&mail);
    let path = link.split_once("/sign-up/").unwrap().1;
    for server in [&closed, &invited] {
        assert_eq!(Browser::of(server).open(&format!("/sign-up/{path}")).await.status, 404);
    }
    // An invitation: no captcha, no approval, and its language.
    let said = says(&invited, &pool, &["user", "invite", "guest@example.org", "--language", "en"]);
    assert!(!said.contains("lqt_ml_"), "{said}");
    all_left(&pool).await;
    let mails = [&open, &closed, &invited].map(|server| server.mails.all());
    let mail = mails.into_iter().flatten().find(|(_, mail)| mail.to == "guest@example.org").unwrap().1;
    let link = crate::support::mailbox::link_in(&mail);
    let path = format!("/sign-up/{}", link.split_once("/sign-up/").unwrap().1);
    assert_eq!(Browser::of(&closed).open(&path).await.status, 404);
    let browser = Browser::of(&invited);
    let page = browser.open(&path).await;
    assert_eq!(browser.submit(&page, &[("username", "gaston"), ("password", NEW)]).await.status, 200);
    let locale: String = sqlx::query_scalar("SELECT locale FROM users").fetch_one(&pool).await.unwrap();
    assert_eq!(locale, "en");
    let browser = Browser::of(&closed);
    assert_eq!(browser.sign_in_on(&browser.open("/sign-in").await, "gaston", NEW).await.status, 200);
}

/// RS-01: hosts of requests are not believed; WB-06: what was typed is text.
#[sqlx::test]
async fn nothing_of_a_request_is_believed(pool: PgPool) {
    let server = open_server(&pool).await;
    for (number, header) in ["host", "x-forwarded-host", "forwarded", "x-original-url"].into_iter().enumerate() {
        let mut browser = Browser::of(&server);
        let page = browser.open("/sign-up").await;
        browser.headers.insert(header, "evil.test".parse().unwrap());
        let email = format!("p{number}@example.org");
        let reply = browser.submit(&page, &[("email", &email), ("altcha", &solve(&page))]).await;
        assert!(reply.location().starts_with("/sign-up/sent?"), "{header}: {}", reply.location());
        let mail = server.letter(&email, SUBJECT, 1).await;
        assert!(
            mail.text.contains(&server.url) && !mail.text.contains("evil.test") && !mail.html.contains("evil.test")
        );
    }
    let browser = Browser::of(&server);
    let page = arrive(&server, &browser, "zoe@example.org").await;
    let probe = "\"><script>alert(1)</script>";
    let answers = [("username", probe), ("password", "x"), ("given_name", probe), ("family_name", probe)];
    let reply = browser.submit(&page, &answers).await;
    assert!(reply.status == 422 && !reply.body.contains("<script>alert"), "{}", reply.body);
}
