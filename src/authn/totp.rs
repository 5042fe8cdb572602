//! Codes of an authenticator app (TOTP, RFC 6238): SHA-1, six digits, thirty seconds, which is what
//! every app reads. A code of the step before or after is good too: telephones are a little slow or
//! fast. Pure.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, TotpError};
use uuid::Uuid;

/// Bytes of a secret (RFC 4226 4).
pub const SECRET: usize = 20;

/// What the secret of a person is sealed for: in another's row it does not open.
#[must_use]
pub fn about(user: Uuid) -> String {
    format!("authenticator {user}")
}

/// The step of thirty seconds whose code this is, one step around `now` included.
#[must_use]
pub fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let seconds = u64::try_from(now.timestamp()).ok()?;
    let step = Builder::new().with_secret(secret.to_vec()).build().ok()?.check(code, seconds)?;
    i64::try_from(step).ok()
}

/// The six digits of what somebody typed: apps show them in two groups.
#[must_use]
pub fn read(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    (code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit())).then_some(code)
}

/// The address that an app reads in a QR code.
///
/// # Errors
/// When a name cannot be in it.
pub fn address(secret: &[u8], host: &str, account: &str) -> Result<String, TotpError> {
    // The colon parts the two names.
    let host = host.replace(':', " ");
    Builder::new().with_secret(secret.to_vec()).with_issuer(Some(host)).with_account_name(account).build()?.to_url()
}

/// The secret as people type it: in groups of four.
#[must_use]
pub fn spelled(secret: &[u8]) -> String {
    let text = Builder::new().with_secret(secret.to_vec()).build_noncompliant().secret().to_base32();
    let groups: Vec<&str> =
        (0..text.len()).step_by(4).filter_map(|start| text.get(start..(start + 4).min(text.len()))).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B (the last six of its eight digits).
    #[test]
    fn codes_of_the_specification() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(KEY, code, at(seconds)), Some(seconds / 30), "{code}");
        }
        assert_eq!(step_of(KEY, "287083", at(59)), None);
    }

    /// MF-04
    #[test]
    fn one_step_around() {
        let begin = 1_111_111_080;
        for (offset, good) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            // The code of 1111111109, which is in the step that begins then.
            assert_eq!(step_of(KEY, "081804", at(begin + offset)).is_some(), good, "{offset}");
        }
    }

    #[test]
    fn what_people_type() {
        assert_eq!(read(" 123 456 ").as_deref(), Some("123456"));
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_apps_read() {
        assert_eq!(spelled(KEY), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = address(KEY, "Maison: nous", "alice").unwrap();
        assert!(address.starts_with("otpauth://totp/Maison%20%20nous:alice?"), "{address}");
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
    }
}
