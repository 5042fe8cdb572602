//! Table `audit_events`: who did what, to whom, from where. Written in the transaction of what it tells.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// One line for each kind: what it is, its name, the key of its text.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal,)*) => {
        /// What happened. The text of each is in `locales/*/activity.ftl`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The key of its text.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$kind => $text,)*
                }
            }
        }
    };
}

kinds! {
    /// Somebody signed in; the details say how (`amr`).
    SignedIn = "activity-signed-in",
    /// A right password, then no right second factor.
    SecondFactorFailed = "activity-second-factor-failed",
    /// A session was ended by its person.
    SignedOut = "activity-signed-out",
    /// A new password.
    PasswordChanged = "activity-password-changed",
    /// The address was proven.
    EmailVerified = "activity-email-verified",
    /// What a person says of themself; the details name the fields.
    ProfileChanged = "activity-profile-changed",
    /// Another picture, or none any more.
    PictureChanged = "activity-picture-changed",
    /// The terms were accepted; the details say which version.
    TermsAccepted = "activity-terms-accepted",
    /// A wrong password; noted now and then ([`record_refusal`]).
    SignInRefused = "activity-sign-in-refused",
    /// A person ended one of their sessions from another; the details say which (`device`).
    SessionEnded = "activity-session-ended",
    /// …or all the others.
    OtherSessionsEnded = "activity-other-sessions-ended",
    /// The person agreed to give a service what it asks (`scopes`).
    ServiceAllowed = "activity-service-allowed",
    /// They took it back, or signed out of the service everywhere.
    ServiceWithdrawn = "activity-service-withdrawn",
    /// They accepted an invitation to an organization.
    OrganizationJoined = "activity-organization-joined",
    /// They declined one.
    InvitationDeclined = "activity-invitation-declined",
    /// They left an organization.
    OrganizationLeft = "activity-organization-left",
    /// They gave up a service that an organization had given them.
    ServiceGivenUp = "activity-service-given-up",
    /// Somebody was taken out of an organization.
    MemberRemoved = "activity-member-removed",
    /// The host put somebody into an organization.
    MemberPlaced = "activity-member-placed",
    /// Another role in an organization (`before`, `after`).
    RoleChanged = "activity-role-changed",
    /// Access to a service through an organization (`before`, `after`: roles).
    AccessGranted = "activity-access-granted",
    /// …taken back.
    AccessWithdrawn = "activity-access-withdrawn",
    /// A service was opened to an organization.
    ServiceAttached = "activity-service-attached",
    /// A service was taken away from an organization.
    ServiceDetached = "activity-service-detached",
    /// An organization was made.
    OrganizationCreated = "activity-organization-created",
    /// An organization was renamed, switched on or off.
    OrganizationChanged = "activity-organization-changed",
    /// An organization is gone.
    OrganizationDeleted = "activity-organization-deleted",
    /// An address was invited to an organization.
    Invited = "activity-invited",
    /// …again, by a new link.
    InvitedAgain = "activity-invited-again",
    /// What an invitation gives was changed.
    InvitationChanged = "activity-invitation-changed",
    /// An invitation was withdrawn.
    InvitationWithdrawn = "activity-invitation-withdrawn",
    /// A list of members was applied; the details count what changed.
    ListApplied = "activity-list-applied",
    /// The list of members was taken away.
    MembersExported = "activity-members-exported",
    /// Somebody tried what is not theirs to do in an organization (`slug`, `reason`).
    DelegationRefused = "activity-delegation-refused",
    /// They took a copy of what is held about them.
    DataExported = "activity-data-exported",
    /// They want their account deleted.
    DeletionAsked = "activity-deletion-asked",
    /// They do not any more.
    DeletionCancelled = "activity-deletion-cancelled",
    /// An account is gone; whose it was is not known any more.
    AccountDeleted = "activity-account-deleted",
    /// An authenticator app was added, or took the place of another.
    AuthenticatorAdded = "activity-authenticator-added",
    /// The authenticator app was removed.
    AuthenticatorRemoved = "activity-authenticator-removed",
    /// A passkey was added; the details name it.
    PasskeyAdded = "activity-passkey-added",
    /// A passkey was removed; the details name it.
    PasskeyRemoved = "activity-passkey-removed",
    /// An administrator took every second factor away.
    SecondFactorReset = "activity-second-factor-reset",
    /// Two steps are demanded of a group, or no longer; the details name it.
    SecondFactorPolicy = "activity-second-factor-policy",
    /// New recovery codes.
    RecoveryCodesRenewed = "activity-recovery-codes-renewed",
    /// A recovery code was used.
    RecoveryCodeUsed = "activity-recovery-code-used",
    /// A new password, by a link to the address.
    PasswordReset = "activity-password-reset",
    /// Another address was asked for.
    EmailChangeAsked = "activity-email-change-asked",
    /// Another address was proven and took the place of the old one.
    EmailChanged = "activity-email-changed",
    /// A change of address was undone from the old one.
    EmailChangeCancelled = "activity-email-change-cancelled",
    /// Another username.
    UsernameChanged = "activity-username-changed",
    /// The account was opened.
    AccountCreated = "activity-account-created",
    /// Somebody of the host let a new account be used.
    RegistrationApproved = "activity-registration-approved",
    /// Somebody of the host refused a new account: it is gone.
    RegistrationRefused = "activity-registration-refused",
}

impl Kind {
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

    /// What was done by somebody without an account.
    #[must_use]
    pub fn of_nobody(kind: Kind, origin: &'a Origin) -> Self {
        let details = Value::Object(serde_json::Map::new());
        Self { kind, actor: None, user: None, organization: None, client: None, origin, details }
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
