//! Groups through which a service can be opened to somebody.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A group into which an administrator may put somebody to let them into a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    /// The group.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Names in French of the other services that it opens.
    pub opens_fr: Vec<String>,
    /// The same in English.
    pub opens_en: Vec<String>,
}

impl Entrance {
    /// Names of the other services that it opens, as people read them.
    #[must_use]
    pub fn opens(&self, language: &str) -> &[String] {
        if language == "fr" { &self.opens_fr } else { &self.opens_en }
    }
}

/// Groups that a service allows; not those that make administrators or auditors of people, nor those that are
/// kept by rule, where nobody is put by hand.
///
/// # Errors
/// PostgreSQL's.
pub async fn entrances(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<Vec<Entrance>> {
    sqlx::query_as!(
        Entrance,
        r#"SELECT g.id, g.name,
               ARRAY(SELECT c.name_fr FROM client_groups o JOIN clients c USING (client_id)
                     WHERE o.group_id = g.id AND o.client_id <> $1 ORDER BY 1) AS "opens_fr!",
               ARRAY(SELECT c.name_en FROM client_groups o JOIN clients c USING (client_id)
                     WHERE o.group_id = g.id AND o.client_id <> $1 ORDER BY 1) AS "opens_en!"
           FROM client_groups cg JOIN groups g ON g.id = cg.group_id
           WHERE cg.client_id = $1 AND g.name NOT IN ('admins', 'auditors')
               AND NOT EXISTS (SELECT FROM group_rules r WHERE r.group_id = g.id) ORDER BY g.name"#,
        client_id
    )
    .fetch_all(connection)
    .await
}

/// Makes a group. None: there is one of that name already, or an organization, which services would take for
/// it.
///
/// # Errors
/// PostgreSQL's; also for a name that no group can have.
pub async fn new_group(connection: &mut PgConnection, name: &str, now: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "INSERT INTO groups (id, name, created_at) SELECT $1, $2, $3
         WHERE NOT EXISTS (SELECT FROM organizations WHERE slug = $2) ON CONFLICT (name) DO NOTHING RETURNING id",
        Uuid::now_v7(),
        name,
        now
    )
    .fetch_optional(connection)
    .await
}
