//! Sign-out asked by services (OpenID Connect RP-Initiated Logout 1.0).

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, RelyingParty, Reply, Server};

const BYE: &str = "https://rp.test/bye?registered";
/// What must come back byte for byte.
const STATE: &str = "==+/ é\"><script>&x=1#%0d%0a";

struct Scene {
    server: Server,
    rp: RelyingParty,
    browser: Browser,
    hint: String,
}

async fn scene(pool: &PgPool) -> Scene {
    let server = Server::start(pool).await;
    server.person("alice").await;
    let register = |client: &mut loquet::db::clients::Client| client.post_logout_redirect_uris = vec![BYE.to_owned()];
    let (_, secret) = server.service_with("c_conf", REDIRECT, register).await;
    let rp = RelyingParty::of(&server, "c_conf", Some(secret));
    let browser = Browser::of(&server);
    let hint = rp.exchange(&rp.code(&browser, "alice").await).await.text("id_token");
    Scene { server, rp, browser, hint }
}

fn end_session(params: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params);
    format!("/end-session?{}", query.finish())
}

async fn is_signed_in(browser: &Browser) -> bool {
    let home = browser.get("/").await;
    assert!(matches!(home.status, 200 | 303), "{}", home.status);
    home.status == 200
}

/// Nobody is sent anywhere, by an address or by a page.
fn stays(reply: &Reply) -> bool {
    reply.location().is_empty() && reply.attribute("meta[http-equiv=refresh]", "content").is_none()
}

/// LO-01: without proof the person is asked; nothing ends before their own form comes back.
#[sqlx::test]
async fn without_a_hint_the_person_decides(pool: PgPool) {
    let Scene { server, browser, .. } = scene(&pool).await;
    for asked in [
        vec![],
        vec![("state", "s")],
        vec![("client_id", "c_conf")],
        vec![("client_id", "c_conf"), ("post_logout_redirect_uri", BYE)],
        vec![("client_id", "nobody"), ("post_logout_redirect_uri", BYE)],
        vec![("post_logout_redirect_uri", BYE)],
        vec![("id_token_hint", ""), ("client_id", "c_conf")],
    ] {
        let page = browser.get(&end_session(&asked)).await;
        assert_eq!(page.status, 200, "{asked:?}");
        assert!(page.text("#logout-confirm").is_some() && stays(&page), "{asked:?}");
        let posted = browser.post("/end-session", &asked).await;
        let posted = browser.follow(posted).await;
        assert!(posted.text("#logout-confirm").is_some(), "{asked:?}");
        assert!(is_signed_in(&browser).await, "{asked:?}");
    }
    assert_eq!(browser.get("/end-session/done").await.status, 200);
    assert_eq!(browser.get("/end-session/confirm").await.status, 405);
    assert_eq!(browser.post("/end-session/confirm", &[]).await.status, 400);
    let page = browser.get(&end_session(&[])).await;
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let mut hostile = Browser::of(&server);
    hostile.get("/sign-in").await;
    assert_eq!(hostile.post("/end-session/confirm", &[("csrf", &csrf)]).await.status, 400, "another browser's form");
    hostile.headers.insert("origin", "https://evil.test".parse().unwrap());
    assert_eq!(hostile.post("/end-session/confirm", &[("csrf", &csrf)]).await.status, 403);
    assert!(is_signed_in(&browser).await);
    let page = browser.get(&end_session(&[("client_id", "c_conf"), ("post_logout_redirect_uri", BYE)])).await;
    let done = browser.press(&page, "#logout-confirm", &[]).await;
    assert!(!is_signed_in(&browser).await);
    let done = browser.get(done.location()).await;
    assert_eq!(done.attribute("#back", "href").as_deref(), Some(BYE));
}

/// LO-02: only what is registered, byte for byte, and only for the service that asks.
#[sqlx::test]
async fn nobody_is_sent_to_a_stranger(pool: PgPool) {
    let Scene { server, rp, .. } = scene(&pool).await;
    let register = |client: &mut loquet::db::clients::Client| {
        client.post_logout_redirect_uris = vec!["https://other.test/bye".to_owned()];
        client.post_logout_any_query = true;
    };
    server.service_with("c_any", REDIRECT, register).await;
    for uri in [
        "https://evil.test",
        "https://rp.test/bye",
        "https://rp.test/bye?registered&x=1",
        "https://rp.test/bye?registered#f",
        "https://rp.test/BYE?registered",
        "https://rp.test/bye/../evil?registered",
        "https://rp.test@evil.test/bye?registered",
        "https://rp.test\\@evil.test/bye?registered",
        "//evil.test/bye",
        "javascript:alert(1)",
        "https://other.test/bye",
        REDIRECT,
    ] {
        let browser = Browser::of(&server);
        let hint = rp.exchange(&rp.code(&browser, "alice").await).await.text("id_token");
        let reply = browser.get(&end_session(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)])).await;
        assert!(reply.status == 200 && stays(&reply), "{uri}");
        let led = "a[href*='evil'], a[href^='javascript'], form[action*='evil'], [src*='evil']";
        assert!(reply.text(led).is_none(), "{uri}");
        let asked = [("client_id", "c_conf"), ("post_logout_redirect_uri", uri)];
        let done = browser.get(&end_session(&asked).replace("/end-session?", "/end-session/done?")).await;
        assert!(done.status == 200 && stays(&done), "{uri}");
    }
    // Where nobody is signed in, nobody is asked.
    let browser = Browser::of(&server);
    let any = |uri: &str| end_session(&[("client_id", "c_any"), ("post_logout_redirect_uri", uri)]);
    for uri in ["https://other.test/bye", "https://other.test/bye?a=b&c", "https://other.test/bye?next=//evil.test"] {
        assert_eq!(browser.get(&any(uri)).await.location(), uri);
    }
    for uri in [
        "https://other.test/bye#f",
        "https://other.test/bye/?a",
        "https://other.test/byebye",
        "https://other.test/bye?a\r\nx: y",
        "https://other.test/bye?é",
        "https://other.test.evil.test/bye",
    ] {
        let reply = browser.get(&any(uri)).await;
        assert!(reply.status == 200 && stays(&reply), "{uri:?}");
    }
    for doubled in ["post_logout_redirect_uri=https%3A%2F%2Fevil.test", "client_id=c_conf", "state=x"] {
        let asked = end_session(&[("client_id", "c_conf"), ("post_logout_redirect_uri", BYE), ("state", "s")]);
        assert_eq!(browser.get(&format!("{asked}&{doubled}")).await.status, 400, "{doubled}");
    }
}

/// LO-03: a hint that proves nothing for this session, this service or this person. (Forged ones: `jwt.rs`.)
#[sqlx::test]
async fn hints_that_do_not_fit(pool: PgPool) {
    let Scene { server, rp, browser, hint } = scene(&pool).await;
    server.person("bob").await;
    let (mut other, secret) = server.service("c_other", REDIRECT).await;
    let twin = RelyingParty::of(&server, "c_other", Some(secret));
    let code = browser.get(&twin.authorize(&[])).await.answer("code").unwrap();
    let others_hint = twin.exchange(&code).await.text("id_token");
    let bobs = Browser::of(&server);
    let bobs_hint = rp.exchange(&rp.code(&bobs, "bob").await).await.text("id_token");
    let ask = async |hint: &str, client_id: &str| {
        let page = browser
            .get(&end_session(&[("id_token_hint", hint), ("client_id", client_id), ("post_logout_redirect_uri", BYE)]))
            .await;
        assert!(page.status == 200 && stays(&page) && page.text("#logout-confirm").is_some(), "{}", page.body);
        assert!(is_signed_in(&browser).await);
    };
    ask(&others_hint, "c_conf").await;
    ask(&hint, "c_other").await;
    // Bob's own session is his service's to end (rule 14); hers is not.
    ask(&bobs_hint, "c_conf").await;
    assert!(!is_signed_in(&bobs).await);
    other.enabled = false;
    server.change_service(&other).await;
    ask(&others_hint, "").await;
    sqlx::query("DELETE FROM clients WHERE client_id = 'c_conf'").execute(&pool).await.unwrap();
    server.reload().await;
    ask(&hint, "").await;
}

/// LO-04, rule 14: a genuine hint, expired or not, ends its own session and returns with the state; also
/// when a service's server asks without the person's cookies.
#[sqlx::test]
async fn a_genuine_hint_signs_out(pool: PgPool) {
    let Scene { server, rp, browser, hint } = scene(&pool).await;
    let elsewhere = Browser::of(&server);
    elsewhere.sign_in("alice").await;
    server.advance(TimeDelta::minutes(20));
    let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", STATE)];
    let posted = browser.post("/end-session", &asked).await;
    let reply = browser.follow(posted).await;
    assert_eq!((reply.status, reply.answer("state").as_deref()), (303, Some(STATE)));
    assert!(reply.location().starts_with(&format!("{BYE}&state=")), "{}", reply.location());
    assert!(!is_signed_in(&browser).await && is_signed_in(&elsewhere).await);
    let silent = browser.get(&rp.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
    // The same again ends nothing more, and still leads back; without a state there is none.
    let again = browser.get(&end_session(&asked[..2])).await;
    assert_eq!(again.location(), BYE);
    // A service's server, with a hint and no cookie.
    let answer = rp.exchange(&rp.code(&browser, "alice").await).await;
    let stranger = Browser::of(&server);
    let reply = stranger.get(&end_session(&[("id_token_hint", &answer.text("id_token"))])).await;
    assert!(reply.status == 200 && stays(&reply));
    assert!(!is_signed_in(&browser).await && is_signed_in(&elsewhere).await);
    let refreshed = rp.refresh(&answer.text("refresh_token")).await;
    assert_eq!(refreshed.status, 200, "offline_access outlives the session");
}
