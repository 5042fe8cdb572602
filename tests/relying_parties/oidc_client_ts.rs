//! npm `oidc-client-ts` in Chromium: an application that is nothing but a page, on another port than
//! Loquet. Its page is `node/application.html`; everything goes through the browser's own rules for
//! cookies, frames and other origins (CORS).

use loquet::db::clients::{Authentication, Client};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::node;
use crate::support::people::Person;
use crate::support::{Chromium, PASSWORD, Server, Site};

const CLIENT: &str = "c_application";

struct Scene {
    server: Server,
    site: Site,
    chromium: Chromium,
    alice: Person,
}

impl Scene {
    /// Signed in, back in the application.
    async fn signed_in(pool: &PgPool) -> Self {
        node::install().await;
        // One host for all: cookies of Loquet's go along in frames, as they do between two names of one
        // domain. Not 127.0.0.1, where the port of a redirect URI is free.
        let server = Server::with(pool, &[("LOQUET_SERVER_ISSUER", "http://localhost:{port}")]).await;
        let alice = server.person("alice").await;
        let site = Site::start("localhost");
        let change = |client: &mut Client| {
            client.authentication = Authentication::None;
            client.post_logout_redirect_uris = vec![site.at("/signed-out")];
        };
        server.service_with(CLIENT, &site.at("/callback"), change).await;
        publish(&site, &server);

        let chromium = Chromium::start("en-GB", true).await;
        chromium.open(&site.url).await;
        chromium.reads("#state", "signed out").await;
        chromium.click("#sign-in").await;
        chromium.fill("#username", "alice").await;
        chromium.fill("#password", PASSWORD).await;
        // Nothing of anybody's is kept in pages of ours (WB-09).
        assert_eq!(chromium.value("[localStorage.length, sessionStorage.length]").await, json!([0, 0]));
        chromium.click("#submit").await;
        chromium.reads("#state", "signed in as alice").await;
        assert!(chromium.address().await.starts_with(&site.at("/callback?code=")));
        Self { server, site, chromium, alice }
    }

    /// What becomes of a promise of the library's.
    async fn outcome(&self, promise: &str) -> Value {
        self.chromium.value(&format!("outcome({promise})")).await
    }

    /// The user that the application knows.
    async fn user(&self) -> Value {
        self.outcome("manager.getUser()").await["value"].clone()
    }

    /// Asks userinfo, as the application would.
    async fn userinfo(&self, token: &Value) -> Value {
        let options = json!({ "headers": { "authorization": format!("Bearer {}", token.as_str().unwrap()) } });
        self.chromium.value(&format!("ask('/userinfo', {options})")).await["value"].clone()
    }
}

fn publish(site: &Site, server: &Server) {
    let read = |name: &str| std::fs::read_to_string(node::folder().join(name)).unwrap();
    site.publish(
        "/oidc-client-ts.js",
        "text/javascript",
        read("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"),
    );
    let page = read("application.html").replace("{issuer}", &server.url).replace("{client}", CLIENT);
    for path in ["/", "/callback", "/signed-out"] {
        site.publish(path, "text/html; charset=utf-8", page.clone());
    }
}

#[sqlx::test]
async fn oidc_client_ts_signs_in_and_renews(pool: PgPool) {
    let scene = Scene::signed_in(&pool).await;
    let first = scene.user().await;
    assert_eq!(first["profile"]["sub"], json!(scene.alice.id));
    assert_eq!(first["profile"]["email"], "alice@example.org");
    assert_eq!(scene.chromium.text("#returned").await, "where I was");
    let userinfo = scene.userinfo(&first["access_token"]).await;
    assert_eq!((&userinfo["status"], &userinfo["body"]["sub"]), (&json!(200), &json!(scene.alice.id)));

    // By the refresh token, which is another one each time.
    let second = scene.outcome("manager.signinSilent()").await["value"].clone();
    for name in ["access_token", "refresh_token"] {
        assert!(second[name].is_string() && second[name] != first[name], "{name}: {second}");
    }
    assert_eq!(scene.userinfo(&second["access_token"]).await["status"], 200);
    // In a frame, by the browser's session.
    let third = scene.outcome("manager.signinSilent({ forceIframeAuth: true })").await["value"].clone();
    assert!(third["access_token"].is_string() && third["access_token"] != second["access_token"], "{third}");
    assert_eq!(third["profile"]["sub"], first["profile"]["sub"]);
    assert_eq!(third["profile"]["auth_time"], first["profile"]["auth_time"]);
    assert_eq!(scene.userinfo(&third["access_token"]).await["status"], 200);
    assert_eq!(scene.chromium.complaints().await, Vec::<String>::new());

    // What is refused is told to the application too, not hidden from it.
    let refused = scene.userinfo(&json!("nonsense")).await;
    assert_eq!((&refused["status"], &refused["body"]["error"]), (&json!(401), &json!("invalid_token")));
    // Signed out at Loquet, in another window: the frame hears of it.
    sqlx::query("DELETE FROM browser_sessions").execute(&pool).await.unwrap();
    let over = scene.outcome("manager.signinSilent({ forceIframeAuth: true })").await;
    assert_eq!(over["error"], "login_required", "{over}");
    scene.chromium.close().await;
}

#[sqlx::test]
async fn oidc_client_ts_revokes_and_signs_out(pool: PgPool) {
    let scene = Scene::signed_in(&pool).await;
    let user = scene.user().await;
    let revoked = scene.outcome("manager.revokeTokens(['access_token'])").await;
    assert_eq!(revoked["message"], Value::Null, "{revoked}");
    assert_eq!(scene.userinfo(&user["access_token"]).await["status"], 401);
    scene.chromium.click("#sign-out").await;
    scene.chromium.reads("#state", "signed out").await;
    let address = scene.chromium.address().await;
    assert!(address.starts_with(&scene.site.at("/signed-out?state=")), "{address}");
    assert_eq!(scene.chromium.text("#returned").await, "good bye");
    // Over at Loquet too: for the browser, and for what the application held.
    let over = scene.outcome("manager.signinSilent({ forceIframeAuth: true })").await;
    assert_eq!(over["error"], "login_required", "{over}");
    let form = format!(
        "grant_type=refresh_token&client_id={CLIENT}&refresh_token={}",
        user["refresh_token"].as_str().unwrap()
    );
    let renewed = format!("ask('/token', {{ method: 'POST', body: new URLSearchParams('{form}') }})");
    assert_eq!(scene.chromium.value(&renewed).await["value"]["body"]["error"], "invalid_grant");
    scene.chromium.click("#sign-in").await;
    scene.chromium.element("#username").await;
    scene.chromium.close().await;
}

/// A page of somebody else's reads what is public and nothing more, though the person is signed in.
#[sqlx::test]
async fn another_origin_reads_no_token(pool: PgPool) {
    let scene = Scene::signed_in(&pool).await;
    let token = scene.user().await["access_token"].as_str().unwrap().to_owned();
    let evil = Site::start("localhost");
    publish(&evil, &scene.server);
    scene.chromium.open(&evil.url).await;
    for public in ["/.well-known/openid-configuration", "/jwks.json"] {
        let read = scene.chromium.value(&format!("ask('{public}')")).await;
        assert_eq!(read["value"]["status"], 200, "{public}: {read}");
    }
    for (path, options) in [
        ("/userinfo", json!({ "headers": { "authorization": format!("Bearer {token}") } })),
        ("/userinfo", json!({ "credentials": "include" })),
        ("/token", json!({ "method": "POST", "credentials": "include" })),
        ("/revoke", json!({ "method": "POST", "credentials": "include" })),
        ("/", json!({ "credentials": "include" })),
        ("/authorize", json!({ "credentials": "include" })),
    ] {
        let read = scene.chromium.value(&format!("ask('{path}', {options})")).await;
        assert_eq!(read["message"], "Failed to fetch", "{path}: {read}");
    }
    // It may ask in the name of the application: the answer goes to the application's page, or nowhere.
    for redirect in [scene.site.at("/callback"), evil.at("/callback")] {
        let silent = json!({ "redirect_uri": redirect, "forceIframeAuth": true, "silentRequestTimeoutInSeconds": 2 });
        let stolen = scene.outcome(&format!("manager.signinSilent({silent})")).await;
        assert_eq!(stolen["name"], "ErrorTimeout", "{redirect}: {stolen}");
    }
    scene.chromium.close().await;
}
