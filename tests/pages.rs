//! What every page and answer carries; languages; errors.

use sqlx::PgPool;

use crate::support::{Browser, RelyingParty, Server};

/// WB-01, WB-03, WB-07.
#[sqlx::test]
async fn every_answer_is_armoured(pool: PgPool) {
    let server = Server::start(&pool).await;
    let browser = Browser::of(&server);
    for path in ["/sign-in", "/nothing", "/signed-out", "/jwks.json", "/token", "/authorize", "/healthz"] {
        let reply = browser.get(path).await;
        let policy = reply.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'")
                && policy.contains("frame-ancestors 'none'")
                && !policy.contains("unsafe"),
            "{path}"
        );
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(reply.headers["x-frame-options"], "DENY", "{path}");
        assert!(reply.headers.contains_key("x-request-id") && reply.headers.contains_key("referrer-policy"), "{path}");
        assert!(!reply.headers.contains_key("server"), "{path}");
        assert!(
            !reply.body.contains("style=") && !reply.body.contains("<style") && !reply.body.contains("onclick"),
            "{path}"
        );
    }
    assert_eq!(browser.get("/sign-in").await.headers["cache-control"], "no-store");
}

/// HT-05, HT-06: errors are pages in plain words, with the id that finds the log line.
#[sqlx::test]
async fn errors_are_pages(pool: PgPool) {
    let server = Server::start(&pool).await;
    let mut browser = Browser::of(&server);
    browser.headers.insert("accept-language", "en".parse().unwrap());
    for (path, status) in [
        ("/nothing", 404),
        ("/.git/config", 404),
        ("/metrics", 404),
        ("/sign-out", 405),
        ("/authorize/not-a-uuid", 404),
        ("/static/none.css", 404),
        ("/sign-in?x=%ff", 400),
        ("/..%2f..%2fetc/passwd", 404),
    ] {
        let reply = browser.get(path).await;
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.is_page(), "{path}");
        let id = reply.headers["x-request-id"].to_str().unwrap();
        assert!(reply.body.contains(id), "{path}");
        for leak in ["actix", "sqlx", "panicked", "src/", "SELECT"] {
            assert!(!reply.body.contains(leak), "{path}: {leak}");
        }
    }
}

/// `ui_locales`, then choice, then browser; the choice made on the page wins over the service's wish.
#[sqlx::test]
async fn the_language_of_a_page(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = RelyingParty::new(&server).await;
    let lang = |reply: &crate::support::Reply| reply.attribute("html", "lang").unwrap();
    let mut browser = Browser::of(&server);
    assert_eq!(lang(&browser.open("/sign-in").await), "fr");
    for (header, expected) in [
        ("en-GB,en;q=0.9", "en"),
        ("de, en;q=0.5, fr;q=0.4", "en"),
        ("fr-CA", "fr"),
        ("de", "fr"),
        ("*;q=broken", "fr"),
    ] {
        browser.headers.insert("accept-language", header.parse().unwrap());
        assert_eq!(lang(&browser.open("/sign-in").await), expected, "{header}");
    }
    let page = browser.open(&rp.authorize(&[("ui_locales", "de en-US fr")])).await;
    assert_eq!(lang(&page), "en");
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let here = page.attribute("input[name=return_to]", "value").unwrap();
    let back = browser.post("/language", &[("csrf", &csrf), ("return_to", &here), ("lang", "fr")]).await;
    let page = browser.follow(back).await;
    assert_eq!(lang(&page), "fr");
    assert!(page.text("h1").unwrap().contains("c_conf"), "the way to the service is kept");
    browser.headers.insert("accept-language", "en".parse().unwrap());
    assert_eq!(lang(&browser.open("/sign-in").await), "fr", "the choice stays");
    for bad in ["https://evil.test/", "//evil.test/", "/\\evil.test"] {
        assert_eq!(
            browser.post("/language", &[("csrf", &csrf), ("return_to", bad), ("lang", "en")]).await.location(),
            "/",
            "{bad}"
        );
    }
    assert_eq!(browser.post("/language", &[("csrf", &csrf), ("return_to", "/"), ("lang", "xx")]).await.status, 400);
}

#[sqlx::test]
async fn static_files_are_named_by_their_content(pool: PgPool) {
    let server = Server::start(&pool).await;
    let mut browser = Browser::of(&server);
    let css = browser.open("/sign-in").await.attribute("link[rel=stylesheet]", "href").unwrap();
    let reply = browser.get(&css).await;
    assert_eq!(
        (reply.status, reply.headers["cache-control"].to_str().unwrap()),
        (200, "public, max-age=31536000, immutable")
    );
    browser.headers.insert("accept-encoding", "gzip".parse().unwrap());
    let small = browser.get(&css).await;
    assert_eq!(small.headers["content-encoding"], "gzip");
    let length: usize = small.headers["content-length"].to_str().unwrap().parse().unwrap();
    assert!(length < 15_000, "{length} bytes of CSS");
}

/// WB-06: whatever a service sends is inert.
#[sqlx::test]
async fn texts_of_strangers_are_escaped(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = RelyingParty::new(&server).await;
    let probe = "\"><script>alert(1)</script>";
    let page = Browser::of(&server)
        .open(&rp.authorize(&[("login_hint", probe), ("ui_locales", probe), ("state", probe)]))
        .await;
    assert_eq!(page.attribute("#username", "value").as_deref(), Some(probe));
    assert!(!page.body.contains("<script>alert"));
}
