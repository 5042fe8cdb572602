//! Table `invitations`: an address, an organization that would like its owner among its members.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;
use crate::types::Email;

/// A new invitation.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    /// Who invites.
    pub organization: Uuid,
    /// The address invited, and no other.
    pub email: &'a Email,
    /// As a referent.
    pub referent: bool,
    /// Of the link.
    pub token: Hashed,
    /// The referent who invites; none for the command line.
    pub created_by: Option<Uuid>,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
}

/// Invites; an earlier invitation of that address there is replaced, its link is worth nothing.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(
    connection: &mut PgConnection,
    invitation: &NewInvitation<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO invitations (id, organization_id, email, role, token_hash, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (organization_id, email_key) DO UPDATE SET id = $1, email = $3, role = $4, token_hash = $5, created_by = $6,
             created_at = $7, expires_at = $8, answered_at = NULL, accepted = NULL",
        Uuid::now_v7(),
        invitation.organization,
        invitation.email.as_str(),
        if invitation.referent { "referent" } else { "member" },
        invitation.token.as_bytes(),
        invitation.created_by,
        now,
        invitation.expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An invitation that can be answered.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its row.
    pub id: Uuid,
    /// Name of the organization.
    pub organization: String,
    /// The address invited.
    pub email: String,
    /// As a referent.
    pub referent: bool,
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
        r#"SELECT i.id, o.name AS organization, i.email, i.role = 'referent' AS "referent!", i.expires_at
           FROM invitations i JOIN organizations o ON o.id = i.organization_id AND o.active
           WHERE i.token_hash = $1 AND i.answered_at IS NULL AND i.expires_at > $2"#,
        token.as_bytes(),
        now
    )
    .fetch_optional(connection)
    .await
}

/// Whether a link invites this very address, now: then it proves that address (it was sent there), and
/// lets its owner register where nobody else may.
///
/// # Errors
/// PostgreSQL's.
pub async fn invites(
    connection: &mut PgConnection,
    token: Hashed,
    email: &Email,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let found = by_link(connection, token, now).await?;
    Ok(found.is_some_and(|invitation| invitation.email.eq_ignore_ascii_case(email.as_str())))
}

/// Those that wait for a person's answer: for their address, once it is proven.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<Vec<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"SELECT i.id, o.name AS organization, i.email, i.role = 'referent' AS "referent!", i.expires_at
           FROM users u JOIN invitations i ON i.email_key = u.email_key JOIN organizations o ON o.id = i.organization_id AND o.active
           WHERE u.id = $1 AND u.email_verified_at IS NOT NULL AND i.answered_at IS NULL AND i.expires_at > $2
           ORDER BY i.created_at"#,
        user,
        now
    )
    .fetch_all(connection)
    .await
}

/// Answers one, if it is for this person: which organization it was of. A referent who accepts to be a
/// member stays one.
///
/// # Errors
/// PostgreSQL's.
pub async fn answer(
    connection: &mut PgConnection,
    invitation: Uuid,
    user: Uuid,
    accepted: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Uuid>> {
    let answered = sqlx::query!(
        "UPDATE invitations i SET answered_at = $4, accepted = $3 FROM users u
         WHERE i.id = $1 AND u.id = $2 AND i.email_key = u.email_key AND u.email_verified_at IS NOT NULL
           AND i.answered_at IS NULL AND i.expires_at > $4
           AND EXISTS (SELECT FROM organizations o WHERE o.id = i.organization_id AND o.active)
         RETURNING i.organization_id, i.role",
        invitation,
        user,
        accepted,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(answered) = answered else { return Ok(None) };
    if accepted {
        sqlx::query!(
            "INSERT INTO memberships AS m (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (organization_id, user_id) DO UPDATE SET role = $3 WHERE m.role = 'member'",
            answered.organization_id,
            user,
            answered.role,
            now
        )
        .execute(connection)
        .await?;
    }
    Ok(Some(answered.organization_id))
}

/// The organization of that slug: its id and its name.
///
/// # Errors
/// PostgreSQL's.
pub async fn organization(connection: &mut PgConnection, slug: &str) -> sqlx::Result<Option<(Uuid, String)>> {
    let found = sqlx::query!("SELECT id, name FROM organizations WHERE slug = $1 AND active", slug);
    Ok(found.fetch_optional(connection).await?.map(|row| (row.id, row.name)))
}
