//! Every route with requests that are nearly right: values replaced by hostile ones, names repeated, left out or
//! added, methods changed (HT-02, HT-04, FA-24, PR-23). No answer of 500 or more, none that takes long, none that
//! tells of our insides. There is no description of the interface to make requests from yet, so what is sound is
//! written here.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loquet::crypto::{Plain, random_bytes};
use loquet::db::initial_access_tokens::NewToken;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, RelyingParty, Server};

const REQUESTS: usize = 4000;

/// Encoded already, as an attacker would.
const HOSTILE: [&str; 46] = [
    "",
    "%00",
    "a%00b",
    "%ff",
    "%c3%28",
    "%ed%a0%80",
    "%f0%9f%92%a9",
    "%e2%80%ae",
    "%0d%0aset-cookie:x=y",
    "%27",
    "%22",
    "%5c",
    "%27+OR+1=1--",
    "1;SELECT+pg_sleep(5)",
    "{}",
    "[]",
    "null",
    "-1",
    "0",
    "4294967296",
    "99999999999999999999",
    "1e309",
    "NaN",
    "../../etc/passwd",
    "..%2f..%2f",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "javascript:alert(1)",
    "//evil.test",
    "https://rp.test/cb",
    "00000000-0000-0000-0000-000000000000",
    "%25%30%30",
    "+",
    "%",
    "%zz",
    "{\"id_token\":{\"sub\":{\"value\":\"%5cu0000\"}}}",
    "{\"userinfo\":[1]}",
    "{\"userinfo\":{\"name\":1e999}}",
    "lqt_at_x",
    "lqt_rt_x",
    "a.b.c",
    "openid+openid%00",
    "login+none",
    "urn:ietf:params:oauth:request_uri:lqt_pr_%00",
    "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
];

const OTHER_NAMES: [&str; 16] = [
    "claims",
    "max_age",
    "prompt",
    "id_token_hint",
    "ui_locales",
    "login_hint",
    "request",
    "request_uri",
    "response_mode",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "token_type_hint",
    "__proto__",
    "%00",
    "%ff",
];

const HOSTILE_JSON: [&str; 16] = [
    "null",
    "true",
    "1e999",
    "-5",
    "[]",
    "{}",
    "[[[[]]]]",
    r#""\u0000""#,
    r#"["\u0000"]"#,
    r#"["https://rp.test/cb"]"#,
    r#""\ud800""#,
    r#"{"keys":[{"kty":"RSA","n":"\u0000","e":"AQAB"}]}"#,
    r#"{"keys":[]}"#,
    r#""x""#,
    r#"["javascript:alert(1)"]"#,
    "\"\u{202e}\"",
];

/// Chances from a seed, so that what was found is found again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % limit
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn hostile(&mut self) -> String {
        match self.below(6) {
            0 => "A".repeat(1 << self.below(15)),
            1 => self.of(&HOSTILE).repeat(2),
            2 => "a%00b".to_owned(),
            _ => (*self.of(&HOSTILE)).to_owned(),
        }
    }
}

/// A request that is answered as its sender wishes.
struct Sound {
    method: &'static str,
    path: String,
    /// Encoded.
    params: Vec<(&'static str, String)>,
    authorization: Option<String>,
}

fn sound(method: &'static str, path: &str, params: &[(&'static str, &str)], authorization: Option<&str>) -> Sound {
    let params = params.iter().map(|(name, value)| (*name, value.replace(' ', "+"))).collect();
    Sound { method, path: path.to_owned(), params, authorization: authorization.map(str::to_owned) }
}

/// A server, the browser of somebody who is asked for their consent, and what is sound there.
async fn scene(pool: &PgPool) -> (Server, Browser, Vec<Sound>) {
    let server = Server::with(pool, &[("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true")]).await;
    server.person("alice").await;
    let (_, secret) = server.service_with("c_conf", REDIRECT, |client| client.client_credentials = true).await;
    server.service_with("c_asks", REDIRECT, |client| client.ours = false).await;
    let rp = RelyingParty::of(&server, "c_conf", Some(secret.clone()));
    let browser = Browser::of(&server);
    let held = rp.exchange(&rp.code(&browser, "alice").await).await;
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let page = browser.open(&rp.authorize(&[("client_id", "c_asks")])).await;
    let id = page.url.split("authorization=").nth(1).unwrap().to_owned();
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let (token, now) = (Plain::random("lqt_ia_"), server.state.clock.now());
    let expires_at = now + chrono::TimeDelta::days(1);
    let new = NewToken { token: token.hashed(), note: "n", uses: 1000, everyone: false, expires_at };
    let mut connection = server.state.pool.acquire().await.unwrap();
    loquet::db::initial_access_tokens::insert(&mut connection, &new, now).await.unwrap();
    let (access, refresh, hint) = (held.text("access_token"), held.text("refresh_token"), held.text("id_token"));
    let address = url::Url::parse(&rp.authorize(&[])).unwrap();
    let asked: Vec<(&'static str, String)> = address
        .query_pairs()
        .map(|(name, value)| {
            (&*name.into_owned().leak(), url::form_urlencoded::byte_serialize(value.as_bytes()).collect())
        })
        .collect();
    let asked: Vec<(&'static str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let basic = format!("Basic {}", STANDARD.encode(format!("c_conf:{}", secret.reveal())));
    let (basic, bearer) = (Some(basic.as_str()), Some(format!("Bearer {access}")));
    let registrar = format!("Bearer {}", token.reveal());
    let (form, to) = (("csrf", csrf.as_str()), ("authorization", id.as_str()));
    let grant = |kind| ("grant_type", kind);
    let of_flow = |path: &str| sound("GET", path, &[to], None);
    let all = vec![
        sound("GET", "/authorize", &asked, None),
        sound("POST", "/authorize", &asked, None),
        sound("POST", "/par", &asked, basic),
        sound("POST", "/token", &[grant("client_credentials"), ("scope", "openid email")], basic),
        sound(
            "POST",
            "/token",
            &[grant("refresh_token"), ("refresh_token", &refresh), ("scope", "openid email")],
            basic,
        ),
        sound(
            "POST",
            "/token",
            &[
                grant("authorization_code"),
                ("code", &code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", &"v".repeat(43)),
            ],
            basic,
        ),
        sound(
            "POST",
            "/token",
            &[grant("client_credentials"), ("client_id", "c_conf"), ("client_secret", secret.reveal())],
            None,
        ),
        sound("POST", "/introspect", &[("token", &access), ("token_type_hint", "access_token")], basic),
        sound("POST", "/introspect", &[("token", &refresh)], basic),
        sound("POST", "/revoke", &[("token", &hint), ("token_type_hint", "x")], basic),
        sound("GET", "/userinfo", &[], bearer.as_deref()),
        sound("POST", "/userinfo", &[("access_token", &access)], None),
        sound(
            "GET",
            "/end-session",
            &[("client_id", "c_conf"), ("state", "s"), ("ui_locales", "fr"), ("id_token_hint", "x")],
            None,
        ),
        sound(
            "POST",
            "/end-session",
            &[("client_id", "c_conf"), ("post_logout_redirect_uri", REDIRECT), ("state", "s")],
            None,
        ),
        sound("POST", "/end-session/confirm", &[("client_id", "c_conf"), ("state", "s")], None),
        sound("GET", "/end-session/done", &[("client_id", "c_conf"), ("state", "s")], None),
        of_flow("/consent"),
        sound("POST", &format!("/consent?authorization={id}"), &[form, ("decision", "perhaps")], None),
        of_flow(&format!("/authorize/{id}")),
        of_flow(&format!("/authorize/{id}/continue")),
        of_flow(&format!("/authorize/{id}/decline")),
        of_flow("/refused"),
        of_flow("/sign-in"),
        sound("POST", "/sign-in", &[form, ("username", "nobody"), ("password", "x")], None),
        sound(
            "POST",
            "/language",
            &[form, ("lang", "fr"), ("return_to", &format!("/consent?authorization={id}"))],
            None,
        ),
        sound("GET", "/account/new-password", &[to], None),
        sound("POST", "/account/new-password", &[form, ("password", "x")], None),
        sound("GET", "/account/verify-email", &[to], None),
        sound("POST", "/account/verify-email", &[form, to], None),
        sound("GET", "/verify/lqt_ml_x", &[], None),
        sound("GET", "/verify", &[], None),
        sound("POST", "/verify", &[form], None),
        sound("GET", "/", &[], None),
        sound("GET", "/signed-out", &[], None),
        sound("GET", "/static/none", &[], None),
        sound("GET", "/jwks.json", &[], None),
        sound("GET", "/.well-known/openid-configuration", &[], None),
        sound("GET", "/readyz", &[], None),
        sound("GET", "/healthz", &[], None),
        sound("GET", &format!("/register/{id}"), &[], Some(&registrar)),
        sound("POST", "/register", &[], Some(&registrar)),
        sound("POST", "/register", &[], Some(&registrar)),
        sound("PUT", &format!("/register/{id}"), &[], Some(&registrar)),
    ];
    for path in crate::support::routes::paths() {
        assert!(all.iter().any(|sound| is_of(&path, &sound.path)), "no sound request for {path}");
    }
    (server, browser, all)
}

/// Whether a path is one of a route (`/authorize/{id}`).
fn is_of(route: &str, path: &str) -> bool {
    let (route, path) = (route.split('/'), path.split('?').next().unwrap_or_default().split('/'));
    route.clone().count() == path.clone().count() && route.zip(path).all(|(a, b)| a == b || a.starts_with('{'))
}

/// A client's description of itself, with a hostile member or two.
fn metadata(chance: &mut Chance) -> String {
    const NAMES: [&str; 12] = [
        "redirect_uris",
        "client_name",
        "contacts",
        "jwks",
        "jwks_uri",
        "scope",
        "grant_types",
        "default_max_age",
        "logo_uri",
        "sector_identifier_uri",
        "backchannel_logout_uri",
        "x",
    ];
    let mut members = vec![r#""redirect_uris":["https://rp.test/cb"]"#.to_owned()];
    members.extend((0..chance.below(3)).map(|_| format!("\"{}\":{}", chance.of(&NAMES), chance.of(&HOSTILE_JSON))));
    if chance.one_in(15) { "[".repeat(20_000) } else { format!("{{{}}}", members.join(",")) }
}

/// One, two or no values replaced; one left out, repeated or added.
fn params(sound: &Sound, chance: &mut Chance) -> String {
    let mut params = sound.params.clone();
    for _ in 0..chance.below(3).min(params.len()) {
        let place = chance.below(params.len());
        params[place].1 = chance.hostile();
    }
    match chance.below(8) {
        0 if !params.is_empty() => drop(params.remove(chance.below(params.len()))),
        1 if !params.is_empty() => params.push(chance.of(&params).clone()),
        2 | 3 => params.push((*chance.of(&OTHER_NAMES), chance.hostile())),
        _ => {}
    }
    params.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[sqlx::test]
async fn nothing_breaks(pool: PgPool) {
    let (server, browser, all) = scene(&pool).await;
    let seed =
        std::env::var("SEED").map_or_else(|_| u64::from_le_bytes(random_bytes()) | 1, |seed| seed.parse().unwrap());
    println!("SEED={seed}");
    let mut chance = Chance(seed);
    let stranger = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let (mut wrong, mut seen) = (Vec::new(), [0_usize; 6]);
    for number in 0..REQUESTS {
        let sound = chance.of(&all);
        let method = if chance.one_in(20) {
            *chance.of(&["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"])
        } else {
            sound.method
        };
        let mut address = format!("{}{}", server.url, sound.path);
        let mut said =
            if sound.path.starts_with("/register") { metadata(&mut chance) } else { params(sound, &mut chance) };
        if chance.one_in(20) {
            address = format!("{address}/{}", chance.hostile().replace(['?', '#'], ""));
        }
        let client = if chance.one_in(4) { &stranger } else { browser.http() };
        if matches!(method, "GET" | "HEAD") {
            address = format!("{address}?{}", std::mem::take(&mut said));
        }
        // A browser would encode these; some other clients do not, nor does the way through a raw socket.
        let address = address.replace([' ', '"', '<', '>', '\\', '{', '}', '`', '^', '|'], "%7B");
        let mut request = client.request(method.parse().unwrap(), &address).timeout(Duration::from_secs(10));
        if !said.is_empty() {
            let json = sound.path.starts_with("/register") != chance.one_in(30);
            request = request
                .header("content-type", if json { "application/json" } else { "application/x-www-form-urlencoded" });
            request = request.body(said.clone());
        }
        match &sound.authorization {
            Some(_) if chance.one_in(12) => {
                let broken = ["Basic", "Basic ////", "Bearer a.b.c", "Basic Y19jb25mAHg6AA==", "Negotiate x", "Bearer"];
                request = request.header("authorization", *chance.of(&broken));
            }
            Some(value) => request = request.header("authorization", value),
            None => {}
        }
        if chance.one_in(8) {
            request = request.header("origin", *chance.of(&["null", "https://evil.test", "https://rp.test", "%00"]));
        }
        let begin = Instant::now();
        let answer = request.send().await;
        let (status, body) = match answer {
            Ok(answer) => (answer.status().as_u16(), answer.text().await.unwrap_or_default()),
            Err(error) => (0, error.to_string()),
        };
        let took = begin.elapsed();
        seen[usize::from(status / 100)] += 1;
        let leak = ["panicked", "sqlx", "src/", "actix", "PgDatabaseError"].iter().find(|leak| body.contains(**leak));
        if status == 0 || status >= 500 || took > Duration::from_secs(2) || leak.is_some() {
            said.truncate(300);
            wrong.push(format!("{number}: {method} {address} [{said}]: {status} in {took:?}, {leak:?}"));
        }
    }
    println!("{seen:?}");
    assert!(wrong.is_empty(), "SEED={seed} {} of {REQUESTS}:\n{}", wrong.len(), wrong.join("\n"));
    // They got somewhere: pages and tokens, redirects, refusals.
    assert!(seen[2] > REQUESTS / 5 && seen[3] > REQUESTS / 20 && seen[4] > REQUESTS / 5, "{seen:?}");
}
