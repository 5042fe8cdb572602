//! What may somebody do to the whole instance: its accounts, its mail, its keys? Asked in the transaction of
//! what is done.

use super::delegation::{Standing, Verdict, Why};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Look at anything, and take a copy of the journal.
    Look,
    /// Answer somebody who asks for an account, or the host for a service.
    Decide,
    /// Switch an account on.
    SwitchOn,
    /// Switch an account off.
    SwitchOff {
        /// It is the person’s own.
        oneself: bool,
        /// Nobody else could administer the instance.
        last_administrator: bool,
    },
    /// End sessions of an account.
    SignOut {
        /// It is the person’s own: they do that on their own pages.
        oneself: bool,
    },
    /// Take every second factor of an account away.
    ResetFactor {
        /// It is the person’s own: without the proof that their own pages ask for.
        oneself: bool,
    },
    /// Make one account of two of one person.
    Merge {
        /// One of them is the person’s own.
        oneself: bool,
    },
    /// Send the link again that proves an address.
    WriteAgain,
    /// Have mail tried again, forget it, send a test.
    TendMail,
    /// Make the next signing keys.
    RotateKeys,
    /// Add a service, say who may use it, give it another secret, switch it off or on, remove it.
    TendServices,
    /// Make organizations; change of them what administrators alone change.
    Organize,
    /// Make groups; change them and who is in them.
    Regroup {
        /// Nobody could administer the instance any more.
        last_administrator: bool,
    },
    /// Bring accounts in from elsewhere.
    Import,
    /// Say from when to when somebody, or an organization, is in good standing; and which groups follow that.
    SetMembership,
    /// Say something to everybody, on the home page.
    TellNews,
}

impl Act {
    /// As the journal writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Decide => "decide",
            Self::SwitchOn => "switch-on",
            Self::SwitchOff { .. } => "switch-off",
            Self::SignOut { .. } => "sign-out",
            Self::ResetFactor { .. } => "reset-factor",
            Self::Merge { .. } => "merge",
            Self::WriteAgain => "write-again",
            Self::TendMail => "tend-mail",
            Self::RotateKeys => "rotate-keys",
            Self::TendServices => "tend-services",
            Self::Organize => "organize",
            Self::Regroup { .. } => "regroup",
            Self::Import => "import",
            Self::SetMembership => "set-membership",
            Self::TellNews => "tell-news",
        }
    }
}

/// The rule.
#[must_use]
pub fn rule(standing: Standing, act: Act) -> Verdict {
    use Verdict::{Allowed, Forbidden};
    match (standing, act) {
        (Standing::Administrator | Standing::Auditor, Act::Look) => Allowed,
        (Standing::Auditor, _) => Forbidden(Why::ReadOnly),
        (
            Standing::Administrator,
            Act::SwitchOff { oneself: true, .. }
            | Act::SignOut { oneself: true }
            | Act::ResetFactor { oneself: true }
            | Act::Merge { oneself: true },
        ) => Forbidden(Why::Oneself),
        (
            Standing::Administrator,
            Act::SwitchOff { last_administrator: true, .. } | Act::Regroup { last_administrator: true },
        ) => Forbidden(Why::LastAdministrator),
        (Standing::Administrator, _) => Allowed,
        (Standing::Referent | Standing::Member | Standing::Outsider, _) => Forbidden(Why::AdministratorsOnly),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line an act; one column a standing: administrator, auditor, referent, member, outsider.
    /// `y` yes, `o` read only, `s` oneself, `l` last administrator, `a` administrators only.
    const TABLE: [(Act, &str); 23] = [
        (Act::TendServices, "yoaaa"),
        (Act::RotateKeys, "yoaaa"),
        (Act::Look, "yyaaa"),
        (Act::Decide, "yoaaa"),
        (Act::SwitchOn, "yoaaa"),
        (Act::SwitchOff { oneself: false, last_administrator: false }, "yoaaa"),
        (Act::SwitchOff { oneself: true, last_administrator: false }, "soaaa"),
        (Act::SwitchOff { oneself: true, last_administrator: true }, "soaaa"),
        (Act::SwitchOff { oneself: false, last_administrator: true }, "loaaa"),
        (Act::SignOut { oneself: false }, "yoaaa"),
        (Act::SignOut { oneself: true }, "soaaa"),
        (Act::ResetFactor { oneself: false }, "yoaaa"),
        (Act::ResetFactor { oneself: true }, "soaaa"),
        (Act::Merge { oneself: false }, "yoaaa"),
        (Act::Merge { oneself: true }, "soaaa"),
        (Act::WriteAgain, "yoaaa"),
        (Act::TendMail, "yoaaa"),
        (Act::Organize, "yoaaa"),
        (Act::Regroup { last_administrator: false }, "yoaaa"),
        (Act::Regroup { last_administrator: true }, "loaaa"),
        (Act::Import, "yoaaa"),
        (Act::SetMembership, "yoaaa"),
        (Act::TellNews, "yoaaa"),
    ];

    #[test]
    fn the_whole_table() {
        let standings =
            [Standing::Administrator, Standing::Auditor, Standing::Referent, Standing::Member, Standing::Outsider];
        for (act, line) in TABLE {
            let found: String = standings
                .into_iter()
                .map(|standing| match rule(standing, act) {
                    Verdict::Allowed => 'y',
                    Verdict::Forbidden(Why::ReadOnly) => 'o',
                    Verdict::Forbidden(Why::Oneself) => 's',
                    Verdict::Forbidden(Why::LastAdministrator) => 'l',
                    Verdict::Forbidden(Why::AdministratorsOnly) => 'a',
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(found, line, "{act:?}");
        }
    }
}
