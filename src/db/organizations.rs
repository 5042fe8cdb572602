//! Groups, organizations, memberships, attachments and grants.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Creates a group, or finds it by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn ensure_group(connection: &mut PgConnection, name: &str, now: DateTime<Utc>) -> sqlx::Result<Uuid> {
    sqlx::query_scalar!(
        "INSERT INTO groups (id, name, created_at) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM organizations WHERE slug = $2)
         ON CONFLICT (name) DO UPDATE SET name = $2 RETURNING id",
        Uuid::now_v7(),
        name,
        now
    )
    .fetch_one(connection)
    .await
}

/// A group, as lists show it.
#[derive(Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How many are in it.
    pub members: i64,
    /// They must sign in in two steps.
    pub second_factor: bool,
}

/// All groups by name; `strict` demands two steps of administrators and auditors.
///
/// # Errors
/// PostgreSQL's.
pub async fn groups(connection: &mut PgConnection, strict: bool) -> sqlx::Result<Vec<Group>> {
    sqlx::query_as!(
        Group,
        r#"SELECT name, (SELECT count(*) FROM group_members m WHERE m.group_id = g.id) AS "members!",
               (second_factor_required OR ($1 AND name IN ('admins', 'auditors'))) AS "second_factor!"
           FROM groups g ORDER BY name"#,
        strict
    )
    .fetch_all(connection)
    .await
}

/// Demands two steps of the members of a group, or no longer. What services hold from a sign-in in one
/// step ends, so that they ask again. `false`: there is no such group.
///
/// # Errors
/// PostgreSQL's.
pub async fn demand_second_factor(
    connection: &mut PgConnection,
    name: &str,
    demanded: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "WITH revoked AS (
             UPDATE oauth_sessions s SET revoked_at = $3 FROM group_members m JOIN groups g ON g.id = m.group_id
             WHERE $2 AND g.name = $1 AND s.user_id = m.user_id AND s.revoked_at IS NULL AND NOT 'mfa' = ANY(s.amr))
         UPDATE groups SET second_factor_required = $2 WHERE name = $1",
        name,
        demanded,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a person into a group.
///
/// # Errors
/// PostgreSQL's.
pub async fn add_to_group(connection: &mut PgConnection, user: Uuid, group: Uuid) -> sqlx::Result<()> {
    sqlx::query!("INSERT INTO group_members (user_id, group_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", user, group)
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets the members of a group use a client.
///
/// # Errors
/// PostgreSQL's.
pub async fn allow_group(connection: &mut PgConnection, client_id: &str, group: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO client_groups (client_id, group_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        client_id,
        group
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Creates an organization, or finds it by slug.
///
/// # Errors
/// PostgreSQL's.
pub async fn ensure_organization(
    connection: &mut PgConnection,
    slug: &str,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    sqlx::query_scalar!(
        "INSERT INTO organizations (id, slug, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (slug) DO UPDATE SET name = $3 RETURNING id",
        Uuid::now_v7(),
        slug,
        name,
        now
    )
    .fetch_one(connection)
    .await
}

/// Makes an organization. `false`: one has that slug, or a group is called so, or it means something to
/// services: they could not tell one from the other.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(
    connection: &mut PgConnection,
    id: Uuid,
    slug: &str,
    name: &str,
    contact: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO organizations (id, slug, name, contact, created_at) SELECT $1, $2, $3, $4, $5
         WHERE $2 NOT IN ('admin', 'admins', 'auditors', 'authp') AND NOT EXISTS (SELECT FROM groups WHERE name = $2)
         ON CONFLICT (slug) DO NOTHING",
        id,
        slug,
        name,
        contact,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Slug and name of every organization.
///
/// # Errors
/// PostgreSQL's.
pub async fn names(connection: &mut PgConnection) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!("SELECT slug, name FROM organizations ORDER BY slug").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.name)).collect())
}

/// Changes an organization.
///
/// # Errors
/// PostgreSQL's.
pub async fn update(
    connection: &mut PgConnection,
    id: Uuid,
    name: &str,
    contact: &str,
    active: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE organizations SET name = $2, contact = $3, active = $4 WHERE id = $1",
        id,
        name,
        contact,
        active
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes an organization and all that hangs on it.
///
/// # Errors
/// PostgreSQL's.
pub async fn delete(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM organizations WHERE id = $1", id).execute(connection).await?;
    Ok(())
}

/// Makes a person a member, or a referent, of an organization; groups that are kept by rule follow.
///
/// # Errors
/// PostgreSQL's.
pub async fn add_member(
    connection: &mut PgConnection,
    organization: Uuid,
    user: Uuid,
    referent: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organization_id, user_id) DO UPDATE SET role = $3",
        organization,
        user,
        if referent { "referent" } else { "member" },
        now
    )
    .execute(&mut *connection)
    .await?;
    super::standing::follow(connection, &[user], now).await
}

/// Opens a client to an organization: to all its members, or to those who hold a grant.
///
/// # Errors
/// PostgreSQL's.
pub async fn attach(
    connection: &mut PgConnection,
    organization: Uuid,
    client_id: &str,
    all_members: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO attachments (organization_id, client_id, all_members) VALUES ($1, $2, $3)
         ON CONFLICT (organization_id, client_id) DO UPDATE SET all_members = $3",
        organization,
        client_id,
        all_members
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a member access to an attached client, with roles that the client defines.
///
/// # Errors
/// PostgreSQL's; also when the person is no member or the client is not attached (foreign keys).
pub async fn grant(
    connection: &mut PgConnection,
    organization: Uuid,
    user: Uuid,
    client_id: &str,
    roles: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO access_grants (organization_id, user_id, client_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        organization,
        user,
        client_id,
        now
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO access_grant_roles (organization_id, user_id, client_id, role) SELECT $1, $2, $3, unnest($4::text[]) ON CONFLICT DO NOTHING",
        organization,
        user,
        client_id,
        roles
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Defines a role that a client understands.
///
/// # Errors
/// PostgreSQL's.
pub async fn ensure_role(
    connection: &mut PgConnection,
    client_id: &str,
    role: &str,
    delegable: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO client_roles (client_id, name, delegable) VALUES ($1, $2, $3) ON CONFLICT (client_id, name) DO UPDATE SET delegable = $3",
        client_id,
        role,
        delegable
    )
    .execute(connection)
    .await?;
    Ok(())
}
