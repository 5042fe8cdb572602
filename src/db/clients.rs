//! Tables `clients` and `client_secrets`.

mod client;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::client_access::Openings;
use crate::crypto::Hashed;

pub use client::{Authentication, Client};

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
    logo: Option<Uuid>,
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
            logo: row.logo,
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
               coalesce(s.hashes, '{}') AS "hashes!", coalesce(s.expiries, '{}') AS "expiries!: Vec<Option<DateTime<Utc>>>",
               l.id AS "logo?"
           FROM clients c LEFT JOIN (
               SELECT client_id, array_agg(hash ORDER BY created_at) AS hashes, array_agg(expires_at ORDER BY created_at) AS expiries
               FROM client_secrets GROUP BY client_id) s USING (client_id) LEFT JOIN service_logos l USING (client_id)
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

/// Each enabled service with an address that anything might open to a person, and what does.
///
/// # Errors
/// PostgreSQL's.
pub async fn openings(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Vec<(String, Openings)>> {
    let rows = sqlx::query!(
        r#"SELECT c.client_id, f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.by_group AS "by_group!", f.by_organization AS "by_organization!"
           FROM client_openings_of($1) f JOIN clients c USING (client_id)
           WHERE c.enabled AND coalesce(c.settings ->> 'initiate_login_uri', c.settings ->> 'start_uri') IS NOT NULL"#,
        user
    )
    .fetch_all(connection)
    .await?;
    let openings = rows.into_iter().map(|row| {
        let openings = Openings {
            user_active: row.user_active,
            email_verified: row.email_verified,
            client_enabled: row.client_enabled,
            everyone: row.everyone,
            by_group: row.by_group,
            by_organization: row.by_organization,
        };
        (row.client_id, openings)
    });
    Ok(openings.collect())
}
