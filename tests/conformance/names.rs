//! Names and addresses that services hang accounts on (rules 19 and 20), and the way that must not be
//! cut (rule 21).

use loquet::authn::password::PasswordHashing;
use loquet::db;
use loquet::db::users::NewUser;
use loquet::types::{Email, Username};
use sqlx::PgPool;
use uuid::Uuid;

use super::scene::Scene;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Server};

/// Whether a new account may have that username and address.
async fn may_join(server: &Server, username: &str, email: &str) -> bool {
    let hash = PasswordHashing { vault: &server.state.vault, cost: 10 }.hash(PASSWORD).unwrap();
    let new = NewUser {
        id: Uuid::now_v7(),
        username: &Username::parse(username).unwrap(),
        email: &Email::parse(email).unwrap(),
        email_verified: true,
        given_name: "",
        family_name: "",
        locale: "fr",
        password_hash: Some(&hash),
    };
    let mut connection = server.state.pool.acquire().await.unwrap();
    db::users::insert(&mut connection, &new, server.state.clock.now()).await.unwrap()
}

/// Rules 19 and 20: alike is the same, for usernames and for addresses.
#[sqlx::test]
async fn names_and_addresses_are_unique(pool: PgPool) {
    let server = Server::start(&pool).await;
    assert!(may_join(&server, "lucie.marie", "lucie@example.org").await);
    for alike in ["lucie.marie", "Lucie.Marie", "lucie-marie", "LUCIE_MARIE"] {
        assert!(!may_join(&server, alike, "other@example.org").await, "{alike}");
    }
    for alike in ["lucie@example.org", "Lucie@Example.ORG"] {
        assert!(!may_join(&server, "other", alike).await, "{alike}");
    }
    assert!(may_join(&server, "luciemarie", "lucie.marie@example.org").await);
}

/// Rules 19 and 20: what somebody leaves, by a change or with their account, is not given to somebody
/// else: a username never, an address not for three months.
#[sqlx::test]
async fn names_and_addresses_are_not_recycled(pool: PgPool) {
    let server = Server::start(&pool).await;
    assert!(may_join(&server, "lucie", "lucie@example.org").await);
    assert!(may_join(&server, "marcel", "marcel@example.org").await);
    for change in [
        "UPDATE users SET username = 'lulu', email = 'lulu@example.org' WHERE username = 'lucie'",
        "DELETE FROM users WHERE username = 'marcel'",
    ] {
        sqlx::query(change).execute(&pool).await.unwrap();
    }
    for (name, address) in [("lucie", "Lucie@example.org"), ("Marcel", "marcel@example.org")] {
        assert!(!may_join(&server, name, "free@example.org").await, "{name}");
        assert!(!may_join(&server, "free", address).await, "{address}");
    }
    // Nobody who has left is listed.
    let listed: i64 = sqlx::query_scalar("SELECT count(*) FROM released_names r WHERE r::text LIKE '%marcel%'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(listed, 0);
    server.advance(chrono::TimeDelta::days(91));
    assert!(!may_join(&server, "lucie", "free@example.org").await);
    assert!(may_join(&server, "other", "lucie@example.org").await);
    assert!(may_join(&server, "another", "marcel@example.org").await);
}

/// Rule 19: names that services give to their own accounts; the form of the others.
#[sqlx::test]
async fn names_of_services_are_reserved(pool: PgPool) {
    for name in ["admin", "root", "postmaster", "nextcloud", "forgejo", "gitea", "ghost", "system", "Admin", "SYSTEM"] {
        assert!(Username::parse(name).is_err(), "{name}");
    }
    for name in ["a", ".ab", "-ab", "a b", "a@b", "é", "a/b", &"a".repeat(40)] {
        assert!(Username::parse(name).is_err(), "{name}");
    }
    assert!(Username::parse(&format!("0{}", "a".repeat(38))).is_ok());
    // Nextcloud makes administrators of a group `admin`, caddy-security of `authp/admin`: a group holds no
    // slash, but the roles of an organization are named so in the same claim.
    let server = Server::start(&pool).await;
    let now = server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    for name in ["admin", "authp/admin"] {
        assert!(db::organizations::ensure_group(&mut connection, name, now).await.is_err(), "group {name}");
    }
    for slug in ["admin", "authp"] {
        assert!(db::organizations::ensure_organization(&mut connection, slug, slug, now).await.is_err(), "{slug}");
    }
    db::organizations::ensure_group(&mut connection, "admins", now).await.unwrap();
}

/// Rule 20: an address that is not proven is not released: it opens no service and is in no token.
#[sqlx::test]
async fn an_unproven_address_is_not_released(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let passed = scene.pass(&[("scope", "openid email")]).await;
    assert_eq!(
        (&passed.userinfo["email_verified"], passed.userinfo["email"].as_str()),
        (&true.into(), Some(&*scene.alice.email))
    );
    sqlx::query("UPDATE users SET email_verified_at = NULL").execute(&pool).await.unwrap();
    assert_eq!(scene.rp.userinfo(&passed.answer.text("access_token")).await.status, 401);
    assert_eq!(scene.rp.refresh(&passed.answer.text("refresh_token")).await.error(), (400, "invalid_grant"));
    let page = scene.browser.open(&scene.rp.authorize(&[])).await;
    assert!(page.url.contains("/account/verify-email"), "{}", page.url);
}

/// Rule 21: no form of ours is answered with a redirect to a service: Chromium would apply our
/// `form-action` to it. A page of ours goes on with a fresh GET.
#[sqlx::test]
async fn forms_never_lead_straight_to_a_service(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| client.ours = false).await;
    let browser = Browser::of(&scene.server);
    let page = browser.open(&scene.rp.authorize(&[])).await;
    let signed_in = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
    let consent = browser.follow(goes_on_by_a_page(&browser, signed_in).await).await;
    let agreed = browser.press(&consent, "#consent-allow", &[]).await;
    let back = browser.follow(goes_on_by_a_page(&browser, agreed).await).await;
    assert!(back.answer("code").is_some());
    let page = browser.get("/end-session?client_id=c_suite").await;
    let done = browser.press(&page, "#logout-confirm", &[]).await;
    assert!(done.location().starts_with("/end-session/done"));
    assert_eq!(browser.get(done.location()).await.status, 200);
}

/// The answer to a form: a redirect to a page of ours, which stands on its own.
async fn goes_on_by_a_page(browser: &Browser, answer: crate::support::Reply) -> crate::support::Reply {
    assert_eq!(answer.status, 303);
    assert!(answer.location().starts_with("/authorize/") && answer.location().ends_with("/continue"));
    let page = browser.get(answer.location()).await;
    assert_eq!(page.status, 200);
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
    assert!(
        page.attribute("meta[http-equiv=refresh]", "content").is_some()
            && page.attribute("#continue", "href").is_some()
    );
    page
}
