//! `[journal]`: for how long it says who.

use chrono::TimeDelta;

use super::Reader;
use super::sections::whole;

/// The least: the database lets nobody forget younger lines (`migrations/0024_journal.sql`).
const LEAST_DAYS: u64 = 180;

/// The journal.
#[derive(Debug, Clone)]
pub struct Journal {
    /// After that, a line forgets who, from where, and the details. None: never.
    pub retention: Option<TimeDelta>,
}

impl Journal {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let days = whole(r, "journal.retention_days", "0", 0..=36_500)?;
        if (1..LEAST_DAYS).contains(&days) {
            r.fault("journal.retention_days", "", &format!("'{days}': must be 0 (for ever) or at least {LEAST_DAYS}"));
            return None;
        }
        let days = i64::try_from(days).ok().filter(|days| *days > 0);
        Some(Self { retention: days.map(TimeDelta::days) })
    }
}
