//! What may somebody do in an organization (`domain.md`, «What a referent may do, and may not»)? Asked at
//! every request, from facts read in the same transaction.

use uuid::Uuid;

use crate::types::Role;

/// What somebody is to an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Of the whole instance: the group `admins`, and the command line.
    Administrator,
    /// Of this organization.
    Referent,
    /// Sees what administrators see, changes nothing: the group `auditors`.
    Auditor,
    /// Of this organization.
    Member,
    /// Nothing: the organization does not exist for them.
    Outsider,
}

/// What is known of somebody and an organization.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ties {
    /// In the group `admins`.
    pub administrator: bool,
    /// In the group `auditors`.
    pub auditor: bool,
    /// Their role in the organization.
    pub role: Option<Role>,
}

impl Standing {
    /// The one that gives most.
    #[must_use]
    pub fn of(ties: Ties) -> Self {
        match ties {
            Ties { administrator: true, .. } => Self::Administrator,
            Ties { role: Some(Role::Referent), .. } => Self::Referent,
            Ties { auditor: true, .. } => Self::Auditor,
            Ties { role: Some(Role::Member), .. } => Self::Member,
            Ties { role: None, .. } => Self::Outsider,
        }
    }
}

/// How far the proof that somebody presents reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All that the person may: a session, or a key of their own.
    Everything,
    /// What the person is in organizations: the token of a service. It never administers the instance.
    Organizations,
    /// What the person is in this one.
    Organization(Uuid),
}

impl Reach {
    /// The organization that alone is reached.
    #[must_use]
    pub fn only(self) -> Option<Uuid> {
        if let Self::Organization(id) = self { Some(id) } else { None }
    }
}

/// What somebody wants to do in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See its people, their accesses, its invitations and requests; export its people.
    SeePeople,
    /// Read its journal.
    SeeJournal,
    /// Invite, send again, withdraw an invitation.
    Invite,
    /// Take somebody out.
    Remove {
        /// It is the person themself.
        oneself: bool,
        /// Nobody else looks after the organization.
        last_referent: bool,
    },
    /// Make a member referent, or a referent member.
    ChangeRole {
        /// The person looks after the organization, nobody else does, and would not any more.
        last_referent: bool,
    },
    /// Give access to a service that is attached, or take it away.
    Grant {
        /// With roles that referents may give, and no other.
        delegable: bool,
    },
    /// Answer somebody who asks for access.
    AnswerRequest,
    /// Attach or detach a service; create, rename, switch off or delete the organization.
    Administer,
}

/// Why not. Shown to the person, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// They are a member and no referent.
    NotReferent,
    /// They may look and not change.
    ReadOnly,
    /// The organization is switched off.
    Deactivated,
    /// Administrators alone do that.
    AdministratorsOnly,
    /// A role that referents do not give.
    NotDelegable,
    /// Nobody would look after the organization any more.
    LastReferent,
    /// It is their own account.
    Oneself,
    /// Nobody could administer the instance any more.
    LastAdministrator,
}

impl Why {
    /// As the API and the journal write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotReferent => "not-referent",
            Self::ReadOnly => "read-only",
            Self::Deactivated => "deactivated",
            Self::AdministratorsOnly => "administrators-only",
            Self::NotDelegable => "not-delegable",
            Self::LastReferent => "last-referent",
            Self::Oneself => "oneself",
            Self::LastAdministrator => "last-administrator",
        }
    }
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// No, for this reason.
    Forbidden(Why),
    /// No, and there is nothing there.
    Hidden,
}

/// The rule. `active`: the organization is not switched off.
#[must_use]
#[expect(clippy::match_same_arms, reason = "in the order of the table, the first that applies")]
pub fn rule(standing: Standing, active: bool, deed: Deed) -> Verdict {
    use Verdict::{Allowed, Forbidden, Hidden};
    let reads = matches!(deed, Deed::SeePeople | Deed::SeeJournal);
    match (standing, deed) {
        (Standing::Outsider, _) => Hidden,
        // An invitation to what is switched off could not be accepted.
        (Standing::Administrator, Deed::Invite) if !active => Forbidden(Why::Deactivated),
        (Standing::Administrator, _) => Allowed,
        (Standing::Auditor, _) => if_not(reads, Why::ReadOnly),
        // Everybody may leave, even what is switched off.
        (Standing::Member, Deed::Remove { oneself: true, .. }) => Allowed,
        (Standing::Member, _) => Forbidden(Why::NotReferent),
        (Standing::Referent, Deed::Administer) => Forbidden(Why::AdministratorsOnly),
        (Standing::Referent, Deed::Remove { oneself, last_referent }) => {
            if last_referent && active {
                Forbidden(Why::LastReferent)
            } else {
                if_not(active || oneself, Why::Deactivated)
            }
        }
        (Standing::Referent, _) if !active => if_not(reads, Why::Deactivated),
        (Standing::Referent, Deed::ChangeRole { last_referent: true }) => Forbidden(Why::LastReferent),
        (Standing::Referent, Deed::Grant { delegable }) => if_not(delegable, Why::NotDelegable),
        (Standing::Referent, _) => Allowed,
    }
}

fn if_not(allowed: bool, why: Why) -> Verdict {
    if allowed { Verdict::Allowed } else { Verdict::Forbidden(why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEEDS: [Deed; 13] = [
        Deed::SeePeople,
        Deed::SeeJournal,
        Deed::Invite,
        Deed::Remove { oneself: false, last_referent: false },
        Deed::Remove { oneself: true, last_referent: false },
        Deed::Remove { oneself: false, last_referent: true },
        Deed::Remove { oneself: true, last_referent: true },
        Deed::ChangeRole { last_referent: false },
        Deed::ChangeRole { last_referent: true },
        Deed::Grant { delegable: true },
        Deed::Grant { delegable: false },
        Deed::AnswerRequest,
        Deed::Administer,
    ];

    /// One line a deed; one column a standing: administrator, referent, auditor, member, outsider.
    /// `y` yes, `h` hidden, `r` not referent, `o` read only, `d` deactivated, `a` administrators only,
    /// `n` not delegable, `l` last referent.
    const ACTIVE: [&str; 13] = [
        "yyyrh", "yyyrh", "yyorh", "yyorh", "yyoyh", "ylorh", "yloyh", "yyorh", "ylorh", "yyorh", "ynorh", "yyorh",
        "yaorh",
    ];
    const SWITCHED_OFF: [&str; 13] = [
        "yyyrh", "yyyrh", "ddorh", "ydorh", "yyoyh", "ydorh", "yyoyh", "ydorh", "ydorh", "ydorh", "ydorh", "ydorh",
        "yaorh",
    ];

    #[test]
    fn the_whole_table() {
        let standings =
            [Standing::Administrator, Standing::Referent, Standing::Auditor, Standing::Member, Standing::Outsider];
        for (active, table) in [(true, ACTIVE), (false, SWITCHED_OFF)] {
            for (deed, line) in DEEDS.into_iter().zip(table) {
                let found: String = standings
                    .into_iter()
                    .map(|standing| match rule(standing, active, deed) {
                        Verdict::Allowed => 'y',
                        Verdict::Hidden => 'h',
                        Verdict::Forbidden(Why::NotReferent) => 'r',
                        Verdict::Forbidden(Why::ReadOnly) => 'o',
                        Verdict::Forbidden(Why::Deactivated) => 'd',
                        Verdict::Forbidden(Why::AdministratorsOnly) => 'a',
                        Verdict::Forbidden(Why::NotDelegable) => 'n',
                        Verdict::Forbidden(Why::LastReferent) => 'l',
                        Verdict::Forbidden(Why::Oneself | Why::LastAdministrator) => '?',
                    })
                    .collect();
                assert_eq!(found, line, "{deed:?}, active: {active}");
            }
        }
    }

    #[test]
    fn the_standing_that_gives_most() {
        let of = |administrator, auditor, role| Standing::of(Ties { administrator, auditor, role });
        assert_eq!(of(true, true, Some(Role::Member)), Standing::Administrator);
        assert_eq!(of(false, true, Some(Role::Referent)), Standing::Referent);
        assert_eq!(of(false, true, Some(Role::Member)), Standing::Auditor);
        assert_eq!(of(false, false, Some(Role::Member)), Standing::Member);
        assert_eq!(of(false, false, None), Standing::Outsider);
    }
}
