//! Organizations as those who run the instance see them: searched, with who uses what together.

use sqlx::PgConnection;
use uuid::Uuid;

/// An organization that was found.
#[derive(Debug)]
pub struct Found {
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Not switched off.
    pub active: bool,
    /// How many are in it.
    pub members: i64,
    /// Somebody looks after it.
    pub attended: bool,
}

/// Organizations whose name or slug holds a text, without accents, by slug from after that one.
///
/// They are looked at one after the other, in the order of their slugs, until there are enough: a text that none
/// of ten thousand holds takes some forty milliseconds.
///
/// # Errors
/// PostgreSQL's.
pub async fn search(connection: &mut PgConnection, text: &str, after: &str, count: i64) -> sqlx::Result<Vec<Found>> {
    let folded = sqlx::query_scalar!(r#"SELECT folded($1) AS "folded!""#, text).fetch_one(&mut *connection).await?;
    sqlx::query_as!(
        Found,
        r#"SELECT o.slug, o.name, o.active,
               (SELECT count(*) FROM memberships m WHERE m.organization_id = o.id) AS "members!",
               EXISTS (SELECT FROM memberships m WHERE m.organization_id = o.id AND m.role = 'referent') AS "attended!"
           FROM organizations o
           WHERE o.slug > $1 AND ($2 = '' OR strpos(o.slug, $2) > 0 OR strpos(folded(o.name), $2) > 0)
           ORDER BY o.slug LIMIT $3"#,
        after,
        folded,
        count
    )
    .fetch_all(connection)
    .await
}

/// For each service of an organization, how many other organizations have it.
///
/// # Errors
/// PostgreSQL's.
pub async fn sharing(connection: &mut PgConnection, organization: Uuid) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT a.client_id, (SELECT count(*) FROM attachments o WHERE o.client_id = a.client_id) - 1 AS "others!"
           FROM attachments a WHERE a.organization_id = $1"#,
        organization
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.client_id, row.others)).collect())
}

/// A service that an organization does not have.
#[derive(Debug)]
pub struct Attachable {
    /// The service.
    pub client_id: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// How many organizations have it.
    pub organizations: i64,
}

/// The services that an organization does not have, by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn attachable(connection: &mut PgConnection, organization: Uuid) -> sqlx::Result<Vec<Attachable>> {
    sqlx::query_as!(
        Attachable,
        r#"SELECT c.client_id, c.name_fr, c.name_en,
               (SELECT count(*) FROM attachments a WHERE a.client_id = c.client_id) AS "organizations!"
           FROM clients c
           WHERE NOT EXISTS (SELECT FROM attachments a WHERE a.organization_id = $1 AND a.client_id = c.client_id)
           ORDER BY lower(c.name_fr), c.client_id"#,
        organization
    )
    .fetch_all(connection)
    .await
}
