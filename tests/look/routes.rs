//! The pages there are: what the only table of routes answers to a GET with a page of its own.

use std::collections::BTreeSet;

use sqlx::PgPool;

use crate::support::{Browser, Server};

/// These answer a GET with something else, or send the browser on.
const NOT_PAGES: [&str; 9] = [
    "/.well-known/openid-configuration",
    "/authorize",
    "/authorize/{id}",
    "/authorize/{id}/decline",
    "/jwks.json",
    "/register/{client_id}",
    "/static/{name}",
    "/userinfo",
    "/verify/{token}",
];

/// The paths that a browser may open, as `src/routes.rs` writes them.
fn opened() -> BTreeSet<String> {
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes.rs")).unwrap();
    let statements = source.split(';').filter(|statement| statement.contains("get()"));
    let paths = statements.flat_map(|statement| statement.split("(config, \"").skip(1));
    let paths: BTreeSet<String> = paths.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(paths.len() > 20 && paths.contains("/sign-in"), "{paths:?}");
    paths
}

/// A page that nobody has looked at is not done.
pub fn all_are_seen(seen: &BTreeSet<&'static str>) {
    let not_seen: Vec<String> =
        opened().into_iter().filter(|path| !seen.contains(path.as_str()) && !NOT_PAGES.contains(&path.as_str())).collect();
    assert!(not_seen.is_empty(), "tests/look does not show these pages: {not_seen:?}");
}

/// What is left out of the walk has nothing to be looked at.
#[sqlx::test]
async fn what_is_not_a_page_shows_none(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    for path in NOT_PAGES {
        let reply = browser.get(&path.replace(['{', '}'], "")).await;
        assert!(reply.status != 200 || !reply.is_page(), "{path} is a page");
    }
}
