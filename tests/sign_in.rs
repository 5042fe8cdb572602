//! Signing in and out: pages, sessions, cookies, accounts in every state.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, Server};

#[sqlx::test]
async fn a_person_signs_in_and_out(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    assert_eq!(browser.get("/").await.location(), "/sign-in");
    for login in ["alice", "ALICE", "Alice@Example.org", " alice "] {
        let browser = Browser::of(&server);
        let home = browser.sign_in(login).await;
        assert_eq!(home.status, 200, "{login}");
        assert!(home.body.contains("Alice Martin"), "{login}: {}", home.body);
    }
    let home = browser.sign_in("alice").await;
    let (_, cookie) = session_cookie(&browser.get("/sign-in").await, &home);
    assert!(cookie.is_none(), "no new cookie on an ordinary page");
    assert_eq!(browser.sign_out().await.location(), "/signed-out");
    assert_eq!(browser.get("/").await.location(), "/sign-in");
    assert_eq!(browser.get("/signed-out").await.status, 200);
}

fn session_cookie(a: &crate::support::Reply, b: &crate::support::Reply) -> (Option<String>, Option<String>) {
    let of = |reply: &crate::support::Reply| {
        reply
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .find(|value| value.starts_with("loquet-session"))
            .map(str::to_owned)
    };
    (of(a), of(b))
}

/// SE-01, SE-02, SE-05, AZ-25.
#[sqlx::test]
async fn the_session_cookie_is_new_at_each_sign_in_and_only_its_hash_is_stored(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let mut values = Vec::new();
    for _ in 0..2 {
        let other = Browser::of(&server);
        let page = other.open("/sign-in").await;
        let reply = other.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, 303);
        let cookie = session_cookie(&reply, &reply).0.unwrap();
        assert!(
            cookie.contains("HttpOnly")
                && cookie.contains("SameSite=Lax")
                && cookie.contains("Path=/")
                && !cookie.contains("Domain"),
            "{cookie}"
        );
        values.push(cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned());
    }
    assert_ne!(values[0], values[1]);
    let dump =
        sqlx::query_scalar::<_, String>("SELECT string_agg(encode(token_hash, 'escape'), ' ') FROM browser_sessions")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert!(values.iter().all(|value| value.len() >= 43 && !dump.contains(value)));

    // An identifier that the server did not issue is not adopted.
    let mut thief = Browser::of(&server);
    thief.headers.insert("cookie", "loquet-session=known; loquet-browser=known".parse().unwrap());
    assert_eq!(thief.get("/").await.location(), "/sign-in");
    // Two cookies of one name, or nonsense, are nobody's.
    for bad in [
        format!("loquet-session={}; loquet-session=x", values[0]),
        "loquet-session=\u{7f}".replace('\u{7f}', "%00"),
        "x".repeat(8000),
    ] {
        let mut browser = Browser::of(&server);
        browser.headers.insert("cookie", bad.parse().unwrap());
        let reply = browser.get("/").await;
        assert!(reply.status == 400 || reply.location() == "/sign-in", "{}", reply.status);
    }
}

#[sqlx::test]
async fn over_tls_cookies_are_tied_to_the_host(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_SERVER_ISSUER", "https://sso.example")]).await;
    assert_eq!(server.state.cookie_name("session"), "__Host-loquet-session");
    let cookie = loquet::http::session::new_cookie(&server.state).0;
    assert!(cookie.secure().unwrap() && cookie.domain().is_none());
}

/// EN-01, EN-06: seven accounts, one answer.
#[sqlx::test]
async fn refusals_are_the_same_whatever_the_account(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("known").await;
    server.person_with("unverified", false, None).await;
    let legacy = bcrypt::hash("another password", 8).unwrap();
    server.person_with("imported", true, Some(&legacy)).await;
    let disabled = server.person("disabled").await;
    let without = server.person("without").await;
    sqlx::query("UPDATE users SET active = false WHERE id = $1").bind(disabled.id).execute(&pool).await.unwrap();
    sqlx::query("UPDATE users SET password_hash = NULL WHERE id = $1").bind(without.id).execute(&pool).await.unwrap();

    let mut seen = Vec::new();
    for (login, password) in [
        ("nobody", "wrong wrong wrong"),
        ("known", "wrong wrong wrong"),
        ("known", ""),
        ("disabled", PASSWORD),
        ("unverified", "wrong wrong wrong"),
        ("imported", "wrong wrong wrong"),
        ("without", "wrong wrong wrong"),
    ] {
        let browser = Browser::of(&server);
        let page = browser.open("/sign-in").await;
        let start = std::time::Instant::now();
        let reply = browser.submit(&page, &[("username", login), ("password", password)]).await;
        // Whole floors, whatever was computed: an early answer would show here.
        assert!(start.elapsed().as_millis() >= 100, "{login}");
        let csrf = reply.attribute("input[name=csrf]", "value").unwrap();
        let masked = reply.body.replace(&csrf, "CSRF").replace(&format!("value=\"{login}\""), "value=\"LOGIN\"");
        let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        seen.push((reply.status, names, masked));
    }
    assert_eq!(seen[0].0, 401);
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
}

/// SE-07: idle and absolute ends; using it does not move the second.
#[sqlx::test]
async fn sessions_end(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    for _ in 0..20 {
        server.advance(TimeDelta::minutes(29));
        assert_eq!(browser.get("/").await.status, 200);
    }
    server.advance(TimeDelta::minutes(31));
    assert_eq!(browser.get("/").await.status, 303, "idle");
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let mut minutes = 0;
    while browser.get("/").await.status == 200 {
        server.advance(TimeDelta::minutes(20));
        minutes += 20;
        assert!(minutes < 24 * 60);
    }
    assert_eq!(minutes, 12 * 60, "absolute");
}

/// PW-13, rule 12: the old hash is replaced at the first sign-in.
#[sqlx::test]
async fn an_old_hash_is_replaced(pool: PgPool) {
    let server = Server::start(&pool).await;
    let old = bcrypt::hash("ancien mot de passe", 4).unwrap();
    let person = server.person_with("ancien", true, Some(&old)).await;
    for round in 0..2 {
        let browser = Browser::of(&server);
        let page = browser.open("/sign-in").await;
        assert_eq!(browser.sign_in_on(&page, "ancien", "ancien mot de passe").await.status, 200, "{round}");
        let stored: String = sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1")
            .bind(person.id)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(stored.starts_with("$lq1$"), "{stored}");
    }
}

/// PW-12: accepted once for what was kept of it, then a new one is asked for; every other session ends
/// and the person is told by mail.
#[sqlx::test]
async fn a_cut_password_must_be_changed(pool: PgPool) {
    let server = Server::start(&pool).await;
    let long = "é".repeat(40);
    let stored = bcrypt::hash(&long.as_bytes()[..72], 4).unwrap();
    let person = server.person_with("long", true, Some(&stored)).await;
    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    let page = browser.sign_in_on(&page, "long", &long).await;
    assert!(page.url.ends_with("/account/new-password"), "{}", page.url);
    // The way cannot be left: home comes back to it.
    assert_eq!(browser.get("/").await.location(), "/account/new-password");
    for bad in ["short", "motdepasse2026", "longlonglonglong", long.as_str()] {
        let reply = browser.submit(&page, &[("password", bad)]).await;
        assert_eq!(reply.status, 422, "{bad}");
        assert!(reply.attribute("#password", "aria-invalid").is_some());
    }
    let other = Browser::of(&server);
    let there = other.open("/sign-in").await;
    other.sign_in_on(&there, "long", &long).await;
    let reply = browser.submit(&page, &[("password", "une phrase toute neuve")]).await;
    assert_eq!(browser.follow(reply).await.status, 200);
    assert_eq!(other.get("/").await.location(), "/sign-in", "the other session ended");
    server.mail_titled(&person.email, "Votre mot de passe a changé").await;
    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.sign_in_on(&page, "long", &long).await.status, 401);
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.sign_in_on(&page, "long", "une phrase toute neuve").await.status, 200);
}

/// PW-07: refused before anything is computed.
#[sqlx::test]
async fn huge_passwords_are_refused_early(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    for (length, status) in [(4097, 400), (70_000, 413), (1_048_576, 413)] {
        let reply = browser.submit(&page, &[("username", "alice"), ("password", &"x".repeat(length))]).await;
        assert_eq!(reply.status, status, "{length}");
        assert!(reply.is_page() && reply.text("h1").is_some());
        assert_eq!(server.state.hasher.waiting(), 0);
    }
}

/// SE-04, SE-10, WB-05.
#[sqlx::test]
async fn forms_of_other_sites_and_without_token_are_refused(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let mut browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    for (name, value, status) in [
        ("origin", "https://evil.test", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("origin", "null", 403),
    ] {
        browser.headers.clear();
        browser.headers.insert(name, value.parse().unwrap());
        let reply = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, status, "{name}: {value}");
    }
    browser.headers.clear();
    // Another browser's token; none; a GET with everything in the query.
    let stranger = Browser::of(&server).open("/sign-in").await.attribute("input[name=csrf]", "value").unwrap();
    for csrf in [stranger.as_str(), ""] {
        let reply = browser.submit(&page, &[("csrf", csrf), ("username", "alice"), ("password", PASSWORD)]).await;
        assert_eq!((reply.status, reply.location()), (400, ""));
        assert!(reply.attribute("#password", "name").is_some(), "the form is there again");
    }
    browser.get(&format!("/sign-in?username=alice&password={}", PASSWORD.replace(' ', "+"))).await;
    assert_eq!(browser.get("/").await.location(), "/sign-in");
    for path in ["/sign-out", "/language"] {
        assert_eq!(browser.get(path).await.status, 405, "{path}");
        assert_eq!(browser.post(path, &[]).await.status, 400, "{path}");
    }
}

/// RG-01, RG-02, RG-03, RG-05: an unverified person proves the address with a link; opening it is not enough.
#[sqlx::test]
async fn an_address_is_verified_by_a_link(pool: PgPool) {
    let server = Server::start(&pool).await;
    let person = server.person_with("neuve", false, None).await;
    let browser = Browser::of(&server);
    let home = browser.sign_in("neuve").await;
    assert!(home.body.contains("/account/verify-email"));
    let page = browser.open("/account/verify-email").await;
    assert!(page.body.contains("n…@example.org"));
    let sent = browser.submit(&page, &[]).await;
    assert_eq!(sent.status, 200);
    let link = link_in(&server.mail_to(&person.email).await.text);
    // A scanner opens it again and again, another browser too.
    let scanner = Browser::of(&server);
    for _ in 0..5 {
        let arrival = scanner.get(&link).await;
        assert_eq!(
            (arrival.location(), arrival.headers["referrer-policy"].to_str().unwrap()),
            ("/verify", "no-referrer")
        );
        assert_eq!(scanner.get("/verify").await.status, 200);
    }
    assert!(!is_verified(&pool, "neuve").await);
    // A newer link takes its place.
    browser.submit(&page, &[]).await;
    let newer = loop {
        let found = link_in(&server.mail_to(&person.email).await.text);
        if found != link {
            break found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(scanner.open(&link).await.status, 410);
    let page = scanner.open(&newer).await;
    let done = scanner.submit(&page, &[]).await;
    assert_eq!(done.status, 200);
    assert!(is_verified(&pool, "neuve").await);
    // Used, cut short, altered, expired.
    assert_eq!(scanner.open(&newer).await.status, 200, "friendly: already done");
    for bad in [
        &newer[..newer.len() - 1],
        &newer.to_uppercase().replace("HTTP", "http").replace("/VERIFY", "/verify").replace("LQT_ML_", "lqt_ml_"),
    ] {
        assert_eq!(Browser::of(&server).open(bad).await.status, 410);
    }
}

#[sqlx::test]
async fn verification_links_expire_and_are_limited(pool: PgPool) {
    let server = Server::start(&pool).await;
    let person = server.person_with("neuve", false, None).await;
    let browser = Browser::of(&server);
    browser.sign_in("neuve").await;
    let page = browser.open("/account/verify-email").await;
    for status in [200, 200, 200, 429] {
        assert_eq!(browser.submit(&page, &[]).await.status, status);
    }
    let link = link_in(&server.mail_to(&person.email).await.text);
    let ask_again = async || {
        let browser = Browser::of(&server);
        browser.sign_in("neuve").await;
        browser.submit(&browser.open("/account/verify-email").await, &[]).await.status
    };
    server.advance(TimeDelta::minutes(119));
    assert_eq!(ask_again().await, 429, "three in two hours");
    server.advance(TimeDelta::minutes(2));
    assert_eq!(Browser::of(&server).open(&link).await.status, 410);
    assert_eq!(ask_again().await, 200);
}

/// RG-04: a network asks for twenty mails an hour, whatever the addresses.
#[sqlx::test]
async fn a_network_asks_for_twenty_mails_an_hour(pool: PgPool) {
    let server = Server::start(&pool).await;
    let ask = async |number: usize| {
        let name = format!("neuve{number}");
        server.person_with(&name, false, None).await;
        let browser = Browser::of(&server);
        browser.sign_in(&name).await;
        let page = browser.open("/account/verify-email").await;
        browser.submit(&page, &[]).await.status
    };
    for number in 0..20 {
        assert_eq!(ask(number).await, 200, "{number}");
    }
    assert_eq!(ask(20).await, 429);
    server.advance(TimeDelta::minutes(61));
    assert_eq!(ask(21).await, 200);
}

fn link_in(text: &str) -> String {
    text.lines().find(|line| line.starts_with("http")).unwrap().trim().to_owned()
}

async fn is_verified(pool: &PgPool, username: &str) -> bool {
    sqlx::query_scalar("SELECT email_verified_at IS NOT NULL FROM users WHERE username = $1")
        .bind(username)
        .fetch_one(pool)
        .await
        .unwrap()
}
