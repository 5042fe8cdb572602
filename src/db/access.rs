//! May a person use a service, and what could let them: what [`crate::authz::explanation`] looks at.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::client_access::Facts;
use crate::authz::explanation::{Explanation, OwnOrganization, Ways, explain};

/// The facts of the decision and all the ways in. None: there is no such account or service.
///
/// # Errors
/// PostgreSQL's.
pub async fn facts(connection: &mut PgConnection, user: Uuid, client_id: &str) -> sqlx::Result<Option<(Facts, Ways)>> {
    let row = sqlx::query!(
        r#"SELECT user_active AS "user_active!", email_verified AS "email_verified!", client_enabled AS "client_enabled!",
               everyone AS "everyone!", groups AS "groups!", organizations AS "organizations!", access_through AS "access_through!",
               roles AS "roles!",
               ARRAY(SELECT g.name FROM client_groups cg JOIN groups g ON g.id = cg.group_id WHERE cg.client_id = $2 ORDER BY 1)
                   AS "allowed!",
               (SELECT count(*) FROM attachments a JOIN organizations o ON o.id = a.organization_id
                WHERE a.client_id = $2 AND o.active AND NOT EXISTS (
                    SELECT FROM memberships m WHERE m.organization_id = o.id AND m.user_id = $1)) AS "others!"
           FROM client_access_facts($1, $2)"#,
        user,
        client_id
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let own = sqlx::query_as!(
        OwnOrganization,
        r#"SELECT o.slug, o.name, o.active, a.all_members, EXISTS (
               SELECT FROM access_grants g
               WHERE g.organization_id = o.id AND g.user_id = m.user_id AND g.client_id = a.client_id) AS "granted!"
           FROM memberships m JOIN attachments a ON a.organization_id = m.organization_id
               JOIN organizations o ON o.id = m.organization_id
           WHERE m.user_id = $1 AND a.client_id = $2 ORDER BY o.slug"#,
        user,
        client_id
    )
    .fetch_all(connection)
    .await?;
    let ways = Ways { groups: row.allowed, own, others: row.others };
    Ok(Some((facts!(row), ways)))
}

/// Why a person may use a service, or may not. None: there is no such account or service.
///
/// # Errors
/// PostgreSQL's.
pub async fn explanation(
    connection: &mut PgConnection,
    user: Uuid,
    client_id: &str,
) -> sqlx::Result<Option<Explanation>> {
    Ok(facts(connection, user, client_id).await?.map(|(facts, ways)| explain(&facts, &ways)))
}
