//! When a right ends (domain.md): what services hold of a person who may not use them any more.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::client_access::{Decision, decide};

/// To be called in the transaction that took a right away, after it: the tokens of services that now
/// refuse the person end, and those services are told to close their sessions. Which they are.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_refused(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<Vec<String>> {
    let rows = sqlx::query!(
        r#"SELECT s.client_id, f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!"
           FROM (SELECT DISTINCT client_id FROM oauth_sessions WHERE user_id = $1) s, LATERAL client_access_facts($1, s.client_id) f"#,
        user
    )
    .fetch_all(&mut *connection)
    .await?;
    let refused: Vec<String> = rows
        .into_iter()
        .filter_map(|row| {
            let facts = facts!(row);
            matches!(decide(facts), Decision::Refused(_)).then_some(row.client_id)
        })
        .collect();
    sqlx::query!(
        "WITH ended AS (UPDATE oauth_sessions SET revoked_at = $3 WHERE user_id = $1 AND client_id = ANY ($2) AND revoked_at IS NULL)
         SELECT queue_logouts(ARRAY(SELECT DISTINCT sid FROM oauth_sessions WHERE user_id = $1 AND client_id = ANY ($2)), $2, $3)",
        user,
        &refused,
        now
    )
    .execute(connection)
    .await?;
    Ok(refused)
}
