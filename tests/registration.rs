//! Services that register themselves, from the side of those who mean harm. (What the specifications say:
//! `conformance/registration.rs`.)

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::client::{Answer, REDIRECT};
use crate::support::listener::LOOPBACK;
use crate::support::{Browser, Listener, Mode, PASSWORD, RelyingParty, Server};

const ALLOWED: (&str, &str) = ("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true");

/// Tries to register with these members besides a sound redirect URI.
async fn attempt(server: &Server, more: Value) -> Answer {
    let leave = server.leave_to_register().await;
    let mut metadata = json!({ "redirect_uris": [REDIRECT] });
    metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let rp = RelyingParty::of(server, "", None);
    let request = rp.http().post(format!("{}/register", server.url)).bearer_auth(leave.reveal()).json(&metadata);
    rp.read(request).await
}

async fn clients(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM clients").fetch_one(pool).await.unwrap()
}

/// AZ-06: addresses that nobody may be sent to; nothing is saved.
#[sqlx::test]
async fn addresses_that_cannot_be_registered(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED]).await;
    for uri in [
        "https://rp.test/*",
        "http://*/cb",
        "https://*.rp.test/cb",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "https://rp.test/cb#f",
        "https://u:p@rp.test/cb",
        "https://u@rp.test/cb",
        "http://rp.test/cb",
        "//rp.test/cb",
        "/cb",
        "rp.test/cb",
        "https://rp.test/a/../b",
        "https://rp.test\\@evil.test/",
        "https://rp.test/\"><script>",
        "https://rp.test/\r\nx: y",
        "",
    ] {
        let answer = attempt(&server, json!({ "redirect_uris": [uri] })).await;
        assert_eq!(answer.error(), (400, "invalid_redirect_uri"), "{uri} {:?}", answer.body);
        for member in ["post_logout_redirect_uris"] {
            let answer = attempt(&server, json!({ member: [uri] })).await;
            assert_eq!(answer.error(), (400, "invalid_client_metadata"), "{member} {uri}");
        }
        for member in ["initiate_login_uri", "client_uri", "logo_uri", "policy_uri", "tos_uri"] {
            let answer = attempt(&server, json!({ member: uri })).await;
            assert_eq!(answer.error(), (400, "invalid_client_metadata"), "{member} {uri}");
        }
    }
    for broken in [
        json!({ "client_name": "a\u{202e}b" }),
        json!({ "client_name": "a\nb" }),
        json!({ "client_name": "a\u{0}b" }),
        json!({ "contacts": ["a\u{0}b"] }),
        json!({ "client_name": "n".repeat(100) }),
        json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        json!({ "id_token_signed_response_alg": "none" }),
        json!({ "grant_types": ["client_credentials"] }),
        json!({ "grant_types": ["implicit"] }),
        json!({ "response_types": ["token"] }),
        json!({ "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "jwks": { "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] } }),
        json!({ "client_id": "c_conf" }),
    ] {
        let answer = attempt(&server, broken.clone()).await;
        assert_eq!(answer.error(), (400, "invalid_client_metadata"), "{broken} {:?}", answer.body);
    }
    assert_eq!(clients(&pool).await, 0);
}

/// SS-01: no address of a service leads inside; an open port is not told from a closed one.
#[sqlx::test]
async fn addresses_inside_cannot_be_registered(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED]).await;
    let canary = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let open = format!("http://127.0.0.1:{}/", canary.local_addr().unwrap().port());
    let inside = [
        open.as_str(),
        "http://127.0.0.1:9/",
        "http://[::1]/",
        "http://0/",
        "http://2130706433/",
        "http://169.254.169.254/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://[fd00::1]/",
        "https://localhost/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://u:p@example.org/",
        "https://example.org:22/",
        "https://example.org:5432/",
        "http://example.org/",
        "https://example.org/#f",
        "",
    ];
    for member in ["jwks_uri", "backchannel_logout_uri", "sector_identifier_uri"] {
        for uri in inside {
            let mut metadata = json!({ "subject_type": "pairwise" });
            metadata[member] = json!(uri);
            let answer = attempt(&server, metadata).await;
            assert_eq!(answer.error(), (400, "invalid_client_metadata"), "{member} {uri}");
        }
        let told = async |uri: &str| attempt(&server, json!({ member: uri })).await.body.to_string().replace(uri, "");
        assert_eq!(told(&open).await, told("http://127.0.0.1:9/").await, "{member}");
    }
    assert!(canary.accept().is_err(), "the canary was called");
    assert_eq!(clients(&pool).await, 0);
}

/// SS-01, SS-05: of all addresses, one is fetched when a service registers, and what was found there stays secret.
#[sqlx::test]
async fn what_is_fetched(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED, LOOPBACK]).await;
    let listener = Listener::start(Mode::Json(json!([REDIRECT])));
    let at = |path: &str| format!("{}/{path}", listener.url);
    let answer = attempt(
        &server,
        json!({
            "subject_type": "pairwise", "sector_identifier_uri": at("sector"), "jwks_uri": at("keys"),
            "backchannel_logout_uri": at("told"), "logo_uri": "https://rp.test/logo",
        }),
    )
    .await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let heard = listener.heard();
    assert_eq!((heard.len(), heard[0].path.as_str()), (1, "/sector"));
    assert!(heard[0].headers.get("authorization").is_none());
    let mut told = Vec::new();
    for mode in [Mode::Fail, Mode::Redirect(at("elsewhere")), Mode::Ok] {
        listener.answer(mode);
        told.push(attempt(&server, json!({ "sector_identifier_uri": at("sector") })).await.body.to_string());
    }
    told.push(attempt(&server, json!({ "sector_identifier_uri": "http://127.0.0.1:9/" })).await.body.to_string());
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    listener.answer(Mode::Json(json!(["https://another.test/cb"])));
    let answer = attempt(&server, json!({ "sector_identifier_uri": at("sector") })).await;
    assert_eq!(answer.error(), (400, "invalid_client_metadata"));
    assert!(listener.heard().iter().all(|heard| heard.path == "/sector"));
    // Without leave nothing is fetched at all.
    let before = listener.heard().len();
    let rp = RelyingParty::of(&server, "", None);
    let metadata = json!({ "redirect_uris": [REDIRECT], "sector_identifier_uri": at("sector") });
    for token in ["", "lqt_ia_x"] {
        let request = rp.http().post(format!("{}/register", server.url)).bearer_auth(token).json(&metadata);
        assert_eq!(rp.read(request).await.error(), (401, "invalid_token"));
    }
    assert_eq!(listener.heard().len(), before);
}

/// Nobody manages another's registration, nor one that an administrator made; and nothing is given that an
/// administrator would have to give.
#[sqlx::test]
async fn registrations_are_apart(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED]).await;
    server.person("alice").await;
    server.service("7f000001-0000-4000-8000-000000000000", REDIRECT).await;
    let greedy = json!({
        "redirect_uris": [REDIRECT], "grant_types": ["authorization_code", "refresh_token"], "ours": true, "everyone": true,
        "claims_in_id_token": true, "audience": "c_conf", "client_credentials": true, "jwt_access_tokens": true,
        "access_token_seconds": 86_400, "scopes": ["admin"], "client_name": "Eve",
    });
    let (eve, registered) = RelyingParty::register(&server, &greedy).await;
    let (_, victim) = RelyingParty::register(&server, &json!({ "redirect_uris": [REDIRECT] })).await;
    let token = registered.text("registration_access_token");
    for other in [victim.text("client_id"), "7f000001-0000-4000-8000-000000000000".to_owned(), "c_conf".to_owned()] {
        let address = format!("{}/register/{other}", server.url);
        for token in [token.as_str(), "", "lqt_rg_x"] {
            for request in
                [eve.http().get(&address), eve.http().put(&address).json(&greedy), eve.http().delete(&address)]
            {
                assert_eq!(eve.read(request.bearer_auth(token)).await.error(), (401, "invalid_token"), "{other}");
            }
        }
    }
    assert_eq!(clients(&pool).await, 3);
    server.reload().await;
    let client = server.state.directory.client(&eve.client_id, &server.state.pool).await.unwrap().unwrap();
    assert!(!client.ours && !client.claims_in_id_token && !client.client_credentials && !client.jwt_access_tokens);
    assert_eq!((client.audience(), client.access_token_seconds), (eve.client_id.as_str(), None));
    assert_eq!(eve.token(&[("grant_type", "client_credentials")]).await.error(), (400, "unauthorized_client"));
    let browser = Browser::of(&server);
    let page = browser.open(&eve.authorize(&[])).await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert!(page.text("#consent-allow").is_some(), "the person is asked");
    // Its secrets are stored as hashes.
    let kept: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM clients c LEFT JOIN client_secrets s USING (client_id) WHERE strpos(c::text || coalesce(s::text, ''), $1) > 0",
    )
    .bind(&token)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(kept, 0);
}

/// A client that says slowly what it would like to be does not undo what an administrator did meanwhile.
#[sqlx::test]
async fn an_administrator_has_the_last_word(pool: PgPool) {
    let server = Server::with(&pool, &[ALLOWED, LOOPBACK]).await;
    let (eve, registered) = RelyingParty::register(&server, &json!({ "redirect_uris": [REDIRECT] })).await;
    let sector = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow = json!({
        "redirect_uris": [REDIRECT],
        "sector_identifier_uri": format!("http://{}/", sector.local_addr().unwrap()),
    });
    let address = registered.text("registration_client_uri");
    let request = eve.http().put(address).bearer_auth(registered.text("registration_access_token")).json(&slow);
    let asked = async {
        let (mut stream, _) = sector.accept().await.unwrap();
        // An answer that comes before its question is a fault of the connection for hyper.
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 4096]).await.unwrap();
        sqlx::query("UPDATE clients SET enabled = false, policy = 'restricted'").execute(&pool).await.unwrap();
        let body = json!([REDIRECT]).to_string();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes()).await.unwrap();
        stream
    };
    let (answer, _open) = tokio::join!(eve.read(request), asked);
    assert_eq!(answer.error(), (401, "invalid_token"));
    let left: (bool, String) = sqlx::query_as("SELECT enabled, policy FROM clients").fetch_one(&pool).await.unwrap();
    assert_eq!(left, (false, "restricted".to_owned()), "switched on again by the client");
}
