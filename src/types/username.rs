//! Names people sign in with.

use std::fmt;

/// A name that other software gives to its own administrator or system account: a service that
/// maps names onto local accounts would hand those over.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "administrateur",
    "anonymous",
    "forgejo",
    "ghost",
    "gitea",
    "guest",
    "hostmaster",
    "listmonk",
    "loquet",
    "mailer-daemon",
    "matrix",
    "nextcloud",
    "nobody",
    "noreply",
    "no-reply",
    "postmaster",
    "root",
    "security",
    "support",
    "synapse",
    "system",
    "user",
    "webmaster",
    "www-data",
];

/// A username: `[a-z0-9][a-z0-9._-]{1,38}`, kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Username(String);

/// Why a username is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Under 2 or over 39 characters.
    #[error("must have 2 to 39 characters")]
    Length,
    /// A character outside the alphabet, or a first one that is neither letter nor digit.
    #[error("may hold only letters without accents, digits, '.', '_' and '-', and starts with a letter or a digit")]
    Character,
    /// A name that services keep for themselves.
    #[error("is a reserved name")]
    Reserved,
}

impl Username {
    /// Reads a name in any case.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        if text.is_empty() {
            return Err(UsernameError::Empty);
        }
        let allowed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
        if !text.bytes().all(allowed) || !text.as_bytes()[0].is_ascii_alphanumeric() {
            return Err(UsernameError::Character);
        }
        if !(2..=39).contains(&text.len()) {
            return Err(UsernameError::Length);
        }
        let name = Self(text.to_ascii_lowercase());
        if RESERVED.iter().any(|reserved| same_key(reserved, &name.0)) {
            return Err(UsernameError::Reserved);
        }
        Ok(name)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique: `.`, `_` and `-` count as one character. The column
    /// `users.username_key` is computed the same way.
    #[must_use]
    pub fn key(&self) -> String {
        key_of(&self.0)
    }
}

/// The lookup key of whatever somebody typed as a username.
#[must_use]
pub fn key_of(typed: &str) -> String {
    typed.to_ascii_lowercase().replace(['.', '_'], "-")
}

fn same_key(a: &str, b: &str) -> bool {
    key_of(a) == key_of(b)
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        assert_eq!(Username::parse("Lucie.Marie").map(|u| u.0), Ok("lucie.marie".to_owned()));
        assert_eq!(Username::parse(""), Err(UsernameError::Empty));
        assert_eq!(Username::parse("x"), Err(UsernameError::Length));
        assert_eq!(Username::parse(&"x".repeat(40)), Err(UsernameError::Length));
        for bad in ["a b", ".ab", "аdmin", "a@b.example", "é1", "admin\u{202e}x"] {
            assert_eq!(Username::parse(bad), Err(UsernameError::Character), "{bad}");
        }
        for reserved in ["Admin", "ROOT", "no_reply", "www.data"] {
            assert_eq!(Username::parse(reserved), Err(UsernameError::Reserved), "{reserved}");
        }
        assert_eq!(Username::parse("a.b_c-d").unwrap().key(), "a-b-c-d");
    }

    /// UN-02: canonical once is canonical, for any text at all; and what is accepted keeps its key.
    #[test]
    fn canonical_once_is_canonical() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for round in 0..1_000_000 {
            let length = next() % 12;
            // One in four from all of Unicode, the rest from where names are.
            let text: String = (0..length)
                .filter_map(|_| {
                    let bits = u32::try_from(next() & 0x1F_FFFF).ok()?;
                    char::from_u32(if round % 4 == 0 { bits } else { bits % 0x80 })
                })
                .collect();
            let key = key_of(&text);
            assert_eq!(key_of(&key), key, "{text:?}");
            if let Ok(name) = Username::parse(&text) {
                assert_eq!(Username::parse(name.as_str()).as_ref(), Ok(&name), "{text:?}");
                assert_eq!(name.key(), key, "{text:?}");
            }
            if let Ok(email) = crate::types::Email::parse(&format!("{text}@exaMple.org")) {
                assert_eq!(email.key(), email.key().to_ascii_lowercase(), "{text:?}");
                assert_eq!(
                    crate::types::Email::parse(&email.key()).map(|again| again.key()),
                    Ok(email.key()),
                    "{text:?}"
                );
            }
        }
    }
}
