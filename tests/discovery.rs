//! Metadata and keys.

use serde_json::Value;
use sqlx::PgPool;

use crate::support::{Browser, Server};

#[sqlx::test]
async fn metadata_says_what_is_true(pool: PgPool) {
    let server = Server::start(&pool).await;
    let mut browser = Browser::of(&server);
    // The issuer is of the settings, whatever the request says (rule 1, RS-01).
    browser.headers.insert("x-forwarded-host", "evil.test".parse().unwrap());
    browser.headers.insert("forwarded", "host=evil.test;proto=https".parse().unwrap());
    browser.headers.insert("host", "evil.test".parse().unwrap());
    let reply = browser.get("/.well-known/openid-configuration").await;
    let metadata: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(metadata["issuer"], server.url);
    assert!(!reply.body.contains("evil.test"));
    for endpoint in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
        let address = metadata[endpoint].as_str().unwrap();
        assert!(address.starts_with(&server.url) && !address.contains('?'), "{endpoint}: {address}");
    }
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(metadata["request_uri_parameter_supported"], false);
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    assert!(!reply.body.contains("\"none\",\"RS") && metadata["id_token_signing_alg_values_supported"][0] == "RS256");
    assert_eq!(reply.headers["cache-control"], "public, max-age=3600");
    browser.headers.insert("if-none-match", reply.headers["etag"].clone());
    assert_eq!(browser.get("/.well-known/openid-configuration").await.status, 304);
}

/// JW-05, rule 3.
#[sqlx::test]
async fn the_key_set_holds_public_halves_only(pool: PgPool) {
    let server = Server::start(&pool).await;
    let reply = Browser::of(&server).get("/jwks.json").await;
    let set: Value = serde_json::from_str(&reply.body).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!(key["use"], "sig");
        assert!(key["kid"].is_string() && key["alg"].is_string());
        assert!(matches!(key["kty"].as_str().unwrap(), "RSA" | "EC"));
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none());
        }
    }
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT private_key FROM signing_keys LIMIT 1").fetch_one(&pool).await.unwrap();
    assert!(aws_lc_rs::rsa::KeyPair::from_pkcs8(&sealed).is_err());
}

/// PR-08: services verify tokens without the database.
#[sqlx::test]
async fn keys_and_metadata_need_no_database(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.state.pool.close().await;
    let browser = Browser::of(&server);
    for path in ["/.well-known/openid-configuration", "/jwks.json", "/healthz"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    assert_eq!(browser.get("/readyz").await.status, 503);
    let page = browser.get("/sign-in?authorization=00000000-0000-4000-8000-000000000000").await;
    assert_eq!(page.status, 503);
    assert!(page.is_page() && page.headers.contains_key("retry-after"));
}

/// The issuer may have a path: everything is below it.
#[sqlx::test]
async fn an_issuer_with_a_path(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_SERVER_ISSUER", "http://127.0.0.1:{port}/realms/main")]).await;
    server.person("alice").await;
    let browser = Browser::at(server.url.trim_end_matches("/realms/main"));
    let metadata: Value =
        serde_json::from_str(&browser.get("/realms/main/.well-known/openid-configuration").await.body).unwrap();
    assert_eq!(metadata["issuer"], server.url);
    assert_eq!(browser.get(metadata["jwks_uri"].as_str().unwrap()).await.status, 200);
    let page = browser.open("/realms/main/").await;
    assert!(page.url.ends_with("/realms/main/sign-in"), "{}", page.url);
    let css = page.attribute("link[rel=stylesheet]", "href").unwrap();
    assert_eq!(browser.get(&css).await.status, 200);
    let home = browser.sign_in_on(&page, "alice", crate::support::PASSWORD).await;
    assert_eq!(home.status, 200);
    assert_eq!(browser.get("/sign-in").await.status, 404);
}
