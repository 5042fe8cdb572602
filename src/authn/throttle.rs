//! How guessing is slowed down. The counters are rows shared by all replicas
//! (`throttle_take` in the migrations evaluates these rules in one statement).

use chrono::TimeDelta;
use uuid::Uuid;

use crate::crypto::{Purpose, Vault};

/// A rule of one kind of counter.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Tries that cost nothing.
    pub free: i32,
    /// Wait after the last free try; doubles at each further one.
    pub first_wait: TimeDelta,
    /// The longest wait.
    pub longest_wait: TimeDelta,
    /// No try at all from this number on, until a success elsewhere clears the counter.
    pub last: i32,
    /// A counter untouched for this long starts again from nothing.
    pub forget: TimeDelta,
}

/// Tries on one account, or on one typed name, from browsers never seen with it: a handful, then a
/// growing wait, and never more than a hundred without a success (PW-01, PW-02).
pub const ACCOUNT: Limit = Limit {
    free: 10,
    first_wait: TimeDelta::seconds(30),
    longest_wait: TimeDelta::hours(24),
    last: 100,
    forget: TimeDelta::days(36_500),
};

/// Tries on an account from a browser in which its owner has signed in before: its own counter, so
/// that strangers cannot lock the owner out (PW-02, PR-12).
pub const KNOWN_BROWSER: Limit = Limit { longest_wait: TimeDelta::minutes(15), ..ACCOUNT };

/// Failed tries from one address range, whatever the account (PW-03).
pub const ADDRESS: Limit = Limit {
    free: 20,
    first_wait: TimeDelta::seconds(15),
    longest_wait: TimeDelta::minutes(15),
    last: i32::MAX,
    forget: TimeDelta::hours(1),
};

/// From this many tries on a typed name on, signing in under that name begins with a captcha.
pub const CAPTCHA_ON_NAME: i32 = 15;

/// The same for an address range.
pub const CAPTCHA_ON_ADDRESS: i32 = 30;

/// Mails that anybody may set off to the owner of an account, to let them in (RG-04, ML-06): three, then
/// after two hours, four, eight…: six a day.
pub const MAIL_TO_OWNER: Limit = Limit {
    free: 3,
    first_wait: TimeDelta::hours(2),
    longest_wait: TimeDelta::hours(24),
    last: i32::MAX,
    forget: TimeDelta::hours(24),
};

/// Mails that anybody may set off to any address: three, then after nine hours, eighteen…: four a day,
/// so that no address ever gets more than ten (ML-06).
pub const MAIL_TO_ANYBODY: Limit = Limit { first_wait: TimeDelta::hours(9), ..MAIL_TO_OWNER };

/// Test messages by one administrator, to addresses that they type: ten, then one an hour.
pub const MAIL_TESTED: Limit = Limit { free: 10, ..MAIL_RANGE };

/// Mails that people of one address range ask for, to anybody (RG-04): twenty, then one an hour until
/// an hour goes by without.
pub const MAIL_RANGE: Limit = Limit {
    free: 20,
    first_wait: TimeDelta::hours(1),
    longest_wait: TimeDelta::hours(1),
    last: i32::MAX,
    forget: TimeDelta::hours(1),
};

/// Forms sent without solving a captcha, from one address range: three, then an hour for each.
pub const WITHOUT_CAPTCHA: Limit = Limit {
    free: 3,
    first_wait: TimeDelta::hours(1),
    longest_wait: TimeDelta::hours(6),
    last: i32::MAX,
    forget: TimeDelta::hours(24),
};

/// The same from everywhere: a person looks at what comes of them, and can look at so many.
pub const WITHOUT_CAPTCHA_OVERALL: Limit =
    Limit { free: 100, first_wait: TimeDelta::minutes(5), longest_wait: TimeDelta::minutes(30), ..WITHOUT_CAPTCHA };

/// Usernames that one person asks for: each tells whether it is taken.
pub const USERNAME: Limit = Limit {
    free: 10,
    first_wait: TimeDelta::minutes(10),
    longest_wait: TimeDelta::hours(24),
    last: i32::MAX,
    forget: TimeDelta::days(30),
};
/// The count of wrong second factors of an account, from browsers never seen with it.
#[must_use]
pub fn factor_key(vault: &Vault, user: Uuid) -> Vec<u8> {
    vault.mac(Purpose::Throttle, &[b"factor", user.as_bytes()]).to_vec()
}
