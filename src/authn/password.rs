//! Passwords: how they are hashed, which old hashes are accepted, which new passwords are refused.
//!
//! Nothing but the password enters the hash. A new hash is bcrypt over a keyed pre-hash
//! (HMAC-SHA-256 of the whole password in Unicode NFC, base64): nothing is cut at 72 bytes, and a
//! stolen database cannot be attacked without the key. Imported bcrypt hashes are verified as they
//! were made (cut at 72 bytes) and replaced at the first successful sign-in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::crypto::{Purpose, Vault};

/// Longest password accepted, in bytes. Longer ones are refused before anything is computed.
pub const MAX_BYTES: usize = 4096;

/// bcrypt reads no more than this of what it is given.
const BCRYPT_BYTES: usize = 72;

/// What a hash of ours starts with; then comes the bcrypt string.
const KEYED: &str = "$lq1$";

/// A bcrypt hash made elsewhere, checked and ready to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyHash(String);

/// The bcrypt variant of an imported hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LegacyKind {
    /// `$2a$`
    A,
    /// `$2b$`
    B,
    /// `$2y$`, PHP's name for the same.
    Y,
}

/// Why a hash is not imported. Never holds the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// `!`, `*` and the like: the account had no password.
    #[error("is a mark for «no password», not a hash")]
    Disabled,
    /// Bytes that no hash holds.
    #[error("holds characters that no bcrypt hash holds")]
    NotAscii,
    /// `$2x$`: hashes of a faulty `crypt_blowfish`, not safe to verify.
    #[error("is of the faulty kind $2x$, which is not accepted")]
    FaultyVariant,
    /// Another way of hashing, by its usual name.
    #[error("is not bcrypt but {0}, which is not accepted")]
    OtherScheme(&'static str),
    /// bcrypt strings have 60 characters.
    #[error("has the wrong length for bcrypt (60 characters)")]
    Length,
    /// Cost under 4.
    #[error("has a bcrypt cost under 4")]
    CostTooLow,
    /// A cost that would keep a core busy for minutes or hours at each try.
    #[error("has a bcrypt cost over {0}")]
    CostTooHigh(u32),
    /// Anything else.
    #[error("is not a bcrypt hash")]
    Malformed,
}

impl LegacyHash {
    /// Checks a hash made elsewhere: `$2a$`, `$2b$` or `$2y$`, cost 4 to `max_cost`.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn parse(text: &str, max_cost: u32) -> Result<Self, HashError> {
        if text.is_empty() {
            return Err(HashError::Empty);
        }
        if matches!(text, "!" | "!!" | "*" | "x" | "NULL" | "null" | "*0" | "*1" | "-") {
            return Err(HashError::Disabled);
        }
        if !text.is_ascii() {
            return Err(HashError::NotAscii);
        }
        match text.get(..4) {
            Some("$2a$" | "$2b$" | "$2y$") => {}
            Some("$2x$") => return Err(HashError::FaultyVariant),
            _ => return Err(other_scheme(text)),
        }
        if text.len() != 60 {
            return Err(HashError::Length);
        }
        let cost: u32 = text[4..6].parse().map_err(|_| HashError::Malformed)?;
        let body = &text[7..];
        let alphabet = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'/');
        if text.as_bytes()[6] != b'$' || !text[4..6].bytes().all(|c| c.is_ascii_digit()) || !body.bytes().all(alphabet)
        {
            return Err(HashError::Malformed);
        }
        if cost < 4 {
            return Err(HashError::CostTooLow);
        }
        if cost > max_cost {
            return Err(HashError::CostTooHigh(max_cost));
        }
        Ok(Self(text.to_owned()))
    }

    /// The string to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its variant.
    #[must_use]
    pub fn kind(&self) -> LegacyKind {
        match self.0.as_bytes()[2] {
            b'a' => LegacyKind::A,
            b'b' => LegacyKind::B,
            _ => LegacyKind::Y,
        }
    }
}

fn other_scheme(text: &str) -> HashError {
    const PREFIXES: &[(&str, &str)] = &[
        ("$1$", "MD5-crypt"),
        ("$5$", "SHA-256-crypt"),
        ("$6$", "SHA-512-crypt"),
        ("$argon2", "Argon2"),
        ("$scrypt$", "scrypt"),
        ("$y$", "yescrypt"),
        ("$P$", "phpass"),
        ("$H$", "phpass"),
        ("$S$", "Drupal SHA-512"),
        ("pbkdf2", "PBKDF2"),
        ("$pbkdf2", "PBKDF2"),
        ("{SSHA", "salted SHA (LDAP)"),
        ("{SHA", "SHA (LDAP)"),
        ("{CRYPT}", "crypt (LDAP)"),
        ("sha1$", "SHA-1"),
        ("md5$", "MD5"),
    ];
    if let Some((_, name)) = PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix)) {
        return HashError::OtherScheme(name);
    }
    if text.bytes().all(|c| c.is_ascii_hexdigit()) {
        match text.len() {
            32 => return HashError::OtherScheme("unsalted MD5"),
            40 => return HashError::OtherScheme("unsalted SHA-1"),
            64 => return HashError::OtherScheme("unsalted SHA-256"),
            128 => return HashError::OtherScheme("unsalted SHA-512"),
            _ => {}
        }
    }
    if text.starts_with("$2") {
        HashError::Malformed
    } else {
        HashError::OtherScheme("an unknown scheme or a password in clear")
    }
}

/// What verifying said.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password.
    Wrong,
    /// The password. `replacement` is a better hash of it to store instead.
    Right {
        /// Set when the stored hash is of an older kind or cost.
        replacement: Option<String>,
    },
    /// The first 72 bytes are right and nobody can say whether the rest is: accepted, a new
    /// password must be chosen, and the unproven tail is hashed nowhere.
    RightButCut,
}

/// Hashes and verifies. Slow: run it on [`crate::authn::hashing::Hasher`].
#[derive(Debug, Clone, Copy)]
pub struct PasswordHashing<'a> {
    /// Holds the key of the pre-hash.
    pub vault: &'a Vault,
    /// bcrypt cost of new hashes.
    pub cost: u32,
}

impl PasswordHashing<'_> {
    /// A hash to store.
    ///
    /// # Errors
    /// When the library refuses (no randomness, impossible cost).
    pub fn hash(&self, password: &str) -> Result<String, bcrypt::BcryptError> {
        Ok(format!("{KEYED}{}", bcrypt::hash(self.prehash(password).as_bytes(), self.cost)?))
    }

    /// Compares a password with a stored hash, in the time of one or two hashes. `None` (no such
    /// person, or one without a password) takes the time of one and is always wrong.
    #[must_use]
    pub fn verify(&self, password: &str, stored: Option<&str>) -> Verdict {
        let Some(stored) = stored else {
            // The result is thrown away: only its time matters.
            let _ = bcrypt::hash(self.prehash(password).as_bytes(), self.cost);
            return Verdict::Wrong;
        };
        if let Some(hash) = stored.strip_prefix(KEYED) {
            if !bcrypt::verify(self.prehash(password).as_bytes(), hash).unwrap_or(false) {
                return Verdict::Wrong;
            }
            let outdated = cost_of(hash).is_none_or(|cost| cost < self.cost);
            return Verdict::Right { replacement: outdated.then(|| self.hash(password).ok()).flatten() };
        }
        // bcrypt::verify cuts at 72 bytes, as the old site did.
        if LegacyHash::parse(stored, 31).is_err() || !bcrypt::verify(password.as_bytes(), stored).unwrap_or(false) {
            return Verdict::Wrong;
        }
        if password.len() > BCRYPT_BYTES {
            return Verdict::RightButCut;
        }
        Verdict::Right { replacement: self.hash(password).ok() }
    }

    /// 43 characters, whatever the password: well under what bcrypt reads.
    fn prehash(&self, password: &str) -> Zeroizing<String> {
        let normal: Zeroizing<String> = Zeroizing::new(password.nfc().collect());
        Zeroizing::new(STANDARD_NO_PAD.encode(self.vault.mac(Purpose::Password, &[normal.as_bytes()])))
    }
}

fn cost_of(hash: &str) -> Option<u32> {
    hash.get(4..6)?.parse().ok()
}

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer characters than the setting.
    TooShort,
    /// Over [`MAX_BYTES`].
    TooLong,
    /// Among the first that anybody tries.
    TooCommon,
    /// The person's own name or username.
    YourName,
    /// The person's own address.
    YourEmail,
    /// The name of this instance.
    ThisHost,
    /// The one that is being replaced.
    Unchanged,
}

/// What a stranger knows of a person.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Username, first name, last name.
    pub names: &'a [&'a str],
    /// Address.
    pub email: &'a str,
    /// Name of this instance.
    pub host: &'a str,
}

/// Checks a new password: length, and nothing that a stranger would try first.
///
/// # Errors
/// The first rule that is broken.
pub fn check_new(password: &str, min_length: usize, about: &About<'_>) -> Result<(), Weakness> {
    if password.len() > MAX_BYTES {
        return Err(Weakness::TooLong);
    }
    if password.nfc().count() < min_length {
        return Err(Weakness::TooShort);
    }
    let plain = plain_form(password);
    let common = include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#'));
    let repeated = |unit: &str| {
        !unit.is_empty() && plain.len().is_multiple_of(unit.len()) && plain == unit.repeat(plain.len() / unit.len())
    };
    if common.into_iter().any(|word| plain == word || repeated(word)) || is_one_pattern(&plain) {
        return Err(Weakness::TooCommon);
    }
    let is_made_of = |text: &str| {
        let word = plain_form(text);
        word.len() >= 3 && (plain == word || repeated(&word) || stripped(&plain) == word)
    };
    if about.names.iter().any(|name| is_made_of(name)) {
        return Err(Weakness::YourName);
    }
    if is_made_of(about.email) || is_made_of(about.email.split('@').next().unwrap_or_default()) {
        return Err(Weakness::YourEmail);
    }
    if is_made_of(about.host) { Err(Weakness::ThisHost) } else { Ok(()) }
}

/// Lower case without spaces: `Azerty 123` and `azerty123` are the same guess.
fn plain_form(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// Without the digits and signs that people add at the end.
fn stripped(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_alphabetic())
}

/// One to four characters over and over, or a run such as `abcdefgh…` or `987654…`.
fn is_one_pattern(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let periodic = (1..=4).any(|period| characters.iter().zip(characters.iter().skip(period)).all(|(a, b)| a == b));
    let steps: Vec<i64> =
        characters.windows(2).map(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]))).collect();
    let run = !steps.is_empty() && steps.iter().all(|step| *step == 1 || *step == -9)
        || steps.iter().all(|step| *step == -1 || *step == 9);
    periodic || run
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$2b$12$jJabCrKUDm45TiUvpkPZm.hAQRTP0ILGjJ/nAwAiX0HRRjlMKlfAW";

    fn vault() -> Vault {
        Vault::new(&Vault::generate_master_key()).unwrap()
    }

    /// PW-09: nothing but the password, whole, goes into bcrypt; its key aside.
    #[test]
    fn only_the_password_enters_the_hash() {
        let vault = vault();
        let password = "é".repeat(60);
        let stored = PasswordHashing { vault: &vault, cost: 4 }.hash(&password).unwrap();
        let alone = STANDARD_NO_PAD.encode(vault.mac(Purpose::Password, &[password.as_bytes()]));
        assert!(alone.len() <= BCRYPT_BYTES);
        assert!(bcrypt::verify(alone.as_bytes(), stored.strip_prefix(KEYED).unwrap()).unwrap());
    }

    #[test]
    fn legacy_hashes() {
        assert_eq!(LegacyHash::parse(HASH, 14).unwrap().kind(), LegacyKind::B);
        for (text, error) in [
            (String::new(), HashError::Empty),
            ("!".to_owned(), HashError::Disabled),
            (HASH.replace("$2b$", "$2x$"), HashError::FaultyVariant),
            (HASH[..59].to_owned(), HashError::Length),
            (format!("{HASH}A"), HashError::Length),
            (HASH.replace("$12$", "$31$"), HashError::CostTooHigh(14)),
            (HASH.replace("$12$", "$03$"), HashError::CostTooLow),
            (HASH.replace("$12$", "$+4$"), HashError::Malformed),
            (HASH.replace("jJ", "é"), HashError::NotAscii),
            ("5f4dcc3b5aa765d61d8327deb882cf99".to_owned(), HashError::OtherScheme("unsalted MD5")),
            ("$6$rounds=5000$abc$def".to_owned(), HashError::OtherScheme("SHA-512-crypt")),
            ("{SSHA}x".to_owned(), HashError::OtherScheme("salted SHA (LDAP)")),
            ("secret".to_owned(), HashError::OtherScheme("an unknown scheme or a password in clear")),
        ] {
            assert_eq!(LegacyHash::parse(&text, 14), Err(error), "{text}");
        }
    }

    #[test]
    fn new_hashes_read_the_whole_password() {
        let vault = vault();
        let hashing = PasswordHashing { vault: &vault, cost: 4 };
        for password in ["é".repeat(128), " spaces around ".to_owned(), "🦀 emoji".to_owned(), "x".repeat(256)] {
            let stored = hashing.hash(&password).unwrap();
            assert!(stored.starts_with("$lq1$2b$04$") || stored.starts_with("$lq1$$2b$04$"));
            assert_eq!(hashing.verify(&password, Some(&stored)), Verdict::Right { replacement: None });
            let cut: String = password.chars().take(password.chars().count() - 1).collect();
            assert_eq!(hashing.verify(&cut, Some(&stored)), Verdict::Wrong);
        }
        let composed = hashing.hash("\u{e9}t\u{e9} comme hiver").unwrap();
        assert!(matches!(hashing.verify("e\u{301}te\u{301} comme hiver", Some(&composed)), Verdict::Right { .. }));
        let other = self::vault();
        assert_eq!(
            PasswordHashing { vault: &other, cost: 4 }.verify("\u{e9}t\u{e9} comme hiver", Some(&composed)),
            Verdict::Wrong
        );
        let dearer = PasswordHashing { vault: &vault, cost: 5 };
        assert!(matches!(
            dearer.verify("\u{e9}t\u{e9} comme hiver", Some(&composed)),
            Verdict::Right { replacement: Some(_) }
        ));
    }

    #[test]
    fn old_hashes_are_verified_as_made() {
        let vault = vault();
        let hashing = PasswordHashing { vault: &vault, cost: 4 };
        let long = "a".repeat(80);
        let stored = bcrypt::hash(&long[..72], 4).unwrap();
        assert!(matches!(hashing.verify(&long[..72], Some(&stored)), Verdict::Right { replacement: Some(_) }));
        assert_eq!(hashing.verify(&long, Some(&stored)), Verdict::RightButCut);
        assert_eq!(hashing.verify(&long[..71], Some(&stored)), Verdict::Wrong);
        assert_eq!(hashing.verify("anything", None), Verdict::Wrong);
        assert_eq!(hashing.verify("anything", Some("garbage")), Verdict::Wrong);
    }

    #[test]
    fn new_password_rules() {
        let about =
            About { names: &["alice", "Alice", "Martin"], email: "a.martin.aix@example.org", host: "La Contre-Voie" };
        assert_eq!(check_new("un cheval de course", 12, &about), Ok(()));
        assert_eq!(check_new("short", 12, &about), Err(Weakness::TooShort));
        assert_eq!(check_new(&"x".repeat(5000), 12, &about), Err(Weakness::TooLong));
        for common in
            ["aaaaaaaaaaaa", "abababababab", "123456789012", "abcdefghijkl", "passwordpassword", "AZERTY azerty"]
        {
            assert_eq!(check_new(common, 8, &about), Err(Weakness::TooCommon), "{common}");
        }
        for (mine, why) in [
            ("a.martin.aix@example.org", Weakness::YourEmail),
            ("a.martin.aix", Weakness::YourEmail),
            ("lacontre-voie2026!", Weakness::ThisHost),
            ("alicealicealice", Weakness::YourName),
            ("Martin 1234567", Weakness::YourName),
        ] {
            assert_eq!(check_new(mine, 8, &about), Err(why), "{mine}");
        }
    }
}
