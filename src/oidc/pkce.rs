//! Proof key for code exchange (RFC 7636), S256 only. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::sha256;

/// Whether a challenge has the form of one: 43 base64url characters.
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// The challenge of a verifier; none when it has not the form of one (RFC 7636 4.1: 43 to 128
/// unreserved characters).
#[must_use]
pub fn challenge_of(verifier: &str) -> Option<String> {
    let unreserved = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_' | b'~');
    let sound = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    sound.then(|| URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        let challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_challenge(&challenge));
        assert!(!is_challenge("plain"));
        for bad in ["a".repeat(42), "a".repeat(129), format!("{}é", "a".repeat(43)), format!("{}\0", "a".repeat(43))] {
            assert_eq!(challenge_of(&bad), None);
        }
    }
}
