//! Every route with requests that are nearly right: values replaced by hostile ones, names repeated, left out or
//! added, methods changed (HT-02, HT-04, FA-24, PR-23). No answer of 500 or more, none that takes long, none that
//! tells of our insides. There is no description of the interface to make requests from yet, so what is sound is
//! written here.

mod sound;

use std::time::{Duration, Instant};

use loquet::crypto::random_bytes;
use sqlx::PgPool;

use sound::{Sound, scene};

const REQUESTS: usize = 4000;

/// Encoded already, as an attacker would.
const HOSTILE: &str = r#"
    %00 a%00b %ff %c3%28 %ed%a0%80 %f0%9f%92%a9 %e2%80%ae %0d%0aset-cookie:x=y %27 %22 %5c %27+OR+1=1--
    1;SELECT+pg_sleep(5) {} [] null -1 0 4294967296 99999999999999999999 1e309 NaN ../../etc/passwd
    ..%2f..%2f %3Cscript%3Ealert(1)%3C/script%3E {{7*7}} ${jndi:ldap://x} javascript:alert(1) //evil.test
    https://rp.test/cb 00000000-0000-0000-0000-000000000000 %25%30%30 + % %zz
    {"id_token":{"sub":{"value":"%5cu0000"}}} {"userinfo":[1]} {"userinfo":{"name":1e999}} lqt_at_x lqt_rt_x
    a.b.c openid+openid%00 login+none urn:ietf:params:oauth:request_uri:lqt_pr_%00
    urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer
"#;

const OTHER_NAMES: &str = "
    claims max_age prompt id_token_hint ui_locales login_hint request request_uri response_mode client_secret
    client_assertion client_assertion_type token_type_hint __proto__ %00 %ff
";

const HOSTILE_JSON: &str = r#"
    null true 1e999 -5 [] {} [[[[]]]] "\u0000" ["\u0000"] ["https://rp.test/cb"] "\ud800" "\u202e" "x"
    {"keys":[{"kty":"RSA","n":"\u0000","e":"AQAB"}]} {"keys":[]} ["javascript:alert(1)"]
"#;

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

    /// One of the words.
    fn word<'a>(&mut self, words: &'a str) -> &'a str {
        let words: Vec<&str> = words.split_whitespace().collect();
        words[self.below(words.len())]
    }

    fn hostile(&mut self) -> String {
        match self.below(8) {
            0 => "A".repeat(1 << self.below(15)),
            1 => self.word(HOSTILE).repeat(2),
            2 => "a%00b".to_owned(),
            3 => String::new(),
            _ => self.word(HOSTILE).to_owned(),
        }
    }
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
    members.extend((0..chance.below(3)).map(|_| format!("\"{}\":{}", chance.of(&NAMES), chance.word(HOSTILE_JSON))));
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
        2 | 3 => params.push((chance.word(OTHER_NAMES), chance.hostile())),
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
    assert!(seen[2] > REQUESTS / 8 && seen[3] > REQUESTS / 20 && seen[4] > REQUESTS / 5, "{seen:?}");
}
