//! Recovery codes: for the day the telephone is lost. Pure.
//!
//! 80 random bits each, in sixteen letters and digits of Crockford's alphabet, where `O` reads as `0`
//! and `I` and `L` as `1`. What is stored is a keyed hash, so a stolen database says nothing; whoever
//! has the key as well would try 2⁷⁹ of them for each.

use std::fmt;

use crate::crypto::random_bytes;

/// How many a person has.
pub const COUNT: usize = 10;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 16;

/// One of them, in clear.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode([u8; 10]);

impl RecoveryCode {
    /// A new set.
    #[must_use]
    pub fn set() -> [Self; COUNT] {
        std::array::from_fn(|_| Self(random_bytes()))
    }

    /// What somebody typed, in any case and however they divided it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (mut value, mut count) = (0_u128, 0);
        for character in text.chars().filter(|character| character.is_alphanumeric()) {
            let symbol = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|known| char::from(*known) == symbol)?;
            count += 1;
            if count > SYMBOLS {
                return None;
            }
            value = value << 5 | digit as u128;
        }
        (count == SYMBOLS).then(|| value.to_be_bytes()[6..].try_into().map(Self).ok()).flatten()
    }

    /// What its hash is made of.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// As it is handed over: four groups of four.
impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0.iter().fold(0_u128, |value, byte| value << 8 | u128::from(*byte));
        for place in 0..SYMBOLS {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            let digit = value >> (5 * (SYMBOLS - 1 - place)) & 31;
            let symbol = usize::try_from(digit).ok().and_then(|digit| ALPHABET.get(digit)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(symbol))?;
        }
        Ok(())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_read_as_they_were_written() {
        for code in RecoveryCode::set() {
            let written = code.to_string();
            assert_eq!(written.len(), 19);
            for typed in [
                written.clone(),
                written.to_lowercase(),
                written.replace('-', " "),
                format!(" {} ", written.replace('-', "")),
            ] {
                assert!(RecoveryCode::read(&typed) == Some(code.clone()), "{typed}");
            }
        }
        let zeros = RecoveryCode([0; 10]);
        assert_eq!(zeros.to_string(), "0000-0000-0000-0000");
        assert!(RecoveryCode::read("oOoO-0000-0000-0000") == Some(zeros));
        assert!(RecoveryCode::read("iIlL-1111-1111-1111").is_some());
        for bad in ["", "0000-0000-0000-000", "0000-0000-0000-00000", "UUUU-0000-0000-0000", "éééé-0000-0000-0000"]
        {
            assert!(RecoveryCode::read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn differ() {
        let set = RecoveryCode::set();
        let texts: std::collections::BTreeSet<String> = set.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), COUNT);
        assert_eq!(format!("{:?}", set[0]), "RecoveryCode(hidden)");
    }
}
