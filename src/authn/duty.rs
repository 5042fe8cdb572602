//! What a person who is signed in must do before anything else. Pure; asked by the dispatcher of
//! authorizations and by every page of the account.

/// A thing to do first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Choose a new password.
    NewPassword,
    /// Set up a second factor.
    SecondFactor,
    /// Accept the terms in their present version.
    Terms,
}

/// All that the decision looks at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts {
    /// The password must be replaced.
    pub password_expired: bool,
    /// A policy (or the service they are going to) wants two steps.
    pub second_factor_demanded: bool,
    /// They have a second factor.
    pub second_factor: bool,
    /// The terms have changed since they accepted them.
    pub terms_due: bool,
}

/// The first thing to do, if any.
#[must_use]
pub const fn duty(facts: Facts) -> Option<Duty> {
    if facts.password_expired {
        return Some(Duty::NewPassword);
    }
    if facts.second_factor_demanded && !facts.second_factor {
        return Some(Duty::SecondFactor);
    }
    if facts.terms_due {
        return Some(Duty::Terms);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order() {
        for bits in 0..16_u32 {
            let bit = |position: u32| bits & (1 << position) != 0;
            let facts = Facts {
                password_expired: bit(0),
                second_factor_demanded: bit(1),
                second_factor: bit(2),
                terms_due: bit(3),
            };
            let expected = match (bit(0), bit(1), bit(2), bit(3)) {
                (true, ..) => Some(Duty::NewPassword),
                (false, true, false, _) => Some(Duty::SecondFactor),
                (false, _, _, true) => Some(Duty::Terms),
                _ => None,
            };
            assert_eq!(duty(facts), expected, "{facts:?}");
        }
    }
}
