//! Table `memberships` and what hangs on it, always within one organization: a person that is not in it
//! is nobody.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::types::Role;

/// A member, as those who look after the organization see them.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person.
    pub id: Uuid,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Member or referent.
    pub role: Role,
    /// Since when they are in it.
    pub since: DateTime<Utc>,
    /// The account may be used.
    pub active: bool,
    /// When they were last signed in, to the day at best.
    pub last_seen: Option<DateTime<Utc>>,
    /// What was granted to them here, by service.
    pub grants: Vec<Grant>,
    /// Where they stand in the list.
    pub sort_name: String,
}

/// Access to one service, granted to one person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Grant {
    /// The service.
    pub client_id: String,
    /// Roles there, sorted.
    pub roles: Vec<String>,
}

/// Which members, and how many.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Part of a name or of an address; empty: all.
    pub text: &'a str,
    /// Only those of this role.
    pub role: Option<Role>,
    /// From after this member: their name in the order of the list, and their id.
    pub after: Option<(&'a str, Uuid)>,
    /// At most so many.
    pub count: i64,
}

impl Search<'_> {
    /// Everybody, in one list.
    pub const ALL: Self = Self { text: "", role: None, after: None, count: i64::MAX };
}

/// The members of an organization, by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(connection: &mut PgConnection, organization: Uuid, search: &Search<'_>) -> sqlx::Result<Vec<Member>> {
    let (after_name, after_id) = search.after.unzip();
    // An index holds all that is looked at here: no other organization's members, and no accounts.
    let found = sqlx::query_scalar!(
        "SELECT user_id FROM memberships
         WHERE organization_id = $1 AND (sort_name, user_id) > (coalesce($2, ''), coalesce($3, $4::uuid))
             AND ($5 = '' OR strpos(sort_name, lower($5)) > 0 OR strpos(email_key, lower($5)) > 0)
             AND ($6::text IS NULL OR role = $6)
         ORDER BY sort_name, user_id LIMIT $7",
        organization,
        after_name,
        after_id,
        Uuid::nil(),
        search.text,
        search.role.map(Role::as_str),
        search.count
    )
    .fetch_all(&mut *connection)
    .await?;
    these(connection, organization, &found).await
}

/// One member of an organization.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, organization: Uuid, person: Uuid) -> sqlx::Result<Option<Member>> {
    Ok(these(connection, organization, &[person]).await?.pop())
}

/// Those of these people who are members of an organization, by name.
async fn these(connection: &mut PgConnection, organization: Uuid, people: &[Uuid]) -> sqlx::Result<Vec<Member>> {
    let rows = sqlx::query!(
        r#"SELECT u.id, display_name(u) AS "name!", u.email, m.role, m.created_at AS since, u.active, m.sort_name,
               (SELECT max(last_seen_at) FROM browser_sessions s WHERE s.user_id = u.id) AS last_seen,
               (SELECT coalesce(jsonb_agg(jsonb_build_object('client_id', g.client_id, 'roles', ARRAY(
                       SELECT r.role FROM access_grant_roles r
                       WHERE (r.organization_id, r.user_id, r.client_id) = (g.organization_id, g.user_id, g.client_id) ORDER BY 1))
                   ORDER BY g.client_id), '[]')
                FROM access_grants g WHERE g.organization_id = m.organization_id AND g.user_id = m.user_id) AS "grants!: Json<Vec<Grant>>"
           FROM unnest($2::uuid[]) AS asked (id) JOIN memberships m ON m.organization_id = $1 AND m.user_id = asked.id
               JOIN users u ON u.id = m.user_id
           ORDER BY m.sort_name, m.user_id"#,
        organization,
        people
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Member {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role.parse().unwrap_or(Role::Member),
            since: row.since,
            active: row.active,
            last_seen: row.last_seen,
            grants: row.grants.0,
            sort_name: row.sort_name,
        })
        .collect())
}

/// The member that stands `search.count` places before `search.after`: the page before begins after them.
/// None when there are not so many.
///
/// # Errors
/// PostgreSQL's.
pub async fn before(
    connection: &mut PgConnection,
    organization: Uuid,
    search: &Search<'_>,
) -> sqlx::Result<Option<(String, Uuid)>> {
    let Some((name, id)) = search.after else { return Ok(None) };
    let row = sqlx::query!(
        "SELECT sort_name, user_id FROM memberships
         WHERE organization_id = $1 AND (sort_name, user_id) <= ($2, $3::uuid)
             AND ($4 = '' OR strpos(sort_name, lower($4)) > 0 OR strpos(email_key, lower($4)) > 0)
         ORDER BY sort_name DESC, user_id DESC OFFSET $5 LIMIT 1",
        organization,
        name,
        id,
        search.text,
        search.count
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.sort_name, row.user_id)))
}

/// Whether somebody of an organization has that address (as [`crate::types::Email::key`] gives it).
///
/// # Errors
/// PostgreSQL's.
pub async fn has_address(connection: &mut PgConnection, organization: Uuid, email_key: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM users u JOIN memberships m ON m.user_id = u.id
               WHERE u.email_key = $2 AND m.organization_id = $1) AS "has!""#,
        organization,
        email_key
    )
    .fetch_one(connection)
    .await
}

/// How many members an organization has.
///
/// # Errors
/// PostgreSQL's.
pub async fn count(connection: &mut PgConnection, organization: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM memberships WHERE organization_id = $1"#, organization)
        .fetch_one(connection)
        .await
}

/// Whether somebody looks after an organization and nobody else does (who will go soon is no successor).
///
/// # Errors
/// PostgreSQL's.
pub async fn is_last_referent(connection: &mut PgConnection, organization: Uuid, person: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM memberships WHERE organization_id = $1 AND user_id = $2 AND role = 'referent')
               AND NOT EXISTS (
                   SELECT FROM memberships r JOIN users u ON u.id = r.user_id
                   WHERE r.organization_id = $1 AND r.role = 'referent' AND r.user_id <> $2 AND u.active
                     AND NOT EXISTS (SELECT FROM account_deletions d WHERE d.user_id = u.id)) AS "last!""#,
        organization,
        person
    )
    .fetch_one(connection)
    .await
}

/// Another role for a member.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_role(connection: &mut PgConnection, organization: Uuid, person: Uuid, role: Role) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE memberships SET role = $3 WHERE organization_id = $1 AND user_id = $2",
        organization,
        person,
        role.as_str()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Most who hear of a new referent.
const GUARDIANS: i64 = 20;

/// Who must hear of new referents: administrators and the referents of the organization, so many at most.
///
/// # Errors
/// PostgreSQL's.
pub async fn guardians(connection: &mut PgConnection, organization: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT u.id FROM users u WHERE u.active AND u.email_verified_at IS NOT NULL AND u.id IN (
             SELECT m.user_id FROM memberships m WHERE m.organization_id = $1 AND m.role = 'referent'
             UNION SELECT gm.user_id FROM group_members gm JOIN groups g ON g.id = gm.group_id WHERE g.name = 'admins')
         ORDER BY is_in_group(u.id, 'admins') DESC, u.id LIMIT $2",
        organization,
        GUARDIANS
    )
    .fetch_all(connection)
    .await
}

/// The ids of all members.
///
/// # Errors
/// PostgreSQL's.
pub async fn ids(connection: &mut PgConnection, organization: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("SELECT user_id FROM memberships WHERE organization_id = $1 ORDER BY user_id", organization)
        .fetch_all(connection)
        .await
}
