//! Is it said in the right language (WB-08)?

use std::collections::BTreeSet;

use crate::texts::texts;

/// Words of sentences in one language that the other does not have.
const FRENCH: &[&str] = &["vous", "votre", "vos", "nous", "est", "une", "avec", "dans", "pour", "les", "sur", "cette"];
const ENGLISH: &[&str] = &["the", "your", "you", "with", "this", "and", "is", "are", "we", "of", "from", "for"];

pub struct Languages {
    own: BTreeSet<String>,
    other: BTreeSet<String>,
    words_of_the_other: &'static [&'static str],
}

impl Languages {
    pub fn read(lang: &str) -> Self {
        let (other, words_of_the_other) = if lang == "fr" { ("en", ENGLISH) } else { ("fr", FRENCH) };
        Self { own: sayings(lang), other: sayings(other), words_of_the_other }
    }

    /// What is wrong with a text of a page.
    pub fn fault(&self, text: &str) -> Option<String> {
        if self.other.contains(text) && !self.own.contains(text) {
            return Some(format!("said in the other language: {text}"));
        }
        let mut words = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
        let word = words.find(|word| self.words_of_the_other.contains(&word.as_str()))?;
        Some(format!("«{word}» is a word of the other language: {text}"))
    }
}

/// The texts of a language that are the same for everybody.
fn sayings(lang: &str) -> BTreeSet<String> {
    let whole = texts(lang).into_values().filter(|text| !text.contains('{'));
    whole.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_text_in_the_wrong_language_is_noticed() {
    let french = Languages::read("fr");
    assert_eq!(french.fault("Mot de passe"), None);
    assert_eq!(french.fault("Bonjour, Alix Blanchet"), None);
    assert!(french.fault("Password").is_some() && french.fault("Forgotten your password?").is_some());
    let english = Languages::read("en");
    assert_eq!(english.fault("Password"), None);
    assert!(english.fault("Mot de passe").is_some() && english.fault("Écrit pour vous").is_some());
}
