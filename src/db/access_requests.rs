//! Table `access_requests`: somebody who was refused by a service asks to be let in.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::users::User;
use crate::authz::asking::{AFTER_NO, REPEAT, Request};
use crate::authz::client_access::{Decision, Reason, decide};

/// Most requests in a list.
const LIST: i64 = 200;
/// Most people who hear of one request.
const ANSWERERS: i64 = 20;

/// Where a person asks: an organization of theirs that has the service; of none, the administrators.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Slug and name of the organization.
    pub organization: Option<(String, String)>,
    /// The person looks after it.
    pub referent: bool,
    /// Names of those who look after it.
    pub referents: Vec<String>,
    /// What they asked there.
    pub request: Option<Request>,
}

/// Where a person may ask for a service.
///
/// # Errors
/// PostgreSQL's.
pub async fn desks(connection: &mut PgConnection, user: Uuid, client_id: &str) -> sqlx::Result<Vec<Desk>> {
    let rows = sqlx::query!(
        r#"WITH places AS (
               SELECT o.id, o.slug, o.name, m.role = 'referent' AS referent
               FROM memberships m JOIN attachments a ON a.organization_id = m.organization_id AND a.client_id = $2
                   JOIN organizations o ON o.id = m.organization_id AND o.active
               WHERE m.user_id = $1)
           SELECT p.slug AS "slug?", p.name AS "name?", p.referent AS "referent!", r.created_at AS "asked_at?", r.answered_at, r.accepted,
               ARRAY(SELECT coalesce(nullif(trim(u.given_name || ' ' || u.family_name), ''), u.username)
                     FROM memberships m JOIN users u ON u.id = m.user_id AND u.active
                     WHERE m.organization_id = p.id AND m.role = 'referent' ORDER BY sort_name(u) LIMIT 10) AS "referents!"
           FROM (SELECT id, slug, name, referent FROM places
                 UNION ALL SELECT NULL, NULL, NULL, false WHERE NOT EXISTS (SELECT FROM places)) p
               LEFT JOIN access_requests r ON r.user_id = $1 AND r.client_id = $2 AND r.organization_id IS NOT DISTINCT FROM p.id
           ORDER BY p.name, p.id"#,
        user,
        client_id
    )
    .fetch_all(connection)
    .await?;
    let desk = rows.into_iter().map(|row| Desk {
        organization: row.slug.zip(row.name),
        referent: row.referent,
        referents: row.referents,
        request: row.asked_at.map(|asked_at| Request { asked_at, answer: row.answered_at.zip(row.accepted) }),
    });
    Ok(desk.collect())
}

/// A request that was just made.
#[derive(Debug)]
pub struct Asked {
    /// Its row.
    pub id: Uuid,
    /// Whose referents are asked: id, slug, name; none: the administrators.
    pub organization: Option<(Uuid, String, String)>,
}

/// Asks everywhere where a person may ask for a service, as `authz::asking` allows: those that were made by
/// this and no others are returned.
///
/// # Errors
/// PostgreSQL's.
pub async fn ask(
    connection: &mut PgConnection,
    user: Uuid,
    client_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Asked>> {
    let rows = sqlx::query!(
        r#"WITH places AS (
               SELECT o.id
               FROM memberships m JOIN attachments a ON a.organization_id = m.organization_id AND a.client_id = $2
                   JOIN organizations o ON o.id = m.organization_id AND o.active
               WHERE m.user_id = $1),
           asked AS (
               INSERT INTO access_requests (id, user_id, client_id, organization_id, created_at)
               SELECT gen_random_uuid(), $1, $2, id, $3
               FROM (SELECT id FROM places UNION ALL SELECT NULL WHERE NOT EXISTS (SELECT FROM places)) p
               ON CONFLICT (user_id, client_id, organization_id)
               DO UPDATE SET created_at = $3, answered_at = NULL, accepted = NULL, answered_by = NULL
               WHERE CASE WHEN access_requests.answered_at IS NULL THEN access_requests.created_at <= $4
                          WHEN access_requests.accepted THEN true
                          ELSE access_requests.answered_at <= $5 END
               RETURNING id, organization_id)
           SELECT a.id, o.id AS "organization?", o.slug AS "slug?", o.name AS "name?"
           FROM asked a LEFT JOIN organizations o ON o.id = a.organization_id ORDER BY o.name"#,
        user,
        client_id,
        now,
        now - REPEAT,
        now - AFTER_NO
    )
    .fetch_all(connection)
    .await?;
    let asked = rows.into_iter().map(|row| Asked {
        id: row.id,
        organization: row.organization.zip(row.slug).zip(row.name).map(|((id, slug), name)| (id, slug, name)),
    });
    Ok(asked.collect())
}

/// How many requests a person made since then.
///
/// # Errors
/// PostgreSQL's.
pub async fn count_since(connection: &mut PgConnection, user: Uuid, since: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM access_requests WHERE user_id = $1 AND created_at > $2"#,
        user,
        since
    )
    .fetch_one(connection)
    .await
}

/// Who hears of a request: the other referents of the organization, or the administrators when there are none.
///
/// # Errors
/// PostgreSQL's.
pub async fn answerers(
    connection: &mut PgConnection,
    organization: Option<Uuid>,
    but: Uuid,
) -> sqlx::Result<Vec<User>> {
    for administrators in [false, true] {
        let found = sqlx::query_as!(
            User,
            r#"SELECT id, username, email, true AS "email_verified!", given_name, family_name, locale, active, password_expired
               FROM users
               WHERE active AND email_verified_at IS NOT NULL AND id <> $2 AND id IN (
                   SELECT user_id FROM memberships WHERE NOT $3 AND organization_id = $1 AND role = 'referent'
                   UNION ALL
                   SELECT m.user_id FROM group_members m JOIN groups g ON g.id = m.group_id WHERE $3 AND g.name = 'admins')
               ORDER BY id LIMIT $4"#,
            organization,
            but,
            administrators,
            ANSWERERS
        )
        .fetch_all(&mut *connection)
        .await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// A request that waits for an answer.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its row.
    pub id: Uuid,
    /// Who asks.
    pub user: Uuid,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// For which service.
    pub client_id: String,
    /// Its name in French.
    pub service_fr: String,
    /// Its name in English.
    pub service_en: String,
    /// Slug and name of the organization that is asked; none: the administrators.
    pub organization: Option<(String, String)>,
    /// Since when.
    pub asked_at: DateTime<Utc>,
}

impl Waiting {
    /// The service's name that people read.
    #[must_use]
    pub fn service(&self, language: &str) -> &str {
        if language == "fr" { &self.service_fr } else { &self.service_en }
    }
}

/// Whose requests to list.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// Of one organization.
    Organization(Uuid),
    /// Of the administrators: those that concern no organization, or one that nobody looks after.
    Host,
    /// All.
    Everybodys,
}

/// Requests that wait, the oldest first. One of a person who got in otherwise, or who could not get in by an
/// answer (a service that is switched off), does not.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting(connection: &mut PgConnection, whose: Whose) -> sqlx::Result<Vec<Waiting>> {
    let organization = if let Whose::Organization(id) = whose { Some(id) } else { None };
    let rows = sqlx::query!(
        r#"SELECT r.id, r.user_id, coalesce(nullif(trim(u.given_name || ' ' || u.family_name), ''), u.username) AS "name!", u.email,
               r.client_id, c.name_fr, c.name_en, o.slug AS "slug?", o.name AS "organization?", r.created_at,
               f.user_active AS "user_active!", f.email_verified AS "email_verified!", f.client_enabled AS "client_enabled!",
               f.everyone AS "everyone!", f.groups AS "groups!", f.organizations AS "organizations!", f.access_through AS "access_through!",
               f.roles AS "roles!"
           FROM access_requests r JOIN users u ON u.id = r.user_id JOIN clients c ON c.client_id = r.client_id
               LEFT JOIN organizations o ON o.id = r.organization_id, LATERAL client_access_facts(r.user_id, r.client_id) f
           WHERE r.id IN (
                 SELECT id FROM access_requests WHERE answered_at IS NULL AND organization_id = $1
                 UNION ALL SELECT id FROM access_requests WHERE answered_at IS NULL AND $1::uuid IS NULL)
             AND f.user_active AND f.email_verified AND f.client_enabled AND NOT f.everyone AND f.groups = '{}' AND f.access_through = '{}'
             AND (NOT $2 OR NOT EXISTS (
                 SELECT FROM memberships m JOIN users ru ON ru.id = m.user_id
                 WHERE m.organization_id = r.organization_id AND m.role = 'referent' AND ru.active))
           ORDER BY r.created_at, r.id LIMIT $3"#,
        organization,
        matches!(whose, Whose::Host),
        LIST
    )
    .fetch_all(connection)
    .await?;
    let waits = rows.into_iter().filter_map(|row| {
        let waiting = Waiting {
            id: row.id,
            user: row.user_id,
            name: row.name,
            email: row.email,
            client_id: row.client_id,
            service_fr: row.name_fr,
            service_en: row.name_en,
            organization: row.slug.zip(row.organization),
            asked_at: row.created_at,
        };
        (decide(facts!(row)) == Decision::Refused(Reason::NotAllowed)).then_some(waiting)
    });
    Ok(waits.collect())
}

/// Where a request was made: the slug of an organization; none: to the administrators. `None`: there is no
/// such request.
///
/// # Errors
/// PostgreSQL's.
pub async fn asked_where(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Option<String>>> {
    sqlx::query_scalar!(
        r#"SELECT o.slug AS "slug?" FROM access_requests r LEFT JOIN organizations o ON o.id = r.organization_id WHERE r.id = $1"#,
        id
    )
    .fetch_optional(connection)
    .await
}

/// What became of an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is noted: who asked, and for what.
    Now(Uuid, String),
    /// Somebody had answered.
    Before,
    /// There is no such request there.
    Nowhere,
}

/// Answers a request that waits in one organization, or with the administrators.
///
/// # Errors
/// PostgreSQL's.
pub async fn answer(
    connection: &mut PgConnection,
    id: Uuid,
    organization: Option<Uuid>,
    accepted: bool,
    by: Option<Uuid>,
    now: DateTime<Utc>,
) -> sqlx::Result<Answered> {
    let done = sqlx::query!(
        "UPDATE access_requests SET answered_at = $5, accepted = $3, answered_by = $4
         WHERE id = $1 AND organization_id IS NOT DISTINCT FROM $2 AND answered_at IS NULL RETURNING user_id, client_id",
        id,
        organization,
        accepted,
        by,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(row) = done {
        return Ok(Answered::Now(row.user_id, row.client_id));
    }
    let there = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM access_requests WHERE id = $1 AND organization_id IS NOT DISTINCT FROM $2) AS "there!""#,
        id,
        organization
    )
    .fetch_one(connection)
    .await?;
    Ok(if there { Answered::Before } else { Answered::Nowhere })
}
