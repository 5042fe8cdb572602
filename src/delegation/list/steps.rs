//! What a list is compared with, and the steps that this comes to.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::super::Version;
use crate::authz::delegation::Standing;
use crate::db::attachments::Service;
use crate::db::invitations::{Grant, Sent};
use crate::db::members::Member;
use crate::types::Role;

/// What is there.
#[derive(Debug)]
pub struct Present {
    /// The members.
    pub members: Vec<Member>,
    /// Invitations that were not accepted.
    pub invitations: Vec<Sent>,
    /// The services of the organization.
    pub services: Vec<Service>,
    /// Addresses (in lower case) that were sent an invitation in the last 24 hours.
    pub invited_lately: BTreeSet<String>,
    /// How many more may be invited today.
    pub quota: usize,
    /// What the actor is to the organization.
    pub standing: Standing,
    /// The organization is not switched off.
    pub active: bool,
    /// Who acts.
    pub actor: Option<Uuid>,
}

/// What a list changes.
#[derive(Debug)]
pub struct Plan {
    /// In the order of the list; what the list leaves out at the end.
    pub steps: Vec<Planned>,
    /// How many lines ask for what is there already.
    pub unchanged: usize,
    /// What cannot be done.
    pub refused: Vec<Refused>,
    /// Stands for all of the steps: another plan has another.
    pub digest: Version,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Of which line; none: whoever is not in the list.
    pub line: Option<u64>,
    /// Whose.
    pub email: String,
    /// Their name, if they are a member.
    pub name: Option<String>,
    /// What.
    pub step: Step,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A newcomer.
    Invite {
        /// What they become.
        role: Role,
        /// What they get.
        grants: Vec<Grant>,
    },
    /// Another content of an invitation that waits.
    ChangeInvitation {
        /// Which.
        id: Uuid,
        /// What they become.
        role: Role,
        /// What they get.
        grants: Vec<Grant>,
    },
    /// A member.
    Change {
        /// Who.
        member: Uuid,
        /// Their new role.
        role: Option<Role>,
        /// Accesses given, or with other roles.
        give: Vec<Grant>,
        /// Services taken away.
        take: Vec<String>,
    },
    /// A member who is not in a complete list.
    Remove {
        /// Who.
        member: Uuid,
    },
    /// An invitation that waits, not in a complete list.
    Withdraw {
        /// Which.
        id: Uuid,
    },
}

/// A line, or a person, that stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which line; none: whoever is not in the list.
    pub line: Option<u64>,
    /// The address, as written.
    pub email: String,
    /// The field that is wrong.
    pub field: &'static str,
    /// What is wrong with it: `list-…` in `locales/*/organization.ftl`.
    pub problem: &'static str,
}
