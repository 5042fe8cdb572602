//! Invitations are sent, changed, sent again, taken back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::Grant;
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
    /// What it gives: attached services, with roles there.
    pub grants: &'a [Grant],
    /// Of the link.
    pub token: Hashed,
    /// The person who invites; none for the command line.
    pub created_by: Option<Uuid>,
    /// By the host: stands whoever leaves, and may give roles that referents may not.
    pub by_host: bool,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
}

/// Invites. An earlier invitation of that address there becomes this one: its link is worth nothing.
/// Which row it is.
///
/// # Errors
/// PostgreSQL's; also when a service is not attached (foreign key).
pub async fn insert(
    connection: &mut PgConnection,
    invitation: &NewInvitation<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let id = sqlx::query_scalar!(
        "INSERT INTO invitations AS i (id, organization_id, email, role, token_hash, created_by, by_host, created_at, expires_at, sendings)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, ARRAY[$8::timestamptz])
         ON CONFLICT (organization_id, email_key) DO UPDATE SET email = $3, role = $4, token_hash = $5, created_by = $6, by_host = $7,
             created_at = $8, expires_at = $9, answered_at = NULL, accepted = NULL, sendings = sent_again(i.sendings, $8)
         RETURNING id",
        Uuid::now_v7(),
        invitation.organization,
        invitation.email.as_str(),
        role(invitation.referent),
        invitation.token.as_bytes(),
        invitation.created_by,
        invitation.by_host,
        now,
        invitation.expires_at
    )
    .fetch_one(&mut *connection)
    .await?;
    replace_grants(connection, id, invitation.grants).await?;
    Ok(id)
}

/// Changes what an invitation gives, if it was not answered: the link stays good. From now on it stands on
/// whoever changed it. `false` when there is none.
///
/// # Errors
/// PostgreSQL's; also when a service is not attached (foreign key).
pub async fn change(
    connection: &mut PgConnection,
    organization: Uuid,
    id: Uuid,
    referent: bool,
    grants: &[Grant],
    (created_by, by_host): (Option<Uuid>, bool),
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE invitations SET role = $3, created_by = $4, by_host = $5 WHERE organization_id = $1 AND id = $2 AND answered_at IS NULL",
        organization,
        id,
        role(referent),
        created_by,
        by_host
    )
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    replace_grants(connection, id, grants).await?;
    Ok(true)
}

async fn replace_grants(connection: &mut PgConnection, id: Uuid, grants: &[Grant]) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM invitation_grants WHERE invitation_id = $1", id).execute(&mut *connection).await?;
    if grants.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO invitation_grants (invitation_id, organization_id, client_id, roles)
         SELECT i.id, i.organization_id, g.client_id, ARRAY(SELECT DISTINCT r FROM jsonb_array_elements_text(g.roles) r ORDER BY 1)
         FROM invitations i, (SELECT element ->> 0 AS client_id, element -> 1 AS roles FROM jsonb_array_elements($2) element) g
         WHERE i.id = $1",
        id,
        Json(grants) as Json<&[Grant]>
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes an invitation back, if it was not accepted: the link is worth nothing. `false` when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn withdraw(
    connection: &mut PgConnection,
    organization: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE invitations SET answered_at = $3, accepted = NULL
         WHERE organization_id = $1 AND id = $2 AND (answered_at IS NULL OR NOT accepted)",
        organization,
        id,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A new link for an invitation.
#[derive(Debug)]
pub struct Renewal {
    /// Of the link.
    pub token: Hashed,
    /// As for [`NewInvitation`].
    pub created_by: Option<Uuid>,
    /// As for [`NewInvitation`].
    pub by_host: bool,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
}

/// Sends an invitation again, whatever has become of it short of being accepted or withdrawn: it can be
/// answered by the new link only. `false` when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn renew(
    connection: &mut PgConnection,
    organization: Uuid,
    id: Uuid,
    renewal: &Renewal,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE invitations SET token_hash = $3, created_by = $4, by_host = $5, created_at = $7, expires_at = $6, answered_at = NULL,
             accepted = NULL, sendings = sent_again(sendings, $7)
         WHERE organization_id = $1 AND id = $2 AND (answered_at IS NULL OR NOT accepted)",
        organization,
        id,
        renewal.token.as_bytes(),
        renewal.created_by,
        renewal.by_host,
        renewal.expires_at,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many invitations were sent in the last 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sendings {
    /// By the organization.
    pub organization: i64,
    /// …to one address. Others' invitations of it do not count: a limit must not tell of them.
    pub address: i64,
}

/// Counts them. To be asked under a lock of the organization: two who ask at once see the same.
///
/// # Errors
/// PostgreSQL's.
pub async fn sendings(
    connection: &mut PgConnection,
    organization: Uuid,
    email: &Email,
    now: DateTime<Utc>,
) -> sqlx::Result<Sendings> {
    sqlx::query_as!(
        Sendings,
        r#"SELECT count(*) AS "organization!", count(*) FILTER (WHERE email_key = $2) AS "address!"
           FROM invitations, unnest(sendings) AS at
           WHERE organization_id = $1 AND created_at > $3::timestamptz - interval '24 hours' AND at > $3 - interval '24 hours'"#,
        organization,
        email.key(),
        now
    )
    .fetch_one(connection)
    .await
}

/// The addresses (in lower case) that an organization invited in the last 24 hours, and how many
/// invitations it sent in all.
///
/// # Errors
/// PostgreSQL's.
pub async fn sent_lately(
    connection: &mut PgConnection,
    organization: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<(Vec<String>, i64)> {
    let row = sqlx::query!(
        r#"SELECT coalesce(array_agg(DISTINCT email_key), '{}') AS "addresses!", count(*) AS "count!"
           FROM invitations, unnest(sendings) AS at
           WHERE organization_id = $1 AND created_at > $2::timestamptz - interval '24 hours' AND at > $2 - interval '24 hours'"#,
        organization,
        now
    )
    .fetch_one(connection)
    .await?;
    Ok((row.addresses, row.count))
}

const fn role(referent: bool) -> &'static str {
    if referent { "referent" } else { "member" }
}
