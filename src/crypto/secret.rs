//! Random secrets that people, browsers and services hold, and what is stored of them.

use std::fmt;

use aws_lc_rs::{constant_time, digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// A secret in clear, on its way to its holder. Never stored, never printed: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain(String);

impl Plain {
    /// A new secret of 256 random bits behind a prefix that secret scanners can look for.
    #[must_use]
    pub fn random(prefix: &str) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>())))
    }

    /// The secret derived from 32 bytes that nobody can guess.
    #[must_use]
    pub fn from_bytes(prefix: &str, bytes: [u8; 32]) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A secret that somebody presents.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret itself, to hand it over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored. The secret is random, so one round of SHA-256 is enough: there is nothing
    /// to guess from.
    #[must_use]
    pub fn hashed(&self) -> Hashed {
        Hashed(sha256(self.0.as_bytes()))
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(hidden)")
    }
}

/// SHA-256 of a random secret, as stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hashed([u8; 32]);

impl Hashed {
    /// The bytes to store or look up.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hashed(hidden)")
    }
}

/// Random bytes from the system's generator.
///
/// # Panics
/// When the system has no randomness to give: nothing safe can be done then.
#[must_use]
#[expect(clippy::expect_used, reason = "going on without randomness would be worse than stopping")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system gives no randomness");
    bytes
}

/// A random identifier (UUID version 4) for addresses and rows; unguessable.
#[must_use]
pub fn random_id() -> Uuid {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid()
}

/// SHA-256.
#[must_use]
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
    out
}

/// Equality whose time does not depend on where two values differ.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_distinct_and_hidden() {
        let (a, b) = (Plain::random("lqt_xx_"), Plain::random("lqt_xx_"));
        assert_ne!(a, b);
        assert_eq!(a.reveal().len(), 7 + 43);
        assert!(a.reveal().bytes().all(|c| c.is_ascii_alphanumeric() || b"._~-".contains(&c)));
        assert_eq!(format!("{a:?} {:?}", a.hashed()), "Plain(hidden) Hashed(hidden)");
        assert_eq!(Plain::presented(a.reveal()).hashed(), a.hashed());
    }
}
