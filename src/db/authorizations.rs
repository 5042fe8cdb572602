//! Table `authorization_requests`: what a person is in the middle of.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::client_access::Facts;
use crate::crypto::Hashed;

/// A stored request.
#[derive(Debug)]
pub struct Stored {
    /// The client that asks.
    pub client_id: String,
    /// The validated request.
    pub parameters: Value,
    /// When it arrived.
    pub created_at: DateTime<Utc>,
    /// Who agreed to this very request.
    pub consented_by: Option<Uuid>,
    /// The person refused.
    pub declined: bool,
}

/// Stores a request for the browser that made it.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(
    connection: &mut PgConnection,
    id: Uuid,
    browser: Hashed,
    client_id: &str,
    parameters: &Value,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO authorization_requests (id, browser_hash, client_id, parameters, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        browser.as_bytes(),
        client_id,
        parameters,
        now,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The request of that id, for the browser it belongs to and while it lives.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    id: Uuid,
    browser: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Stored>> {
    sqlx::query_as!(
        Stored,
        "SELECT client_id, parameters, created_at, consented_by, declined FROM authorization_requests
         WHERE id = $1 AND browser_hash = $2 AND expires_at > $3",
        id,
        browser.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// The latest live request of a browser: where its person was going.
///
/// # Errors
/// PostgreSQL's.
pub async fn latest(connection: &mut PgConnection, browser: Hashed, now: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM authorization_requests WHERE browser_hash = $1 AND expires_at > $2 ORDER BY created_at DESC LIMIT 1",
        browser.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// The person chose a language: it takes the place of the one that the service wished for.
///
/// # Errors
/// PostgreSQL's.
pub async fn wish_language(
    connection: &mut PgConnection,
    id: Uuid,
    browser: Hashed,
    language: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE authorization_requests SET parameters = jsonb_set(parameters, '{ui_locales}', to_jsonb($3::text))
         WHERE id = $1 AND browser_hash = $2",
        id,
        browser.as_bytes(),
        language
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a request: it was answered.
///
/// # Errors
/// PostgreSQL's.
pub async fn delete(connection: &mut PgConnection, id: Uuid, browser: Hashed) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM authorization_requests WHERE id = $1 AND browser_hash = $2", id, browser.as_bytes())
        .execute(connection)
        .await?;
    Ok(())
}

/// What stands between a user and a client.
#[derive(Debug, Default)]
pub struct Standing {
    /// For the rule of access.
    pub facts: Facts,
    /// Scopes that the user agreed to give.
    pub consented: Vec<String>,
}

/// What stands between a user and a client.
///
/// # Errors
/// PostgreSQL's.
pub async fn standing(connection: &mut PgConnection, user: Uuid, client_id: &str) -> sqlx::Result<Standing> {
    let row = sqlx::query!(
        r#"SELECT user_active AS "user_active!", email_verified AS "email_verified!", client_enabled AS "client_enabled!",
               everyone AS "everyone!", groups AS "groups!", organizations AS "organizations!", access_through AS "access_through!",
               roles AS "roles!", coalesce((SELECT scopes FROM consents WHERE user_id = $1 AND client_id = $2), '{}') AS "consented!"
           FROM client_access_facts($1, $2)"#,
        user,
        client_id
    )
    .fetch_optional(connection)
    .await?;
    // No row: one of the two is gone. Nothing is known, hence nothing is allowed.
    Ok(row.map_or_else(Standing::default, |row| Standing { facts: facts!(row), consented: row.consented }))
}

/// A code to issue and the session of the client that it opens.
#[derive(Debug)]
pub struct NewAuthorization<'a> {
    /// The stored request that it answers; none when it is answered at once.
    pub request: Option<Uuid>,
    /// The browser that asked.
    pub browser: Hashed,
    /// Identity of the client's session.
    pub oauth_session: Uuid,
    /// The person.
    pub user: Uuid,
    /// The client.
    pub client_id: &'a str,
    /// The browser session.
    pub sid: Uuid,
    /// Granted scopes.
    pub scope: &'a [String],
    /// Echoed in ID tokens.
    pub nonce: Option<&'a str>,
    /// Single claims asked for the ID token.
    pub id_token_claims: &'a [String],
    /// Single claims asked for userinfo.
    pub userinfo_claims: &'a [String],
    /// When the person proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// How.
    pub amr: &'a [String],
    /// Outlives the browser session.
    pub offline: bool,
    /// End of the family.
    pub session_expires_at: DateTime<Utc>,
    /// The code.
    pub code: Hashed,
    /// Compared again at the token endpoint.
    pub redirect_uri: &'a str,
    /// RFC 7636.
    pub code_challenge: Option<&'a str>,
    /// End of the code.
    pub code_expires_at: DateTime<Utc>,
}

/// Issues a code: one statement, one commit. A stored request is answered once, whoever asks how often:
/// `false` when somebody was first.
///
/// # Errors
/// PostgreSQL's.
pub async fn issue(
    connection: &mut PgConnection,
    new: &NewAuthorization<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let issued = sqlx::query!(
        "WITH answered AS (DELETE FROM authorization_requests WHERE id = $18 AND browser_hash = $19 RETURNING id),
              session AS (
             INSERT INTO oauth_sessions (id, user_id, client_id, sid, scope, nonce, id_token_claims, userinfo_claims, authenticated_at, amr,
                 offline, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
             WHERE $18::uuid IS NULL OR EXISTS (SELECT FROM answered) RETURNING id, client_id)
         INSERT INTO authorization_codes (hash, oauth_session_id, client_id, redirect_uri, code_challenge, expires_at)
         SELECT $14, id, client_id, $15, $16, $17 FROM session",
        new.oauth_session,
        new.user,
        new.client_id,
        new.sid,
        new.scope,
        new.nonce,
        new.id_token_claims,
        new.userinfo_claims,
        new.authenticated_at,
        new.amr,
        new.offline,
        now,
        new.session_expires_at,
        new.code.as_bytes(),
        new.redirect_uri,
        new.code_challenge,
        new.code_expires_at,
        new.request,
        new.browser.as_bytes()
    )
    .execute(connection)
    .await?;
    Ok(issued.rows_affected() == 1)
}
