//! A relying party as the program knows it. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::crypto::{Algorithm, Hashed, constant_time_eq};
use crate::types::{ClaimLayout, ForwardHost, redirect_uri_matches};

/// How a client proves who it is (OpenID Connect Core 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// A secret, in HTTP Basic or in the body: services mix the two.
    ClientSecret,
    /// An assertion signed with a key of its own.
    PrivateKeyJwt,
    /// It cannot: a public client, bound by PKCE alone.
    None,
}

/// A relying party. What a new one gets unless somebody decides otherwise is its `Default`. The fields
/// that are not `skip`ped are its document in `clients.settings`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Client {
    /// Its `client_id`.
    #[serde(skip)]
    pub client_id: String,
    /// Its name in French.
    #[serde(skip)]
    pub name_fr: String,
    /// Its name in English.
    #[serde(skip)]
    pub name_en: String,
    /// Switched on.
    #[serde(skip)]
    pub enabled: bool,
    /// Open to every account.
    #[serde(skip)]
    pub everyone: bool,
    /// Hashes of its secrets, and until when each is good.
    #[serde(skip)]
    pub secrets: Vec<(Vec<u8>, Option<DateTime<Utc>>)>,
    /// Hash of the token that it manages its own registration with; none: made by an administrator.
    #[serde(skip)]
    pub registration_token: Option<Vec<u8>>,
    /// What the address of its logo holds, if administrators gave it one.
    #[serde(skip)]
    pub logo: Option<Uuid>,

    /// How it proves who it is.
    pub authentication: Authentication,
    /// Its public keys (RFC 7517), for assertions.
    pub jwks: Option<Value>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,

    /// Redirect URIs, byte for byte.
    pub redirect_uris: Vec<String>,
    /// Host names that a proxy protects by asking us (`oidc::forward_auth`).
    pub forward_hosts: Vec<String>,
    /// Where it may be sent back to after a sign-out, byte for byte.
    pub post_logout_redirect_uris: Vec<String>,
    /// …whatever query follows.
    pub post_logout_any_query: bool,
    /// Where to tell it that a session has ended.
    pub backchannel_logout_uri: Option<String>,
    /// Where a person starts using it.
    pub start_uri: Option<String>,
    /// Where to ask it to start a sign-in (OpenID Connect Core 4).
    pub initiate_login_uri: Option<String>,

    /// Scopes it may get.
    pub scopes: Vec<String>,
    /// The host's own: what it receives is not asked to the person.
    pub ours: bool,
    /// PKCE is required.
    pub require_pkce: bool,
    /// Requests must be pushed (RFC 9126).
    pub require_pushed_requests: bool,
    /// Its people sign in in two steps.
    pub second_factor: bool,
    /// Gets refresh tokens.
    pub refresh_tokens: bool,
    /// May get tokens for itself (RFC 6749 4.4).
    pub client_credentials: bool,
    /// …and may ask for the scope `admin` with them: it administers the instance in its own name.
    pub administers: bool,

    /// Gets the claims of its scopes in the ID token too.
    pub claims_in_id_token: bool,
    /// How it reads groups and roles.
    #[serde(flatten)]
    pub claims: ClaimLayout,
    /// What its ID tokens are signed with.
    pub id_token_alg: Algorithm,
    /// Gets subjects of its own, shared with the clients of the same sector (OpenID Connect Core 8.1).
    pub sector: Option<String>,
    /// Its access tokens are JWTs (RFC 9068).
    pub jwt_access_tokens: bool,
    /// Whom its access tokens are for, if not for itself: the client id or address of a resource server.
    pub audience: Option<String>,
    /// Life of access tokens, in seconds, if not that of the settings.
    pub access_token_seconds: Option<u32>,
    /// Life of ID tokens.
    pub id_token_seconds: Option<u32>,
    /// Longest silence of a refresh token.
    pub refresh_idle_seconds: Option<u32>,
    /// Life of a family of refresh tokens.
    pub refresh_absolute_seconds: Option<u32>,
    /// Oldest proof of identity accepted when the request does not say, in seconds.
    pub default_max_age: Option<u32>,

    /// Its home page.
    pub client_uri: Option<String>,
    /// Its picture, as it says; never fetched by us, nor shown.
    pub logo_uri: Option<String>,
    /// What it does with what it learns.
    pub policy_uri: Option<String>,
    /// Its terms.
    pub tos_uri: Option<String>,
    /// Whom to write to about it.
    pub contacts: Vec<String>,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            client_id: String::new(),
            name_fr: String::new(),
            name_en: String::new(),
            enabled: true,
            everyone: false,
            secrets: Vec::new(),
            registration_token: None,
            logo: None,
            authentication: Authentication::ClientSecret,
            jwks: None,
            jwks_uri: None,
            redirect_uris: Vec::new(),
            forward_hosts: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            post_logout_any_query: false,
            backchannel_logout_uri: None,
            start_uri: None,
            initiate_login_uri: None,
            scopes: Vec::new(),
            ours: false,
            require_pkce: true,
            require_pushed_requests: false,
            second_factor: false,
            refresh_tokens: true,
            client_credentials: false,
            administers: false,
            claims_in_id_token: true,
            claims: ClaimLayout::default(),
            id_token_alg: Algorithm::Rs256,
            sector: None,
            jwt_access_tokens: false,
            audience: None,
            access_token_seconds: None,
            id_token_seconds: None,
            refresh_idle_seconds: None,
            refresh_absolute_seconds: None,
            default_max_age: None,
            client_uri: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            contacts: Vec::new(),
        }
    }
}

impl Client {
    /// The name that people read.
    #[must_use]
    pub fn name(&self, language: &str) -> &str {
        if language == "fr" { &self.name_fr } else { &self.name_en }
    }

    /// Everything about it but its secrets.
    #[must_use]
    pub fn described(&self) -> Value {
        let mut all = json!({
            "client_id": self.client_id,
            "name_fr": self.name_fr,
            "name_en": self.name_en,
            "enabled": self.enabled,
            "policy": if self.everyone { "everyone" } else { "restricted" },
            "secrets": self.secrets.len(),
        });
        if let (Value::Object(all), Ok(Value::Object(settings))) = (&mut all, serde_json::to_value(self)) {
            all.extend(settings);
        }
        all
    }

    /// Whether it can prove who it is.
    #[must_use]
    pub fn is_confidential(&self) -> bool {
        self.authentication != Authentication::None
    }

    /// Where a person goes to start using it: where it starts a sign-in with us when asked (OpenID Connect
    /// Core 4), else its own start.
    #[must_use]
    pub fn entrance(&self, issuer: &str) -> Option<String> {
        let initiation = self.initiate_login_uri.as_deref().and_then(|uri| url::Url::parse(uri).ok()).map(|mut url| {
            url.query_pairs_mut().append_pair("iss", issuer);
            url.to_string()
        });
        initiation.or_else(|| self.start_uri.clone())
    }

    /// Whether it registered this redirect URI, byte for byte; a native application (which cannot keep a
    /// secret) may take any port of a loopback address (RFC 8252 7.3). Protected hosts have one of ours.
    #[must_use]
    pub fn has_redirect_uri(&self, requested: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == requested
                || (self.authentication == Authentication::None && redirect_uri_matches(registered, requested))
        }) || self
            .forward_hosts
            .iter()
            .any(|host| ForwardHost::parse(host).is_ok_and(|host| host.callback() == requested))
    }

    /// Whether this is one of its secrets, in a time that says nothing about them.
    #[must_use]
    pub fn has_secret(&self, presented: Hashed, now: DateTime<Utc>) -> bool {
        self.secrets.iter().fold(false, |found, (hash, expires_at)| {
            let good = expires_at.is_none_or(|moment| moment > now);
            found | (constant_time_eq(hash, presented.as_bytes()) & good)
        })
    }

    /// Whom its access tokens are for.
    #[must_use]
    pub fn audience(&self) -> &str {
        self.audience.as_deref().unwrap_or(&self.client_id)
    }
}
