//! Tables `clients` and `client_secrets`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

use crate::crypto::{Algorithm, Hashed, constant_time_eq};
use crate::types::redirect_uri_matches;

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

    /// How it proves who it is.
    pub authentication: Authentication,
    /// Its public keys (RFC 7517), for assertions.
    pub jwks: Option<Value>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,

    /// Redirect URIs, byte for byte.
    pub redirect_uris: Vec<String>,
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
    /// Gets refresh tokens.
    pub refresh_tokens: bool,
    /// May get tokens for itself (RFC 6749 4.4).
    pub client_credentials: bool,

    /// Gets the claims of its scopes in the ID token too.
    pub claims_in_id_token: bool,
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
    /// Its picture; never fetched by us.
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
            authentication: Authentication::ClientSecret,
            jwks: None,
            jwks_uri: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            post_logout_any_query: false,
            backchannel_logout_uri: None,
            start_uri: None,
            initiate_login_uri: None,
            scopes: Vec::new(),
            ours: false,
            require_pkce: true,
            require_pushed_requests: false,
            refresh_tokens: true,
            client_credentials: false,
            claims_in_id_token: true,
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
    /// secret) may take any port of a loopback address (RFC 8252 7.3).
    #[must_use]
    pub fn has_redirect_uri(&self, requested: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == requested
                || (self.authentication == Authentication::None && redirect_uri_matches(registered, requested))
        })
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

struct Row {
    client_id: String,
    name_fr: String,
    name_en: String,
    enabled: bool,
    everyone: bool,
    settings: Value,
    registration_token_hash: Option<Vec<u8>>,
    hashes: Vec<Vec<u8>>,
    expiries: Vec<Option<DateTime<Utc>>>,
}

impl TryFrom<Row> for Client {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let settings = serde_json::from_value(row.settings).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Self {
            client_id: row.client_id,
            name_fr: row.name_fr,
            name_en: row.name_en,
            enabled: row.enabled,
            everyone: row.everyone,
            secrets: row.hashes.into_iter().zip(row.expiries).collect(),
            registration_token: row.registration_token_hash,
            ..settings
        })
    }
}

/// Clients with their secrets: all, or the one of that id.
///
/// # Errors
/// PostgreSQL's.
pub async fn load(connection: &mut PgConnection, only: Option<&str>) -> sqlx::Result<Vec<Client>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT c.client_id, name_fr, name_en, enabled, policy = 'everyone' AS "everyone!", settings, registration_token_hash,
               coalesce(s.hashes, '{}') AS "hashes!", coalesce(s.expiries, '{}') AS "expiries!: Vec<Option<DateTime<Utc>>>"
           FROM clients c LEFT JOIN (
               SELECT client_id, array_agg(hash ORDER BY created_at) AS hashes, array_agg(expires_at ORDER BY created_at) AS expiries
               FROM client_secrets GROUP BY client_id) s USING (client_id)
           WHERE $1::text IS NULL OR c.client_id = $1 ORDER BY client_id"#,
        only
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Client::try_from).collect()
}

/// The client of that id.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<Option<Client>> {
    Ok(load(connection, Some(client_id)).await?.pop())
}

/// Creates a client (without its secrets), or changes it. `false` when `create` and the id is taken,
/// or when not and there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn save(
    connection: &mut PgConnection,
    client: &Client,
    create: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let policy = if client.everyone { "everyone" } else { "restricted" };
    let settings = serde_json::to_value(client).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let saved = if create {
        sqlx::query!(
            "INSERT INTO clients (client_id, name_fr, name_en, enabled, policy, settings, registration_token_hash, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING",
            client.client_id,
            client.name_fr,
            client.name_en,
            client.enabled,
            policy,
            settings,
            client.registration_token,
            now
        )
        .execute(connection)
        .await?
    } else {
        sqlx::query!(
            "UPDATE clients SET name_fr = $2, name_en = $3, enabled = $4, policy = $5, settings = $6, registration_token_hash = $7,
                 updated_at = $8
             WHERE client_id = $1",
            client.client_id,
            client.name_fr,
            client.name_en,
            client.enabled,
            policy,
            settings,
            client.registration_token,
            now
        )
        .execute(connection)
        .await?
    };
    Ok(saved.rows_affected() == 1)
}

/// Holds a client as it is until the transaction ends: nobody changes it meanwhile.
///
/// # Errors
/// PostgreSQL's.
pub async fn lock(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<()> {
    sqlx::query_scalar!("SELECT client_id FROM clients WHERE client_id = $1 FOR UPDATE", client_id)
        .fetch_optional(connection)
        .await?;
    Ok(())
}

/// Removes a client and everything that hangs on it; `false` when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn delete(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<bool> {
    let deleted = sqlx::query!("DELETE FROM clients WHERE client_id = $1", client_id).execute(connection).await?;
    Ok(deleted.rows_affected() == 1)
}
/// Adds a secret. Those before it are good until `overlap_ends` at the most, and only the newest of
/// them: two at once.
///
/// # Errors
/// PostgreSQL's.
pub async fn add_secret(
    connection: &mut PgConnection,
    client_id: &str,
    secret: Hashed,
    overlap_ends: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM client_secrets WHERE client_id = $1 AND (expires_at <= $2 OR $2 >= $3
             OR created_at < (SELECT max(created_at) FROM client_secrets WHERE client_id = $1))",
        client_id,
        now,
        overlap_ends
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE client_secrets SET expires_at = least(coalesce(expires_at, $2), $2) WHERE client_id = $1",
        client_id,
        overlap_ends
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO client_secrets (client_id, hash, created_at) VALUES ($1, $2, $3)",
        client_id,
        secret.as_bytes(),
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Names and start addresses of the enabled services that a person may open.
///
/// # Errors
/// PostgreSQL's.
pub async fn open_to(
    connection: &mut PgConnection,
    user: uuid::Uuid,
) -> sqlx::Result<Vec<(String, crate::authz::client_access::Facts)>> {
    let rows = sqlx::query!(
        r#"SELECT c.client_id, f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!"
           FROM clients c, LATERAL client_access_facts($1, c.client_id) f
           WHERE c.enabled AND coalesce(c.settings ->> 'initiate_login_uri', c.settings ->> 'start_uri') IS NOT NULL"#,
        user
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let facts = facts!(row);
            (row.client_id, facts)
        })
        .collect())
}
