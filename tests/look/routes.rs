//! The pages there are: what the only table of routes answers to a GET with a page of its own.

use std::collections::BTreeSet;

use sqlx::PgPool;

use crate::support::{Browser, Server, routes};

/// These answer a GET with something else, or send the browser on.
const NOT_PAGES: &[&str] = &[
    "/.well-known/openid-configuration",
    "/account",
    "/api/problems/{name}",
    "/authorize",
    "/authorize/{id}",
    "/authorize/{id}/decline",
    "/email/cancel/{token}",
    "/email/{token}",
    "/first-administrator/{token}",
    "/forward-auth",
    "/healthz",
    "/invitation/{token}",
    "/jwks.json",
    "/keep-account/{token}",
    "/picture/{id}",
    "/readyz",
    "/recover/{token}",
    "/register/{client_id}",
    "/service-logo/{id}",
    "/sign-up/{token}",
    "/static/{name}",
    "/userinfo",
    "/verify/{token}",
];

/// A page that nobody has looked at is not done.
pub async fn unseen(browser: &Browser, seen: &BTreeSet<&'static str>) -> Vec<String> {
    let mut forgotten = Vec::new();
    // Programs have no eyes.
    for path in routes::paths().into_iter().filter(|path| !path.starts_with("/api/v1/")) {
        if !seen.contains(path.as_str()) && !NOT_PAGES.contains(&path.as_str()) {
            // Forms only are received there.
            if browser.get(&filled(&path)).await.status != 405 {
                forgotten.push(path);
            }
        }
    }
    forgotten
}

fn filled(path: &str) -> String {
    path.replace(['{', '}'], "")
}

/// What is left out of the walk has nothing to be looked at.
#[sqlx::test]
async fn what_is_not_a_page_shows_none(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    for path in NOT_PAGES {
        let reply = browser.get(&filled(path)).await;
        assert!(reply.status != 200 || !reply.is_page(), "{path} is a page");
    }
}
