//! What somebody's home shows besides services, in one look.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::standing::Dates;

/// What there is.
#[derive(Debug, Default)]
pub struct Facts {
    /// Their membership.
    pub dates: Dates,
    /// Organizations that they are in, by name; so many at most.
    pub organizations: Vec<Place>,
    /// News of the host in French and in English, and since when they stand; both may be empty.
    pub news: Option<News>,
}

/// An organization of theirs.
#[derive(Debug, Deserialize)]
pub struct Place {
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// They look after it.
    pub referent: bool,
}

/// News of the host.
#[derive(Debug)]
pub struct News {
    /// In French, in Markdown.
    pub fr: String,
    /// In English.
    pub en: String,
    /// Since when they stand.
    pub updated_at: DateTime<Utc>,
}

/// Those of a person, with so many organizations at most.
///
/// # Errors
/// PostgreSQL's.
pub async fn facts(connection: &mut PgConnection, user: Uuid, organizations: i64) -> sqlx::Result<Facts> {
    let row = sqlx::query!(
        r#"SELECT u.membership_since, u.membership_until, n.fr AS "fr?", n.en AS "en?", n.updated_at AS "updated_at?",
               (SELECT coalesce(jsonb_agg(jsonb_build_object('slug', o.slug, 'name', o.name, 'referent', o.referent)), '[]')
                FROM (SELECT o.slug, o.name, m.role = 'referent' AS referent
                      FROM memberships m JOIN organizations o ON o.id = m.organization_id
                      WHERE m.user_id = u.id AND o.active ORDER BY lower(o.name), o.slug LIMIT $2) o) AS "organizations!: Json<Vec<Place>>"
           FROM users u LEFT JOIN news n ON true WHERE u.id = $1"#,
        user,
        organizations
    )
    .fetch_one(connection)
    .await?;
    let news = row.fr.zip(row.en).zip(row.updated_at);
    Ok(Facts {
        dates: Dates { since: row.membership_since, until: row.membership_until },
        organizations: row.organizations.0,
        news: news.map(|((fr, en), updated_at)| News { fr, en, updated_at }),
    })
}

/// The news that stand.
///
/// # Errors
/// PostgreSQL's.
pub async fn news(connection: &mut PgConnection) -> sqlx::Result<Option<News>> {
    sqlx::query_as!(News, "SELECT fr, en, updated_at FROM news").fetch_optional(connection).await
}

/// Others take their place.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_news(connection: &mut PgConnection, fr: &str, en: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO news (fr, en, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (only_row) DO UPDATE SET fr = $1, en = $2, updated_at = $3",
        fr,
        en,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
