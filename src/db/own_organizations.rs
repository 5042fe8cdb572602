//! Organizations, as one of their members sees and leaves them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// An organization that somebody is in.
#[derive(Debug)]
pub struct Membership {
    /// The organization.
    pub id: Uuid,
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The person is a referent.
    pub referent: bool,
    /// Since when they are in it.
    pub since: DateTime<Utc>,
    /// Nobody else could look after it.
    pub last_referent: bool,
    /// Services that they may use through it.
    pub services: Vec<String>,
    /// Those among them that were given to them alone, not to all members.
    pub granted: Vec<String>,
}

/// Those of a person: all, or only one.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(connection: &mut PgConnection, user: Uuid, only: Option<&str>) -> sqlx::Result<Vec<Membership>> {
    sqlx::query_as!(
        Membership,
        r#"SELECT o.id, o.slug, o.name, m.role = 'referent' AS "referent!", m.created_at AS since,
               o.active AND m.role = 'referent' AND NOT has_other_referent AS "last_referent!",
               ARRAY(SELECT a.client_id FROM attachments a
                     WHERE a.organization_id = o.id AND o.active AND (a.all_members OR EXISTS (
                         SELECT FROM access_grants g
                         WHERE g.organization_id = o.id AND g.client_id = a.client_id AND g.user_id = $1)) ORDER BY 1) AS "services!",
               ARRAY(SELECT a.client_id FROM attachments a JOIN access_grants g USING (organization_id, client_id)
                     WHERE a.organization_id = o.id AND o.active AND NOT a.all_members AND g.user_id = $1 ORDER BY 1) AS "granted!"
           FROM memberships m JOIN organizations o ON o.id = m.organization_id,
               LATERAL (SELECT EXISTS (
                   -- Somebody who is about to go is no successor.
                   SELECT FROM memberships r JOIN users u ON u.id = r.user_id
                   WHERE r.organization_id = o.id AND r.role = 'referent' AND r.user_id <> $1 AND u.active
                     AND NOT EXISTS (SELECT FROM account_deletions d WHERE d.user_id = u.id)) AS has_other_referent) others
           WHERE m.user_id = $1 AND ($2::text IS NULL OR o.slug = $2) ORDER BY lower(o.name), o.slug"#,
        user,
        only
    )
    .fetch_all(connection)
    .await
}

/// Nobody else joins, leaves or changes role in a person's organizations before the end of the transaction:
/// two who leave at once do not both see the other stay, and nobody becomes a referent while they go.
///
/// # Errors
/// PostgreSQL's.
pub async fn lock(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "SELECT o.id FROM organizations o JOIN memberships m ON m.organization_id = o.id
         WHERE m.user_id = $1 ORDER BY o.id FOR NO KEY UPDATE OF o",
        user
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Names of the organizations that nobody else could look after.
///
/// # Errors
/// PostgreSQL's.
pub async fn last_referent_of(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Vec<String>> {
    let found = list(connection, user, None).await?;
    Ok(found.into_iter().filter(|membership| membership.last_referent).map(|membership| membership.name).collect())
}

/// Takes a person out of an organization, with what was granted them there. `false` when they were not
/// in it. What services hold must end in the same transaction (`rights::end_refused`).
///
/// # Errors
/// PostgreSQL's.
pub async fn leave(connection: &mut PgConnection, user: Uuid, organization: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!("DELETE FROM memberships WHERE user_id = $1 AND organization_id = $2", user, organization)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away what gives a person a service through an organization, if it was given to them alone.
/// `false` when it was not. What the service holds must end in the same transaction (`rights::end_refused`).
///
/// # Errors
/// PostgreSQL's.
pub async fn give_up(
    connection: &mut PgConnection,
    user: Uuid,
    organization: Uuid,
    client_id: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM access_grants g USING attachments a
         WHERE g.user_id = $1 AND g.organization_id = $2 AND g.client_id = $3
           AND a.organization_id = g.organization_id AND a.client_id = g.client_id AND NOT a.all_members",
        user,
        organization,
        client_id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
