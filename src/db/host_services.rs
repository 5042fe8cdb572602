//! Services as those see them who run the instance: in a list, and who may use one. The answer for one person is
//! [`crate::authz::client_access`]'s; what is listed here is the same, the other way round (a test compares).

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A service in the list.
#[derive(Debug)]
pub struct Listed {
    /// Its `client_id`.
    pub client_id: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// Switched on.
    pub enabled: bool,
    /// Open to every account.
    pub everyone: bool,
    /// How many groups it lets in.
    pub groups: i64,
    /// How many active organizations have it.
    pub organizations: i64,
}

/// Services whose name or id holds a text, by their name in French or English; so many, after so many others.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(
    connection: &mut PgConnection,
    text: &str,
    french: bool,
    skipped: i64,
    count: i64,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"SELECT client_id, name_fr, name_en, enabled, policy = 'everyone' AS "everyone!",
               (SELECT count(*) FROM client_groups g WHERE g.client_id = c.client_id) AS "groups!",
               (SELECT count(*) FROM attachments a JOIN organizations o ON o.id = a.organization_id AND o.active
                WHERE a.client_id = c.client_id) AS "organizations!"
           FROM clients c
           WHERE strpos(lower(name_fr || ' ' || name_en || ' ' || client_id), lower($1)) > 0
           ORDER BY lower(CASE WHEN $2::boolean THEN name_fr ELSE name_en END), client_id OFFSET $3 LIMIT $4"#,
        text,
        french,
        skipped,
        count
    )
    .fetch_all(connection)
    .await
}

/// A group of the instance, beside a service.
#[derive(Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How many are in it.
    pub members: i64,
    /// The service lets it in.
    pub allowed: bool,
}

/// Every group by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn groups(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<Vec<Group>> {
    sqlx::query_as!(
        Group,
        r#"SELECT g.name, (SELECT count(*) FROM group_members m WHERE m.group_id = g.id) AS "members!",
               EXISTS (SELECT FROM client_groups c WHERE c.group_id = g.id AND c.client_id = $1) AS "allowed!"
           FROM groups g ORDER BY g.name"#,
        client_id
    )
    .fetch_all(connection)
    .await
}

/// An organization that has a service.
#[derive(Debug)]
pub struct Attached {
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Not switched off.
    pub active: bool,
    /// All its members may use the service.
    pub all_members: bool,
    /// How many organizations have it.
    pub total: i64,
    /// How many of them are not switched off.
    pub open: i64,
}

/// The first organizations that have a service, by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn organizations(connection: &mut PgConnection, client_id: &str, count: i64) -> sqlx::Result<Vec<Attached>> {
    sqlx::query_as!(
        Attached,
        r#"SELECT o.slug, o.name, o.active, a.all_members, count(*) OVER () AS "total!",
               count(*) FILTER (WHERE o.active) OVER () AS "open!"
           FROM attachments a JOIN organizations o ON o.id = a.organization_id
           WHERE a.client_id = $1 ORDER BY lower(o.name), o.slug LIMIT $2"#,
        client_id,
        count
    )
    .fetch_all(connection)
    .await
}

/// Somebody who may use a service.
#[derive(Debug)]
pub struct Entitled {
    /// The account.
    pub id: Uuid,
    /// Their username.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// Groups through which.
    pub groups: Vec<String>,
    /// Names of organizations through which.
    pub organizations: Vec<String>,
}

/// Those whom a group or an organization lets in, by username, after that one; whatever the policy says.
///
/// # Errors
/// PostgreSQL's.
pub async fn let_in(
    connection: &mut PgConnection,
    client_id: &str,
    after: &str,
    count: i64,
) -> sqlx::Result<Vec<Entitled>> {
    sqlx::query_as!(
        Entitled,
        r#"WITH ways AS MATERIALIZED (
               SELECT gm.user_id, g.name AS by_group, NULL::text AS by_organization
               FROM client_groups cg JOIN groups g ON g.id = cg.group_id JOIN group_members gm ON gm.group_id = g.id
               WHERE cg.client_id = $1
               UNION ALL
               SELECT m.user_id, NULL, o.name
               FROM attachments a JOIN organizations o ON o.id = a.organization_id AND o.active
                   JOIN memberships m ON m.organization_id = o.id
               WHERE a.client_id = $1 AND (a.all_members OR EXISTS (
                   SELECT FROM access_grants g
                   WHERE g.user_id = m.user_id AND g.client_id = a.client_id AND g.organization_id = a.organization_id))),
           people AS MATERIALIZED (
               SELECT u.id, u.username, u.username_key, display_name(u) AS name FROM users u
               WHERE u.active AND u.email_verified_at IS NOT NULL AND u.username_key > translate($2, '._', '--')
                   AND u.id IN (SELECT user_id FROM ways)
               ORDER BY u.username_key LIMIT $3)
           SELECT p.id AS "id!", p.username AS "username!", p.name AS "name!",
               coalesce(array_agg(DISTINCT w.by_group) FILTER (WHERE w.by_group IS NOT NULL), '{}') AS "groups!",
               coalesce(array_agg(DISTINCT w.by_organization) FILTER (WHERE w.by_organization IS NOT NULL), '{}') AS "organizations!"
           FROM people p JOIN ways w ON w.user_id = p.id
           GROUP BY p.id, p.username, p.username_key, p.name ORDER BY p.username_key"#,
        client_id,
        after,
        count
    )
    .fetch_all(connection)
    .await
}

/// Every account that may be used and whose address is proven, by username, after that one: those who may use a
/// service that is open to everybody.
///
/// # Errors
/// PostgreSQL's.
pub async fn everybody(connection: &mut PgConnection, after: &str, count: i64) -> sqlx::Result<Vec<Entitled>> {
    sqlx::query_as!(
        Entitled,
        r#"SELECT u.id, u.username, display_name(u) AS "name!", '{}'::text[] AS "groups!", '{}'::text[] AS "organizations!"
           FROM users u
           WHERE u.active AND u.email_verified_at IS NOT NULL AND u.username_key > translate($1, '._', '--')
           ORDER BY u.username_key LIMIT $2"#,
        after,
        count
    )
    .fetch_all(connection)
    .await
}

/// A secret of a service, of which only a hash is known.
#[derive(Debug)]
pub struct SecretLife {
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when, if another took its place.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The secrets of a service that are good, the newest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn secrets(
    connection: &mut PgConnection,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<SecretLife>> {
    sqlx::query_as!(
        SecretLife,
        "SELECT created_at, expires_at FROM client_secrets
         WHERE client_id = $1 AND coalesce(expires_at, 'infinity') > $2 ORDER BY created_at DESC",
        client_id,
        now
    )
    .fetch_all(connection)
    .await
}

/// What became of the sign-out notices to a service.
#[derive(Debug)]
pub struct Deliveries {
    /// They wait.
    pub waiting: i64,
    /// They were given up.
    pub failed: i64,
    /// When it was last told.
    pub last: Option<DateTime<Utc>>,
}

/// Counts the notices to a service that are kept.
///
/// # Errors
/// PostgreSQL's.
pub async fn deliveries(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<Deliveries> {
    sqlx::query_as!(
        Deliveries,
        r#"SELECT count(*) FILTER (WHERE delivered_at IS NULL AND failed_at IS NULL) AS "waiting!",
               count(*) FILTER (WHERE failed_at IS NOT NULL) AS "failed!", max(delivered_at) AS last
           FROM logout_deliveries WHERE client_id = $1"#,
        client_id
    )
    .fetch_one(connection)
    .await
}
