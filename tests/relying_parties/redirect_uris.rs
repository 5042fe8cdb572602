//! Redirect URIs under attack: thousands that are nearly registered, and npm `oidc-provider`
//! (certified) with the same clients to compare with. Whatever it refuses, we refuse; and no answer
//! of ours leaves for an address that is not registered byte for byte.
//!
//! `LOQUET_SEED` repeats a run, `LOQUET_REDIRECT_URIS` makes it longer.

use std::process::{Command, Stdio};

use futures_util::StreamExt as _;
use loquet::crypto::random_bytes;
use loquet::db::clients::Authentication;
use percent_encoding::percent_decode_str;
use serde_json::json;
use sqlx::PgPool;

use super::mutations::{Dice, nearly, said};
use super::node;
use crate::support::processes::{Process, needs};
use crate::support::{Browser, Server};

const WEB: [&str; 5] = [
    "https://rp.test/cb",
    "https://rp.test/login.php?oidc",
    "https://rp.test:8443/a/b?x=1&y=%2Fz",
    "https://Other.rp.test/%C3%A9t%c3%a9/",
    "http://localhost:8090/cb",
];
/// Of an application on somebody's computer: the port of a loopback address is free (RFC 8252 7.3).
const NATIVE: [&str; 4] =
    ["http://127.0.0.1/cb", "http://[::1]:4000/cb?a=b", "org.example.app:/callback", "https://rp.test/native"];
/// Hosts and paths of those.
const LOOPBACKS: [(&str, &str); 2] = [("http://127.0.0.1", "/cb"), ("http://[::1]", "/cb?a=b")];
/// Asked at the same time.
const TOGETHER: usize = 8;

/// Of every request.
const REST: &str = "scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
/// The rest of a request to sign in: answered at once, by a page, by a form, or with an error.
const SIGN_INS: [&str; 5] = [
    "response_type=code&prompt=none",
    "response_type=code&prompt=none&state=%2Fs%23",
    "response_type=code&prompt=none&response_mode=form_post",
    "response_type=code",
    "response_type=token",
];
/// Of one to sign out.
const SIGN_OUTS: [&str; 2] = ["ui_locales=fr", "state=%2Fs%23"];

/// What is asked.
struct Question {
    client: &'static str,
    sign_out: bool,
    /// By somebody who is signed in: the answer holds a code.
    signed_in: bool,
    /// Client and address.
    query: String,
    /// The rest of what we are asked.
    rest: &'static str,
}

impl Question {
    /// A registered URI, more or less, in a request of any kind.
    fn random(dice: &mut Dice) -> Self {
        let (client, own) = if dice.below(2) == 0 { ("c_web", &WEB[..]) } else { ("c_native", &NATIVE[..]) };
        let registered = dice.one_of(own);
        let candidate = nearly(registered, &[&WEB[..], &NATIVE[..]].concat(), dice);
        let said = said(&candidate, registered, dice);
        let sign_out = dice.below(4) == 0;
        let (said, rest) = if sign_out {
            (said.replace("redirect_uri", "post_logout_redirect_uri"), dice.one_of(&SIGN_OUTS))
        } else {
            (said, dice.one_of(&SIGN_INS))
        };
        let query = format!("client_id={client}&{said}&{REST}");
        Self { client, sign_out, signed_in: !sign_out && dice.below(2) == 0, query, rest }
    }

    /// What follows a registered URI at the beginning of an address, and what begins it; none: there is
    /// no such URI there. The rule once more, and without parsing.
    fn after_registered<'a>(&self, address: &'a str) -> Option<(char, &'a str)> {
        let uris = if self.client == "c_web" { &WEB[..] } else { &NATIVE[..] };
        let exact = uris.iter().find_map(|uri| Some((*uri, address.strip_prefix(uri)?)));
        let free_port = || {
            let (host, path) = LOOPBACKS.into_iter().find(|(host, _)| address.starts_with(host))?;
            let (port, _) = address[host.len()..].split_once('/')?;
            let digits = port.strip_prefix(':').unwrap_or("0");
            let sound = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok();
            let rest = address[host.len() + port.len()..].strip_prefix(path)?;
            (self.client == "c_native" && !self.sign_out && sound).then_some((path, rest))
        };
        let (uri, rest) = exact.or_else(free_port)?;
        Some((if uri.contains('?') { '&' } else { '?' }, rest))
    }

    /// Whether an address is a registered URI with what we add, and nothing else.
    fn is_answered_by(&self, address: &str, issuer: &str) -> bool {
        let Some((separator, added)) = self.after_registered(address) else { return false };
        let Some(pairs) = added.strip_prefix(separator) else { return self.sign_out && added.is_empty() };
        let iss: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
        let sound = |pair: &str| match pair.split_once('=') {
            Some(("code", value)) => value.starts_with("lqt_ac_"),
            Some(("state", value)) => value == "%2Fs%23",
            Some(("iss", value)) => value == iss,
            Some(("error" | "error_description", _)) => true,
            _ => false,
        };
        let mut names: Vec<&str> = pairs.split('&').filter_map(|pair| pair.split('=').next()).collect();
        let (count, complete) = (names.len(), self.sign_out || names.contains(&"iss"));
        names.sort_unstable();
        names.dedup();
        complete && names.len() == count && pairs.split('&').all(sound)
    }
}

struct Scene {
    server: Server,
    _oracle: Process,
    theirs: Browser,
    nobody: Browser,
    alice: Browser,
}

async fn scene(pool: &PgPool) -> Scene {
    node::install().await;
    let clients = json!([
        { "client_id": "c_web", "client_secret": "unused", "redirect_uris": WEB, "post_logout_redirect_uris": WEB },
        {
            "client_id": "c_native", "redirect_uris": NATIVE, "post_logout_redirect_uris": NATIVE,
            "application_type": "native", "token_endpoint_auth_method": "none",
        },
    ]);
    let mut command = Command::new("node");
    command.arg("oidc_provider.mjs").current_dir(node::folder());
    command.env("SETTINGS", json!({ "clients": clients }).to_string());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut oracle = Process { child: needs(command.spawn(), "node", "nodejs"), leader: false };
    let port = oracle.told("port ");

    let server = Server::start(pool).await;
    server.person("alice").await;
    for (id, uris) in [("c_web", &WEB[..]), ("c_native", &NATIVE[..])] {
        let change = |client: &mut loquet::db::clients::Client| {
            client.redirect_uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
            client.post_logout_redirect_uris = client.redirect_uris.clone();
            if id == "c_native" {
                client.authentication = Authentication::None;
            }
        };
        server.service_with(id, "", change).await;
    }
    let (nobody, alice) = (Browser::of(&server), Browser::of(&server));
    alice.sign_in("alice").await;
    Scene { theirs: Browser::at(&format!("http://127.0.0.1:{port}")), _oracle: oracle, server, nobody, alice }
}

impl Scene {
    /// Whether we take the address, having checked where we lead.
    async fn ask_us(&self, question: &Question) -> bool {
        let browser = if question.signed_in { &self.alice } else { &self.nobody };
        let path = if question.sign_out { "end-session" } else { "authorize" };
        let reply = browser.get(&format!("/{path}?{}&{}", question.query, question.rest)).await;
        let query = &question.query;
        match reply.status {
            303 => {
                let location = reply.location();
                let page = location.starts_with("/sign-in?") && !question.signed_in && !question.sign_out;
                let good = page || question.is_answered_by(location, &self.server.url);
                assert!(good, "{query} leads to {location}");
                true
            }
            // Where a form goes, or the page that says that the session has ended.
            200 => {
                let action = reply.attribute("form[data-leave]", "action");
                assert_eq!(action.is_none(), question.sign_out, "{query}: {}", reply.body);
                let rest = action.as_ref().and_then(|action| question.after_registered(action));
                assert!(question.sign_out || rest.is_some_and(|(_, rest)| rest.is_empty()), "{query}: {action:?}");
                !question.sign_out
            }
            400 => {
                assert!(reply.is_page() && reply.location().is_empty(), "{reply:?}");
                false
            }
            _ => panic!("{query}: {reply:?}"),
        }
    }

    async fn ask_them(&self, question: &Question) -> bool {
        let path = if question.sign_out { "session/end?" } else { "auth?response_type=code&prompt=none&" };
        let reply = self.theirs.get(&format!("/{path}{}", question.query)).await;
        assert!([200, 303, 400].contains(&reply.status), "{reply:?}");
        reply.status != 400
    }
}

fn setting(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

#[sqlx::test]
async fn no_redirect_uri_is_accepted_that_oidc_provider_refuses(pool: PgPool) {
    let seed = setting("LOQUET_SEED").unwrap_or_else(|| u64::from_le_bytes(random_bytes()));
    let questions = usize::try_from(setting("LOQUET_REDIRECT_URIS").unwrap_or(5000)).unwrap();
    println!("LOQUET_SEED={seed}");
    let scene = scene(&pool).await;
    let mut dice = Dice(seed);
    let answers = futures_util::stream::iter((0..questions).map(|_| Question::random(&mut dice)))
        .map(async |question| {
            let (ours, theirs) = tokio::join!(scene.ask_us(&question), scene.ask_them(&question));
            (question, ours, theirs)
        })
        .buffer_unordered(TOGETHER);
    let [mut both, mut only_they] = [0, 0];
    let mut answers = std::pin::pin!(answers);
    while let Some((question, ours, theirs)) = answers.next().await {
        let query = &question.query;
        assert!(theirs || !ours, "accepted, though oidc-provider refuses it: {query}");
        // When signing in, the port left empty is all that it takes and we do not.
        let known = || question.sign_out || percent_decode_str(query).decode_utf8_lossy().contains(":/cb");
        assert!(ours || !theirs || known(), "refused, though oidc-provider accepts it: {query}");
        both += usize::from(ours);
        only_they += usize::from(theirs && !ours);
    }
    println!("{questions} asked: both accept {both}, only oidc-provider {only_they}");
    assert!(both > questions / 30, "too few good ones among them to prove anything: {both}");
    // What was kept for later, while a person signs in.
    let kept: Vec<(String, String)> = sqlx::query_as(
        "SELECT client_id, parameters->>'redirect_uri' FROM authorization_requests
         UNION SELECT client_id, redirect_uri FROM authorization_codes",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(kept.len() >= WEB.len() + NATIVE.len(), "{kept:?}");
    for (client, uri) in kept {
        let client = if client == "c_web" { "c_web" } else { "c_native" };
        let question = Question { client, sign_out: false, signed_in: false, query: String::new(), rest: "" };
        assert!(question.after_registered(&uri).is_some_and(|(_, rest)| rest.is_empty()), "{client}: {uri}");
    }
}
