//! What happened to an account, as its person reads it.

use loquet::db;
use loquet::db::audit::{Event, Kind, Origin};
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server};

fn lines(page: &Reply) -> Vec<String> {
    page.texts("tbody th")
}

async fn kinds(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY id").fetch_all(pool).await.unwrap()
}

/// AU-04: each thing once, in the words of people, and nothing secret with it.
#[sqlx::test]
async fn what_one_does_is_there(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    for wrong in ["no", "neither", "nor this"] {
        assert_eq!(browser.submit(&page, &[("username", "alice"), ("password", wrong)]).await.status, 401);
    }
    assert_eq!(browser.submit(&page, &[("username", "nobody"), ("password", "x")]).await.status, 401);
    browser.sign_in("alice").await;
    browser.sign_out().await;
    let hint = rp.exchange(&rp.code(&browser, "alice").await).await.text("id_token");
    browser.get(&format!("/end-session?id_token_hint={hint}")).await;
    browser.sign_in("alice").await;
    sqlx::query("UPDATE users SET password_expired = true").execute(&pool).await.unwrap();
    let page = browser.open("/").await;
    browser.submit(&page, &[("password", "une phrase toute neuve")]).await;
    let expected = [
        // Three tries are one line; a name that nobody has is none.
        "sign-in-refused",
        "signed-in",
        "signed-out",
        "signed-in",
        "signed-out",
        "signed-in",
        "password-changed",
    ];
    assert_eq!(kinds(&pool).await, expected);
    let page = browser.open("/account/activity").await;
    let read = lines(&page);
    assert_eq!(read.len(), expected.len());
    assert_eq!(
        (read[0].as_str(), read[6].as_str()),
        ("Changement de mot de passe", "Connexion refusée\u{a0}: mauvais mot de passe")
    );
    assert!(page.body.contains("127.0.0.0/24") && page.text("#older").is_none());
    let all: Vec<String> = sqlx::query_scalar("SELECT e::text FROM audit_events e").fetch_all(&pool).await.unwrap();
    for secret in [PASSWORD, "une phrase toute neuve", "nor this", "127.0.0.1", "alice@example.org", "lqt_"] {
        assert!(!all.iter().any(|line| line.contains(secret)), "{secret} in {all:#?}");
    }
    // Noted again from there an hour later.
    server.advance(chrono::TimeDelta::minutes(61));
    let other = Browser::of(&server);
    let page = other.open("/sign-in").await;
    other.submit(&page, &[("username", "alice"), ("password", "no")]).await;
    assert_eq!(kinds(&pool).await.last().unwrap(), "sign-in-refused");
}

/// Page by page, each line once, newest first; only one's own.
#[sqlx::test]
async fn pages(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let origin = Origin::default();
    let now = server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    for number in 0..60 {
        let service = format!("c_{number:02}");
        let event = Event::own(Kind::ServiceWithdrawn, alice.id, &origin).of_client(&service);
        db::audit::record(&mut connection, &event, now).await.unwrap();
        let event = Event::own(Kind::ServiceWithdrawn, bob.id, &origin).of_client("c_of_bob");
        db::audit::record(&mut connection, &event, now).await.unwrap();
    }
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let mut page = browser.open("/account/activity").await;
    let mut all = lines(&page);
    assert_eq!(all.len(), 25);
    while let Some(older) = page.attribute("#older", "href") {
        page = browser.open(&older).await;
        all.extend(lines(&page));
    }
    assert_eq!(all.len(), 61);
    assert_eq!(all[0], "Connexion");
    let mine: Vec<String> = (0..60).rev().map(|number| format!("Accès retiré à c_{number:02}")).collect();
    assert_eq!(all[1..], mine);
    let first_of_bob: String =
        sqlx::query_scalar("SELECT id::text FROM audit_events WHERE client_id = 'c_of_bob' ORDER BY id DESC LIMIT 1")
            .fetch_one(&pool)
            .await
            .unwrap();
    for before in [
        first_of_bob.as_str(),
        "",
        "x",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "%27",
        "00000000-0000-0000-0000-000000000000",
    ] {
        let page = browser.get(&format!("/account/activity?before={before}")).await;
        assert_eq!(page.status, 200, "{before}");
        assert!(!page.body.contains("c_of_bob"), "{before}");
    }
}

/// WB-06: whatever a browser, a service or an organization calls itself is inert text.
#[sqlx::test]
async fn probes_are_inert(pool: PgPool) {
    const PROBE: &str = "\"><script>alert(1)</script>";
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    server
        .service_with("c_probe", REDIRECT, |client| {
            client.name_fr = PROBE.to_owned();
            client.ours = false;
        })
        .await;
    let mut browser = Browser::of(&server);
    browser.headers.insert("user-agent", PROBE.parse().unwrap());
    browser.headers.insert("referer", PROBE.parse().unwrap());
    browser.sign_in("alice").await;
    let origin = Origin { device: PROBE.to_owned(), address_range: PROBE.to_owned(), ..Origin::default() };
    let mut connection = pool.acquire().await.unwrap();
    let organization =
        db::organizations::ensure_organization(&mut connection, "probe", PROBE, server.state.clock.now())
            .await
            .unwrap();
    for kind in Kind::ALL {
        let event = Event::own(*kind, alice.id, &origin).of_client("c_probe").of_organization(organization);
        db::audit::record(&mut connection, &event, server.state.clock.now()).await.unwrap();
    }
    sqlx::query("UPDATE browser_sessions SET device = $1, address_range = $1")
        .bind(PROBE)
        .execute(&pool)
        .await
        .unwrap();
    let sql = "INSERT INTO consents SELECT id, 'c_probe', '{openid}', now(), now() FROM users";
    sqlx::query(sql).execute(&pool).await.unwrap();
    for path in ["/account/activity", "/account/sessions", "/account/services", "/account/services/c_probe"] {
        let page = browser.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(
            page.body.contains("script&#62;alert") || page.body.contains("script&gt;alert"),
            "{path} {}",
            page.body
        );
        assert!(!page.body.contains("<script>alert"), "{path}");
    }
}
