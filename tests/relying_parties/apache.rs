//! Apache's `mod_auth_openidc`, a certified client in C: what Debian installs, with what our recipe
//! says to paste.

use std::time::Duration;

use loquet::crypto::Algorithm;
use loquet::db::clients::Client;
use sqlx::PgPool;

use super::httpd::Httpd;
use super::recipe::by_recipe;
use crate::support::patience::within;
use crate::support::processes::free_port;
use crate::support::server::LOOPBACK;
use crate::support::{Browser, PASSWORD, Reply, Server};

const CLIENT: &str = "c_apache";

/// Beside what the recipe protects: a place for the group `staff`, and one where the access token is
/// renewed at every request.
const PLACES: &str = r#"
OIDCScope "openid profile email groups offline_access"
<Location /staff>
    AuthType openid-connect
    AuthzSendForbiddenOnFailure On
    Require claim groups:staff
</Location>
<Location /fresh>
    AuthType openid-connect
    Require valid-user
    OIDCRefreshAccessTokenBeforeExpiry 86400 logout_on_error
</Location>
"#;

struct Scene {
    server: Server,
    httpd: Httpd,
}

async fn scene(pool: &PgPool, algorithm: Algorithm) -> Scene {
    scene_with(pool, algorithm, "").await
}

/// With further settings of the module.
async fn scene_with(pool: &PgPool, algorithm: Algorithm, more: &str) -> Scene {
    let server = Server::with(pool, &[LOOPBACK]).await;
    let (alice, _bob) = (server.person("alice").await, server.person("bob").await);
    let port = free_port();
    let change = |client: &mut Client| client.id_token_alg = algorithm;
    let recipe = by_recipe(&server, "apache", &format!("http://localhost:{port}/members"), CLIENT, change).await;
    server.group("staff", &[&alice], &[CLIENT]).await;
    let algorithm = format!("OIDCIDTokenSignedResponseAlg {}", algorithm.name());
    let httpd = Httpd::start(port, &[&recipe, PLACES, &algorithm, more, ""].join("\n"));
    Scene { server, httpd }
}

impl Scene {
    /// Goes to a place of Apache's, and signs in on the way if asked.
    async fn visit(&self, browser: &Browser, place: &str, login: &str) -> Reply {
        let mut reply = browser.roam(browser.get(&format!("{}{place}", self.httpd.url)).await).await;
        if reply.url.starts_with(&self.server.url) {
            let form = [("username", login), ("password", PASSWORD)];
            reply = browser.roam(browser.submit(&reply, &form).await).await;
        }
        if reply.attribute("form[data-leave]", "action").is_some() {
            // Without script, the button.
            reply = browser.roam(browser.submit(&reply, &[]).await).await;
        }
        reply
    }

    fn shown(&self, reply: &Reply, variable: &str) -> String {
        let shown = reply.text(&format!("#{variable}"));
        shown.unwrap_or_else(|| panic!("{} {} {}\n{}", reply.url, reply.status, reply.body, self.httpd.log()))
    }
}

/// Sign-in over the query, with state, nonce and PKCE; claims; a place for a group; one session.
#[sqlx::test]
async fn mod_auth_openidc_signs_in(pool: PgPool) {
    let scene = scene(&pool, Algorithm::Rs256).await;
    let browser = Browser::of(&scene.server);
    let request = browser.get(&format!("{}/staff/", scene.httpd.url)).await;
    for (name, length) in [("state", 20), ("nonce", 20), ("code_challenge", 43)] {
        assert!(request.answer(name).unwrap().len() >= length, "{name} in {}", request.location());
    }
    assert_eq!(request.answer("code_challenge_method").as_deref(), Some("S256"));

    let page = scene.visit(&browser, "/staff/", "alice").await;
    let sub: String =
        sqlx::query_scalar("SELECT id::text FROM users WHERE username = 'alice'").fetch_one(&pool).await.unwrap();
    for (variable, expected) in [
        ("REMOTE_USER", "alice"),
        ("OIDC_CLAIM_sub", &sub),
        ("OIDC_CLAIM_iss", &scene.server.url),
        ("OIDC_CLAIM_preferred_username", "alice"),
        ("OIDC_CLAIM_name", "Alice Martin"),
        ("OIDC_CLAIM_email", "alice@example.org"),
        ("OIDC_CLAIM_email_verified", "1"),
        ("OIDC_CLAIM_groups", "staff"),
    ] {
        assert_eq!(scene.shown(&page, variable), expected, "{variable}");
    }
    assert_eq!(page.url, format!("{}/staff/", scene.httpd.url), "back where they wanted to go");
    // A second place: the session of the first.
    let page = browser.get(&format!("{}/members/", scene.httpd.url)).await;
    assert_eq!((page.status, scene.shown(&page, "REMOTE_USER").as_str()), (200, "alice"));

    let bob = Browser::of(&scene.server);
    assert_eq!(scene.visit(&bob, "/staff/", "bob").await.status, 403, "{}", scene.httpd.log());
    let page = scene.visit(&bob, "/members/", "bob").await;
    assert_eq!((page.status, scene.shown(&page, "REMOTE_USER").as_str()), (200, "bob"));
    assert!(!scene.httpd.log().contains("auth_openidc:error"), "{}", scene.httpd.log());
}

#[sqlx::test]
async fn mod_auth_openidc_verifies_es256(pool: PgPool) {
    let scene = scene(&pool, Algorithm::Es256).await;
    let page = scene.visit(&Browser::of(&scene.server), "/staff/", "alice").await;
    assert_eq!(scene.shown(&page, "REMOTE_USER"), "alice");
}

/// What was asked or comes back changed, or comes back to somebody else, signs nobody in: state,
/// issuer (RFC 9207), code, nonce and PKCE are each looked at.
#[sqlx::test]
async fn mod_auth_openidc_rejects_what_was_changed(pool: PgPool) {
    let scene = scene(&pool, Algorithm::Rs256).await;
    let browser = Browser::of(&scene.server);
    let members = format!("{}/members/", scene.httpd.url);
    // Signed in at Loquet, so that each request below is answered at once.
    browser.sign_in("alice").await;
    let redirect = async |address: &str| browser.get(address).await.location().to_owned();
    for (leg, name, value, complaint) in [
        ("answer", "state", "another", "unable to restore state"),
        ("answer", "iss", "https://attacker.test", "does not match the issuer"),
        ("answer", "code", "another", "invalid_grant"),
        ("request", "nonce", "another", "nonce value (another)"),
        ("request", "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "invalid_grant"),
    ] {
        let before = scene.httpd.log().len();
        let mut request = redirect(&members).await;
        if leg == "request" {
            request = with(&request, name, value);
        }
        let mut answer = redirect(&request).await;
        if leg == "answer" {
            answer = with(&answer, name, value);
        }
        let reply = browser.get(&answer).await;
        assert!(scene.httpd.log()[before..].contains(complaint), "{name}: {} {}", reply.status, scene.httpd.log());
        assert_eq!(browser.get(&members).await.status, 302, "{name}: not signed in");
    }
    // An answer carried to another browser.
    let request = redirect(&members).await;
    let answer = redirect(&request).await;
    let victim = Browser::at(&scene.httpd.url);
    let reply = victim.get(&answer).await;
    assert_eq!((reply.status, victim.get(&members).await.status), (400, 302));
    // The same, untouched, is good.
    let page = browser.roam(browser.get(&answer).await).await;
    assert_eq!(scene.shown(&page, "REMOTE_USER"), "alice");
}

/// The address, one of its parameters replaced.
fn with(address: &str, name: &str, value: &str) -> String {
    let mut address = url::Url::parse(address).unwrap();
    let pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    assert!(pairs.iter().any(|(key, _)| key == name), "no {name} in {address}");
    let replaced = pairs.iter().map(|(key, old)| (key.as_str(), if key == name { value } else { old }));
    address.query_pairs_mut().clear().extend_pairs(replaced);
    address.into()
}

/// With rotation (RFC 9700 4.14.2), also when the pages of one person refresh at the same moment
/// (rule 15); a refresh that we refuse signs the person out of the service.
#[sqlx::test]
async fn mod_auth_openidc_refreshes(pool: PgPool) {
    let scene = scene(&pool, Algorithm::Rs256).await;
    let browser = Browser::of(&scene.server);
    scene.visit(&browser, "/members/", "alice").await;
    let fresh = format!("{}/fresh/", scene.httpd.url);
    let token = async || scene.shown(&browser.get(&fresh).await, "OIDC_access_token");
    let mut tokens = vec![token().await, token().await];
    for page in futures_util::future::join_all((0..8).map(|_| browser.get(&fresh))).await {
        assert_eq!(scene.shown(&page, "REMOTE_USER"), "alice");
    }
    tokens.extend([token().await, token().await]);
    let userinfo = reqwest::Client::new().get(format!("{}/userinfo", scene.server.url)).bearer_auth(&tokens[3]);
    assert_eq!(userinfo.send().await.unwrap().status(), 200);
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 4, "each request got a new one");
    assert!(!scene.httpd.log().contains("auth_openidc:error"), "{}", scene.httpd.log());

    sqlx::query("UPDATE users SET active = false WHERE username = 'alice'").execute(&pool).await.unwrap();
    let refused = browser.get(&fresh).await;
    assert!(scene.httpd.log().contains("invalid_grant"), "{}", scene.httpd.log());
    assert!(refused.text("#REMOTE_USER").is_none(), "{} {}", refused.status, refused.body);
    let again = browser.get(&fresh).await;
    assert!(again.location().starts_with(&scene.server.url), "asked to sign in again: {} {}", again.status, again.body);
}

/// The answer as a form that posts itself (OAuth 2.0 Form Post Response Mode): nothing of it is in an
/// address.
#[sqlx::test]
async fn mod_auth_openidc_signs_in_with_form_post(pool: PgPool) {
    let scene = scene_with(&pool, Algorithm::Rs256, "OIDCResponseMode form_post").await;
    let browser = Browser::of(&scene.server);
    let request = browser.get(&format!("{}/staff/", scene.httpd.url)).await;
    assert_eq!(request.answer("response_mode").as_deref(), Some("form_post"));
    let page = scene.visit(&browser, "/staff/", "alice").await;
    assert_eq!((page.status, scene.shown(&page, "OIDC_CLAIM_groups").as_str()), (200, "staff"));
    assert!(!scene.httpd.log().contains("auth_openidc:error"), "{}", scene.httpd.log());
}

/// OpenID Connect Back-Channel Logout: the session of the browser that signed out ends, no other.
#[sqlx::test]
async fn mod_auth_openidc_signs_out_with_loquet(pool: PgPool) {
    for algorithm in Algorithm::ALL {
        sqlx::query("TRUNCATE users, clients, throttles, instance, signing_keys CASCADE").execute(&pool).await.unwrap();
        let scene = scene(&pool, algorithm).await;
        let members = format!("{}/members/", scene.httpd.url);
        let (here, elsewhere) = (Browser::of(&scene.server), Browser::of(&scene.server));
        for browser in [&here, &elsewhere] {
            scene.visit(browser, "/members/", "alice").await;
            assert_eq!(browser.get(&members).await.status, 200);
        }
        here.sign_out().await;
        within(Duration::from_secs(5), "Apache's session ends", async || here.get(&members).await.status == 302).await;
        assert!(here.get(&members).await.location().starts_with(&scene.server.url));
        assert_eq!(elsewhere.get(&members).await.status, 200);
        assert!(!scene.httpd.log().contains("auth_openidc:error"), "{}", scene.httpd.log());
    }
}

/// OpenID Connect RP-Initiated Logout: from Apache, both sessions end, and the browser comes back.
#[sqlx::test]
async fn mod_auth_openidc_signs_out_of_loquet(pool: PgPool) {
    let scene = scene(&pool, Algorithm::Rs256).await;
    let browser = Browser::of(&scene.server);
    let members = format!("{}/members/", scene.httpd.url);
    scene.visit(&browser, "/members/", "alice").await;
    assert_eq!(browser.open("/").await.status, 200);
    let leave = format!("{}/members/callback?logout={members}", scene.httpd.url);
    // As far as the members' pages, which send them to sign in again.
    let reply = browser.follow_while(browser.get(&leave).await, |next| next != members).await;
    assert_eq!(reply.location(), members, "{} {}", reply.url, reply.body);
    let reply = browser.roam(reply).await;
    assert!(reply.url.starts_with(&scene.server.url) && reply.text("#username").is_some(), "{}", reply.url);
    assert_eq!(browser.get("/").await.location(), "/sign-in");
}
