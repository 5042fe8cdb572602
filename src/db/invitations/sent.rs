//! Invitations, as the organization that sent them sees them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::Grant;

/// What has become of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Can be answered.
    Pending,
    /// Its person does not want to.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Whoever sent it may invite nobody any more, or the organization is closed.
    Void,
}

/// An invitation, as its organization sees it: nothing in it tells whether the address has an account.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its row.
    pub id: Uuid,
    /// The address invited.
    pub email: String,
    /// As a referent.
    pub referent: bool,
    /// What it gives, by service.
    pub grants: Vec<Grant>,
    /// When it was sent, for the last time.
    pub created_at: DateTime<Utc>,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
    /// What has become of it.
    pub state: State,
    /// Sent by the host.
    pub by_host: bool,
    /// Name of who sent it; none: the command line, or somebody whose account is gone.
    pub inviter: Option<String>,
}

struct Row {
    id: Uuid,
    email: String,
    referent: bool,
    grants: Json<Vec<Grant>>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    declined: bool,
    stands: bool,
    by_host: bool,
    inviter: Option<String>,
}

impl Row {
    fn seen(self, now: DateTime<Utc>) -> Sent {
        let state = match self {
            Self { declined: true, .. } => State::Declined,
            Self { expires_at, .. } if expires_at <= now => State::Expired,
            Self { stands: false, .. } => State::Void,
            _ => State::Pending,
        };
        Sent {
            id: self.id,
            email: self.email,
            referent: self.referent,
            grants: self.grants.0,
            created_at: self.created_at,
            expires_at: self.expires_at,
            state,
            by_host: self.by_host,
            inviter: self.inviter,
        }
    }
}

/// Where a page of a list ended: the address of its last line, in lower case.
pub type Cursor = String;

impl Sent {
    /// The cursor after this line.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.email.to_ascii_lowercase()
    }
}

/// Those of an organization, by address, from after `after`. Whoever accepted is a member, and what was
/// withdrawn is gone: neither is among them.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(
    connection: &mut PgConnection,
    organization: Uuid,
    now: DateTime<Utc>,
    after: Option<&str>,
    limit: i64,
) -> sqlx::Result<Vec<Sent>> {
    look(connection, organization, None, now, after, limit).await
}

/// One of them.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    organization: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Sent>> {
    Ok(look(connection, organization, Some(id), now, None, 1).await?.pop())
}

async fn look(
    connection: &mut PgConnection,
    organization: Uuid,
    only: Option<Uuid>,
    now: DateTime<Utc>,
    after: Option<&str>,
    limit: i64,
) -> sqlx::Result<Vec<Sent>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT i.id, i.email, i.role = 'referent' AS "referent!", i.created_at, i.expires_at, i.answered_at IS NOT NULL AS "declined!",
               invitation_stands(i, $3) AS "stands!", i.by_host, display_name(u) AS "inviter?",
               (SELECT coalesce(jsonb_agg(jsonb_build_array(g.client_id, to_jsonb(g.roles)) ORDER BY g.client_id), '[]')
                FROM invitation_grants g WHERE g.invitation_id = i.id) AS "grants!: Json<Vec<Grant>>"
           FROM invitations i LEFT JOIN users u ON u.id = i.created_by
           WHERE i.organization_id = $1 AND ($2::uuid IS NULL OR i.id = $2) AND ($4::text IS NULL OR i.email_key > $4)
             AND (i.answered_at IS NULL OR NOT i.accepted)
           ORDER BY i.email_key LIMIT $5"#,
        organization,
        only,
        now,
        after,
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.seen(now)).collect())
}

/// How many wait for an answer.
///
/// # Errors
/// PostgreSQL's.
pub async fn count_pending(connection: &mut PgConnection, organization: Uuid, now: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM invitations i WHERE i.organization_id = $1 AND invitation_stands(i, $2)"#,
        organization,
        now
    )
    .fetch_one(connection)
    .await
}

/// What the mail of an invitation says.
#[derive(Debug)]
pub struct Letter {
    /// Where it goes.
    pub email: String,
    /// The language of the account that has the address; none when none has.
    pub locale: Option<String>,
    /// Name of the organization.
    pub organization: String,
    /// Name of the referent who invites; none: the host.
    pub inviter: Option<String>,
    /// French and English names of the services that come with it.
    pub services: Vec<(String, String)>,
}

/// What to write about an invitation.
///
/// # Errors
/// PostgreSQL's; also when there is none.
pub async fn letter(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Letter> {
    let row = sqlx::query!(
        r#"SELECT i.email, o.name AS organization, CASE WHEN NOT i.by_host THEN display_name(by) END AS inviter,
               (SELECT locale FROM users u WHERE u.email_key = i.email_key) AS locale,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(c.name_fr, c.name_en) ORDER BY c.client_id), '[]')
                FROM clients c WHERE c.client_id = ANY (invitation_services(i))) AS "services!: Json<Vec<(String, String)>>"
           FROM invitations i JOIN organizations o ON o.id = i.organization_id LEFT JOIN users by ON by.id = i.created_by
           WHERE i.id = $1"#,
        id
    )
    .fetch_one(connection)
    .await?;
    Ok(Letter {
        email: row.email,
        locale: row.locale,
        organization: row.organization,
        inviter: row.inviter,
        services: row.services.0,
    })
}
