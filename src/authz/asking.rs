//! May somebody ask to be let into a service, once more? So that nobody is called twice a day about the same,
//! nor at once after a no.

use chrono::{DateTime, TimeDelta, Utc};

/// A request that nobody answered may be repeated after this long.
pub const REPEAT: TimeDelta = TimeDelta::days(1);
/// One that was declined may be made again after this long.
pub const AFTER_NO: TimeDelta = TimeDelta::days(7);
/// Requests of one person in a day, for whatever services.
pub const MOST_A_DAY: i64 = 20;

/// A request that was made, to one organization or to the administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The last time that it was made.
    pub asked_at: DateTime<Utc>,
    /// When it was answered, and whether with yes.
    pub answer: Option<(DateTime<Utc>, bool)>,
}

/// Where somebody stands who was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// They have not asked, or what they were given was taken back since.
    Free,
    /// They have asked and wait.
    Waiting {
        /// The last time that they asked.
        since: DateTime<Utc>,
        /// They may ask again.
        again: bool,
    },
    /// They were told no.
    Declined {
        /// When.
        at: DateTime<Utc>,
        /// From when on they may ask again.
        until: DateTime<Utc>,
        /// That is now.
        again: bool,
    },
}

impl Asking {
    /// Of a person, from what they asked.
    #[must_use]
    pub fn of(request: Option<Request>, now: DateTime<Utc>) -> Self {
        match request {
            None | Some(Request { answer: Some((_, true)), .. }) => Self::Free,
            Some(Request { asked_at, answer: None }) => {
                Self::Waiting { since: asked_at, again: asked_at + REPEAT <= now }
            }
            Some(Request { answer: Some((at, false)), .. }) => {
                let until = at + AFTER_NO;
                Self::Declined { at, until, again: until <= now }
            }
        }
    }

    /// Whether they may ask now.
    #[must_use]
    pub fn may_ask(self) -> bool {
        matches!(self, Self::Free | Self::Waiting { again: true, .. } | Self::Declined { again: true, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_day_and_a_week_after_a_no() {
        let at = |hours: i64| DateTime::from_timestamp(1_700_000_000 + hours * 3600, 0).unwrap();
        let asked = |answer| Some(Request { asked_at: at(0), answer });
        for (request, hours, may) in [
            (None, 0, true),
            (asked(None), 0, false),
            (asked(None), 23, false),
            (asked(None), 24, true),
            (asked(Some((at(1), false))), 2, false),
            (asked(Some((at(1), false))), 25, false),
            (asked(Some((at(1), false))), 168, false),
            (asked(Some((at(1), false))), 169, true),
            (asked(Some((at(1), true))), 2, true),
        ] {
            assert_eq!(Asking::of(request, at(hours)).may_ask(), may, "{request:?} after {hours} h");
        }
    }
}
