//! Passkeys, in a real browser with a virtual authenticator: added, used as a second step and as a whole
//! sign-in, removed; and answers that are not what was asked for.

use loquet::crypto::{Plain, Vault};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{Browser, Chromium, PASSWORD, RelyingParty, Server, Site};

const PAGE: &str = "/account/security/passkeys";

const ISSUER: (&str, &str) = ("LOQUET_SERVER_ISSUER", "http://localhost:{port}");

/// Passkeys are of names, not of IP addresses.
async fn server(pool: &PgPool) -> Server {
    Server::with(pool, &[ISSUER]).await
}

async fn first_step(chromium: &Chromium, server: &Server, login: &str) {
    chromium.open(&format!("{}/sign-in", server.url)).await;
    chromium.fill("#username", login).await;
    chromium.fill("#password", PASSWORD).await;
    chromium.leave_by("#submit").await;
}

async fn sign_out(chromium: &Chromium, server: &Server) {
    chromium.open(&format!("{}/", server.url)).await;
    chromium.leave_by("#sign-out").await;
}

/// Adds a passkey to whoever is signed in; true if recovery codes came with it.
async fn add(chromium: &Chromium, server: &Server, name: &str) -> bool {
    chromium.open(&format!("{}{PAGE}", server.url)).await;
    chromium.fill("#name", name).await;
    chromium.leave_by("form[data-passkey] button").await;
    let codes = !chromium.all(".codes").await.is_empty();
    if codes {
        chromium.leave_by("#kept").await;
    }
    codes
}

async fn amr(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT amr FROM browser_sessions ORDER BY authenticated_at DESC LIMIT 1")
        .fetch_one(pool)
        .await
        .unwrap()
}

async fn whole_life(pool: PgPool, language: &str) {
    let server = server(&pool).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let chromium = Chromium::start(language, true).await;
    let keys = chromium.virtual_authenticator().await;
    first_step(&chromium, &server, "alice").await;
    assert!(add(&chromium, &server, "Clé du bureau").await, "the first factor comes with recovery codes");
    chromium.reads("li.card strong", "Clé du bureau").await;
    assert_eq!(amr(&pool).await, ["pwd", "pop", "mfa"]);
    // A key of the browser's own that can name its person.
    let held = chromium.credentials(&keys).await;
    assert_eq!(held.as_array().map(Vec::len), Some(1), "{held}");
    assert_eq!((&held[0]["isResidentCredential"], &held[0]["rpId"]), (&json!(true), &json!("localhost")));

    // The whole sign-in, on the way to a service.
    sign_out(&chromium, &server).await;
    chromium.open(&rp.authorize(&[])).await;
    chromium.click("form[data-passkey] button").await;
    let code = chromium.query_of("https://rp.test/cb", "code").await;
    let tokens = rp.exchange(&code).await.id_token();
    assert_eq!(tokens["amr"], json!(["pop", "user", "mfa"]));
    assert_eq!(tokens["acr"], "urn:loquet:acr:multi-factor");

    // The second of two steps.
    sign_out(&chromium, &server).await;
    first_step(&chromium, &server, "alice").await;
    assert!(chromium.address().await.ends_with("/sign-in/second-factor"));
    chromium.leave_by("form[data-passkey] button").await;
    chromium.element("#sign-out").await;
    assert_eq!(amr(&pool).await, ["pwd", "pop", "user", "mfa"]);

    // It goes, and with it the recovery codes: it was the only factor.
    chromium.open(&format!("{}{PAGE}", server.url)).await;
    assert_eq!(chromium.all("li.card").await.len(), 1);
    chromium.leave_by("li.card a").await;
    chromium.leave_by("#submit").await;
    assert!(chromium.all("li.card").await.is_empty());
    let (factors, codes): (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM passkeys), (SELECT count(*) FROM recovery_codes)")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((factors, codes), (0, 0));
    let kinds: Vec<String> = sqlx::query_scalar("SELECT kind FROM audit_events WHERE kind LIKE 'passkey%' ORDER BY id")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(kinds, ["passkey-added", "passkey-removed"]);
    sign_out(&chromium, &server).await;
    first_step(&chromium, &server, "alice").await;
    chromium.element("#sign-out").await;
    let complaints: Vec<String> =
        chromium.complaints().await.into_iter().filter(|line| !line.contains("rp.test")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    chromium.close().await;
}

#[sqlx::test]
async fn a_whole_life_in_french(pool: PgPool) {
    whole_life(pool, "fr-FR").await;
}

#[sqlx::test]
async fn a_whole_life_in_english(pool: PgPool) {
    whole_life(pool, "en-GB").await;
}

/// Asks for a challenge as the page does, and returns it.
const ASK: &str = "const csrf = document.querySelector('input[name=csrf]').value;
    return fetch(arguments[0], { method: 'POST', body: new URLSearchParams({ csrf }) }).then(answer => answer.json());";

/// Answers a challenge, wherever the browser is.
const ANSWER: &str = r"
    const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
    const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
    const { publicKey } = arguments[0];
    publicKey.challenge = bytes(publicKey.challenge);
    for (const known of publicKey.allowCredentials || []) known.id = bytes(known.id);
    return navigator.credentials.get({ publicKey }).then(({ id, rawId, type, response }) => ({
        id, rawId: text(rawId), type, extensions: {}, response: {
            authenticatorData: text(response.authenticatorData), clientDataJSON: text(response.clientDataJSON),
            signature: text(response.signature), userHandle: response.userHandle && text(response.userHandle),
        },
    }));";

/// Sends an answer: the status, 0 for a redirect.
const SEND: &str = "const csrf = document.querySelector('input[name=csrf]').value;
    const body = new URLSearchParams({ csrf, credential: JSON.stringify(arguments[1]) });
    return fetch(arguments[0], { method: 'POST', body, redirect: 'manual' }).then(answer => answer.status);";

/// Two persons with a passkey each, in one browser where nobody is signed in.
async fn scene(pool: &PgPool) -> (Server, Chromium) {
    let server = server(pool).await;
    let chromium = Chromium::start("en-GB", true).await;
    chromium.virtual_authenticator().await;
    for name in ["alice", "bob"] {
        server.person(name).await;
        first_step(&chromium, &server, name).await;
        add(&chromium, &server, name).await;
        sign_out(&chromium, &server).await;
    }
    (server, chromium)
}

/// The credential of somebody, as browsers name it, and the handle of its person.
async fn credential(pool: &PgPool, username: &str) -> (Vec<u8>, uuid::Uuid) {
    sqlx::query_as(
        "SELECT p.credential_id, u.id FROM passkeys p JOIN users u ON u.id = p.user_id WHERE u.username = $1",
    )
    .bind(username)
    .fetch_one(pool)
    .await
    .unwrap()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// The key of somebody, in the request for a passkey.
async fn by(pool: &PgPool, username: &str, mut options: Value) -> Value {
    options["publicKey"]["allowCredentials"] =
        json!([{ "type": "public-key", "id": base64(&credential(pool, username).await.0) }]);
    options
}

const SIGN_IN: &str = "/sign-in/passkey";

/// As a whole sign-in.
#[sqlx::test]
async fn an_answer_is_good_once_for_what_was_asked(pool: PgPool) {
    let (server, chromium) = scene(&pool).await;
    let home = format!("{}/sign-in", server.url);
    let ask = async || {
        chromium.open(&home).await;
        chromium.run(ASK, vec![json!(format!("{SIGN_IN}/challenge"))]).await
    };
    let answer = async |options: &Value| chromium.run(ANSWER, vec![options.clone()]).await;
    let send = async |answer: &Value| chromium.run(SEND, vec![json!(SIGN_IN), answer.clone()]).await;
    let sessions =
        async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM browser_sessions").fetch_one(&pool).await.unwrap() };

    // Good once, and never again.
    let good = answer(&by(&pool, "alice", ask().await).await).await;
    assert_eq!(send(&good).await, 0);
    assert_eq!(sessions().await, 1);
    sign_out(&chromium, &server).await;
    chromium.open(&home).await;
    assert_eq!(send(&good).await, 401, "replayed");
    ask().await;
    assert_eq!(send(&good).await, 401, "an answer to another challenge");

    // Another person's name with one's own key.
    let mut mixed = answer(&by(&pool, "bob", ask().await).await).await;
    mixed["response"]["userHandle"] = json!(base64(credential(&pool, "alice").await.1.as_bytes()));
    assert_eq!(send(&mixed).await, 401);
    // Signed elsewhere: a page of another origin that browsers let use the same name.
    let options = by(&pool, "alice", ask().await).await;
    let evil = Site::start("localhost");
    evil.publish("/", "text/html", "<h1>Win a prize</h1>");
    chromium.open(&evil.url).await;
    let stolen = answer(&options).await;
    chromium.open(&home).await;
    assert_eq!(send(&stolen).await, 401, "another origin");
    // A signature, a flag or a member changed.
    for member in ["signature", "authenticatorData", "clientDataJSON"] {
        let mut changed = answer(&by(&pool, "alice", ask().await).await).await;
        let text = changed["response"][member].as_str().unwrap().to_owned();
        let middle = text.len() / 2;
        let other = if &text[middle..=middle] == "A" { "B" } else { "A" };
        changed["response"][member] = json!(format!("{}{other}{}", &text[..middle], &text[middle + 1..]));
        assert_eq!(send(&changed).await, 401, "{member}");
    }
    for nonsense in [json!(null), json!({}), json!("x"), json!([1])] {
        ask().await;
        assert_eq!(send(&nonsense).await, 401, "{nonsense}");
    }
    // A copy of the key: its counter is behind.
    sqlx::query("UPDATE passkeys SET credential = jsonb_set(credential, '{cred,counter}', '100000')")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(send(&answer(&by(&pool, "alice", ask().await).await).await).await, 401, "a counter that went back");
    sqlx::query("UPDATE passkeys SET credential = jsonb_set(credential, '{cred,counter}', '0')")
        .execute(&pool)
        .await
        .unwrap();
    // Five minutes later; and an account that was disabled meanwhile.
    let late = answer(&by(&pool, "alice", ask().await).await).await;
    sqlx::query("UPDATE passkey_challenges SET expires_at = expires_at - interval '5 minutes'")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(send(&late).await, 401, "late");
    let answered = answer(&by(&pool, "alice", ask().await).await).await;
    sqlx::query("UPDATE users SET active = false WHERE username = 'alice'").execute(&pool).await.unwrap();
    assert_eq!(send(&answered).await, 401, "disabled");
    assert_eq!(sessions().await, 0);
    // Bob is not concerned.
    assert_eq!(send(&answer(&by(&pool, "bob", ask().await).await).await).await, 0);
    chromium.close().await;
}

/// As a second step: of the person whose password it was, in the browser where it was.
#[sqlx::test]
async fn somebody_elses_passkey_is_no_second_step(pool: PgPool) {
    let (server, chromium) = scene(&pool).await;
    first_step(&chromium, &server, "alice").await;
    let asked = chromium.run(ASK, vec![json!("/sign-in/second-factor/challenge")]).await;
    assert_eq!(asked["publicKey"]["allowCredentials"].as_array().map(Vec::len), Some(1), "{asked}");
    let foreign = chromium.run(ANSWER, vec![by(&pool, "bob", asked).await]).await;
    let send = async |answer: &Value| chromium.run(SEND, vec![json!("/sign-in/second-factor"), answer.clone()]).await;
    assert_eq!(send(&foreign).await, 401);
    // A challenge for a whole sign-in is none for a second step.
    let whole = chromium.run(ASK, vec![json!(format!("{SIGN_IN}/challenge"))]).await;
    let whole = chromium.run(ANSWER, vec![by(&pool, "alice", whole).await]).await;
    assert_eq!(send(&whole).await, 401);
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM browser_sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(sessions, 0);
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'second-factor-failed'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(told, 2);
    let asked = chromium.run(ASK, vec![json!("/sign-in/second-factor/challenge")]).await;
    assert_eq!(send(&chromium.run(ANSWER, vec![asked]).await).await, 0);
    chromium.close().await;
}

/// Where there are none, and what strangers may not have.
#[sqlx::test]
async fn without_a_name_or_without_a_right(pool: PgPool) {
    let key = Vault::generate_master_key();
    let by_number = Server::replica(&pool, &[], &key).await;
    let alice = by_number.person("alice").await;
    let browser = Browser::of(&by_number);
    assert!(browser.open("/sign-in").await.attribute("form[data-passkey]", "action").is_none());
    let home = browser.sign_in("alice").await;
    assert_eq!(browser.get(PAGE).await.status, 404);
    let csrf = home.attribute("input[name=csrf]", "value").unwrap();
    for path in ["/sign-in/passkey", "/sign-in/passkey/challenge"] {
        assert_eq!(browser.post(path, &[("csrf", &csrf), ("credential", "{}")]).await.status, 404, "{path}");
        assert_eq!(browser.post(path, &[]).await.status, 400, "{path}");
    }
    // Hidden until a script shows it.
    let server = Server::replica(&pool, &[ISSUER], &key).await;
    let page = Browser::of(&server).open("/sign-in").await;
    assert!(page.attribute("form[data-passkey]", "hidden").is_some());
    // Somebody else's passkey is not there.
    sqlx::query("INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at) VALUES ($1, $2, $3, '{}', 'x', now())")
        .bind(uuid::Uuid::nil())
        .bind(alice.id)
        .bind(Plain::random("").reveal().as_bytes())
        .execute(&pool)
        .await
        .unwrap();
    server.person("bob").await;
    let bob = Browser::of(&server);
    bob.sign_in("bob").await;
    let address = format!("{PAGE}/{}", uuid::Uuid::nil());
    let csrf = bob.open(PAGE).await.attribute("input[name=csrf]", "value").unwrap();
    assert_eq!(bob.get(&address).await.status, 404);
    assert_eq!(bob.post(&address, &[("csrf", &csrf)]).await.status, 404);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM passkeys").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 1);
}
