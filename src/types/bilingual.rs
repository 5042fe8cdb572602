//! A text that the host wrote in each language that pages speak.

/// In French and in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilingual {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// In the language of that code; French when it is spoken by nobody here.
    #[must_use]
    pub fn of(&self, language: &str) -> &str {
        if language == "en" { &self.en } else { &self.fr }
    }
}
