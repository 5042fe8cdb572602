//! What the host wrote in each language that pages speak.

/// In French and in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilingual<T = String> {
    /// French.
    pub fr: T,
    /// English.
    pub en: T,
}

impl<T> Bilingual<T> {
    /// In the language of that code; in English for those who speak neither, as texts are.
    #[must_use]
    pub fn of(&self, language: &str) -> &T {
        if language == "fr" { &self.fr } else { &self.en }
    }
}
