//! The way for those who cannot solve a captcha (no script, an old browser): the form itself is
//! signed, must be a few seconds old when it comes back, and is good once. Anybody can wait five
//! seconds, so it is worth little: its uses are few per address range, and a person looks at what
//! comes of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

use super::proof_of_work::Form;
use crate::crypto::{Purpose, Vault, constant_time_eq, random_bytes};

/// Nobody fills in a form sooner.
pub const MINIMUM_AGE: TimeDelta = TimeDelta::seconds(5);

/// How long a form may stay open.
pub const LIFE: TimeDelta = TimeDelta::hours(2);

/// Why a form is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not ours, changed, or of another page.
    Wrong,
    /// Filled in too quickly.
    TooEarly,
    /// Open for too long.
    Expired,
}

/// A mark for a form that is shown now.
#[must_use]
pub fn stamp(vault: &Vault, form: Form, now: DateTime<Utc>) -> String {
    let mut bytes = now.timestamp_millis().to_be_bytes().to_vec();
    bytes.extend(random_bytes::<16>());
    let mac = mac(vault, form, &bytes);
    bytes.extend(mac);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Checks the mark of a form that came back; gives what it is remembered by, to be good only once.
///
/// # Errors
/// A [`Fault`].
pub fn verify(vault: &Vault, form: Form, stamp: &str, now: DateTime<Utc>) -> Result<[u8; 32], Fault> {
    let bytes: [u8; 56] =
        URL_SAFE_NO_PAD.decode(stamp).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(Fault::Wrong)?;
    let (signed, given) = bytes.split_at(24);
    let mac = mac(vault, form, signed);
    if !constant_time_eq(given, &mac) {
        return Err(Fault::Wrong);
    }
    let moment = signed.first_chunk().copied().map(i64::from_be_bytes).and_then(DateTime::from_timestamp_millis);
    let age = now - moment.ok_or(Fault::Wrong)?;
    if age < MINIMUM_AGE {
        return Err(Fault::TooEarly);
    }
    if age >= LIFE { Err(Fault::Expired) } else { Ok(mac) }
}

fn mac(vault: &Vault, form: Form, signed: &[u8]) -> [u8; 32] {
    vault.mac(Purpose::Captcha, &[b"form", form.name().as_bytes(), signed])
}
