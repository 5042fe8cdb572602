//! Tables `clients` and `client_secrets`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::crypto::{Algorithm, Hashed, constant_time_eq};

/// A relying party.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its `client_id`.
    pub client_id: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// Switched on.
    pub enabled: bool,
    /// Has a secret.
    pub confidential: bool,
    /// Open to every account.
    pub everyone: bool,
    /// Redirect URIs, byte for byte.
    pub redirect_uris: Vec<String>,
    /// Where a person starts using it.
    pub start_uri: Option<String>,
    /// Scopes it may get.
    pub scopes: Vec<String>,
    /// PKCE is required.
    pub require_pkce: bool,
    /// Gets refresh tokens.
    pub refresh_tokens: bool,
    /// Gets the claims of its scopes in the ID token too.
    pub claims_in_id_token: bool,
    /// What its ID tokens are signed with.
    pub id_token_alg: Algorithm,
    /// Hashes of its secrets, and until when each is good.
    pub secrets: Vec<(Vec<u8>, Option<DateTime<Utc>>)>,
}

impl Client {
    /// The name that people read.
    #[must_use]
    pub fn name(&self, language: &str) -> &str {
        if language == "fr" { &self.name_fr } else { &self.name_en }
    }

    /// Whether this is one of its secrets, in a time that says nothing about them.
    #[must_use]
    pub fn has_secret(&self, presented: Hashed, now: DateTime<Utc>) -> bool {
        self.secrets.iter().fold(false, |found, (hash, expires_at)| {
            let good = expires_at.is_none_or(|moment| moment > now);
            found | (constant_time_eq(hash, presented.as_bytes()) & good)
        })
    }
}

struct Row {
    client_id: String,
    name_fr: String,
    name_en: String,
    enabled: bool,
    confidential: bool,
    everyone: bool,
    redirect_uris: Vec<String>,
    start_uri: Option<String>,
    scopes: Vec<String>,
    require_pkce: bool,
    refresh_tokens: bool,
    claims_in_id_token: bool,
    id_token_alg: String,
    hashes: Vec<Vec<u8>>,
    expiries: Vec<Option<DateTime<Utc>>>,
}

impl From<Row> for Client {
    fn from(row: Row) -> Self {
        Self {
            client_id: row.client_id,
            name_fr: row.name_fr,
            name_en: row.name_en,
            enabled: row.enabled,
            confidential: row.confidential,
            everyone: row.everyone,
            redirect_uris: row.redirect_uris,
            start_uri: row.start_uri,
            scopes: row.scopes,
            require_pkce: row.require_pkce,
            refresh_tokens: row.refresh_tokens,
            claims_in_id_token: row.claims_in_id_token,
            // The column's check lets nothing else in.
            id_token_alg: Algorithm::from_name(&row.id_token_alg).unwrap_or(Algorithm::Rs256),
            secrets: row.hashes.into_iter().zip(row.expiries).collect(),
        }
    }
}

/// Clients with their secrets: all, or the one of that id.
///
/// # Errors
/// PostgreSQL's.
pub async fn load(connection: &mut PgConnection, only: Option<&str>) -> sqlx::Result<Vec<Client>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT c.client_id, name_fr, name_en, enabled, confidential, policy = 'everyone' AS "everyone!", redirect_uris, start_uri, scopes,
               require_pkce, refresh_tokens, claims_in_id_token, id_token_alg,
               coalesce(s.hashes, '{}') AS "hashes!", coalesce(s.expiries, '{}') AS "expiries!: Vec<Option<DateTime<Utc>>>"
           FROM clients c LEFT JOIN (
               SELECT client_id, array_agg(hash ORDER BY created_at) AS hashes, array_agg(expires_at ORDER BY created_at) AS expiries
               FROM client_secrets GROUP BY client_id) s USING (client_id)
           WHERE $1::text IS NULL OR c.client_id = $1 ORDER BY client_id"#,
        only
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Client::from).collect())
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
    let saved = if create {
        sqlx::query!(
            "INSERT INTO clients (client_id, name_fr, name_en, enabled, confidential, policy, redirect_uris, start_uri, scopes, require_pkce,
                 refresh_tokens, claims_in_id_token, id_token_alg, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) ON CONFLICT DO NOTHING",
            client.client_id, client.name_fr, client.name_en, client.enabled, client.confidential, policy, &client.redirect_uris,
            client.start_uri, &client.scopes, client.require_pkce, client.refresh_tokens, client.claims_in_id_token,
            client.id_token_alg.name(), now
        )
        .execute(connection)
        .await?
    } else {
        sqlx::query!(
            "UPDATE clients SET name_fr = $2, name_en = $3, enabled = $4, policy = $5, redirect_uris = $6, start_uri = $7, scopes = $8,
                 require_pkce = $9, refresh_tokens = $10, claims_in_id_token = $11, id_token_alg = $12, updated_at = $13
             WHERE client_id = $1",
            client.client_id, client.name_fr, client.name_en, client.enabled, policy, &client.redirect_uris, client.start_uri,
            &client.scopes, client.require_pkce, client.refresh_tokens, client.claims_in_id_token, client.id_token_alg.name(), now
        )
        .execute(connection)
        .await?
    };
    Ok(saved.rows_affected() == 1)
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
           WHERE c.enabled AND c.start_uri IS NOT NULL"#,
        user
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let facts = crate::authz::client_access::Facts {
                user_active: row.user_active,
                email_verified: row.email_verified,
                client_enabled: row.client_enabled,
                everyone: row.everyone,
                groups: row.groups,
                organizations: row.organizations,
                access_through: row.access_through,
                roles: row.roles,
            };
            (row.client_id, facts)
        })
        .collect())
}
