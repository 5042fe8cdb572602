//! Requests that services push (RFC 9126).

use chrono::TimeDelta;
use loquet::db::clients::Authentication;
use sqlx::PgPool;

use crate::support::client::{Answer, REDIRECT};
use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// Pushes a sound request, with parameters added or replaced.
async fn push(rp: &RelyingParty, server: &Server, changes: &[(&str, &str)]) -> Answer {
    let address = url::Url::parse(&rp.authorize(changes)).unwrap();
    let form: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let request = rp.http().post(format!("{}/par", server.url)).form(&form);
    rp.read(match &rp.secret {
        Some(secret) => request.basic_auth(&rp.client_id, Some(secret.reveal())),
        None => request,
    })
    .await
}

/// Where the browser goes then.
fn visit(rp: &RelyingParty, reference: &str, more: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("/authorize?client_id={}&request_uri={}{more}", encode(&rp.client_id), encode(reference))
}

/// AZ-26: good for one visit, of its own client, within a minute; what the browser says besides is ignored.
#[sqlx::test]
async fn a_pushed_request_is_used_once(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    server.service("c_other", REDIRECT).await;
    let other = RelyingParty::of(&server, "c_other", None);
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let pushed = push(&rp, &server, &[("scope", "openid email"), ("state", "pushed")]).await;
    assert_eq!((pushed.status, pushed.body["expires_in"].as_i64()), (201, Some(60)), "{:?}", pushed.body);
    assert_eq!(pushed.headers["cache-control"], "no-store");
    let reference = pushed.text("request_uri");
    assert!(reference.len() >= "urn:ietf:params:oauth:request_uri:".len() + 43);
    let stolen = browser.get(&visit(&other, &reference, "")).await;
    assert_eq!((stolen.status, stolen.location()), (400, ""), "another client's");
    let overrides = "&state=front&scope=openid+groups&redirect_uri=https%3A%2F%2Fevil.test%2F&prompt=login&response_mode=form_post&nonce=x";
    let back = browser.get(&visit(&rp, &reference, overrides)).await;
    assert!(back.location().starts_with(&format!("{REDIRECT}?code=")), "{} {}", back.status, back.location());
    assert_eq!(back.answer("state").as_deref(), Some("pushed"));
    let answer = rp.exchange(&back.answer("code").unwrap()).await;
    assert_eq!((answer.text("scope").as_str(), answer.id_token()["nonce"].as_str()), ("openid email", Some("n-once")));
    let twice = browser.get(&visit(&rp, &reference, "")).await;
    assert_eq!((twice.status, twice.location()), (400, ""), "used");
    let late = push(&rp, &server, &[]).await.text("request_uri");
    server.advance(TimeDelta::seconds(61));
    assert_eq!(browser.get(&visit(&rp, &late, "")).await.status, 400, "over");
    for unknown in ["urn:ietf:params:oauth:request_uri:", "urn:ietf:params:oauth:request_uri:lqt_pr_x"] {
        assert_eq!(browser.get(&visit(&rp, unknown, "")).await.status, 400, "{unknown}");
    }
    let reference = push(&rp, &server, &[]).await.text("request_uri");
    let doubled = format!("{}&request_uri=x", visit(&rp, &reference, ""));
    assert_eq!(browser.get(&doubled).await.status, 400, "two references");
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM pushed_requests WHERE parameters::text LIKE '%lqt_pr_%'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(kept, 0, "the reference is stored as a hash");
}

/// AZ-26: what would be refused in front is refused here, and only a client that proves who it is may push.
#[sqlx::test]
async fn what_cannot_be_pushed(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = RelyingParty::new(&server).await;
    for (changes, error) in [
        (vec![("redirect_uri", "https://evil.test/cb")], "invalid_request"),
        (vec![("redirect_uri", "")], "invalid_request"),
        (vec![("request_uri", "urn:ietf:params:oauth:request_uri:x")], "invalid_request"),
        (vec![("request", "eyJhbGciOiJub25lIn0.e30.")], "request_not_supported"),
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("scope", "profile")], "invalid_scope"),
        (vec![("code_challenge", "")], "invalid_request"),
        (vec![("id_token_hint", "a.b.c")], "invalid_request"),
        (vec![("claims", r#"{"id_token":{"sub":{"value":"\u0000"}}}"#)], "invalid_request"),
        (vec![("state", "\0")], "invalid_request"),
    ] {
        assert_eq!(push(&rp, &server, &changes).await.error(), (400, error), "{changes:?}");
    }
    let anonymous = RelyingParty::of(&server, "c_conf", None);
    assert_eq!(push(&anonymous, &server, &[]).await.error(), (401, "invalid_client"));
    let wrong = RelyingParty::of(&server, "c_conf", Some(loquet::crypto::Plain::random("x")));
    assert_eq!(push(&wrong, &server, &[]).await.error(), (401, "invalid_client"));
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM pushed_requests").fetch_one(&pool).await.unwrap();
    assert_eq!(stored, 0);
}

/// A client that must push cannot be spoken for in a browser; a public one may push as well.
#[sqlx::test]
async fn some_clients_must_push(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server
        .service_with("c_pub", REDIRECT, |client| {
            client.authentication = Authentication::None;
            client.require_pushed_requests = true;
        })
        .await;
    let rp = RelyingParty::of(&server, "c_pub", None);
    let browser = Browser::of(&server);
    let front = browser.get(&rp.authorize(&[])).await;
    assert_eq!(front.answer("error").as_deref(), Some("invalid_request"));
    let reference = push(&rp, &server, &[]).await.text("request_uri");
    let page = browser.open(&visit(&rp, &reference, "")).await;
    let back = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert_eq!(rp.exchange(&back.answer("code").unwrap()).await.status, 200);
}

/// GR-02: a right that is missing is missing by this way too; and what changes between the push and the visit counts.
#[sqlx::test]
async fn a_pushed_request_gives_no_right(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("dora").await;
    let (mut client, secret) = server.service_with("c_sa", REDIRECT, |client| client.everyone = false).await;
    let rp = RelyingParty::of(&server, "c_sa", Some(secret));
    let browser = Browser::of(&server);
    browser.sign_in("dora").await;
    let silent = push(&rp, &server, &[("prompt", "none")]).await.text("request_uri");
    let silent = browser.get(&visit(&rp, &silent, "")).await;
    assert_eq!((silent.answer("error").as_deref(), silent.answer("code")), (Some("access_denied"), None));
    let reference = push(&rp, &server, &[]).await.text("request_uri");
    let page = browser.open(&visit(&rp, &reference, "")).await;
    assert!(page.url.contains("/refused"), "{}", page.url);
    client.everyone = true;
    server.change_service(&client).await;
    let reference = push(&rp, &server, &[]).await.text("request_uri");
    client.redirect_uris = vec!["https://rp.test/new".to_owned()];
    server.change_service(&client).await;
    let reply = browser.get(&visit(&rp, &reference, "")).await;
    assert_eq!((reply.status, reply.location()), (400, ""), "an address that is registered no more");
    let codes: i64 = sqlx::query_scalar("SELECT count(*) FROM authorization_codes").fetch_one(&pool).await.unwrap();
    assert_eq!(codes, 0);
}
