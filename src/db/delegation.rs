//! An organization as somebody may reach it: found through what they are to it, or not at all.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::delegation::{Reach, Standing, Ties};
use crate::types::Role;

/// An organization, and what the one who asks is to it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The organization.
    pub id: Uuid,
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whom to write to; may be empty.
    pub contact: String,
    /// Not switched off.
    pub active: bool,
    /// What the person is to it.
    pub standing: Standing,
}

/// Nobody else changes who is in an organization, or what they have there, before the end of the
/// transaction. To be called before anything is read that the change depends on.
///
/// # Errors
/// PostgreSQL's.
pub async fn lock(connection: &mut PgConnection, slug: &str) -> sqlx::Result<()> {
    sqlx::query!("SELECT id FROM organizations WHERE slug = $1 FOR NO KEY UPDATE", slug)
        .fetch_optional(connection)
        .await?;
    Ok(())
}

/// The organization of that slug, for a person: none when there is none, none that they are anything to.
/// `reach`: of what they present.
///
/// As much is looked up for an organization that does not exist as for one that is somebody else's: the time
/// that it takes tells nothing (OR-41).
///
/// # Errors
/// PostgreSQL's.
pub async fn enter(
    connection: &mut PgConnection,
    person: Uuid,
    slug: &str,
    reach: Reach,
) -> sqlx::Result<Option<Place>> {
    let row = sqlx::query!(
        r#"SELECT o.id AS "id?", o.slug AS "slug?", o.name AS "name?", o.contact AS "contact?", o.active AS "active?", m.role AS "role?",
               t.administrator AS "administrator!", t.auditor AS "auditor!"
           FROM users u CROSS JOIN LATERAL host_ties_of(u.id) t LEFT JOIN organizations o ON o.slug = $2 AND ($3::uuid IS NULL OR o.id = $3)
               LEFT JOIN memberships m ON m.organization_id = coalesce(o.id, $4) AND m.user_id = u.id
           WHERE u.id = $1 AND u.active"#,
        person,
        slug,
        reach.only(),
        Uuid::nil()
    )
    .fetch_optional(connection)
    .await?;
    let host = reach == Reach::Everything;
    Ok(row.and_then(|row| {
        let role: Option<Role> = row.role.and_then(|role| role.parse().ok());
        let standing =
            Standing::of(Ties { administrator: host && row.administrator, auditor: host && row.auditor, role });
        if standing == Standing::Outsider {
            return None;
        }
        Some(Place {
            id: row.id?,
            slug: row.slug?,
            name: row.name?,
            contact: row.contact?,
            active: row.active?,
            standing,
        })
    }))
}

/// The organization of that slug, for the command line.
///
/// # Errors
/// PostgreSQL's.
pub async fn enter_as_host(connection: &mut PgConnection, slug: &str) -> sqlx::Result<Option<Place>> {
    let row = sqlx::query!("SELECT id, slug, name, contact, active FROM organizations WHERE slug = $1", slug)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| Place {
        id: row.id,
        slug: row.slug,
        name: row.name,
        contact: row.contact,
        active: row.active,
        standing: Standing::Administrator,
    }))
}

/// What a person is to the whole instance.
///
/// # Errors
/// PostgreSQL's.
pub async fn ties(connection: &mut PgConnection, person: Uuid) -> sqlx::Result<Ties> {
    let row = sqlx::query!(
        r#"SELECT t.administrator AS "administrator!", t.auditor AS "auditor!" FROM users u, LATERAL host_ties_of(u.id) t WHERE u.id = $1 AND u.active"#,
        person
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map_or_else(Ties::default, |row| Ties {
        administrator: row.administrator,
        auditor: row.auditor,
        role: None,
    }))
}

/// An organization that a person may look at.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The organization.
    pub id: Uuid,
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whom to write to; may be empty.
    pub contact: String,
    /// Not switched off.
    pub active: bool,
    /// The person's role in it.
    pub role: Option<String>,
}

/// The organizations of a person by slug, from after that one; or `only` that one of theirs.
///
/// # Errors
/// PostgreSQL's.
pub async fn list_of(
    connection: &mut PgConnection,
    person: Uuid,
    only: Option<Uuid>,
    after: &str,
    count: i64,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"SELECT o.id, o.slug, o.name, o.contact, o.active, m.role AS "role?"
           FROM memberships m, LATERAL (SELECT * FROM organizations o WHERE o.id = m.organization_id OFFSET 0) o
           WHERE m.user_id = $1 AND ($2::uuid IS NULL OR o.id = $2) AND o.slug > $3
           ORDER BY o.slug LIMIT $4"#,
        person,
        only,
        after,
        count
    )
    .fetch_all(connection)
    .await
}

/// All organizations by slug, from after that one; or `only` that one.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(
    connection: &mut PgConnection,
    only: Option<Uuid>,
    after: &str,
    count: i64,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"SELECT id, slug, name, contact, active, NULL::text AS "role?" FROM organizations
           WHERE ($1::uuid IS NULL OR id = $1) AND slug > $2 ORDER BY slug LIMIT $3"#,
        only,
        after,
        count
    )
    .fetch_all(connection)
    .await
}

/// Slug and name of organizations that a person looks after, but this one: the first ones.
///
/// # Errors
/// PostgreSQL's.
pub async fn looked_after(
    connection: &mut PgConnection,
    person: Uuid,
    but: Uuid,
    count: i64,
) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "SELECT o.slug, o.name
         FROM memberships m, LATERAL (SELECT slug, name FROM organizations o WHERE o.id = m.organization_id OFFSET 0) o
         WHERE m.user_id = $1 AND m.role = 'referent' AND m.organization_id <> $2 ORDER BY o.slug LIMIT $3",
        person,
        but,
        count
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.name)).collect())
}
