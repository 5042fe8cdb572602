//! Every mail we send. To add one: a variant, a line in [`Kind::wording`], its texts in
//! `locales/*/mail.ftl`.
//!
//! A text of `mail.ftl` is the subject; its attributes are what follows, in this order: `.body`
//! (paragraphs, the first says why this mail), `.button` (the link), `.after` (how long it is good,
//! what to do if it was not you). All of them may use `$host` and `$contact` (`none` if there is none).

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::name;
use crate::i18n::{Language, Value};

/// What a mail says.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'a> {
    /// A link that proves the address of an account; good for an hour.
    VerifyEmail {
        /// The link.
        link: &'a str,
    },
    /// A link that goes on with a registration; good for a day.
    SignUp {
        /// The link.
        link: &'a str,
        /// The service that the person was going to.
        service: Option<&'a str>,
    },
    /// Somebody asked for an account with the address of one.
    AlreadyRegistered {
        /// Where to choose a new password.
        recover: &'a str,
    },
    /// An invitation of the host to open an account; good for seven days.
    Invitation {
        /// The link.
        link: &'a str,
    },
    /// An invitation to join an organization; good for seven days.
    Membership {
        /// The link.
        link: &'a str,
        /// Which one.
        organization: &'a str,
        /// The referent who invites, if not the host.
        inviter: Option<&'a str>,
        /// Names of the services that come with it.
        services: &'a [String],
    },
    /// The person looks after an organization from now on.
    BecameReferent {
        /// The organization.
        organization: &'a str,
        /// The page where one does.
        link: &'a str,
    },
    /// To the other referents and to administrators: somebody looks after an organization from now on.
    NewReferent {
        /// Who.
        person: &'a str,
        /// The organization.
        organization: &'a str,
        /// The page of its people.
        link: &'a str,
    },
    /// The host put the person into an organization.
    Placed {
        /// The organization.
        organization: &'a str,
        /// The page of their organizations, where they can leave it.
        link: &'a str,
    },
    /// The person was taken out of an organization.
    MembershipEnded {
        /// The organization.
        organization: &'a str,
    },
    /// Somebody asks to be let into a service.
    AccessRequested {
        /// Where it is answered.
        link: &'a str,
        /// Who asks.
        person: &'a str,
        /// For which service.
        service: &'a str,
        /// The organization that they ask through; none: the host.
        organization: Option<&'a str>,
    },
    /// …and was told yes.
    AccessAccepted {
        /// Where the service is.
        link: &'a str,
        /// The service.
        service: &'a str,
    },
    /// …and was told no.
    AccessDeclined {
        /// The service.
        service: &'a str,
        /// From when on they may ask again.
        again: DateTime<Utc>,
    },
    /// A registration waits for an administrator.
    RegistrationWaiting,
    /// An administrator accepted it.
    RegistrationApproved {
        /// Where to sign in.
        sign_in: &'a str,
    },
    /// An administrator refused it.
    RegistrationDeclined,
    /// A link to choose a new password; good for thirty minutes.
    ResetPassword {
        /// The link.
        link: &'a str,
    },
    /// The password was changed.
    PasswordChanged,
    /// To a new address: a link that proves it; good for an hour.
    EmailChangeConfirm {
        /// The link.
        link: &'a str,
    },
    /// To the present address: it is about to change; the link that stops it is good for seven days.
    EmailChangeNotice {
        /// The new address, masked.
        new_masked: &'a str,
        /// The link that cancels.
        cancel: &'a str,
    },
    /// The address has changed.
    EmailChanged {
        /// The new address, masked.
        new_masked: &'a str,
    },
    /// The change of address was cancelled.
    EmailChangeCancelled,
    /// The username was changed.
    UsernameChanged {
        /// The new one.
        username: &'a str,
    },
    /// A sign-in from a browser never seen with this account.
    NewDevice {
        /// The browser and the system; empty if they do not say.
        device: &'a str,
        /// The address range.
        place: &'a str,
        /// The moment.
        when: DateTime<Utc>,
    },
    /// The password was right and the second factor wrong, several times.
    SecondFactorRefused {
        /// The browser and the system; empty if they do not say.
        device: &'a str,
        /// The address range.
        place: &'a str,
        /// The moment of the last time.
        when: DateTime<Utc>,
    },
    /// A second factor was added.
    FactorAdded(Factor<'a>),
    /// A second factor was removed.
    FactorRemoved(Factor<'a>),
    /// The team of the host took every second factor away.
    FactorsReset,
    /// The recovery codes were made again.
    RecoveryCodesRenewed,
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// How many are left.
        left: i64,
    },
    /// A key for the person's own programs was made.
    TokenMade {
        /// What they call it.
        token: &'a str,
    },
    /// The person's membership of the host ends soon.
    MembershipEnds {
        /// The last day.
        date: NaiveDate,
        /// Where they see what to do.
        link: &'a str,
    },
    /// The account will be deleted.
    DeletionScheduled {
        /// When.
        date: DateTime<Utc>,
        /// The link that cancels.
        cancel: &'a str,
    },
    /// The account will not be deleted after all.
    DeletionCancelled,
    /// The account is deleted.
    AccountDeleted,
    /// The host made another account of the same person a part of this one.
    AccountMerged {
        /// Of the other.
        username: &'a str,
    },
    /// …and this one is no more.
    AccountMergedAway {
        /// That of the account that is kept, masked.
        address: &'a str,
    },
    /// The host tries whether mail arrives.
    Test,
}

/// A second factor.
#[derive(Debug, Clone, Copy)]
pub enum Factor<'a> {
    /// An authenticator app.
    Authenticator,
    /// A passkey, by its name.
    Passkey(&'a str),
}

/// How a mail is worded.
pub(super) struct Wording<'a> {
    /// Its text in `mail.ftl`.
    pub key: &'static str,
    /// What that text uses besides `$host` and `$contact`.
    pub variables: Vec<(&'static str, Value)>,
    /// Where its button leads.
    pub link: Link<'a>,
}

/// Where the button of a mail leads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Link<'a> {
    /// There.
    To(&'a str),
    /// To the page where one sees to the safety of one's account.
    Security,
    /// There is no button.
    None,
}

impl<'a> Kind<'a> {
    pub(super) fn wording(&self, language: &Language, zone: Tz) -> Wording<'a> {
        let plain = |key, link| Wording { key, variables: Vec::new(), link };
        match *self {
            Self::VerifyEmail { link } => plain("mail-verify", Link::To(link)),
            Self::SignUp { link, service } => {
                plain("mail-sign-up", Link::To(link)).with("service", service.and_then(name::plain))
            }
            Self::AlreadyRegistered { recover } => plain("mail-already-registered", Link::To(recover)),
            Self::Invitation { link } => plain("mail-invitation", Link::To(link)),
            Self::Membership { link, organization, inviter, services } => {
                let services: Vec<String> = services.iter().filter_map(|service| name::plain(service)).collect();
                plain("mail-membership", Link::To(link))
                    .with("organization", name::plain(organization))
                    .with("inviter", inviter.and_then(name::plain))
                    .with("services", (!services.is_empty()).then(|| services.join(", ")))
            }
            Self::BecameReferent { organization, link } => {
                plain("mail-became-referent", Link::To(link)).with("organization", name::plain(organization))
            }
            Self::NewReferent { person, organization, link } => plain("mail-new-referent", Link::To(link))
                .with("person", name::plain(person))
                .with("organization", name::plain(organization)),
            Self::Placed { organization, link } => {
                plain("mail-placed", Link::To(link)).with("organization", name::plain(organization))
            }
            Self::MembershipEnded { organization } => {
                plain("mail-membership-ended", Link::None).with("organization", name::plain(organization))
            }
            Self::AccessRequested { link, person, service, organization } => {
                plain("mail-access-requested", Link::To(link))
                    .with("person", name::plain(person))
                    .with("service", name::plain(service))
                    .with("organization", organization.and_then(name::plain))
            }
            Self::AccessAccepted { link, service } => {
                plain("mail-access-accepted", Link::To(link)).with("service", name::plain(service))
            }
            Self::AccessDeclined { service, again } => plain("mail-access-declined", Link::None)
                .with("service", name::plain(service))
                .with("date", Some(language.date(&again.with_timezone(&zone)))),
            Self::RegistrationWaiting => plain("mail-registration-waiting", Link::None),
            Self::RegistrationApproved { sign_in } => plain("mail-registration-approved", Link::To(sign_in)),
            Self::RegistrationDeclined => plain("mail-registration-declined", Link::None),
            Self::ResetPassword { link } => plain("mail-reset-password", Link::To(link)),
            Self::PasswordChanged => plain("mail-password-changed", Link::Security),
            Self::EmailChangeConfirm { link } => plain("mail-email-change-confirm", Link::To(link)),
            Self::EmailChangeNotice { new_masked, cancel } => {
                plain("mail-email-change-notice", Link::To(cancel)).with("address", Some(new_masked.to_owned()))
            }
            Self::EmailChanged { new_masked } => {
                plain("mail-email-changed", Link::Security).with("address", Some(new_masked.to_owned()))
            }
            Self::EmailChangeCancelled => plain("mail-email-change-cancelled", Link::Security),
            Self::UsernameChanged { username } => {
                plain("mail-username-changed", Link::Security).with("username", Some(username.to_owned()))
            }
            Self::NewDevice { device, place, when } => plain("mail-new-device", Link::Security)
                .with("device", name::plain(device))
                .with("place", Some(place.to_owned()))
                .with("when", Some(language.moment(when, zone))),
            Self::SecondFactorRefused { device, place, when } => plain("mail-second-factor-refused", Link::Security)
                .with("device", name::plain(device))
                .with("place", Some(place.to_owned()))
                .with("when", Some(language.moment(when, zone))),
            Self::FactorAdded(Factor::Authenticator) => plain("mail-authenticator-added", Link::Security),
            Self::FactorAdded(Factor::Passkey(passkey)) => {
                plain("mail-passkey-added", Link::Security).with("passkey", name::plain(passkey))
            }
            Self::FactorRemoved(Factor::Authenticator) => plain("mail-authenticator-removed", Link::Security),
            Self::FactorRemoved(Factor::Passkey(passkey)) => {
                plain("mail-passkey-removed", Link::Security).with("passkey", name::plain(passkey))
            }
            Self::FactorsReset => plain("mail-factors-reset", Link::Security),
            Self::RecoveryCodesRenewed => plain("mail-recovery-codes-renewed", Link::Security),
            Self::RecoveryCodeUsed { left } => {
                let mut wording = plain("mail-recovery-code-used", Link::Security);
                wording.variables.push(("count", Value::Number(left)));
                wording
            }
            Self::TokenMade { token } => plain("mail-token-made", Link::Security).with("token", name::plain(token)),
            Self::MembershipEnds { date, link } => {
                plain("mail-membership-ends", Link::To(link)).with("date", Some(language.date(&date)))
            }
            Self::DeletionScheduled { date, cancel } => plain("mail-deletion-scheduled", Link::To(cancel))
                .with("date", Some(language.date(&date.with_timezone(&zone)))),
            Self::DeletionCancelled => plain("mail-deletion-cancelled", Link::Security),
            Self::AccountDeleted => plain("mail-account-deleted", Link::None),
            Self::AccountMerged { username } => {
                plain("mail-account-merged", Link::Security).with("username", Some(username.to_owned()))
            }
            Self::AccountMergedAway { address } => {
                plain("mail-account-merged-away", Link::None).with("address", Some(address.to_owned()))
            }
            Self::Test => plain("mail-test", Link::None),
        }
    }

    /// Whether it may go to somebody who never dealt with us: such a mail greets nobody by a name that
    /// whoever had it sent chose (ML-03). An invitation names its referent: a name only, without addresses.
    pub(super) fn may_reach_a_stranger(&self) -> bool {
        matches!(
            self,
            Self::SignUp { .. } | Self::Invitation { .. } | Self::Membership { .. } | Self::EmailChangeConfirm { .. }
        )
    }
}

impl Wording<'_> {
    /// With a variable; `none` stands for its absence.
    fn with(mut self, name: &'static str, value: Option<String>) -> Self {
        self.variables.push((name, Value::Text(value.unwrap_or_else(|| "none".to_owned()))));
        self
    }
}
