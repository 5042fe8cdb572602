//! When a right ends (domain.md): what services hold of people who may not use them any more.

use std::collections::BTreeMap;

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
    end_all_refused(connection, &[user], now).await
}

/// The same for many people at once: those of an organization or of a group, say. First they leave the groups
/// where a rule had them because of what has ended.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_all_refused(
    connection: &mut PgConnection,
    users: &[Uuid],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<String>> {
    super::standing::follow(&mut *connection, users, now).await?;
    let rows = sqlx::query!(
        r#"SELECT s.user_id, s.client_id, f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!"
           FROM (SELECT DISTINCT user_id, client_id FROM oauth_sessions WHERE user_id = ANY ($1)) s,
               LATERAL client_access_facts(s.user_id, s.client_id) f"#,
        users
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut refused: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for row in rows {
        let facts = facts!(row);
        if matches!(decide(facts), Decision::Refused(_)) {
            refused.entry(row.client_id).or_default().push(row.user_id);
        }
    }
    for (client, users) in &refused {
        end(connection, users, client, now).await?;
    }
    Ok(refused.into_keys().collect())
}

/// To be called when a service may be closed to anybody, after that: what it holds of those whom it refuses
/// now ends, and it is told to close their sessions. How many they are.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_refused_of_client(
    connection: &mut PgConnection,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<usize> {
    let holders = sqlx::query_scalar!("SELECT DISTINCT user_id FROM oauth_sessions WHERE client_id = $1", client_id)
        .fetch_all(&mut *connection)
        .await?;
    let mut count = 0;
    for some in holders.chunks(1000) {
        let rows = sqlx::query!(
            r#"SELECT s.user_id AS "user_id!", f.user_active AS "user_active!", f.email_verified AS "email_verified!",
                   f.client_enabled AS "client_enabled!", f.everyone AS "everyone!", f.groups AS "groups!",
                   f.organizations AS "organizations!", f.access_through AS "access_through!", f.roles AS "roles!"
               FROM unnest($1::uuid[]) AS s (user_id), LATERAL client_access_facts(s.user_id, $2) f"#,
            some,
            client_id
        )
        .fetch_all(&mut *connection)
        .await?;
        let mut refused = Vec::new();
        for row in rows {
            let (user, facts) = (row.user_id, facts!(row));
            if matches!(decide(facts), Decision::Refused(_)) {
                refused.push(user);
            }
        }
        end(connection, &refused, client_id, now).await?;
        count += refused.len();
    }
    Ok(count)
}

/// To be called before a service is switched off, which it is not told of afterwards: what it holds of
/// anybody ends.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_all_of_client(connection: &mut PgConnection, client_id: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH ended AS (UPDATE oauth_sessions SET revoked_at = $2 WHERE client_id = $1 AND revoked_at IS NULL)
         SELECT queue_logouts(ARRAY(SELECT DISTINCT sid FROM oauth_sessions WHERE client_id = $1), ARRAY[$1], $2)",
        client_id,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a service holds of these people ends, and it is told.
async fn end(connection: &mut PgConnection, users: &[Uuid], client: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH ended AS (UPDATE oauth_sessions SET revoked_at = $3 WHERE user_id = ANY ($1) AND client_id = $2 AND revoked_at IS NULL)
         SELECT queue_logouts(ARRAY(SELECT DISTINCT sid FROM oauth_sessions WHERE user_id = ANY ($1) AND client_id = $2), ARRAY[$2], $3)",
        users,
        client,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
