//! Texts. Everything people read is in `locales/`, in Fluent, one folder per language, embedded. A host may
//! say any of it in its own words, and add languages (`docs/theme.md`): its files go before ours.

mod book;
mod load;
mod parts;
mod reader;
mod review;
mod wrong;

use std::fmt::Display;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use fluent::{FluentArgs, FluentValue};
use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};
use fluent_syntax::ast::Pattern;

use load::Bundle;
pub use load::{TextFile, TextsError};
pub use parts::Value;
pub use review::{Coverage, Remark, Review, review};

/// A language and its texts.
pub struct Language {
    code: String,
    identifier: LanguageIdentifier,
    bundle: Bundle,
    /// Where the host has files: what stands under them.
    ours: Option<Bundle>,
}

/// All languages.
#[derive(Clone)]
pub struct I18n {
    languages: Arc<[Arc<Language>]>,
    default: Arc<Language>,
}

impl I18n {
    /// Reads the embedded texts. `default` is the language of those whose own we do not speak.
    ///
    /// # Errors
    /// When a file is not Fluent, a message is defined twice, or there is no such default.
    pub fn load(default: &str) -> Result<Self, TextsError> {
        Self::with(default, &[])
    }

    /// The languages, in alphabetical order of their codes.
    #[must_use]
    pub fn languages(&self) -> &[Arc<Language>] {
        &self.languages
    }

    /// The language of that code, if we speak it.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<Arc<Language>> {
        self.languages.iter().find(|language| language.code == code).cloned()
    }

    /// The best language for a list of wishes (BCP 47 tags, dearest first).
    #[must_use]
    pub fn best<'a>(&self, wishes: impl IntoIterator<Item = &'a str>) -> Option<Arc<Language>> {
        let wishes: Vec<LanguageIdentifier> = wishes.into_iter().filter_map(|tag| tag.parse().ok()).collect();
        let available: Vec<&LanguageIdentifier> = self.languages.iter().map(|language| &language.identifier).collect();
        let found = *negotiate_languages(&wishes, &available, None, NegotiationStrategy::Filtering).first()?;
        self.languages.iter().find(|language| language.identifier == **found).cloned()
    }

    /// The language of those whose own we do not speak.
    #[must_use]
    pub fn default_language(&self) -> Arc<Language> {
        Arc::clone(&self.default)
    }
}

impl Language {
    /// Its code, such as `fr`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Which way it is written: `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        const TO_THE_LEFT: [&str; 10] = ["ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ur", "yi"];
        if TO_THE_LEFT.contains(&self.identifier.language.as_str()) { "rtl" } else { "ltr" }
    }

    /// A text without variables.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with variables that are themselves texts.
    #[must_use]
    pub fn text_with(&self, key: &str, variables: &[(&'static str, &dyn Display)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in variables {
            args.set(*name, FluentValue::from(value.to_string()));
        }
        self.format(key, Some(&args))
    }

    /// A text about a number, `$count`.
    #[must_use]
    pub fn count(&self, key: &str, number: i64) -> String {
        let mut args = FluentArgs::new();
        args.set("count", FluentValue::from(number));
        self.format(key, Some(&args))
    }

    /// A day in words: «22 November 2026».
    #[must_use]
    pub fn date(&self, day: &impl Datelike) -> String {
        const MONTHS: [&str; 12] = [
            "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9",
            "month-10", "month-11", "month-12",
        ];
        let month = MONTHS.get(day.month0() as usize).map(|key| self.text(key)).unwrap_or_default();
        let mut args = FluentArgs::new();
        args.set("day", FluentValue::from(day.day()));
        args.set("month", FluentValue::from(month));
        args.set("year", FluentValue::from(day.year().to_string()));
        self.format("date", Some(&args))
    }

    /// A moment in words, where people are: «22 November 2026, 14:05».
    #[must_use]
    pub fn moment(&self, at: DateTime<Utc>, zone: Tz) -> String {
        let at = at.with_timezone(&zone);
        let (date, time) = (self.date(&at), at.format(&self.text("clock")).to_string());
        self.text_with("moment", &[("date", &date), ("time", &time)])
    }

    /// Whether there is a text of that name.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        self.find_and_format(key, None, args).unwrap_or_else(|| {
            // A fault of ours; tests render every page in every language so that none is left.
            tracing::error!(key, language = self.code, "a text is missing");
            key.to_owned()
        })
    }

    fn find_and_format(&self, key: &str, part: Option<&str>, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let ours = || self.ours.as_ref().and_then(|ours| Some((ours, pattern_of(ours, key, part)?)));
        // A part that the host does not say is ours, and what it quotes is the host's.
        let pattern = pattern_of(&self.bundle, key, part).or_else(|| ours().map(|(_, pattern)| pattern))?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors).into_owned();
        if errors.is_empty() {
            return Some(text);
        }
        tracing::error!(key, language = self.code, ?errors, "a text is wrong");
        // The review of a host's texts finds what can be found without people's data: whatever is wrong all the
        // same, nobody reads half a sentence.
        let Some((ours, pattern)) = ours() else { return Some(text) };
        Some(ours.format_pattern(pattern, args, &mut Vec::new()).into_owned())
    }
}

fn pattern_of<'a>(bundle: &'a Bundle, key: &str, part: Option<&str>) -> Option<&'a Pattern<&'a str>> {
    let message = bundle.get_message(key)?;
    match part {
        Some(part) => Some(message.get_attribute(part)?.value()),
        None => message.value(),
    }
}
