//! Table `invitations`: an address, an organization that would like its owner among its members. Here
//! the invited person's side.
//!
//! Answered, and neither accepted nor declined: withdrawn.

mod send;
mod sent;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

pub use send::{NewInvitation, Renewal, Sendings, change, insert, renew, sendings, sent_lately, withdraw};
pub use sent::{Cursor, Letter, Sent, State, count_pending, find, letter, list};

/// A service and the roles there.
pub type Grant = (String, Vec<String>);

/// An invitation that can be answered.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its row.
    pub id: Uuid,
    /// Name of the organization.
    pub organization: String,
    /// …as in addresses: what tells it from another of nearly the same name.
    pub slug: String,
    /// The address invited.
    pub email: String,
    /// As a referent.
    pub referent: bool,
    /// Name of the referent who invites; none: the host.
    pub inviter: Option<String>,
    /// The services that come with it.
    pub services: Vec<String>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// The one behind a link, if it can be answered still.
///
/// # Errors
/// PostgreSQL's.
pub async fn by_link(
    connection: &mut PgConnection,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"SELECT i.id, o.name AS organization, o.slug, i.email, i.role = 'referent' AS "referent!",
               CASE WHEN NOT i.by_host THEN display_name(u) END AS inviter,
               invitation_services(i) AS "services!", i.expires_at
           FROM invitations i JOIN organizations o ON o.id = i.organization_id LEFT JOIN users u ON u.id = i.created_by
           WHERE i.token_hash = $1 AND invitation_stands(i, $2)"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// Those that wait for a person's answer: for their address, once it is proven.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<Vec<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"SELECT i.id, o.name AS organization, o.slug, i.email, i.role = 'referent' AS "referent!",
               CASE WHEN NOT i.by_host THEN display_name(by) END AS inviter,
               invitation_services(i) AS "services!", i.expires_at
           FROM users u JOIN invitations i ON i.email_key = u.email_key JOIN organizations o ON o.id = i.organization_id
               LEFT JOIN users by ON by.id = i.created_by
           WHERE u.id = $1 AND u.email_verified_at IS NOT NULL AND invitation_stands(i, $2)
           ORDER BY i.created_at, i.id"#,
        user,
        now
    )
    .fetch_all(connection)
    .await
}

/// Of what an answered invitation was.
#[derive(Debug)]
pub struct Answered {
    /// The organization.
    pub organization: Uuid,
    /// …as in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The person is a referent by this answer.
    pub new_referent: bool,
}

/// Answers one, if it is for this person. Whoever accepts is a member, with
/// what the invitation gives and can still give: services that are still attached, roles that still exist
/// and, when a referent invited, that referents may grant. A referent who accepts to be a member stays one.
///
/// One statement: of parallel answers only one gets it, and what allowed the invitation is looked at
/// when it is answered. Services that are being detached meanwhile are waited for, then left out.
///
/// # Errors
/// PostgreSQL's.
pub async fn answer(
    connection: &mut PgConnection,
    invitation: Uuid,
    user: Uuid,
    accepted: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Answered>> {
    let answered = sqlx::query_as!(
        Answered,
        r#"WITH answered AS (
             UPDATE invitations i SET answered_at = $4, accepted = $3 FROM users u
             WHERE i.id = $1 AND u.id = $2 AND i.email_key = u.email_key AND u.email_verified_at IS NOT NULL AND u.active
               AND invitation_stands(i, $4)
             RETURNING i.id, i.organization_id, i.role, i.by_host),
         joined AS (
             INSERT INTO memberships AS m (organization_id, user_id, role, created_at)
             SELECT organization_id, $2, role, $4 FROM answered WHERE $3
             ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role WHERE m.role = 'member'),
         given AS (
             SELECT g.organization_id, g.client_id, g.roles, a.by_host
             FROM answered a JOIN invitation_grants g ON g.invitation_id = a.id JOIN attachments t ON t.organization_id = g.organization_id AND t.client_id = g.client_id
             WHERE $3 FOR KEY SHARE OF t),
         granted AS (
             INSERT INTO access_grants (organization_id, user_id, client_id, created_at)
             SELECT organization_id, $2, client_id, $4 FROM given ON CONFLICT DO NOTHING),
         roles AS (
             INSERT INTO access_grant_roles (organization_id, user_id, client_id, role)
             SELECT g.organization_id, $2, r.client_id, r.name
             FROM given g JOIN client_roles r ON r.client_id = g.client_id AND r.name = ANY (g.roles) AND (g.by_host OR r.delegable)
             FOR KEY SHARE OF r ON CONFLICT DO NOTHING)
         SELECT o.id AS organization, o.slug, o.name,
             a.role = 'referent' AND $3 AND NOT EXISTS (
                 SELECT FROM memberships m WHERE m.organization_id = o.id AND m.user_id = $2 AND m.role = 'referent') AS "new_referent!"
         FROM answered a JOIN organizations o ON o.id = a.organization_id"#,
        invitation,
        user,
        accepted,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    if accepted && answered.is_some() {
        super::standing::follow(connection, &[user], now).await?;
    }
    Ok(answered)
}

/// Declines one by its link: nobody needs an account for that. Which organization it was of.
///
/// # Errors
/// PostgreSQL's.
pub async fn decline(connection: &mut PgConnection, token: Hashed, now: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "UPDATE invitations i SET answered_at = $2, accepted = false WHERE token_hash = $1 AND invitation_stands(i, $2)
         RETURNING organization_id",
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// The organization of that slug: its id and its name.
///
/// # Errors
/// PostgreSQL's.
pub async fn organization(connection: &mut PgConnection, slug: &str) -> sqlx::Result<Option<(Uuid, String)>> {
    let found = sqlx::query!("SELECT id, name FROM organizations WHERE slug = $1 AND active", slug);
    Ok(found.fetch_optional(connection).await?.map(|row| (row.id, row.name)))
}
