//! Two accounts of one person become one: what moves from one to the other, table by table.

use sqlx::PgConnection;
use uuid::Uuid;

/// Nothing about these accounts changes before the end of the transaction but by it: not who they are, nor
/// who is in their organizations. In the order of the ids, so that two merges of the same accounts wait for one
/// another; accounts before organizations, as when one is erased.
///
/// # Errors
/// PostgreSQL's.
pub async fn lock(connection: &mut PgConnection, accounts: [Uuid; 2]) -> sqlx::Result<()> {
    sqlx::query!("SELECT id FROM users WHERE id = ANY ($1) ORDER BY id FOR UPDATE", &accounts[..])
        .fetch_all(&mut *connection)
        .await?;
    sqlx::query!(
        "SELECT id FROM organizations WHERE id IN (SELECT organization_id FROM memberships WHERE user_id = ANY ($1))
         ORDER BY id FOR NO KEY UPDATE",
        &accounts[..]
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Groups of one account that the other gets: neither what a rule decides, nor powers.
///
/// # Errors
/// PostgreSQL's.
pub async fn groups(connection: &mut PgConnection, kept: Uuid, other: Uuid) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id
         WHERE m.user_id = $2 AND g.name NOT IN ('admins', 'auditors')
             AND NOT EXISTS (SELECT FROM group_rules r WHERE r.group_id = g.id)
             AND NOT EXISTS (SELECT FROM group_members k WHERE k.group_id = g.id AND k.user_id = $1)
         ORDER BY 1",
        kept,
        other
    )
    .fetch_all(connection)
    .await
}

/// A service that knows an account by its `sub`.
#[derive(Debug)]
pub struct Known {
    /// The service.
    pub client_id: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// It knows the account that is kept too.
    pub knows_kept: bool,
}

/// Services that met an account, as far as anything here still tells: what they hold or held, what its person
/// agreed to.
///
/// # Errors
/// PostgreSQL's.
pub async fn known_by(connection: &mut PgConnection, kept: Uuid, other: Uuid) -> sqlx::Result<Vec<Known>> {
    sqlx::query_as!(
        Known,
        r#"WITH met AS (
               SELECT user_id, client_id FROM oauth_sessions WHERE user_id IN ($1, $2)
               UNION SELECT user_id, client_id FROM consents WHERE user_id IN ($1, $2)
               UNION SELECT user_id, client_id FROM audit_events WHERE user_id IN ($1, $2) AND kind = 'service-allowed')
           SELECT c.client_id, c.name_fr, c.name_en,
               EXISTS (SELECT FROM met k WHERE k.user_id = $1 AND k.client_id = c.client_id) AS "knows_kept!"
           FROM met m JOIN clients c ON c.client_id = m.client_id WHERE m.user_id = $2 ORDER BY c.client_id"#,
        kept,
        other
    )
    .fetch_all(connection)
    .await
}

/// Moves what an account is in and was given to the one that is kept: organizations with the higher of two roles,
/// accesses and their roles, groups ([`groups`]), requests that wait or were answered, and what it answered and
/// invited itself. What services hold must be looked at in the same transaction (`rights::end_refused`).
///
/// # Errors
/// PostgreSQL's.
pub async fn move_rights(connection: &mut PgConnection, kept: Uuid, other: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO memberships AS kept (organization_id, user_id, role, created_at)
         SELECT organization_id, $1::uuid, role, created_at FROM memberships WHERE user_id = $2
         ON CONFLICT (organization_id, user_id) DO UPDATE SET
             role = CASE WHEN excluded.role = 'referent' THEN 'referent' ELSE kept.role END,
             created_at = least(kept.created_at, excluded.created_at)",
        kept,
        other
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO access_grants (organization_id, user_id, client_id, created_at)
         SELECT organization_id, $1::uuid, client_id, created_at FROM access_grants WHERE user_id = $2
         ON CONFLICT DO NOTHING",
        kept,
        other
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO access_grant_roles (organization_id, user_id, client_id, role)
         SELECT organization_id, $1::uuid, client_id, role FROM access_grant_roles WHERE user_id = $2
         ON CONFLICT DO NOTHING",
        kept,
        other
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO group_members (user_id, group_id)
         SELECT $1::uuid, m.group_id FROM group_members m JOIN groups g ON g.id = m.group_id
         WHERE m.user_id = $2 AND g.name NOT IN ('admins', 'auditors')
             AND NOT EXISTS (SELECT FROM group_rules r WHERE r.group_id = g.id)
         ON CONFLICT DO NOTHING",
        kept,
        other
    )
    .execute(&mut *connection)
    .await?;
    move_requests(connection, kept, other).await
}

/// Of two requests for the same thing, one that waits counts.
async fn move_requests(connection: &mut PgConnection, kept: Uuid, other: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM access_requests k USING access_requests o
         WHERE k.user_id = $1 AND o.user_id = $2 AND k.client_id = o.client_id
             AND k.organization_id IS NOT DISTINCT FROM o.organization_id
             AND k.answered_at IS NOT NULL AND o.answered_at IS NULL",
        kept,
        other
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE access_requests o SET user_id = $1 WHERE o.user_id = $2 AND NOT EXISTS (
             SELECT FROM access_requests k WHERE k.user_id = $1 AND k.client_id = o.client_id
                 AND k.organization_id IS NOT DISTINCT FROM o.organization_id)",
        kept,
        other
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("UPDATE access_requests SET answered_by = $1 WHERE answered_by = $2", kept, other)
        .execute(&mut *connection)
        .await?;
    // An invitation stands as long as whoever sent it looks after the organization: they do.
    sqlx::query!("UPDATE invitations SET created_by = $1 WHERE created_by = $2", kept, other)
        .execute(connection)
        .await?;
    Ok(())
}

/// What an import knows an account by.
#[derive(Debug, Clone)]
pub struct Legacy {
    /// Its key in the database that it came from.
    pub id: String,
    /// What was there at the last import.
    digest: Option<Vec<u8>>,
}

/// Of an account, if it came from elsewhere.
///
/// # Errors
/// PostgreSQL's.
pub async fn legacy(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Option<Legacy>> {
    sqlx::query_as!(
        Legacy,
        r#"SELECT legacy_id AS "id!", legacy_digest AS digest FROM users WHERE id = $1 AND legacy_id IS NOT NULL"#,
        user
    )
    .fetch_optional(connection)
    .await
}

/// When the other account is gone: an import finds the one that is kept in its place, if it was not known to one
/// itself, and the names that the other gave up are free for its person.
///
/// # Errors
/// PostgreSQL's.
pub async fn inherit(
    connection: &mut PgConnection,
    kept: Uuid,
    other: Uuid,
    legacy: Option<&Legacy>,
) -> sqlx::Result<()> {
    if let Some(legacy) = legacy {
        sqlx::query!(
            "UPDATE users SET legacy_id = $2, legacy_digest = $3 WHERE id = $1 AND legacy_id IS NULL",
            kept,
            legacy.id,
            legacy.digest
        )
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query!("UPDATE released_names SET user_id = $1 WHERE user_id = $2", kept, other).execute(connection).await?;
    Ok(())
}
