//! What clients hold: codes, access tokens and refresh tokens of an `oauth_sessions` row.
//!
//! Each exchange is one statement that consumes, inserts and reads what the answer needs, the facts
//! of the access decision included. The decision itself is a rule in Rust: when it refuses, what was
//! inserted is revoked before anybody has seen it ([`revoke`]).

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::held::{Held, held};
use crate::crypto::Hashed;
use crate::types::{CustomValues, Profile};

/// For how long after its first use a refresh token gives the same successor again: clients refresh
/// in parallel and lose answers.
pub const REUSE_WINDOW: TimeDelta = TimeDelta::seconds(30);

/// What a client presents to redeem a code. Every field must be the one of the code.
#[derive(Debug)]
pub struct Redemption<'a> {
    /// The code.
    pub code: Hashed,
    /// The authenticated client.
    pub client_id: &'a str,
    /// Byte for byte.
    pub redirect_uri: &'a str,
    /// Computed from the verifier; none when no verifier was sent.
    pub code_challenge: Option<&'a str>,
    /// The access token to store, and until when.
    pub access_token: Hashed,
    /// End of the access token.
    pub access_expires_at: DateTime<Utc>,
    /// The refresh token to store, if the client gets one.
    pub refresh_token: Option<Hashed>,
    /// End of the refresh token if it is not used.
    pub refresh_expires_at: DateTime<Utc>,
}

/// Redeems a code, if all of it is right and nobody has yet: consumes it and stores the tokens.
///
/// # Errors
/// PostgreSQL's.
pub async fn redeem(
    connection: &mut PgConnection,
    r: &Redemption<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query!(
        r#"WITH redeemed AS (
               UPDATE authorization_codes c SET redeemed_at = $5 FROM oauth_sessions s
               WHERE c.hash = $1 AND c.client_id = $2 AND c.redirect_uri = $3 AND c.code_challenge IS NOT DISTINCT FROM $4
                 AND c.redeemed_at IS NULL AND c.expires_at > $5 AND s.id = c.oauth_session_id AND s.revoked_at IS NULL
               RETURNING s.id, s.client_id, s.sid, s.scope, s.nonce, s.id_token_claims, s.userinfo_claims, s.authenticated_at, s.amr,
                   s.user_id),
             access AS (INSERT INTO access_tokens (hash, oauth_session_id, expires_at) SELECT $6, id, $7 FROM redeemed),
             refresh AS (INSERT INTO refresh_tokens (hash, oauth_session_id, expires_at)
                 SELECT $8, id, $9 FROM redeemed WHERE $8::bytea IS NOT NULL)
           SELECT h.id AS oauth_session, h.client_id, h.sid, h.scope, h.nonce, h.id_token_claims, h.userinfo_claims, h.authenticated_at, h.amr,
               h.user_id, u.username, u.email, u.given_name, u.family_name, u.locale, u.profile AS "profile: Json<Profile>", u.custom AS "custom: Json<CustomValues>", u.updated_at,
               f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!"
           FROM redeemed h JOIN users u ON u.id = h.user_id, LATERAL client_access_facts(h.user_id, h.client_id) f"#,
        r.code.as_bytes(),
        r.client_id,
        r.redirect_uri,
        r.code_challenge,
        now,
        r.access_token.as_bytes(),
        r.access_expires_at,
        r.refresh_token.as_ref().map(Hashed::as_bytes),
        r.refresh_expires_at
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| held!(row)))
}

/// After a redemption that was refused: if the code had been redeemed before by the same client, it
/// has leaked, and everything born from it is revoked. Returns whether it was so.
///
/// # Errors
/// PostgreSQL's.
pub async fn revoke_if_replayed(
    connection: &mut PgConnection,
    code: Hashed,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let revoked = sqlx::query!(
        "UPDATE oauth_sessions s SET revoked_at = $3 FROM authorization_codes c
         WHERE c.hash = $1 AND c.client_id = $2 AND c.redeemed_at IS NOT NULL AND s.id = c.oauth_session_id AND s.revoked_at IS NULL",
        code.as_bytes(),
        client_id,
        now
    )
    .execute(connection)
    .await?;
    Ok(revoked.rows_affected() == 1)
}

/// What a client presents to refresh.
#[derive(Debug)]
pub struct Rotation<'a> {
    /// The presented token.
    pub presented: Hashed,
    /// The authenticated client.
    pub client_id: &'a str,
    /// Scopes asked for: some of those granted, or none for all.
    pub scope: &'a [String],
    /// The one successor of the presented token.
    pub successor: Hashed,
    /// End of the successor if it is not used.
    pub successor_expires_at: DateTime<Utc>,
    /// A new access token.
    pub access_token: Hashed,
    /// Its end.
    pub access_expires_at: DateTime<Utc>,
}

/// Rotates a refresh token. Within [`REUSE_WINDOW`] of its first use the same successor is given
/// again: it is derived from the token, so that parallel requests end with the same one.
///
/// # Errors
/// PostgreSQL's.
pub async fn rotate(connection: &mut PgConnection, r: &Rotation<'_>, now: DateTime<Utc>) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query!(
        r#"WITH used AS (
               UPDATE refresh_tokens t SET rotated_at = coalesce(t.rotated_at, $3) FROM oauth_sessions s
               WHERE t.hash = $1 AND t.expires_at > $3 AND (t.rotated_at IS NULL OR t.rotated_at > $4)
                 AND s.id = t.oauth_session_id AND s.client_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND s.scope @> $9
               RETURNING s.id, s.client_id, s.sid, CASE WHEN cardinality($9) = 0 THEN s.scope ELSE $9 END AS scope, s.nonce, s.id_token_claims, s.userinfo_claims, s.authenticated_at, s.amr,
                   s.user_id, s.expires_at),
             successor AS (INSERT INTO refresh_tokens (hash, oauth_session_id, expires_at)
                 SELECT $5, id, least($6, expires_at) FROM used ON CONFLICT (hash) DO NOTHING),
             access AS (INSERT INTO access_tokens (hash, oauth_session_id, expires_at, scope) SELECT $7, id, $8, nullif($9, '{}') FROM used)
           SELECT h.id AS oauth_session, h.client_id, h.sid, h.scope AS "scope!", h.nonce, h.id_token_claims, h.userinfo_claims, h.authenticated_at, h.amr,
               h.user_id, u.username, u.email, u.given_name, u.family_name, u.locale, u.profile AS "profile: Json<Profile>", u.custom AS "custom: Json<CustomValues>", u.updated_at,
               f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!"
           FROM used h JOIN users u ON u.id = h.user_id, LATERAL client_access_facts(h.user_id, h.client_id) f"#,
        r.presented.as_bytes(),
        r.client_id,
        now,
        now - REUSE_WINDOW,
        r.successor.as_bytes(),
        r.successor_expires_at,
        r.access_token.as_bytes(),
        r.access_expires_at,
        r.scope
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| held!(row)))
}

/// After a rotation that was refused: whether the token is good and only the scope is too wide.
///
/// # Errors
/// PostgreSQL's.
pub async fn asks_too_much(connection: &mut PgConnection, r: &Rotation<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM refresh_tokens t JOIN oauth_sessions s ON s.id = t.oauth_session_id
               WHERE t.hash = $1 AND t.expires_at > $3 AND s.client_id = $2 AND s.revoked_at IS NULL AND NOT s.scope @> $4) AS "wide!""#,
        r.presented.as_bytes(),
        r.client_id,
        now,
        r.scope
    )
    .fetch_one(connection)
    .await
}

/// After a rotation that was refused: if the token was one already used by the same client, it has
/// leaked, and its family is revoked. Returns whether it was so.
///
/// # Errors
/// PostgreSQL's.
pub async fn revoke_if_reused(
    connection: &mut PgConnection,
    presented: Hashed,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let revoked = sqlx::query!(
        "UPDATE oauth_sessions s SET revoked_at = $3 FROM refresh_tokens t
         WHERE t.hash = $1 AND t.rotated_at <= $4 AND s.id = t.oauth_session_id AND s.client_id = $2 AND s.revoked_at IS NULL",
        presented.as_bytes(),
        client_id,
        now,
        now - REUSE_WINDOW
    )
    .execute(connection)
    .await?;
    Ok(revoked.rows_affected() == 1)
}

/// A live token.
#[derive(Debug)]
pub struct Found {
    /// The session behind it.
    pub held: Held,
    /// Its end.
    pub expires_at: DateTime<Utc>,
}

/// A live access token.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<Option<Found>> {
    let row = sqlx::query!(
        r#"SELECT h.id AS oauth_session, h.client_id, h.sid, coalesce(t.scope, h.scope) AS "scope!", h.nonce, h.id_token_claims, h.userinfo_claims, h.authenticated_at, h.amr,
               h.user_id, u.username, u.email, u.given_name, u.family_name, u.locale, u.profile AS "profile: Json<Profile>", u.custom AS "custom: Json<CustomValues>", u.updated_at,
               f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!", t.expires_at
           FROM access_tokens t JOIN oauth_sessions h ON h.id = t.oauth_session_id JOIN users u ON u.id = h.user_id,
               LATERAL client_access_facts(h.user_id, h.client_id) f
           WHERE t.hash = $1 AND t.expires_at > $2 AND h.revoked_at IS NULL"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Found { expires_at: row.expires_at, held: held!(row) }))
}

/// What a client would hold of a person with these scopes, if it held anything: for a preview. There is no
/// session behind it.
///
/// # Errors
/// PostgreSQL's.
pub async fn would_hold(
    connection: &mut PgConnection,
    user: Uuid,
    client_id: &str,
    scope: &[String],
) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query!(
        r#"SELECT u.username, u.email, u.given_name, u.family_name, u.locale, u.profile AS "profile: Json<Profile>", u.custom AS "custom: Json<CustomValues>", u.updated_at,
               f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!"
           FROM users u, LATERAL client_access_facts(u.id, $2) f WHERE u.id = $1"#,
        user,
        client_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Held {
        oauth_session: Uuid::nil(),
        client_id: client_id.to_owned(),
        sid: Uuid::nil(),
        scope: scope.to_vec(),
        nonce: None,
        id_token_claims: Vec::new(),
        userinfo_claims: Vec::new(),
        authenticated_at: DateTime::UNIX_EPOCH,
        amr: Vec::new(),
        user,
        username: row.username,
        email: row.email,
        given_name: row.given_name,
        family_name: row.family_name,
        locale: row.locale,
        profile: row.profile.0,
        custom: row.custom.0,
        updated_at: row.updated_at,
        facts: facts!(row),
    }))
}

/// A refresh token that is good for one more use.
///
/// # Errors
/// PostgreSQL's.
pub async fn find_refresh(
    connection: &mut PgConnection,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Found>> {
    let row = sqlx::query!(
        r#"SELECT h.id AS oauth_session, h.client_id, h.sid, h.scope, h.nonce, h.id_token_claims, h.userinfo_claims, h.authenticated_at, h.amr,
               h.user_id, u.username, u.email, u.given_name, u.family_name, u.locale, u.profile AS "profile: Json<Profile>", u.custom AS "custom: Json<CustomValues>", u.updated_at,
               f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!", t.expires_at
           FROM refresh_tokens t JOIN oauth_sessions h ON h.id = t.oauth_session_id JOIN users u ON u.id = h.user_id,
               LATERAL client_access_facts(h.user_id, h.client_id) f
           WHERE t.hash = $1 AND t.expires_at > $2 AND h.revoked_at IS NULL AND t.rotated_at IS NULL AND h.expires_at > $2"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Found { expires_at: row.expires_at, held: held!(row) }))
}

/// Revokes a client's session: its tokens are worth nothing from now on.
///
/// # Errors
/// PostgreSQL's.
pub async fn revoke(connection: &mut PgConnection, oauth_session: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE oauth_sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", oauth_session, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// A client gives a refresh token back: its family ends.
///
/// # Errors
/// PostgreSQL's.
pub async fn revoke_refresh(
    connection: &mut PgConnection,
    token: Hashed,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE oauth_sessions s SET revoked_at = $3 FROM refresh_tokens t
         WHERE t.hash = $1 AND s.id = t.oauth_session_id AND s.client_id = $2 AND s.revoked_at IS NULL",
        token.as_bytes(),
        client_id,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A client gives an access token back.
///
/// # Errors
/// PostgreSQL's.
pub async fn delete_access(connection: &mut PgConnection, token: Hashed, client_id: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM access_tokens t USING oauth_sessions s WHERE t.hash = $1 AND s.id = t.oauth_session_id AND s.client_id = $2",
        token.as_bytes(),
        client_id
    )
    .execute(connection)
    .await?;
    Ok(())
}
