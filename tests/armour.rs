//! What every answer carries, of every path and for every method (WB-01, WB-07).

use reqwest::Method;
use reqwest::header::HeaderMap;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Server, routes};

/// What is missing.
fn holes(headers: &HeaderMap, https: bool) -> Vec<&'static str> {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    let policy = headers.get("content-security-policy").map_or("", |policy| policy.to_str().unwrap());
    let directives =
        ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"];
    let checks = [
        ("policy", directives.iter().all(|directive| policy.split("; ").any(|found| found == *directive))),
        ("no unsafe", !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http")),
        ("nosniff", is("x-content-type-options", "nosniff")),
        ("frames", is("x-frame-options", "DENY")),
        ("opener", is("cross-origin-opener-policy", "same-origin")),
        ("referrer", is("referrer-policy", "strict-origin-when-cross-origin") || is("referrer-policy", "no-referrer")),
        ("permissions", headers.contains_key("permissions-policy")),
        ("caches", headers.contains_key("cache-control")),
        ("request id", headers.contains_key("x-request-id")),
        ("no server", !headers.contains_key("server") && !headers.contains_key("x-powered-by")),
        ("transport", !https || is("strict-transport-security", "max-age=63072000; includeSubDomains")),
    ];
    checks.into_iter().filter(|(_, sound)| !sound).map(|(name, _)| name).collect()
}

#[sqlx::test]
async fn every_path_and_method(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_SERVER_ISSUER", "https://sso.test")]).await;
    let browser = Browser::at(&server.listening);
    let paths = routes::paths().into_iter().chain(["/nothing".to_owned(), "/.well-known/nothing".to_owned()]);
    for path in paths {
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
            let address = format!("{}{}", server.listening, path.replace(['{', '}'], "x"));
            let answer =
                browser.http().request(Method::from_bytes(method.as_bytes()).unwrap(), address).send().await.unwrap();
            assert_eq!(holes(answer.headers(), true), Vec::<&str>::new(), "{method} {path}");
        }
    }
    let large =
        browser.http().post(format!("{}/sign-in", server.listening)).body("x".repeat(100_000)).send().await.unwrap();
    assert_eq!((large.status().as_u16(), holes(large.headers(), true)), (413, Vec::new()));
}

/// The pages of an authorization: forms go to us only, but for the one that goes to a service.
#[sqlx::test]
async fn pages_of_an_authorization(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let (_, secret) = server.service_with("c_sa", REDIRECT, |client| client.ours = false).await;
    let rp = RelyingParty::of(&server, "c_sa", Some(secret));
    let browser = Browser::of(&server);
    let sign_in = browser.open(&rp.authorize(&[("response_mode", "form_post")])).await;
    let consent = browser.sign_in_on(&sign_in, "alice", PASSWORD).await;
    assert!(consent.text("#consent-allow").is_some());
    let ask = browser.get("/end-session").await;
    let proceed = browser.press(&consent, "#consent-allow", &[]).await;
    let proceed = browser.get(proceed.location()).await;
    let leave = browser.get(&browser_next(&proceed)).await;
    assert!(leave.body.contains("name=\"code\""), "{}", leave.body);
    let home = browser.get("/").await;
    let pages = [
        ("sign-in", &sign_in),
        ("consent", &consent),
        ("sign-out", &ask),
        ("continue", &proceed),
        ("leave", &leave),
        ("home", &home),
    ];
    for (name, page) in pages {
        assert_eq!((page.status, holes(&page.headers, false)), (200, Vec::new()), "{name}");
        assert_eq!(page.headers["cache-control"], "no-store", "{name}");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert_eq!(policy.contains("form-action 'self'"), name != "leave", "{name}");
        for inline in [" style=", "<style", " onclick", " onload", " onsubmit", "javascript:"] {
            assert!(!page.body.contains(inline), "{name}: {inline}");
        }
    }
}

fn browser_next(page: &crate::support::Reply) -> String {
    let refresh = page.attribute("meta[http-equiv=refresh]", "content").unwrap();
    refresh.split_once("url=").unwrap().1.to_owned()
}
