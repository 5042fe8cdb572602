//! May this person use this service? Asked every time something is issued or vouched for, never
//! cached. The facts come from one row (`client_access_facts` in the migrations), read in the same
//! statement as what they protect.

/// What must be known of one user and one client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The account is active.
    pub user_active: bool,
    /// The account's address is verified.
    pub email_verified: bool,
    /// The client is enabled.
    pub client_enabled: bool,
    /// The client is open to every account.
    pub everyone: bool,
    /// Groups of the user that the client allows.
    pub groups: Vec<String>,
    /// Slugs of the user's active organizations to which the client is attached.
    pub organizations: Vec<String>,
    /// Those among them through which the user has access (all members, or a grant).
    pub access_through: Vec<String>,
    /// `slug/role` for each role granted there.
    pub roles: Vec<String>,
}

/// What the rule looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Openings {
    /// The account is active.
    pub user_active: bool,
    /// The account's address is verified.
    pub email_verified: bool,
    /// The client is enabled.
    pub client_enabled: bool,
    /// The client is open to every account.
    pub everyone: bool,
    /// The client allows a group of the user.
    pub by_group: bool,
    /// The user has access through an active organization.
    pub by_organization: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes; and what the client may learn of the person's place.
    Allowed(Allowed),
    /// No.
    Refused(Reason),
}

/// What the client may learn of the person's place. Only names relevant to that client are in it; how
/// they are written there is the client's `ClaimLayout`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Instance groups that the client allows.
    pub groups: Vec<String>,
    /// Slugs of organizations to which it is attached.
    pub organizations: Vec<String>,
    /// `slug/role` for each role granted there.
    pub roles: Vec<String>,
}

/// Why not. The order is that of the rule: the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The account or the client is switched off (told apart nowhere in public).
    Disabled,
    /// The account's address is not verified yet.
    EmailNotVerified,
    /// Nothing lets this person in.
    NotAllowed,
}

/// The rule of `domain.md`: refused unless something opens it.
///
/// # Errors
/// Why not.
pub fn admit(openings: Openings) -> Result<(), Reason> {
    if !openings.user_active || !openings.client_enabled {
        return Err(Reason::Disabled);
    }
    if !openings.email_verified {
        return Err(Reason::EmailNotVerified);
    }
    if !openings.everyone && !openings.by_group && !openings.by_organization {
        return Err(Reason::NotAllowed);
    }
    Ok(())
}

/// The rule, and what it lets the client learn.
#[must_use]
pub fn decide(facts: Facts) -> Decision {
    let openings = Openings {
        user_active: facts.user_active,
        email_verified: facts.email_verified,
        client_enabled: facts.client_enabled,
        everyone: facts.everyone,
        by_group: !facts.groups.is_empty(),
        by_organization: !facts.access_through.is_empty(),
    };
    match admit(openings) {
        Err(reason) => Decision::Refused(reason),
        Ok(()) => {
            Decision::Allowed(Allowed { groups: facts.groups, organizations: facts.organizations, roles: facts.roles })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of the seven things that the rule looks at.
    #[test]
    fn every_combination() {
        for bits in 0..128_u32 {
            let bit = |position: u32| bits & (1 << position) != 0;
            let one = |present: bool, name: &str| if present { vec![name.to_owned()] } else { Vec::new() };
            let facts = Facts {
                user_active: bit(0),
                email_verified: bit(1),
                client_enabled: bit(2),
                everyone: bit(3),
                groups: one(bit(4), "staff"),
                organizations: one(bit(5) || bit(6), "atelier"),
                access_through: one(bit(5), "atelier"),
                roles: one(bit(5), "atelier/editor"),
            };
            let open = bit(3) || bit(4) || bit(5);
            let expected = match (bit(0) && bit(2), bit(1), open) {
                (false, _, _) => Some(Reason::Disabled),
                (true, false, _) => Some(Reason::EmailNotVerified),
                (true, true, false) => Some(Reason::NotAllowed),
                (true, true, true) => None,
            };
            match (decide(facts), expected) {
                (Decision::Refused(reason), Some(expected)) => assert_eq!(reason, expected, "{bits:07b}"),
                (Decision::Allowed(allowed), None) => {
                    assert_eq!(allowed.groups, one(bit(4), "staff"), "{bits:07b}");
                    assert_eq!(allowed.organizations, one(bit(5) || bit(6), "atelier"), "{bits:07b}");
                    assert_eq!(allowed.roles, one(bit(5), "atelier/editor"), "{bits:07b}");
                }
                (decision, expected) => panic!("{bits:07b}: {decision:?} instead of {expected:?}"),
            }
        }
    }

    #[test]
    fn a_client_nobody_opened_lets_nobody_in() {
        let facts = Facts { user_active: true, email_verified: true, client_enabled: true, ..Facts::default() };
        assert_eq!(decide(facts), Decision::Refused(Reason::NotAllowed));
    }
}
