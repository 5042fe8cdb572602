//! Why something was not done.

use chrono::{DateTime, Utc};

use crate::authz::delegation::Why;

/// Why something was not done. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is nothing there, as far as this person may know.
    #[error("nothing there for this person")]
    Hidden,
    /// The rule says no.
    #[error("not allowed: {}", .0.name())]
    Forbidden(Why),
    /// What is asked cannot stand beside what is there.
    #[error("conflict: {}", .0.name())]
    Clash(Clash),
    /// What the person saw is not what is there any more.
    #[error("changed in the meantime")]
    Stale,
    /// What was given is not right.
    #[error("invalid: {} ({})", .0.field, .0.problem)]
    Invalid(Flaw),
    /// Too much for now.
    #[error("too many, until {0}")]
    TooMany(DateTime<Utc>),
    /// PostgreSQL's words.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The address is that of a member.
    AlreadyMember,
    /// An organization has that slug.
    SlugTaken,
    /// An organization has a name that looks the same.
    NameTaken,
    /// The invitation was answered.
    AlreadyAnswered,
    /// The account has no second factor.
    NoSecondFactor,
    /// The address of the account is proven already.
    AlreadyVerified,
    /// The account does not wait for somebody of the host.
    NotWaiting,
    /// Who is in the group follows from memberships.
    KeptByRule,
}

impl Clash {
    /// As the API writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AlreadyMember => "already-member",
            Self::SlugTaken => "slug-taken",
            Self::NameTaken => "name-taken",
            Self::AlreadyAnswered => "already-answered",
            Self::NoSecondFactor => "no-second-factor",
            Self::AlreadyVerified => "already-verified",
            Self::NotWaiting => "not-waiting",
            Self::KeptByRule => "kept-by-rule",
        }
    }
}

/// What is wrong with what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where: the name of the field.
    pub field: &'static str,
    /// What, as the API writes it; `locales/*/organization.ftl` has the words (`flaw-…`).
    pub problem: &'static str,
    /// The value, as given.
    pub value: String,
}

impl Refusal {
    /// Something wrong with a field.
    #[must_use]
    pub fn invalid(field: &'static str, problem: &'static str, value: impl Into<String>) -> Self {
        Self::Invalid(Flaw { field, problem, value: value.into() })
    }

    /// An attempt at what is not this person's to do; none for slips and faults. As the journal writes it.
    #[must_use]
    pub const fn attempt(&self) -> Option<&'static str> {
        match self {
            Self::Hidden => Some("hidden"),
            Self::Forbidden(why) => Some(why.name()),
            _ => None,
        }
    }
}
