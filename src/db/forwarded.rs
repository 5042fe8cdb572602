//! What a browser holds at a protected host (`oidc::forward_auth`): a row of `access_tokens` that is good as
//! long as the client's session *and* the browser session behind it.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::held::{Held, held};
use crate::crypto::Hashed;
use crate::types::{CustomValues, Profile};

/// The live session behind a cookie of a protected host, read with the facts of the access decision. Notes that
/// the browser session was seen, at most once a minute: whoever works there all day is not idle.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    token: Hashed,
    idle: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query!(
        r#"SELECT h.id AS oauth_session, h.client_id, h.sid, h.scope, h.nonce, h.id_token_claims, h.userinfo_claims, h.authenticated_at, h.amr,
               h.user_id, u.username, u.email, u.given_name, u.family_name, u.locale, u.profile AS "profile: Json<Profile>", u.custom AS "custom: Json<CustomValues>", u.updated_at,
               f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!", b.last_seen_at
           FROM access_tokens t JOIN oauth_sessions h ON h.id = t.oauth_session_id JOIN browser_sessions b ON b.id = h.sid AND b.user_id = h.user_id
               JOIN users u ON u.id = h.user_id, LATERAL client_access_facts(h.user_id, h.client_id) f
           WHERE t.hash = $1 AND t.expires_at > $2 AND h.revoked_at IS NULL AND h.expires_at > $2 AND b.expires_at > $2 AND b.last_seen_at > $3"#,
        token.as_bytes(),
        now,
        now - idle
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.last_seen_at + TimeDelta::minutes(1) < now {
        sqlx::query!("UPDATE browser_sessions SET last_seen_at = $2 WHERE id = $1", row.sid, now)
            .execute(connection)
            .await?;
    }
    Ok(Some(held!(row)))
}
