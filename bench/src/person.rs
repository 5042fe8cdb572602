//! What browsers and services send.

use std::fmt::Write as _;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Failure;
use crate::http::Connection;
use crate::instance::Instance;

/// Everybody's password.
pub const PASSWORD: &str = "un cheval de course 1";

/// Compared byte for byte by the server, and never opened.
const REDIRECT: &str = "http://127.0.0.1:9/callback";

/// The example of RFC 7636, appendix B: what a verifier is made of costs the server nothing.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A form of ours, as a browser that was just started got it.
pub struct Form {
    /// `name=value` of its cookie.
    browser: String,
    csrf: String,
}

/// What came of a form that was sent.
pub enum SignedIn {
    /// The cookies of a signed-in browser.
    Yes(String),
    /// Come back after so many seconds.
    Later(u64),
}

/// Opens the page of the sign-in in a browser without cookies.
pub async fn open_form(connection: &mut Connection, host: SocketAddr) -> Result<Form, Failure> {
    let answer = connection.send(page(host).as_bytes()).await?;
    match (answer.status, answer.cookie("loquet-browser"), answer.between("name=\"csrf\" value=\"", b'"')) {
        (200, Some(browser), Some(csrf)) => Ok(Form { browser: browser.to_owned(), csrf: csrf.to_owned() }),
        _ => Err(answer.fault().into()),
    }
}

/// Sends the form.
pub async fn send_form(connection: &mut Connection, host: SocketAddr, form: &Form, login: &str) -> Result<SignedIn, Failure> {
    let body = encode(&[("csrf", &form.csrf), ("username", login), ("password", PASSWORD)]);
    let head = format!("Cookie: {}\r\n", form.browser);
    let answer = connection.send(post(host, "/sign-in", &head, &body).as_bytes()).await?;
    match (answer.status, answer.cookie("loquet-session")) {
        (303, Some(session)) => Ok(SignedIn::Yes(format!("{}; {session}", form.browser))),
        (503, _) => Ok(SignedIn::Later(answer.header("retry-after").and_then(|wait| wait.parse().ok()).unwrap_or(1))),
        _ => Err(answer.fault().into()),
    }
}

/// A confidential client.
pub struct Service {
    id: String,
    secret: String,
    authorization: String,
}

impl Service {
    /// Registers it; its answers are signed with RS256, like those of every client that asks nothing.
    pub fn register(instance: &Instance) -> Result<Self, Failure> {
        let printed = instance.run(&[
            "client", "add", "--json", "--name", "Bench", "--client-id", "bench", "--policy", "everyone", "--redirect-uri", REDIRECT, "--ours",
        ])?;
        let client: serde_json::Value = serde_json::from_str(&printed)?;
        let secret = client["client_secret"].as_str().ok_or("no client secret")?;
        let id = client["client_id"].as_str().ok_or("no client id")?.to_owned();
        Ok(Self::of(&id, secret))
    }

    fn of(id: &str, secret: &str) -> Self {
        let authorization = format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{id}:{secret}")));
        Self { id: id.to_owned(), secret: secret.to_owned(), authorization }
    }

    /// Another, with the same secret.
    pub fn named(&self, id: &str) -> Self {
        Self::of(id, &self.secret)
    }

    /// The request for a code, from a signed-in browser.
    pub fn authorize(&self, host: SocketAddr, cookies: &str) -> String {
        let query = encode(&[
            ("client_id", &self.id),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", "openid profile email groups offline_access"),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        get(host, &format!("/authorize?{query}"), &format!("Cookie: {cookies}\r\n"))
    }

    /// The code of an answer.
    pub fn code_of(location: &str) -> Option<&str> {
        location.strip_prefix(REDIRECT)?.strip_prefix("?code=")?.split('&').next()
    }

    /// A code for tokens.
    pub fn exchange(&self, host: SocketAddr, code: &str) -> String {
        let form =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
        post(host, "/token", &self.authorization, &encode(&form))
    }

    /// A refresh token for tokens.
    pub fn refresh(&self, host: SocketAddr, token: &str) -> String {
        post(host, "/token", &self.authorization, &encode(&[("grant_type", "refresh_token"), ("refresh_token", token)]))
    }

    /// What a token is worth.
    pub fn introspect(&self, host: SocketAddr, token: &str) -> String {
        post(host, "/introspect", &self.authorization, &encode(&[("token", token)]))
    }
}

/// An access token for what it opens.
pub fn userinfo(host: SocketAddr, token: &str) -> String {
    get(host, "/userinfo", &format!("Authorization: Bearer {token}\r\n"))
}

/// The page of the sign-in, for a browser without cookies.
pub fn page(host: SocketAddr) -> String {
    get(host, "/sign-in", "")
}

/// A page, for a signed-in browser.
pub fn read(host: SocketAddr, path: &str, cookies: &str) -> String {
    get(host, path, &format!("Cookie: {cookies}\r\n"))
}

/// The interface for programs, with a key.
pub fn call(host: SocketAddr, path: &str, key: &str) -> String {
    get(host, path, &format!("Authorization: Bearer {key}\r\n"))
}

pub fn discovery(host: SocketAddr) -> String {
    get(host, "/.well-known/openid-configuration", "")
}

fn get(host: SocketAddr, path: &str, head: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n")
}

fn post(host: SocketAddr, path: &str, head: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\n{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// `application/x-www-form-urlencoded`
fn encode(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
                _ => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
    }
    out
}
