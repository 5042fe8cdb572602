//! What every module of the certification does and checks, whatever it is about: a service excused from
//! PKCE that asks with a random `state` and `nonce`, and finds everything in the answers as it must be.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loquet::crypto::{random_bytes, sha256};
use loquet::db::clients::Client;
use serde_json::Value;
use sqlx::PgPool;

use crate::support::client::{Answer, REDIRECT};
use crate::support::people::Person;
use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server};

pub struct Scene {
    pub server: Server,
    pub alice: Person,
    pub rp: RelyingParty,
    pub browser: Browser,
}

/// A request that was answered with a code, and what the code gave; all of it checked.
pub struct Passed {
    pub answer: Answer,
    pub id_token: Value,
    pub userinfo: Value,
}

/// The claims of a scope, for the tests: written down again, not taken from the code that they test.
pub const STANDARD: [(&str, &[&str]); 5] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    ("groups", &["groups", "roles"]),
];

/// Members of an ID token that say something of the sign-in and not of the person.
const OF_THE_SIGN_IN: [&str; 12] =
    ["iss", "sub", "aud", "azp", "exp", "iat", "auth_time", "nonce", "sid", "acr", "amr", "at_hash"];

impl Scene {
    /// A service as it would register itself: no PKCE, no claims of scopes in the ID token; nobody asked.
    pub async fn new(pool: &PgPool) -> Self {
        Self::with(pool, &[], |_| ()).await
    }

    /// The same on another server, or changed.
    pub async fn with(pool: &PgPool, settings: &[(&str, &str)], change: impl FnOnce(&mut Client)) -> Self {
        let server = Server::with(pool, settings).await;
        let alice = server.person("alice").await;
        let (client, secret) = server
            .service_with("c_suite", REDIRECT, |client| {
                client.require_pkce = false;
                client.claims_in_id_token = false;
                change(client);
            })
            .await;
        let rp = RelyingParty::of(&server, &client.client_id, Some(secret)).without_pkce();
        let browser = Browser::of(&server);
        Self { server, alice, rp, browser }
    }

    /// The service as it is now.
    pub async fn client(&self) -> Client {
        let client = self.server.state.directory.client(&self.rp.client_id, &self.server.state.pool).await;
        client.unwrap().unwrap().as_ref().clone()
    }

    /// Sends the browser with a request, lets alice do what the pages ask, and checks the answer and all
    /// that it leads to.
    pub async fn pass(&self, changes: &[(&str, &str)]) -> Passed {
        self.pass_with(&self.rp, changes).await
    }

    /// The same for another service.
    pub async fn pass_with(&self, rp: &RelyingParty, changes: &[(&str, &str)]) -> Passed {
        let (state, nonce) = (random(96), random(32));
        let changes = [&[("scope", "openid"), ("state", state.as_str()), ("nonce", nonce.as_str())], changes].concat();
        let asked = |name| changes.iter().rev().find(|(other, _)| *other == name).map_or("", |(_, value)| *value);
        let reply = self.browser.open(&rp.authorize(&changes)).await;
        let reply = self.go_through(reply).await;
        self.check_code(rp, &reply, asked("state"));
        let answer = rp.exchange(&reply.answer("code").unwrap()).await;
        let id_token = self.check_tokens(rp, &answer, asked("nonce")).await;
        let userinfo = self.check_userinfo(rp, &answer, &id_token, asked("scope"), asked("claims")).await;
        Passed { answer, id_token, userinfo }
    }

    /// Alice signs in and agrees, where she is asked.
    pub async fn go_through(&self, mut reply: Reply) -> Reply {
        if reply.is_page() && reply.url.contains("/sign-in") {
            reply = self.browser.sign_in_on(&reply, "alice", PASSWORD).await;
        }
        if reply.is_page() && reply.url.contains("/consent") {
            let agreed = self.browser.press(&reply, "#consent-allow", &[]).await;
            reply = self.browser.follow(agreed).await;
        }
        reply
    }

    /// The redirect: to the registered address, nothing in it but code, state and issuer.
    fn check_code(&self, rp: &RelyingParty, reply: &Reply, state: &str) {
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert!(reply.location().starts_with(&rp.redirect_uri), "{}", reply.location());
        let url = url::Url::parse(reply.location()).unwrap();
        let before = url::Url::parse(&rp.redirect_uri).unwrap().query_pairs().count();
        let names: Vec<String> = url.query_pairs().skip(before).map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["code", "state", "iss"], "{url}");
        assert_eq!(reply.answer("state").as_deref(), Some(state));
        assert_eq!(reply.answer("iss").as_deref(), Some(self.server.url.as_str()));
        let code = reply.answer("code").unwrap();
        let random = code.strip_prefix("lqt_ac_").unwrap();
        // 128 bits, in base64url, are 22 characters; as many different ones as chance gives.
        assert!(random.len() >= 22 && random.chars().collect::<HashSet<_>>().len() > 10, "{code}");
    }

    /// The answer of the token endpoint, and the ID token in it: verified as a client does.
    pub async fn check_tokens(&self, rp: &RelyingParty, answer: &Answer, nonce: &str) -> Value {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("application/json"));
        assert_eq!(answer.text("token_type"), "Bearer");
        assert!(answer.body["expires_in"].as_u64().is_some_and(|seconds| seconds > 0), "{}", answer.body);
        let (header, claims) = self.verify(&answer.text("id_token"), &rp.client_id).await;
        assert_eq!(header.typ.as_deref(), Some("JWT"));
        let number = |name: &str| claims[name].as_i64().unwrap_or_else(|| panic!("{name} in {claims}"));
        let now = self.server.state.clock.now().timestamp();
        assert!(number("iat") <= now && number("iat") > now - 60 && number("exp") - number("iat") >= 300);
        assert!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty() && sub.len() <= 64 && sub.is_ascii()));
        assert_eq!(claims["aud"], *rp.client_id, "one string");
        assert_eq!(claims["azp"], *rp.client_id);
        assert_eq!(claims.get("nonce").map_or("", |nonce| nonce.as_str().unwrap()), nonce);
        assert!(claims["sid"].as_str().is_some_and(|sid| !sid.is_empty() && sid.len() <= 255));
        let half = &sha256(answer.text("access_token").as_bytes())[..16];
        assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(half));
        assert!(!claims.as_object().unwrap().values().any(Value::is_null), "{claims}");
        claims
    }

    /// Userinfo names the same person, and holds nothing that was not asked for; nor does the ID token.
    async fn check_userinfo(
        &self,
        rp: &RelyingParty,
        answer: &Answer,
        id_token: &Value,
        scope: &str,
        single: &str,
    ) -> Value {
        let reply = rp.userinfo(&answer.text("access_token")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(reply.headers["content-type"].to_str().unwrap().starts_with("application/json"));
        assert_eq!(reply.body["sub"], id_token["sub"]);
        let single: Value = serde_json::from_str(single).unwrap_or_default();
        let asked = |name: &str, target: &str, by_scope: bool| {
            let of = STANDARD.iter().find(|(_, names)| names.contains(&name)).map(|(scope, _)| *scope);
            single[target].get(name).is_some()
                || (by_scope && of.is_some_and(|of| scope.split(' ').any(|one| one == of)))
        };
        for name in reply.body.as_object().unwrap().keys().filter(|name| *name != "sub") {
            assert!(asked(name, "userinfo", true), "userinfo holds {name}, which nobody asked for");
        }
        let repeated = self.client().await.claims_in_id_token && rp.client_id == self.rp.client_id;
        for name in id_token.as_object().unwrap().keys().filter(|name| !OF_THE_SIGN_IN.contains(&name.as_str())) {
            assert!(asked(name, "id_token", repeated), "the ID token holds {name}, which nobody asked for");
        }
        reply.body
    }

    /// Header and claims of a JWT, verified with the published key that it names, as a client does.
    pub async fn verify(&self, token: &str, audience: &str) -> (jsonwebtoken::Header, Value) {
        let header = jsonwebtoken::decode_header(token).unwrap();
        let set = self.browser.get("/jwks.json").await.body;
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&set).unwrap();
        let key = set.find(header.kid.as_ref().expect("a kid")).expect("its key in the set");
        let mut rule = jsonwebtoken::Validation::new(header.alg);
        rule.set_issuer(&[&self.server.url]);
        rule.set_audience(&[audience]);
        // The clock of the tests is not the one of this machine: `exp` is looked at by hand.
        rule.validate_exp = false;
        rule.set_required_spec_claims(&["exp", "iss", "aud"]);
        let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
        let claims = jsonwebtoken::decode::<Value>(token, &key, &rule).unwrap().claims;
        (header, claims)
    }
}

/// That many bytes of chance, in text: 96 make the 128 characters of the certification's `state`.
pub fn random(bytes: usize) -> String {
    let chance: Vec<u8> = (0..bytes.div_ceil(32)).flat_map(|_| random_bytes::<32>()).take(bytes).collect();
    URL_SAFE_NO_PAD.encode(chance)
}
