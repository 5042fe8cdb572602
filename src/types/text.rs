//! The one rule for free text (names, titles): rejected, never repaired.

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// More characters than the field holds.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A control character: line break, tabulation, NUL…
    #[error("contains a line break or another control character")]
    Control,
    /// A character that reorders the text around it: a way to show one name and store another.
    #[error("contains a character that changes the direction of the text")]
    Direction,
}

/// Checks one line of text of at most `max` characters.
///
/// # Errors
/// The first rule that is broken.
pub fn check_line(text: &str, max: usize) -> Result<(), TextError> {
    for character in text.chars() {
        match character {
            // Embeddings, overrides and isolates of Unicode TR 9.
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                return Err(TextError::Direction);
            }
            '\u{2028}' | '\u{2029}' => return Err(TextError::Control),
            c if c.is_control() => return Err(TextError::Control),
            _ => {}
        }
    }
    if text.chars().count() > max { Err(TextError::TooLong(max)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_hides() {
        assert_eq!(check_line("Élodie d’Aix", 64), Ok(()));
        assert_eq!(check_line("two\nlines", 64), Err(TextError::Control));
        assert_eq!(check_line("nul\0", 64), Err(TextError::Control));
        assert_eq!(check_line("admin\u{202E}gnp.exe", 64), Err(TextError::Direction));
        assert_eq!(check_line("abcd", 3), Err(TextError::TooLong(3)));
    }
}
