//! Table `audit_events`: who did what, to whom, from where. Written in the transaction of what it tells.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// What happened. The text of each is `activity-<name>` in `locales/*/activity.ftl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody signed in; the details say how (`amr`).
    SignedIn,
    /// A right password, then no right second factor.
    SecondFactorFailed,
    /// A session was ended by its person.
    SignedOut,
    /// A new password.
    PasswordChanged,
    /// The address was proven.
    EmailVerified,
    /// What a person says of themself; the details name the fields.
    ProfileChanged,
    /// Another picture, or none any more.
    PictureChanged,
    /// The terms were accepted; the details say which version.
    TermsAccepted,
    /// A wrong password; noted now and then ([`record_refusal`]).
    SignInRefused,
    /// A person ended one of their sessions from another; the details say which (`device`).
    SessionEnded,
    /// …or all the others.
    OtherSessionsEnded,
    /// The person agreed to give a service what it asks (`scopes`).
    ServiceAllowed,
    /// They took it back, or signed out of the service everywhere.
    ServiceWithdrawn,
    /// They accepted an invitation to an organization.
    OrganizationJoined,
    /// They declined one.
    InvitationDeclined,
    /// They left an organization.
    OrganizationLeft,
    /// They took a copy of what is held about them.
    DataExported,
    /// They want their account deleted.
    DeletionAsked,
    /// They do not any more.
    DeletionCancelled,
    /// An account is gone; whose it was is not known any more.
    AccountDeleted,
    /// An authenticator app was added, or took the place of another.
    AuthenticatorAdded,
    /// The authenticator app was removed.
    AuthenticatorRemoved,
    /// A passkey was added; the details name it.
    PasskeyAdded,
    /// A passkey was removed; the details name it.
    PasskeyRemoved,
    /// An administrator took every second factor away.
    SecondFactorReset,
    /// Two steps are demanded of a group, or no longer; the details name it.
    SecondFactorPolicy,
    /// New recovery codes.
    RecoveryCodesRenewed,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A new password, by a link to the address.
    PasswordReset,
    /// Another address was asked for.
    EmailChangeAsked,
    /// Another address was proven and took the place of the old one.
    EmailChanged,
    /// A change of address was undone from the old one.
    EmailChangeCancelled,
    /// Another username.
    UsernameChanged,
    /// The account was opened.
    AccountCreated,
    /// Somebody of the host let a new account be used.
    RegistrationApproved,
    /// Somebody of the host refused a new account: it is gone.
    RegistrationRefused,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::SignedIn,
        Self::SecondFactorFailed,
        Self::SignedOut,
        Self::PasswordChanged,
        Self::EmailVerified,
        Self::ProfileChanged,
        Self::PictureChanged,
        Self::TermsAccepted,
        Self::SignInRefused,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::ServiceAllowed,
        Self::ServiceWithdrawn,
        Self::OrganizationJoined,
        Self::InvitationDeclined,
        Self::OrganizationLeft,
        Self::DataExported,
        Self::DeletionAsked,
        Self::DeletionCancelled,
        Self::AccountDeleted,
        Self::AuthenticatorAdded,
        Self::AuthenticatorRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::SecondFactorReset,
        Self::SecondFactorPolicy,
        Self::RecoveryCodesRenewed,
        Self::RecoveryCodeUsed,
        Self::PasswordReset,
        Self::EmailChangeAsked,
        Self::EmailChanged,
        Self::EmailChangeCancelled,
        Self::UsernameChanged,
        Self::AccountCreated,
        Self::RegistrationApproved,
        Self::RegistrationRefused,
    ];

    /// The key of its text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::SignedIn => "activity-signed-in",
            Self::SecondFactorFailed => "activity-second-factor-failed",
            Self::SignedOut => "activity-signed-out",
            Self::PasswordChanged => "activity-password-changed",
            Self::EmailVerified => "activity-email-verified",
            Self::ProfileChanged => "activity-profile-changed",
            Self::PictureChanged => "activity-picture-changed",
            Self::TermsAccepted => "activity-terms-accepted",
            Self::SignInRefused => "activity-sign-in-refused",
            Self::SessionEnded => "activity-session-ended",
            Self::OtherSessionsEnded => "activity-other-sessions-ended",
            Self::ServiceAllowed => "activity-service-allowed",
            Self::ServiceWithdrawn => "activity-service-withdrawn",
            Self::OrganizationJoined => "activity-organization-joined",
            Self::InvitationDeclined => "activity-invitation-declined",
            Self::OrganizationLeft => "activity-organization-left",
            Self::DataExported => "activity-data-exported",
            Self::DeletionAsked => "activity-deletion-asked",
            Self::DeletionCancelled => "activity-deletion-cancelled",
            Self::AccountDeleted => "activity-account-deleted",
            Self::AuthenticatorAdded => "activity-authenticator-added",
            Self::AuthenticatorRemoved => "activity-authenticator-removed",
            Self::PasskeyAdded => "activity-passkey-added",
            Self::PasskeyRemoved => "activity-passkey-removed",
            Self::SecondFactorReset => "activity-second-factor-reset",
            Self::SecondFactorPolicy => "activity-second-factor-policy",
            Self::RecoveryCodesRenewed => "activity-recovery-codes-renewed",
            Self::RecoveryCodeUsed => "activity-recovery-code-used",
            Self::PasswordReset => "activity-password-reset",
            Self::EmailChangeAsked => "activity-email-change-asked",
            Self::EmailChanged => "activity-email-changed",
            Self::EmailChangeCancelled => "activity-email-change-cancelled",
            Self::UsernameChanged => "activity-username-changed",
            Self::AccountCreated => "activity-account-created",
            Self::RegistrationApproved => "activity-registration-approved",
            Self::RegistrationRefused => "activity-registration-refused",
        }
    }

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.text().trim_start_matches("activity-")
    }

    /// The kind of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Where something was done from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// «203.0.113.0/24»
    pub address_range: String,
    /// «Firefox, Linux»
    pub device: String,
    /// Finds the log lines.
    pub request: Option<Uuid>,
}

/// A line of the journal.
#[derive(Debug)]
pub struct Event<'a> {
    /// What happened.
    pub kind: Kind,
    /// Who did it, when known.
    pub actor: Option<Uuid>,
    /// Whom it is about.
    pub user: Option<Uuid>,
    /// The organization it is about.
    pub organization: Option<Uuid>,
    /// The service it is about.
    pub client: Option<&'a str>,
    /// From where.
    pub origin: &'a Origin,
    /// Before and after, without secrets.
    pub details: Value,
}

impl<'a> Event<'a> {
    /// What a person did to their own account.
    #[must_use]
    pub fn own(kind: Kind, user: Uuid, origin: &'a Origin) -> Self {
        Self {
            kind,
            actor: Some(user),
            user: Some(user),
            organization: None,
            client: None,
            origin,
            details: Value::Object(serde_json::Map::new()),
        }
    }

    /// The same, with details.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }

    /// The same, about a service.
    #[must_use]
    pub fn of_client(self, client_id: &'a str) -> Self {
        Self { client: Some(client_id), ..self }
    }

    /// The same, about an organization.
    #[must_use]
    pub fn of_organization(self, organization: Uuid) -> Self {
        Self { organization: Some(organization), ..self }
    }
}

/// Adds a line.
///
/// # Errors
/// PostgreSQL's: then what it tells must not happen either.
pub async fn record(connection: &mut PgConnection, event: &Event<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO audit_events (id, at, kind, actor_id, user_id, organization_id, client_id, address_range, device, request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        Uuid::now_v7(),
        now,
        event.kind.name(),
        event.actor,
        event.user,
        event.organization,
        event.client,
        event.origin.address_range,
        event.origin.device,
        event.origin.request,
        event.details
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// For how long refused sign-ins from one address range are one line.
const REFUSALS: TimeDelta = TimeDelta::hours(1);

/// Notes a wrong password on an account, unless one was noted lately from there: enough to warn its person,
/// too little to fill the journal.
///
/// # Errors
/// PostgreSQL's.
pub async fn record_refusal(
    connection: &mut PgConnection,
    user: Uuid,
    origin: &Origin,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO audit_events (id, at, kind, user_id, address_range, device, request_id)
         SELECT $1, $2, 'sign-in-refused', $3, $4, $5, $6
         WHERE NOT EXISTS (SELECT FROM audit_events
                           WHERE kind = 'sign-in-refused' AND user_id = $3 AND at > $7 AND address_range = $4)",
        Uuid::now_v7(),
        now,
        user,
        origin.address_range,
        origin.device,
        origin.request,
        now - REFUSALS
    )
    .execute(connection)
    .await?;
    Ok(())
}

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

/// What happened to a person's account, newest first, from before the line of that id.
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
           WHERE e.user_id = $1 AND ($2::uuid IS NULL OR e.id < $2) ORDER BY e.id DESC LIMIT $3"#,
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
