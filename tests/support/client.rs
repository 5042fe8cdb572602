//! A relying party: the requests are written by hand where the test is about a request, and made
//! by the `openidconnect` crate where it is about a client (`relying_parties.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loquet::crypto::{Plain, random_bytes};
use loquet::oidc::pkce;
use serde_json::Value;

use super::{Browser, PASSWORD, Reply, Server};

pub const REDIRECT: &str = "https://rp.test/cb";

pub struct RelyingParty {
    pub client_id: String,
    pub secret: Option<Plain>,
    pub redirect_uri: String,
    /// None: it does not use PKCE.
    pub verifier: Option<String>,
    server: String,
    http: reqwest::Client,
}

/// An answer of an endpoint in JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.body)).to_owned()
    }

    pub fn error(&self) -> (u16, &str) {
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }

    /// The claims of the ID token, unverified (the relying parties' libraries verify).
    pub fn id_token(&self) -> Value {
        let token = self.text("id_token");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
    }
}

impl RelyingParty {
    /// A confidential service, registered, open to everybody.
    pub async fn new(server: &Server) -> Self {
        let (client, secret) = server.service("c_conf", REDIRECT).await;
        Self::of(server, &client.client_id, Some(secret))
    }

    pub fn of(server: &Server, client_id: &str, secret: Option<Plain>) -> Self {
        Self {
            client_id: client_id.to_owned(),
            secret,
            redirect_uri: REDIRECT.to_owned(),
            verifier: Some(URL_SAFE_NO_PAD.encode(random_bytes::<48>())),
            server: server.url.clone(),
            http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
        }
    }

    /// A service that registers itself (RFC 7591) with this metadata, on a server where services may;
    /// and what it was told. It uses no PKCE if it is not public.
    pub async fn register(server: &Server, metadata: &Value) -> (Self, Answer) {
        let leave = server.leave_to_register().await;
        let mut rp = Self::of(server, "", None);
        let request = rp.http.post(format!("{}/register", server.url)).bearer_auth(leave.reveal()).json(metadata);
        let answer = rp.read(request).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        rp.client_id = answer.text("client_id");
        rp.secret = answer.body["client_secret"].as_str().map(Plain::presented);
        answer.body["redirect_uris"][0].as_str().unwrap_or(REDIRECT).clone_into(&mut rp.redirect_uri);
        if answer.body["token_endpoint_auth_method"] != "none" {
            rp.verifier = None;
        }
        (rp, answer)
    }

    /// The same service, excused from PKCE.
    pub fn without_pkce(mut self) -> Self {
        self.verifier = None;
        self
    }

    /// The address of a sound request, with parameters added or replaced.
    pub fn authorize(&self, changes: &[(&str, &str)]) -> String {
        let challenge = self.verifier.as_ref().map(|verifier| pkce::challenge_of(verifier).unwrap());
        let mut params = vec![
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid profile email groups offline_access"),
            ("state", "st-ate"),
            ("nonce", "n-once"),
        ];
        if let Some(challenge) = &challenge {
            params.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
        }
        for (name, value) in changes {
            params.retain(|(other, _)| other != name);
            if !value.is_empty() {
                params.push((name, value));
            }
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(params);
        format!("{}/authorize?{}", self.server, query.finish())
    }

    /// Signs a person in through the service: what the service receives.
    pub async fn sign_in(&self, browser: &Browser, login: &str) -> Reply {
        let page = browser.open(&self.authorize(&[])).await;
        browser.sign_in_on(&page, login, PASSWORD).await
    }

    /// A fresh code for a person.
    pub async fn code(&self, browser: &Browser, login: &str) -> String {
        self.sign_in(browser, login).await.answer("code").unwrap()
    }

    /// Any POST to the token endpoint, authenticated with HTTP Basic if there is a secret.
    pub async fn token(&self, form: &[(&str, &str)]) -> Answer {
        let mut request = self.http.post(format!("{}/token", self.server));
        let mut form = form.to_vec();
        match &self.secret {
            Some(secret) => request = request.basic_auth(&self.client_id, Some(secret.reveal())),
            None => form.push(("client_id", &self.client_id)),
        }
        self.read(request.form(&form)).await
    }

    /// Exchanges a code as it should be.
    pub async fn exchange(&self, code: &str) -> Answer {
        self.token(&self.grant(code)).await
    }

    /// The form of that exchange, without the client's authentication.
    pub fn grant<'a>(&'a self, code: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", &self.redirect_uri)];
        form.extend(self.verifier.as_deref().map(|verifier| ("code_verifier", verifier)));
        form
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub async fn userinfo(&self, token: &str) -> Answer {
        self.read(self.http.get(format!("{}/userinfo", self.server)).bearer_auth(token)).await
    }

    /// Any request, its answer read as JSON.
    pub async fn read(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }
}
