//! `[second_factor]`: who must sign in in two steps, besides what groups and services ask for.

use super::Reader;

/// Who must.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// The members of the groups `admins` and `auditors`.
    pub administrators: bool,
}

impl SecondFactor {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        Some(Self { administrators: r.or("second_factor.administrators", "true")? })
    }
}
