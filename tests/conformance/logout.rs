//! OpenID Connect RP-Initiated Logout 1.0, as the certification asks it and as rule 14 widens it.

use chrono::TimeDelta;
use loquet::crypto::{Algorithm, SigningKey};
use sqlx::PgPool;

use super::scene::{Scene, random};
use crate::support::{Browser, Reply};

const BYE: &str = "https://rp.test/bye";

async fn scene(pool: &PgPool) -> Scene {
    Scene::with(pool, &[], |client| {
        client.post_logout_redirect_uris = vec![BYE.to_owned(), "https://rp.test/out?from=sso".to_owned()];
    })
    .await
}

fn end_session(params: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("/end-session?{}", query.extend_pairs(params).finish())
}

impl Scene {
    /// Whether alice's browser is still signed in, as the service sees it.
    async fn is_signed_in(&self) -> bool {
        let reply = self.browser.get(&self.rp.authorize(&[("prompt", "none")])).await;
        match reply.answer("error") {
            None => reply.answer("code").is_some(),
            Some(error) => {
                assert_eq!(error, "login_required");
                false
            }
        }
    }

    async fn hint(&self) -> String {
        self.pass(&[]).await.answer.text("id_token")
    }
}

/// A page of ours that says that the session has ended, and leads nowhere by itself.
fn assert_our_page(reply: &Reply) {
    assert_eq!((reply.status, reply.location()), (200, ""));
    assert_eq!(reply.text("h1").as_deref(), Some("Votre session est fermée"), "{}", reply.body);
    assert_eq!(reply.attribute("meta[http-equiv=refresh]", "content"), None);
}

/// Row `RP-initiated logout`: hint, URI and state; the same by POST; no state, none back.
#[sqlx::test]
async fn a_service_signs_its_person_out(pool: PgPool) {
    let scene = scene(&pool).await;
    let state = format!("==+/&?# %{}é", random(90));
    for (uri, state) in [(BYE, Some(state.as_str())), ("https://rp.test/out?from=sso", Some("x y")), (BYE, None)] {
        let mut params = vec![("post_logout_redirect_uri", uri)];
        params.extend(state.map(|state| ("state", state)));
        for by_post in [false, true] {
            let hint = scene.hint().await;
            let params = [&params[..], &[("id_token_hint", hint.as_str())]].concat();
            let reply = if by_post {
                let posted = scene.browser.post("/end-session", &params).await;
                scene.browser.follow(posted).await
            } else {
                scene.browser.get(&end_session(&params)).await
            };
            assert_eq!(reply.status, 303, "{}", reply.body);
            match state {
                Some(state) => {
                    assert!(reply.location().starts_with(uri), "{}", reply.location());
                    assert_eq!(reply.answer("state").as_deref(), Some(state));
                }
                None => assert_eq!(reply.location(), uri),
            }
            assert!(!scene.is_signed_in().await, "prompt=none afterwards fails");
            assert_eq!(scene.browser.get("/").await.location(), "/sign-in");
        }
    }
}

/// Same row: an address that is not registered is never gone to, though the session may end.
#[sqlx::test]
async fn unregistered_addresses_are_never_gone_to(pool: PgPool) {
    let scene = scene(&pool).await;
    for uri in [
        "https://rp.test/bye?foo=bar",
        "https://rp.test/bye/",
        "https://rp.test/other",
        "https://evil.test/bye",
        "https://rp.test/out",
        "https://rp.test/out?from=sso&x=1",
        "https://rp.test/cb",
        "javascript:alert(1)",
        "//evil.test",
    ] {
        let hint = scene.hint().await;
        let reply = scene
            .browser
            .get(&end_session(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri), ("state", "s")]))
            .await;
        assert_our_page(&reply);
        assert!(!reply.body.contains(uri), "{uri} is not even a link");
    }
}

/// Same row: a hint that proves nothing, or an address without one, asks the person and leads nowhere.
#[sqlx::test]
async fn without_a_genuine_hint_the_person_is_asked(pool: PgPool) {
    let scene = scene(&pool).await;
    let genuine = scene.hint().await;
    let [header, claims, signature] = genuine.split('.').collect::<Vec<_>>().try_into().unwrap();
    let none = encode(br#"{"alg":"none","typ":"JWT"}"#);
    let (foreign, access_token) = (foreign_hint(&scene, &genuine).await, scene.pass(&[]).await.answer);
    for hint in [
        format!("{none}.{claims}."),
        format!("{header}.{claims}."),
        format!("{header}.{}.{signature}", encode(br#"{"iss":"x"}"#)),
        format!("{genuine}x"),
        foreign,
        access_token.text("access_token"),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let mut params = vec![("post_logout_redirect_uri", BYE), ("state", "s")];
        if !hint.is_empty() {
            params.push(("id_token_hint", &hint));
        }
        let page = scene.browser.get(&end_session(&params)).await;
        assert_eq!((page.status, page.location()), (200, ""), "{hint}");
        assert!(scene.is_signed_in().await, "nothing happens before the person agrees: {hint}");
        let done = scene.browser.press(&page, "#logout-confirm", &[]).await;
        assert_our_page(&scene.browser.follow(done).await);
        assert!(!scene.is_signed_in().await);
        scene.browser.sign_in("alice").await;
    }
}

/// Signed as ours are, with a key that is not.
async fn foreign_hint(scene: &Scene, genuine: &str) -> String {
    let (header, claims) = scene.verify(genuine, "c_suite").await;
    let pkcs8 = SigningKey::generate(Algorithm::Rs256).unwrap();
    SigningKey::from_pkcs8(header.kid.unwrap(), Algorithm::Rs256, &pkcs8).unwrap().sign("JWT", &claims).unwrap()
}

fn encode(text: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text)
}

/// Same row: no parameters, only state, a hint without URI: signed out, and our own page says so.
#[sqlx::test]
async fn without_an_address_our_own_page_says_it(pool: PgPool) {
    let scene = scene(&pool).await;
    for params in [vec![], vec![("state", "x")]] {
        scene.browser.sign_in("alice").await;
        let page = scene.browser.get(&end_session(&params)).await;
        let done = scene.browser.press(&page, "#logout-confirm", &[]).await;
        assert_our_page(&scene.browser.follow(done).await);
        assert!(!scene.is_signed_in().await);
        // Nobody is signed in any more: nothing to ask.
        assert_our_page(&scene.browser.get(&end_session(&params)).await);
    }
    let hint = scene.hint().await;
    assert_our_page(&scene.browser.get(&end_session(&[("id_token_hint", &hint)])).await);
    assert!(!scene.is_signed_in().await);
}

/// Rule 14: `client_id` alone asks, then leads back to the service.
#[sqlx::test]
async fn a_client_id_alone_asks_and_then_leads_back(pool: PgPool) {
    let scene = scene(&pool).await;
    scene.browser.sign_in("alice").await;
    // Some send the address as it is.
    let address = format!("/end-session?client_id=c_suite&post_logout_redirect_uri={BYE}&state=a%20b");
    let page = scene.browser.get(&address).await;
    assert!(page.body.contains("Service c_suite") && scene.is_signed_in().await);
    let stayed = scene.browser.open(&page.attribute("#stay", "href").unwrap()).await;
    assert_eq!(stayed.status, 200, "and one may stay");
    let done = scene.browser.press(&page, "#logout-confirm", &[]).await;
    let done = scene.browser.follow(done).await;
    let onward = done.attribute("meta[http-equiv=refresh]", "content").unwrap();
    assert_eq!(onward, format!("0;url={BYE}?state=a%20b"));
    assert!(!scene.is_signed_in().await);
}

/// Rule 14: a genuine hint, even expired, ends **its** session; without a cookie too; nobody else's.
#[sqlx::test]
async fn a_hint_ends_its_own_session_only(pool: PgPool) {
    let scene = scene(&pool).await;
    let hint = scene.hint().await;
    let elsewhere = Browser::of(&scene.server);
    elsewhere.sign_in("alice").await;
    scene.server.advance(TimeDelta::minutes(20));
    // The service's own server calls, without a cookie (Nextcloud).
    assert_our_page(&Browser::of(&scene.server).get(&end_session(&[("id_token_hint", &hint)])).await);
    assert!(!scene.is_signed_in().await);
    assert_eq!(elsewhere.get("/").await.status, 200, "her other browser is still signed in");
    // In that other browser the hint names another session: she is asked.
    let page = elsewhere.get(&end_session(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])).await;
    assert!(page.attribute("#logout-confirm", "type").is_some());
    assert_eq!(elsewhere.get("/").await.status, 200);
    // A hint of one service with the name of another proves nothing.
    let hint = scene.hint().await;
    scene.server.service("c_other", "https://other.test/cb").await;
    let params = [("id_token_hint", hint.as_str()), ("client_id", "c_other"), ("post_logout_redirect_uri", BYE)];
    let page = scene.browser.get(&end_session(&params)).await;
    assert!(page.attribute("#logout-confirm", "type").is_some() && scene.is_signed_in().await);
}

/// Rule 14: for a service that is set so, a registered address may come with whatever query.
#[sqlx::test]
async fn a_service_may_vary_the_query(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| {
        client.post_logout_redirect_uris = vec!["https://rp.test/wp-login.php?loggedout=true".to_owned()];
        client.post_logout_any_query = true;
    })
    .await;
    for (uri, good) in [
        ("https://rp.test/wp-login.php?loggedout=true", true),
        ("https://rp.test/wp-login.php?loggedout=true&wp_lang=fr_FR", true),
        ("https://rp.test/wp-login.php", true),
        ("https://rp.test/wp-login.php5?x", false),
        ("https://rp.test/wp-login.php#x", false),
        ("https://rp.test.evil.test/wp-login.php", false),
    ] {
        let hint = scene.hint().await;
        let reply =
            scene.browser.get(&end_session(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)])).await;
        assert_eq!(reply.location() == uri, good, "{uri}");
        if !good {
            assert_our_page(&reply);
        }
    }
}
