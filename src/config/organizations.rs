//! `[organizations]`.

use super::Reader;
use super::sections::whole;

/// `[organizations]`: limits of what referents do.
#[derive(Debug, Clone, Copy)]
pub struct Organizations {
    /// Most invitations that one organization sends in 24 hours.
    pub invitations_per_day: i64,
}

impl Organizations {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let invitations_per_day = whole(r, "organizations.invitations_per_day", "500", 1..=100_000);
        Some(Self { invitations_per_day: i64::try_from(invitations_per_day?).ok()? })
    }
}
