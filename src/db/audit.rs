//! Table `audit_events`: who did what, to whom, from where. Written in the transaction of what it tells, and
//! sealed afterwards (`crate::journal`).

pub mod chain;
mod event;
mod reading;

pub use event::{Event, Origin, Outcome, changes, record, record_attempt, record_denial, record_refusal};
pub use reading::{
    HostLine, Line, OrganizationLine, Wanted, Who, count_since, first_of, list, of_organization, of_user,
};

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
    /// Somebody tried what is not theirs to do in an organization (`slug`, `reason`); noted now and then
    /// ([`record_attempt`]).
    DelegationRefused = "activity-delegation-refused",
    /// They took a copy of what is held about them.
    DataExported = "activity-data-exported",
    /// They want their account deleted.
    DeletionAsked = "activity-deletion-asked",
    /// They do not any more.
    DeletionCancelled = "activity-deletion-cancelled",
    /// An account is gone; whose it was is not known any more.
    AccountDeleted = "activity-account-deleted",
    /// Another account of the same person became a part of this one; the details say what came with it, and how
    /// the journal calls the other now (`merged`).
    AccountsMerged = "activity-accounts-merged",
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
    /// A key for the person's own programs was made; the details name it.
    TokenMade = "activity-token-made",
    /// …and ended.
    TokenEnded = "activity-token-ended",
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
    // Of the host: accounts, services, keys, groups.
    /// Somebody was invited to open an account.
    AccountInvited = "activity-account-invited",
    /// An administrator switched an account off.
    AccountDisabled = "activity-account-disabled",
    /// …and on again.
    AccountEnabled = "activity-account-enabled",
    /// An administrator ended a session of somebody (`device`), or all of them (`all`).
    SignedOutByHost = "activity-signed-out-by-host",
    /// An administrator had the link sent again that proves an address.
    VerificationSent = "activity-verification-sent",
    /// Somebody took a copy of the journal away; the details say what of it.
    JournalExported = "activity-journal-exported",
    /// Mail is tried again, so many (`mails`).
    MailRetried = "activity-mail-retried",
    /// A mail that was given up was thrown away.
    MailForgotten = "activity-mail-forgotten",
    /// A test message was sent; the details say where, masked.
    MailTested = "activity-mail-tested",
    /// A batch of accounts came from elsewhere; the details count them.
    MembersImported = "activity-members-imported",
    /// A service was added; the details say what it is.
    ServiceAdded = "activity-service-added",
    /// A service was changed: what was there `before` and is there `after`.
    ServiceChanged = "activity-service-changed",
    /// A service was removed.
    ServiceRemoved = "activity-service-removed",
    /// A service has a new secret.
    ServiceSecretRenewed = "activity-service-secret-renewed",
    /// Services may register themselves with a new token; the details say how many, and until when.
    RegistrationTokenMade = "activity-registration-token-made",
    /// The next signing key; the details name it and say whether the others were forgotten.
    KeysRotated = "activity-keys-rotated",
    /// A copy of the whole database was taken.
    BackupMade = "activity-backup-made",
    /// A backup was put into the database; what was issued before is void.
    BackupRestored = "activity-backup-restored",
    /// A group was made; the details name it, as in all of groups.
    GroupAdded = "activity-group-added",
    /// A group has another name (`before`, `after`).
    GroupRenamed = "activity-group-renamed",
    /// A group was removed.
    GroupRemoved = "activity-group-removed",
    /// Somebody was put into a group.
    GroupJoined = "activity-group-joined",
    /// Somebody was taken out of a group.
    GroupLeft = "activity-group-left",
    /// Somebody asks an organization, or the host, to be let into a service.
    AccessAsked = "activity-access-asked",
    /// …and was told yes.
    AccessRequestAccepted = "activity-access-request-accepted",
    /// …and was told no.
    AccessRequestDeclined = "activity-access-request-declined",
    /// The membership of somebody has other dates (`before`, `after`).
    MembershipSet = "activity-membership-set",
    /// …that of an organization.
    OrganizationMembershipSet = "activity-organization-membership-set",
    /// A group is kept by a rule, or by hand again; the details name both.
    GroupRuleSet = "activity-group-rule-set",
    /// The news on the home page are others.
    NewsSet = "activity-news-set",
    /// A service did not let somebody in; noted now and then ([`record_denial`]).
    AccessRefused = "activity-access-refused",
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
