//! OAuth 2.0 Form Post Response Mode: every answer is a form that the browser posts. In a real browser:
//! `tests/form_post.rs`.

use sqlx::PgPool;

use super::scene::{Scene, random};
use crate::support::client::REDIRECT;
use crate::support::{PASSWORD, Reply};

/// Sound as a page of an answer, with exactly these fields (`code` being whatever it is).
fn check(page: &Reply, expected: &[(&str, &str)]) {
    assert_eq!((page.status, page.location()), (200, ""), "{}", page.body);
    assert!(!page.url.contains("code=") && !page.url.contains("error="), "{}", page.url);
    let (action, fields) = page.form("#submit");
    assert_eq!(action, REDIRECT);
    assert_eq!(page.attribute("form", "method").as_deref(), Some("post"));
    let mut names: Vec<&str> = fields.keys().map(String::as_str).filter(|name| *name != "error_description").collect();
    names.sort_unstable();
    let mut wanted: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    for (name, value) in expected.iter().filter(|(name, _)| *name != "code") {
        assert_eq!(fields[*name], *value);
    }
    // One form; the script that submits it is a file of ours, and the policy allows that and nothing more.
    let html = scraper::Html::parse_document(&page.body);
    assert_eq!(html.select(&scraper::Selector::parse("form").unwrap()).count(), 1);
    assert!(page.attribute("script", "src").unwrap().starts_with("/static/"));
    assert!(!page.body.contains("<script>") && !page.body.contains(" onload="));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(!policy.contains("form-action"), "it would cut the redirects that follow: {policy}");
    assert_eq!(page.headers["cache-control"], "no-store");
}

/// Row `form_post`: codes.
#[sqlx::test]
async fn codes_are_posted(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| client.ours = false).await;
    let (state, nonce) = (format!("\"><script>&+ {}", random(90)), random(32));
    let asked = [("response_mode", "form_post"), ("state", state.as_str()), ("nonce", nonce.as_str())];
    let address = scene.rp.authorize(&[&asked[..], &[("scope", "openid")]].concat());
    let page = scene.browser.open(&address).await;
    let page = scene.go_through(page).await;
    let iss = scene.server.url.as_str();
    check(&page, &[("code", ""), ("state", &state), ("iss", iss)]);
    let answer = scene.rp.exchange(&page.form("#submit").1["code"]).await;
    scene.check_tokens(&scene.rp, &answer, &nonce).await;
    // With a session and consent it is the first answer; without state there is none.
    check(&scene.browser.get(&address).await, &[("code", ""), ("state", &state), ("iss", iss)]);
    let silent = [("response_mode", "form_post"), ("prompt", "none"), ("state", ""), ("scope", "openid")];
    check(&scene.browser.get(&scene.rp.authorize(&silent)).await, &[("code", ""), ("iss", iss)]);
}

/// Row `form_post`: errors, wherever they come from.
#[sqlx::test]
async fn errors_are_posted(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| client.ours = false).await;
    let iss = scene.server.url.clone();
    let error = |error: &'static str| [("error", error), ("state", "st-ate"), ("iss", iss.as_str())];
    let ask = |more: (&'static str, &'static str)| scene.rp.authorize(&[("response_mode", "form_post"), more]);
    for (change, expected) in [
        (("prompt", "none"), "login_required"),
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "email"), "invalid_scope"),
        (("request", "x"), "request_not_supported"),
        (("request_uri", "https://rp.test/r"), "request_uri_not_supported"),
    ] {
        check(&scene.browser.get(&ask(change)).await, &error(expected));
    }
    let page = scene.browser.open(&ask(("foo", "bar"))).await;
    let consent = scene.browser.sign_in_on(&page, "alice", PASSWORD).await;
    check(&scene.browser.get(&ask(("prompt", "none"))).await, &error("consent_required"));
    let denied = scene.browser.press(&consent, "#consent-deny", &[]).await;
    check(&scene.browser.follow(denied).await, &error("access_denied"));
}
