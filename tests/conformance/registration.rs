//! OpenID Connect Dynamic Client Registration, RFC 7591, RFC 7592.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::scene::Scene;
use crate::support::client::{Answer, REDIRECT};
use crate::support::{RelyingParty, Server};

/// Lets services register themselves.
pub const ALLOWED: (&str, &str) = ("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true");

/// A registration that may fail.
pub async fn ask(server: &Server, metadata: &Value) -> Answer {
    let leave = server.leave_to_register().await;
    let rp = RelyingParty::of(server, "", None);
    rp.read(rp.http().post(format!("{}/register", server.url)).bearer_auth(leave.reveal()).json(metadata)).await
}

/// Row `dynamic registration`: 201, secret, URI and token; then GET, PUT, DELETE.
#[sqlx::test]
async fn a_service_registers_itself_and_leaves(pool: PgPool) {
    let scene = Scene::with(&pool, &[ALLOWED], |_| ()).await;
    let metadata = json!({
        "redirect_uris": ["https://suite.test/cb", "https://suite.test/cb?two"], "client_name": "Suite",
        "grant_types": ["authorization_code", "refresh_token"], "contacts": ["suite@example.org"],
        "post_logout_redirect_uris": ["https://suite.test/bye"], "scope": "openid email organizations unknown",
        "application_type": "web", "software_id": "unheard-of", "x_nobody_knows": {"deep": [1, 2]},
    });
    let (rp, answer) = RelyingParty::register(&scene.server, &metadata).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body["client_secret_expires_at"], 0);
    assert!(answer.body["client_id_issued_at"].is_u64() && answer.text("client_secret").len() >= 32);
    // Rule 8: nothing in it that one client would encode and another not.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
    assert!(answer.text("client_secret").bytes().all(plain) && answer.text("client_id").bytes().all(plain));
    for name in ["redirect_uris", "client_name", "grant_types", "contacts", "post_logout_redirect_uris"] {
        assert_eq!(answer.body[name], metadata[name], "{name}");
    }
    assert_eq!((answer.text("scope").as_str(), &answer.body["response_types"]), ("openid email", &json!(["code"])));
    assert!(answer.body.get("x_nobody_knows").is_none());
    // It works at once, as the certification's clients do.
    scene.pass_with(&rp, &[("scope", "openid email")]).await;
    let (uri, token) = (answer.text("registration_client_uri"), answer.text("registration_access_token"));
    assert!(uri.starts_with(&format!("{}/register/", scene.server.url)));
    let shown = rp.read(rp.http().get(&uri).bearer_auth(&token)).await;
    assert_eq!((shown.status, &shown.body["redirect_uris"]), (200, &metadata["redirect_uris"]));
    assert_eq!(shown.body["registration_client_uri"], uri);
    assert_eq!(rp.read(rp.http().get(&uri).bearer_auth("lqt_rg_wrong")).await.status, 401);
    assert_eq!(rp.read(rp.http().get(&uri)).await.status, 401);
    let changed = json!({"client_id": rp.client_id, "redirect_uris": [REDIRECT], "client_name": "Autre"});
    let changed = rp.read(rp.http().put(&uri).bearer_auth(&token).json(&changed)).await;
    assert_eq!((changed.status, changed.text("client_name").as_str()), (200, "Autre"));
    assert!(changed.body.get("post_logout_redirect_uris").is_none(), "left out: back to its default");
    assert_eq!(rp.http().delete(&uri).bearer_auth(&token).send().await.unwrap().status(), 204);
    assert_eq!(rp.read(rp.http().get(&uri).bearer_auth(&token)).await.status, 401);
    scene.server.reload().await;
    assert_eq!(rp.exchange("nonsense").await.error(), (401, "invalid_client"));
}

/// Same row: what cannot be registered, in the words of RFC 7591.
#[sqlx::test]
async fn what_cannot_be_registered(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED]).await;
    for uri in [
        "https://suite.test/cb#fragment",
        "https://suite.test/cb#",
        "http://suite.test/cb",
        "javascript:alert(1)",
        "https://suite.test/*",
        "/cb",
    ] {
        let answer = ask(&server, &json!({"redirect_uris": [uri]})).await;
        assert_eq!(answer.error(), (400, "invalid_redirect_uri"), "{uri}");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    assert_eq!(ask(&server, &json!({})).await.error(), (400, "invalid_redirect_uri"));
    for more in [
        json!({"response_types": ["id_token"]}),
        json!({"grant_types": ["implicit"]}),
        json!({"token_endpoint_auth_method": "client_secret_jwt"}),
        json!({"id_token_signed_response_alg": "none"}),
        json!({"id_token_signed_response_alg": "HS256"}),
        json!({"subject_type": "private"}),
        json!({"token_endpoint_auth_method": "private_key_jwt"}),
        json!({"redirect_uris": "https://suite.test/cb"}),
        json!({"backchannel_logout_uri": "http://127.0.0.1:4000/logout"}),
        json!({"initiate_login_uri": "http://suite.test/start"}),
        json!({"client_id": "mine"}),
    ] {
        let mut metadata = json!({"redirect_uris": [REDIRECT]});
        metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(ask(&server, &metadata).await.error(), (400, "invalid_client_metadata"), "{metadata}");
    }
    let registered: i64 = sqlx::query_scalar("SELECT count(*) FROM clients").fetch_one(&pool).await.unwrap();
    assert_eq!(registered, 0);
}

/// Off by default; and only with an administrator's leave, as often as it says, while it lasts.
#[sqlx::test]
async fn only_with_leave(pool: PgPool) {
    let metadata = json!({"redirect_uris": [REDIRECT]});
    let closed = Server::start(&pool).await;
    assert_eq!(ask(&closed, &metadata).await.status, 404);
    let published = crate::support::Browser::of(&closed).get("/.well-known/openid-configuration").await.body;
    assert!(!published.contains("registration_endpoint"));
    drop(closed);
    sqlx::query("TRUNCATE instance, signing_keys").execute(&pool).await.unwrap();
    let server = Server::with(&pool, &[ALLOWED]).await;
    let rp = RelyingParty::of(&server, "", None);
    let endpoint = format!("{}/register", server.url);
    let published = crate::support::Browser::of(&server).get("/.well-known/openid-configuration").await.body;
    assert!(published.contains(&format!("\"registration_endpoint\":\"{endpoint}\"")));
    assert_eq!(rp.read(rp.http().post(&endpoint).json(&metadata)).await.status, 401);
    let leave = server.leave_to_register().await;
    let again = || rp.read(rp.http().post(&endpoint).bearer_auth(leave.reveal()).json(&metadata));
    assert_eq!(again().await.status, 201);
    assert_eq!(again().await.status, 401, "one use");
    let leave = server.leave_to_register().await;
    server.advance(TimeDelta::hours(2));
    let late = rp.read(rp.http().post(&endpoint).bearer_auth(leave.reveal()).json(&metadata)).await;
    assert_eq!(late.status, 401, "over");
}

/// Row `third-party initiated login`: stored, echoed, https only (above); the member's home opens the
/// service by it.
#[sqlx::test]
async fn the_home_starts_a_sign_in_at_the_service(pool: PgPool) {
    let scene = Scene::with(&pool, &[ALLOWED], |_| ()).await;
    let metadata = json!({
        "redirect_uris": [REDIRECT], "client_name": "Suite", "initiate_login_uri": "https://suite.test/start?here=1",
    });
    let (_, answer) = RelyingParty::register(&scene.server, &metadata).await;
    assert_eq!(answer.body["initiate_login_uri"], metadata["initiate_login_uri"]);
    scene.server.reload().await;
    let home = scene.browser.sign_in("alice").await;
    let tile = home.attribute("a.tile", "href").unwrap();
    let tile = url::Url::parse(&tile).unwrap();
    assert_eq!((tile.host_str(), tile.path()), (Some("suite.test"), "/start"));
    let pairs: Vec<(String, String)> = tile.query_pairs().into_owned().collect();
    assert_eq!(pairs, [("here".into(), "1".into()), ("iss".into(), scene.server.url.clone())]);
}
