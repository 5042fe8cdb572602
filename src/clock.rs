//! Time. The only place that reads the wall clock (clippy forbids it elsewhere), so that tests can
//! move it and every replica keeps to PostgreSQL's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The system's clock plus an offset that every copy shares.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Milliseconds to add to the system's time, to keep to PostgreSQL's.
    offset: Arc<AtomicI64>,
    /// Milliseconds to add to that, to see what time does.
    shift: Arc<AtomicI64>,
}

impl Clock {
    /// Now, to the microsecond (PostgreSQL keeps no more).
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn now(&self) -> DateTime<Utc> {
        (Utc::now() + self.offset() + self.shift()).trunc_subsecs(6)
    }

    /// Keeps the clock that far ahead of the system's time (behind if negative).
    pub fn set_offset(&self, offset: TimeDelta) {
        self.offset.store(offset.num_milliseconds(), Ordering::Relaxed);
    }

    /// Moves the clock away from PostgreSQL's, for good: for tests of what time does.
    pub fn set_shift(&self, shift: TimeDelta) {
        self.shift.store(shift.num_milliseconds(), Ordering::Relaxed);
    }

    /// How far it was moved.
    #[must_use]
    pub fn shift(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.shift.load(Ordering::Relaxed))
    }

    /// How far this clock is from the system's.
    #[must_use]
    pub fn offset(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.offset.load(Ordering::Relaxed))
    }
}

/// `at` plus a life of the settings.
#[must_use]
pub fn after(at: DateTime<Utc>, life: std::time::Duration) -> DateTime<Utc> {
    at + TimeDelta::from_std(life).unwrap_or(TimeDelta::MAX)
}
