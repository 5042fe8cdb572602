//! The journal as it is read: by its person, by the referents of an organization, by the host.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::Kind;

/// A line as its person reads it.
#[derive(Debug)]
pub struct Line {
    /// Where it stands.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// [`Kind`], by name.
    pub kind: String,
    /// Done by the person.
    pub own: bool,
    /// Name of the organization that it is about.
    pub organization: Option<String>,
    /// The service that it is about.
    pub client_id: Option<String>,
    /// From where.
    pub address_range: String,
    /// With what.
    pub device: String,
}

/// What happened to a person's account, newest first, from before the line of that id. What somebody of the host
/// tried in vain did not happen to it.
///
/// # Errors
/// PostgreSQL's.
pub async fn of_user(
    connection: &mut PgConnection,
    user: Uuid,
    before: Option<Uuid>,
    count: i64,
) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"SELECT e.id, e.at, e.kind, coalesce(e.actor_id = e.user_id, false) AS "own!", o.name AS "organization?", e.client_id,
               coalesce(e.address_range, '') AS "address_range!", coalesce(e.device, '') AS "device!"
           FROM audit_events e LEFT JOIN organizations o ON o.id = e.organization_id
           WHERE e.user_id = $1 AND e.kind <> 'delegation-refused' AND ($2::uuid IS NULL OR e.id < $2) ORDER BY e.id DESC LIMIT $3"#,
        user,
        before,
        count
    )
    .fetch_all(connection)
    .await
}

/// How often something happened to a person since a moment.
///
/// # Errors
/// PostgreSQL's.
pub async fn count_since(
    connection: &mut PgConnection,
    user: Uuid,
    kind: Kind,
    since: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM audit_events WHERE user_id = $1 AND kind = $2 AND at > $3"#,
        user,
        kind.name(),
        since
    )
    .fetch_one(connection)
    .await
}

/// Somebody in the journal of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A member, or somebody who was one: by their display name.
    Member(String),
    /// Somebody whose account is gone.
    Gone,
    /// The host: an administrator who is no member, or the command line.
    Administration,
    /// Somebody who never was a member: not to be named.
    Outsider,
}

/// A line as the referents of an organization read it: without the addresses and devices of its members.
#[derive(Debug)]
pub struct OrganizationLine {
    /// Where it stands.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// [`Kind`], by name.
    pub kind: String,
    /// It was tried, and refused.
    pub refused: bool,
    /// Who did it.
    pub actor: Who,
    /// Whom it is about, if anybody.
    pub user: Option<Who>,
    /// The service that it is about.
    pub client_id: Option<String>,
    /// Before and after.
    pub details: Value,
}

/// What says that somebody is, or was, a member.
const MEMBERSHIP: &[Kind] = &[
    Kind::OrganizationJoined,
    Kind::OrganizationLeft,
    Kind::MemberPlaced,
    Kind::MemberRemoved,
    Kind::RoleChanged,
    Kind::AccessGranted,
    Kind::AccessWithdrawn,
];

/// What happened in an organization, newest first, from before the line of that id.
///
/// # Errors
/// PostgreSQL's.
pub async fn of_organization(
    connection: &mut PgConnection,
    organization: Uuid,
    before: Option<Uuid>,
    count: i64,
) -> sqlx::Result<Vec<OrganizationLine>> {
    let rows = sqlx::query!(
        r#"SELECT id, at, kind, outcome = 'refused' AS "refused!", actor_id, user_id, client_id, details FROM audit_events
           WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"#,
        organization,
        before,
        count
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut named: Vec<Uuid> = rows.iter().flat_map(|row| [row.actor_id, row.user_id]).flatten().collect();
    named.sort_unstable();
    named.dedup();
    let people = people(connection, organization, &named).await?;
    let who = |id: Uuid| people.get(&id).cloned().unwrap_or(Who::Gone);
    let lines = rows.into_iter().map(|row| {
        // Whether whoever declined has an account is nobody's business (OR-26).
        let declined = row.kind == Kind::InvitationDeclined.name();
        OrganizationLine {
            id: row.id,
            at: row.at,
            kind: row.kind,
            refused: row.refused,
            actor: if declined { Who::Outsider } else { row.actor_id.map_or(Who::Administration, who) },
            user: row.user_id.filter(|_| !declined).map(who),
            client_id: row.client_id,
            details: row.details,
        }
    });
    Ok(lines.collect())
}

/// Those of these people who have an account, as an organization may know them.
async fn people(connection: &mut PgConnection, organization: Uuid, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, Who>> {
    let membership: Vec<String> = MEMBERSHIP.iter().map(|kind| kind.name().to_owned()).collect();
    let rows = sqlx::query!(
        r#"SELECT u.id, display_name(u) AS "name!",
               u.id IN (SELECT m.user_id FROM group_members m JOIN groups g ON g.id = m.group_id WHERE g.name = 'admins') AS "administrator!",
               EXISTS (SELECT FROM memberships m WHERE m.organization_id = $1 AND m.user_id = u.id)
                   -- With a limit it is looked up for each, not read for the whole organization.
                   OR coalesce((SELECT true FROM audit_events e WHERE e.user_id = u.id AND e.organization_id = $1
                       AND e.outcome = 'done' AND e.kind = ANY ($3) LIMIT 1), false) AS "known!"
           FROM unnest($2::uuid[]) AS asked (id) JOIN users u ON u.id = asked.id"#,
        organization,
        ids,
        &membership
    )
    .fetch_all(connection)
    .await?;
    let people = rows.into_iter().map(|row| {
        let who = match (row.known, row.administrator) {
            (true, _) => Who::Member(row.name),
            (false, true) => Who::Administration,
            (false, false) => Who::Outsider,
        };
        (row.id, who)
    });
    Ok(people.collect())
}

/// Which lines the host wants to read.
#[derive(Debug, Default)]
pub struct Wanted {
    /// About this organization.
    pub organization: Option<Uuid>,
    /// About this person, or done by them.
    pub person: Option<Uuid>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// From then on.
    pub since: Option<DateTime<Utc>>,
    /// From before the line of that id.
    pub before: Option<Uuid>,
    /// The latest so many.
    pub count: i64,
}

/// A line as the host reads it: all of it.
#[derive(Debug)]
pub struct HostLine {
    /// Where it stands.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// [`Kind`], by name.
    pub kind: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// Their username, while they have an account.
    pub actor: Option<String>,
    /// Whom it is about.
    pub user_id: Option<Uuid>,
    /// Their username, while they have an account.
    pub user: Option<String>,
    /// Slug of the organization, while there is one.
    pub organization: Option<String>,
    /// The service.
    pub client_id: Option<String>,
    /// From where.
    pub address_range: Option<String>,
    /// With what.
    pub device: Option<String>,
    /// Finds the lines of the log.
    pub request_id: Option<Uuid>,
    /// Before and after.
    pub details: Value,
}

/// What the host wants to read, newest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(connection: &mut PgConnection, wanted: &Wanted) -> sqlx::Result<Vec<HostLine>> {
    let mut transaction = connection.begin().await?;
    // Which index serves depends on what is wanted.
    sqlx::query!("SET LOCAL plan_cache_mode = force_custom_plan").execute(&mut *transaction).await?;
    let lines = sqlx::query_as!(
        HostLine,
        r#"SELECT e.id, e.at, e.kind, e.outcome, e.actor_id, a.username AS "actor?", e.user_id, u.username AS "user?",
               o.slug AS "organization?", e.client_id, e.address_range, e.device, e.request_id, e.details
           FROM audit_events e LEFT JOIN users a ON a.id = e.actor_id LEFT JOIN users u ON u.id = e.user_id
               LEFT JOIN organizations o ON o.id = e.organization_id
           WHERE ($1::uuid IS NULL OR e.organization_id = $1) AND ($2::uuid IS NULL OR e.user_id = $2 OR e.actor_id = $2)
               AND ($3::text IS NULL OR e.kind = $3) AND ($4::timestamptz IS NULL OR e.at >= $4)
               AND ($5::uuid IS NULL OR e.id >= $5) AND ($6::uuid IS NULL OR e.id < $6)
           ORDER BY e.id DESC LIMIT $7"#,
        wanted.organization,
        wanted.person,
        wanted.kind.map(Kind::name),
        wanted.since,
        wanted.since.map(first_of),
        wanted.before,
        wanted.count
    )
    .fetch_all(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(lines)
}

/// An id that no line since a moment comes before: ids begin with the hour of the machine (UUID version 7),
/// which a day covers.
#[must_use]
pub fn first_of(moment: DateTime<Utc>) -> Uuid {
    let before = moment.checked_sub_signed(TimeDelta::days(1)).unwrap_or(moment);
    let milliseconds = u128::try_from(before.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(milliseconds << 80)
}
