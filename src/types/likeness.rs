//! Names that people take for one another: `Mairie`, and the same with a Cyrillic `а` (UN-04).

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

/// What a name looks like: two names of one likeness are taken for one another (the skeletons of Unicode
/// Technical Standard 39), whatever their capitals, spaces and punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    as_written: String,
    in_lower_case: String,
}

impl Likeness {
    /// Of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let visible: String = name.nfkc().filter(|c| !is_unseen(*c)).collect();
        // Both: in capitals an I is an l, in small letters an i.
        Self { as_written: bones(&visible), in_lower_case: bones(&visible.to_lowercase()) }
    }

    /// Whether somebody could take one for the other.
    #[must_use]
    pub fn is_close_to(&self, other: &Self) -> bool {
        self.as_written == other.as_written || self.in_lower_case == other.in_lower_case
    }
}

fn bones(text: &str) -> String {
    skeleton(text).filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation()).collect()
}

/// Marks of no width and of direction, hyphens that show at the end of a line only.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::Likeness;

    #[test]
    fn what_is_taken_for_one_another() {
        let close = |one: &str, other: &str| Likeness::of(one).is_close_to(&Likeness::of(other));
        for (one, other) in [
            ("Mairie", "Mаirie"),
            ("Mairie", "MAIRIE"),
            ("Iris", "lris"),
            ("La Contre-Voie", "La Contre Voie"),
            ("L’Atelier", "L'Atelier"),
            ("Le modem", "Le modern"),
            ("Café", "Cafe\u{301}"),
            ("Mairie", "Mai\u{200b}rie"),
            ("Mairie", "\u{202e}Mairie"),
            ("Paypal", "Ｐａｙｐａｌ"),
            ("Ο Όμιλος", "O Όμιλος"),
        ] {
            assert!(close(one, other), "{one} and {other}");
            assert!(close(other, one), "{other} and {one}");
        }
        for (one, other) in [
            ("Mairie", "Marie"),
            ("Vélo pour tous", "Vélo pour toutes"),
            ("Atelier 1", "Atelier 2"),
            ("Café", "Cafe"),
            ("Chorale du Port", "Chorale du Nord"),
        ] {
            assert!(!close(one, other), "{one} and {other}");
        }
    }
}
