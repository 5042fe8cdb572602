//! What scripts of other sites may read (RT-17): what a public client's own pages may ask, never with cookies.

use loquet::db::clients::Authentication;
use reqwest::Method;
use reqwest::header::HeaderMap;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, Server};

const OURS: &str = "https://app.test";

async fn ask(server: &Server, method: Method, path: &str, origin: &str) -> (u16, HeaderMap) {
    let request = Browser::of(server)
        .http()
        .request(method, format!("{}{path}", server.url))
        .header("origin", origin)
        .header("cookie", "loquet-session=x")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization");
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone())
}

#[sqlx::test]
async fn only_origins_of_public_clients(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.service("c_conf", REDIRECT).await;
    let (mut app, _) = server
        .service_with("c_app", &format!("{OURS}/cb"), |client| client.authentication = Authentication::None)
        .await;
    let native = "org.example.app:/cb";
    server.service_with("c_nat", native, |client| client.authentication = Authentication::None).await;
    for path in ["/token", "/userinfo", "/revoke"] {
        for method in [Method::POST, Method::OPTIONS] {
            let (_, headers) = ask(&server, method.clone(), path, OURS).await;
            assert_eq!(headers["access-control-allow-origin"], OURS, "{method} {path}");
            assert!(!headers.contains_key("access-control-allow-credentials"), "{method} {path}");
            assert!(headers["vary"].to_str().unwrap().to_ascii_lowercase().contains("origin"), "{method} {path}");
            for origin in [
                "https://evil.test",
                "null",
                "https://rp.test",
                "http://app.test",
                "https://app.test:8443",
                "https://app.test.evil.test",
                "https://sub.app.test",
                "https://APP.test/",
                "org.example.app://",
                "*",
            ] {
                let (_, headers) = ask(&server, method.clone(), path, origin).await;
                assert!(!headers.contains_key("access-control-allow-origin"), "{method} {path} {origin}");
                assert!(!headers.contains_key("access-control-allow-credentials"), "{method} {path} {origin}");
            }
        }
    }
    for path in ["/jwks.json", "/.well-known/openid-configuration"] {
        let (status, headers) = ask(&server, Method::GET, path, "https://evil.test").await;
        assert_eq!((status, headers["access-control-allow-origin"].to_str().unwrap()), (200, "*"), "{path}");
        assert!(!headers.contains_key("access-control-allow-credentials"), "{path}");
    }
    for path in ["/authorize", "/introspect", "/par", "/register", "/consent", "/end-session", "/sign-in", "/"] {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let (_, headers) = ask(&server, method.clone(), path, OURS).await;
            assert!(!headers.keys().any(|name| name.as_str().starts_with("access-control")), "{method} {path}");
        }
    }
    // A client that is switched off has no pages any more.
    app.enabled = false;
    server.change_service(&app).await;
    let (_, headers) = ask(&server, Method::POST, "/token", OURS).await;
    assert!(!headers.contains_key("access-control-allow-origin"));
}
