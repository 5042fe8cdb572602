//! Tables `attachments`, `access_grants` and `access_grant_roles`: services of an organization, and who
//! has access to them through it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// A service that an organization has.
#[derive(Debug, Clone)]
pub struct Service {
    /// The service.
    pub client_id: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// All members have access; otherwise those to whom it is granted.
    pub all_members: bool,
    /// Switched on.
    pub enabled: bool,
    /// The roles that it knows, by name.
    pub roles: Vec<ServiceRole>,
}

impl Service {
    /// The name that people read.
    #[must_use]
    pub fn name(&self, language: &str) -> &str {
        if language == "fr" { &self.name_fr } else { &self.name_en }
    }
}

/// A role of a service.
#[derive(Debug, Clone, Deserialize)]
pub struct ServiceRole {
    /// As the service knows it.
    pub name: String,
    /// Referents may give it.
    pub delegable: bool,
}

/// The services of an organization: all, or only one.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(connection: &mut PgConnection, organization: Uuid, only: Option<&str>) -> sqlx::Result<Vec<Service>> {
    let rows = sqlx::query!(
        r#"SELECT c.client_id, c.name_fr, c.name_en, a.all_members, c.enabled,
               (SELECT coalesce(jsonb_agg(jsonb_build_object('name', r.name, 'delegable', r.delegable) ORDER BY r.name), '[]')
                FROM client_roles r WHERE r.client_id = c.client_id) AS "roles!: Json<Vec<ServiceRole>>"
           FROM attachments a JOIN clients c USING (client_id)
           WHERE a.organization_id = $1 AND ($2::text IS NULL OR a.client_id = $2) ORDER BY lower(c.name_fr), c.client_id"#,
        organization,
        only
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Service {
            client_id: row.client_id,
            name_fr: row.name_fr,
            name_en: row.name_en,
            all_members: row.all_members,
            enabled: row.enabled,
            roles: row.roles.0,
        })
        .collect())
}

/// Takes a service away from an organization, with all that was granted there. `false`: it did not have it.
///
/// # Errors
/// PostgreSQL's.
pub async fn detach(connection: &mut PgConnection, organization: Uuid, client_id: &str) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("DELETE FROM attachments WHERE organization_id = $1 AND client_id = $2", organization, client_id)
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a member access to a service that is attached, with exactly these roles.
///
/// # Errors
/// PostgreSQL's; also when the person is no member or the service is not attached (foreign keys).
pub async fn grant(
    connection: &mut PgConnection,
    organization: Uuid,
    person: Uuid,
    client_id: &str,
    roles: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    super::organizations::grant(connection, organization, person, client_id, roles, now).await?;
    sqlx::query!(
        "DELETE FROM access_grant_roles WHERE organization_id = $1 AND user_id = $2 AND client_id = $3 AND NOT role = ANY ($4)",
        organization,
        person,
        client_id,
        roles
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a member's access back. `false`: there was none.
///
/// # Errors
/// PostgreSQL's.
pub async fn withdraw(
    connection: &mut PgConnection,
    organization: Uuid,
    person: Uuid,
    client_id: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM access_grants WHERE organization_id = $1 AND user_id = $2 AND client_id = $3",
        organization,
        person,
        client_id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
