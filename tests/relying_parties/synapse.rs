//! Matrix Synapse, the server of Element: what `pip` installs, with what our recipe says to
//! paste.

use std::time::Duration;

use loquet::db::clients::Client;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::homeserver::Homeserver;
use super::programs::prepare;
use super::recipe::by_recipe;
use crate::support::patience::within;
use crate::support::processes::free_port;
use crate::support::server::LOOPBACK;
use crate::support::{Browser, PASSWORD, Reply, Server};

const CLIENT: &str = "c_synapse";

struct Scene {
    server: Server,
    matrix: Homeserver,
    http: reqwest::Client,
}

/// What a host adds to the recipe to let in nobody but a group.
const STAFF: &str = r#"
    scopes: ["openid", "profile", "email", "groups"]
    attribute_requirements: [{ attribute: "groups", value: "staff" }]
"#;

/// Alice is of the group, Bob is not.
async fn scene(pool: &PgPool, more: &str) -> Scene {
    prepare("python").await;
    let server = Server::with(pool, &[LOOPBACK]).await;
    let (alice, _bob) = (server.person("alice").await, server.person("bob").await);
    let port = free_port();
    let change = |client: &mut Client| client.scopes.push("groups".to_owned());
    let recipe = by_recipe(&server, "synapse", &format!("http://localhost:{port}"), CLIENT, change).await;
    server.group("staff", &[&alice], &[CLIENT]).await;
    let matrix = Homeserver::start(port, &[&recipe, STAFF, more].concat());
    Scene { server, matrix, http: reqwest::Client::new() }
}

impl Scene {
    /// What an application does: opens a browser on Synapse. What comes back to it, or a page.
    async fn visit(&self, browser: &Browser, login: &str) -> Reply {
        let application = format!("{}/application", self.matrix.url);
        let start =
            format!("{}/_matrix/client/v3/login/sso/redirect/oidc-loquet?redirectUrl={application}", self.matrix.url);
        let onward = |next: &str| !next.starts_with(&application);
        let mut reply = browser.follow_while(browser.get(&start).await, onward).await;
        if reply.url.starts_with(&self.server.url) {
            let form = [("username", login), ("password", PASSWORD)];
            reply = browser.follow_while(browser.submit(&reply, &form).await, onward).await;
        }
        reply
    }

    /// A person's access token of Matrix.
    async fn sign_in(&self, browser: &Browser, login: &str) -> String {
        let reply = self.visit(browser, login).await;
        let token = reply.answer("loginToken").unwrap_or_else(|| panic!("{}\n{}", reply.body, self.matrix.log()));
        let body = json!({ "type": "m.login.token", "token": token });
        let answer = self.http.post(format!("{}/_matrix/client/v3/login", self.matrix.url)).json(&body);
        let answer: Value = answer.send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// A question to Synapse as somebody: the answer, with its status.
    async fn ask(&self, token: &str, path: &str) -> (u16, Value) {
        let answer = self.http.get(format!("{}/_matrix/client/v3{path}", self.matrix.url)).bearer_auth(token);
        let answer = answer.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

/// Discovery, code with PKCE, an account made of the claims; the second time, the same account.
async fn members_of_a_group_sign_in(pool: &PgPool, more: &str) {
    let scene = scene(pool, more).await;
    let browser = Browser::of(&scene.server);
    let token = scene.sign_in(&browser, "alice").await;
    let (status, who) = scene.ask(&token, "/account/whoami").await;
    assert_eq!((status, &who["user_id"]), (200, &json!("@alice:matrix.test")));
    let (_, profile) = scene.ask(&token, "/profile/@alice:matrix.test").await;
    assert_eq!(profile["displayname"], "Alice Martin");
    let (_, addresses) = scene.ask(&token, "/account/3pid").await;
    assert_eq!(addresses["threepids"][0]["address"], "alice@example.org");

    let again = scene.sign_in(&browser, "alice").await;
    assert_ne!(again, token);
    assert_eq!(scene.ask(&again, "/account/whoami").await.1["user_id"], "@alice:matrix.test");

    let refused = scene.visit(&Browser::of(&scene.server), "bob").await;
    let log = scene.matrix.log();
    assert!(refused.status == 400 && refused.url.starts_with(&scene.matrix.url), "{} {}", refused.url, refused.body);
    assert!(log.contains("attribute groups did not match required value 'staff' (was '[]')"), "{log}");
    assert!(!log.contains("ERROR synapse.handlers.") && !log.contains("WARNING synapse.handlers."), "{log}");
}

#[sqlx::test]
async fn synapse_signs_in_with_the_claims_of_the_id_token(pool: PgPool) {
    members_of_a_group_sign_in(&pool, "").await;
}

#[sqlx::test]
async fn synapse_signs_in_with_the_claims_of_userinfo(pool: PgPool) {
    members_of_a_group_sign_in(&pool, "    user_profile_method: userinfo_endpoint\n").await;
}

/// OpenID Connect Back-Channel Logout: the sessions of the browser that signed out end, no others.
#[sqlx::test]
async fn synapse_signs_out_with_loquet(pool: PgPool) {
    let scene = scene(&pool, "").await;
    let (here, elsewhere) = (Browser::of(&scene.server), Browser::of(&scene.server));
    let ended = [scene.sign_in(&here, "alice").await, scene.sign_in(&here, "alice").await];
    let going_on = scene.sign_in(&elsewhere, "alice").await;
    here.sign_out().await;
    for token in ended {
        within(Duration::from_secs(5), "Synapse's session ends", async || {
            let (status, answer) = scene.ask(&token, "/account/whoami").await;
            (status, answer["errcode"].as_str()) == (401, Some("M_UNKNOWN_TOKEN"))
        })
        .await;
    }
    assert_eq!(scene.ask(&going_on, "/account/whoami").await.0, 200);
}
