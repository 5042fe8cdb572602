//! Why somebody may use a service or may not, as data: for the refusal page, the command line and the
//! API. The answer itself is that of [`super::client_access::decide`]; this only says where it comes from.

use serde::Serialize;

use super::client_access::{Decision, Facts, Reason, decide};

/// What could let a person in, beside the facts of the decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// Every group that the client allows.
    pub groups: Vec<String>,
    /// The person's own organizations to which it is attached, switched off or not.
    pub own: Vec<OwnOrganization>,
    /// How many other active organizations it is attached to.
    pub others: i64,
}

/// An organization of the person, to which the client is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnOrganization {
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Not switched off.
    pub active: bool,
    /// All its members have access.
    pub all_members: bool,
    /// The person was granted it.
    pub granted: bool,
}

/// The rule that decided: the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// 1: the account or the service is switched off, or the address is not proven.
    SwitchedOff,
    /// 2: the service is open to every account.
    Everyone,
    /// 3: a group that the service allows.
    Group,
    /// 4: an organization to which it is attached.
    Organization,
    /// 5: nothing lets the person in.
    Nothing,
}

impl Rule {
    /// Its number in the specification.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::SwitchedOff => 1,
            Self::Everyone => 2,
            Self::Group => 3,
            Self::Organization => 4,
            Self::Nothing => 5,
        }
    }
}

/// Something through which a person has access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Through {
    /// Every account has.
    Everyone,
    /// A group of the instance.
    Group {
        /// Its name.
        name: String,
    },
    /// An organization.
    Organization {
        /// In addresses.
        slug: String,
        /// All its members have access.
        all_members: bool,
        /// What was granted there.
        roles: Vec<String>,
    },
}

/// Without it nothing else helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The account is switched on.
    AccountEnabled,
    /// The service is switched on.
    ServiceEnabled,
    /// The address is proven.
    AddressVerified,
}

/// One way in among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Opening {
    /// To be in a group that the service allows.
    Group {
        /// Its name.
        name: String,
    },
    /// A grant in an organization that the person is in.
    Grant {
        /// In addresses.
        slug: String,
        /// Its name.
        name: String,
    },
    /// An organization of the person that is switched off, through which they would have access.
    Reactivation {
        /// In addresses.
        slug: String,
        /// Its name.
        name: String,
    },
    /// To join one of the other organizations that have the service.
    Membership {
        /// How many there are.
        organizations: i64,
    },
}

/// The answer, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Yes or no.
    pub allowed: bool,
    /// What decided.
    pub rule: Rule,
    /// All that gives access, or would if nothing were switched off.
    pub through: Vec<Through>,
    /// What is missing in any case.
    pub needed: Vec<Need>,
    /// What else is missing: any one of these. None although the answer is no and nothing is `needed`:
    /// nobody was let in yet.
    pub one_of: Vec<Opening>,
}

/// Explains the decision on these facts.
#[must_use]
pub fn explain(facts: &Facts, ways: &Ways) -> Explanation {
    let through = through(facts, ways);
    let needed = [
        (facts.user_active, Need::AccountEnabled),
        (facts.client_enabled, Need::ServiceEnabled),
        (facts.email_verified, Need::AddressVerified),
    ];
    let rule = match decide(facts.clone()) {
        Decision::Refused(Reason::Disabled | Reason::EmailNotVerified) => Rule::SwitchedOff,
        Decision::Refused(Reason::NotAllowed) => Rule::Nothing,
        Decision::Allowed(_) if facts.everyone => Rule::Everyone,
        Decision::Allowed(_) if !facts.groups.is_empty() => Rule::Group,
        Decision::Allowed(_) => Rule::Organization,
    };
    Explanation {
        allowed: !matches!(rule, Rule::SwitchedOff | Rule::Nothing),
        rule,
        one_of: if through.is_empty() { openings(ways) } else { Vec::new() },
        through,
        needed: needed.into_iter().filter(|(is_so, _)| !is_so).map(|(_, need)| need).collect(),
    }
}

fn through(facts: &Facts, ways: &Ways) -> Vec<Through> {
    let everyone = facts.everyone.then_some(Through::Everyone);
    let groups = facts.groups.iter().map(|name| Through::Group { name: name.clone() });
    let organizations = facts.access_through.iter().map(|slug| Through::Organization {
        slug: slug.clone(),
        all_members: ways.own.iter().any(|own| own.slug == *slug && own.all_members),
        roles: roles_in(slug, &facts.roles),
    });
    everyone.into_iter().chain(groups).chain(organizations).collect()
}

/// Of `slug/role`, the roles of one slug.
fn roles_in(slug: &str, roles: &[String]) -> Vec<String> {
    let pairs = roles.iter().filter_map(|role| role.split_once('/'));
    pairs.filter(|(of, _)| *of == slug).map(|(_, role)| role.to_owned()).collect()
}

fn openings(ways: &Ways) -> Vec<Opening> {
    let groups = ways.groups.iter().map(|name| Opening::Group { name: name.clone() });
    let own = ways.own.iter().filter_map(|own| {
        let (slug, name) = (own.slug.clone(), own.name.clone());
        match (own.active, own.all_members || own.granted) {
            (true, false) => Some(Opening::Grant { slug, name }),
            (false, true) => Some(Opening::Reactivation { slug, name }),
            // Two things would be missing, or none is.
            _ => None,
        }
    });
    let others = (ways.others > 0).then_some(Opening::Membership { organizations: ways.others });
    groups.chain(own).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(slug: &str, active: bool, all_members: bool, granted: bool) -> OwnOrganization {
        OwnOrganization { slug: slug.to_owned(), name: format!("The {slug}"), active, all_members, granted }
    }

    fn facts() -> Facts {
        Facts { user_active: true, email_verified: true, client_enabled: true, ..Facts::default() }
    }

    /// Every combination: it says what [`decide`] says, by the rule that applies first, and always what is
    /// missing.
    #[test]
    fn it_agrees_with_the_decision() {
        for bits in 0..64_u32 {
            let bit = |position: u32| bits & (1 << position) != 0;
            let one = |present: bool, name: &str| if present { vec![name.to_owned()] } else { Vec::new() };
            let facts = Facts {
                user_active: bit(0),
                email_verified: bit(1),
                client_enabled: bit(2),
                everyone: bit(3),
                groups: one(bit(4), "staff"),
                organizations: vec!["atelier".to_owned()],
                access_through: one(bit(5), "atelier"),
                roles: one(bit(5), "atelier/editor"),
            };
            let ways = Ways { own: vec![own("atelier", true, false, bit(5))], ..Ways::default() };
            let told = explain(&facts, &ways);
            assert_eq!(told.allowed, matches!(decide(facts.clone()), Decision::Allowed(_)), "{bits:06b}");
            let number = match (bit(0) && bit(1) && bit(2), bit(3), bit(4), bit(5)) {
                (false, ..) => 1,
                (_, true, ..) => 2,
                (_, _, true, _) => 3,
                (_, _, _, true) => 4,
                _ => 5,
            };
            assert_eq!(told.rule.number(), number, "{bits:06b}");
            assert_eq!(told.needed.len(), [0, 1, 2].into_iter().filter(|position| !bit(*position)).count());
            let ways_in = [3, 4, 5].into_iter().filter(|position| bit(*position)).count();
            assert_eq!(told.through.len(), ways_in, "{bits:06b}");
            assert_eq!(told.one_of.is_empty(), ways_in > 0, "{bits:06b}");
        }
    }

    #[test]
    fn what_would_open_it() {
        let ways = Ways {
            groups: vec!["staff".to_owned()],
            own: vec![
                own("granted-nothing", true, false, false),
                own("asleep", false, true, false),
                own("asleep-granted", false, false, true),
                own("asleep-and-nothing", false, false, false),
            ],
            others: 3,
        };
        let told = explain(&facts(), &ways);
        let (group, grant) = (&told.one_of[0], &told.one_of[1]);
        assert_eq!(*group, Opening::Group { name: "staff".to_owned() });
        assert_eq!(
            *grant,
            Opening::Grant { slug: "granted-nothing".to_owned(), name: "The granted-nothing".to_owned() }
        );
        let asleep = told.one_of[2..4].iter().map(|opening| match opening {
            Opening::Reactivation { slug, .. } => slug.as_str(),
            other => panic!("{other:?}"),
        });
        assert_eq!(asleep.collect::<Vec<_>>(), ["asleep", "asleep-granted"]);
        assert_eq!(told.one_of[4..], [Opening::Membership { organizations: 3 }]);
        assert_eq!(explain(&facts(), &Ways::default()).one_of, [], "nobody was let in yet");
    }

    #[test]
    fn what_lets_them_in() {
        let facts = Facts {
            access_through: vec!["a".to_owned(), "b".to_owned()],
            roles: vec!["a/editor".to_owned(), "ab/editor".to_owned(), "a/admin".to_owned()],
            ..facts()
        };
        let ways = Ways { own: vec![own("a", true, false, true), own("b", true, true, false)], ..Ways::default() };
        let organization = |slug: &str, all_members, roles: &[&str]| Through::Organization {
            slug: slug.to_owned(),
            all_members,
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
        };
        assert_eq!(
            explain(&facts, &ways).through,
            [organization("a", false, &["editor", "admin"]), organization("b", true, &[])]
        );
    }
}
