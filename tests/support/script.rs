//! A program that calls the API.

use chrono::TimeDelta;
use loquet::crypto::Plain;
use loquet::db;
use loquet::db::personal_tokens::{NewToken, PREFIX};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use uuid::Uuid;

use super::Server;
use super::people::Person;

pub struct Script {
    /// What it presents.
    pub token: Option<String>,
    url: String,
    http: reqwest::Client,
}

/// What it was answered.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The document, or `null`.
    pub body: Value,
}

impl Reply {
    /// The version of what it tells of, as `If-Match` wants it.
    pub fn version(&self) -> String {
        self.headers["etag"].to_str().unwrap().to_owned()
    }

    /// The end of a problem's `type`.
    pub fn problem(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default().rsplit('/').next().unwrap()
    }

    /// «email unknown»
    pub fn errors(&self) -> String {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let word = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
        errors.iter().map(|error| [word(error, "field"), word(error, "problem")].join(" ")).collect()
    }

    /// The same but for what is never the same.
    pub fn masked(&self) -> (u16, String, String) {
        let id = self.headers["x-request-id"].to_str().unwrap();
        let mut headers: Vec<String> = self
            .headers
            .iter()
            // `connection` says whether the body that was refused had arrived.
            .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date" | "connection"))
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        (self.status, self.text.replace(id, "ID"), headers.join("\n"))
    }
}

impl Script {
    /// Without a token.
    pub fn anonymous(server: &Server) -> Self {
        Self { token: None, url: server.url.clone(), http: reqwest::Client::new() }
    }

    /// With this one.
    pub fn with(server: &Server, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::anonymous(server) }
    }

    /// Of a person who made a token for a month; `only` for an organization.
    pub async fn of(server: &Server, person: &Person, only: Option<&str>) -> Self {
        let (token, now) = (Plain::random(PREFIX), server.state.clock.now());
        let new = NewToken {
            id: Uuid::now_v7(),
            user: person.id,
            hash: token.hashed(),
            name: "Tableur",
            organization: only,
            expires_at: now + TimeDelta::days(30),
        };
        let mut connection = server.state.pool.acquire().await.unwrap();
        assert!(db::personal_tokens::insert(&mut connection, &new, now).await.unwrap());
        Self::with(server, token.reveal())
    }

    /// A request to be completed.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let address = if path.starts_with('/') { format!("{}{path}", self.url) } else { path.to_owned() };
        let request = self.http.request(method, address);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Reply { status, headers, text, body }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// A change of whatever version is there.
    pub async fn change(&self, method: Method, path: &str, body: &Value) -> Reply {
        self.change_of(method, path, "*", body).await
    }

    /// A change of that version.
    pub async fn change_of(&self, method: Method, path: &str, version: &str, body: &Value) -> Reply {
        self.send(self.request(method, path).header("if-match", version).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path).header("if-match", "*")).await
    }
}
