//! A field that the host adds to what people say of themselves, and the rule of its answers.

use chrono::NaiveDate;
use regex::Regex;

use super::{Bilingual, CustomValue, TextError, check_line};

/// A field.
#[derive(Debug, Clone)]
pub struct CustomField {
    /// Its name in the database and on the command line.
    pub key: String,
    /// What may be answered.
    pub kind: CustomKind,
    /// What it is called.
    pub label: Bilingual,
    /// A word of help.
    pub help: Option<Bilingual>,
    /// An answer must be given.
    pub required: bool,
    /// People answer themselves; else the host does, and they see it.
    pub editable: bool,
    /// How services learn it; none: they do not.
    pub claim: Option<CustomClaim>,
}

/// How services learn an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomClaim {
    /// The name of the claim.
    pub name: String,
    /// The scope that gives it.
    pub scope: String,
}

/// What may be answered.
#[derive(Debug, Clone)]
pub enum CustomKind {
    /// One line.
    Text {
        /// Longest answer, in characters.
        max_length: usize,
        /// The whole answer matches it.
        pattern: Option<Regex>,
    },
    /// One of these.
    Choice(Vec<Choice>),
    /// Yes or no.
    YesNo,
    /// A day.
    Date {
        /// Not before.
        min: Option<NaiveDate>,
        /// Not after.
        max: Option<NaiveDate>,
    },
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is stored and told.
    pub value: String,
    /// What people read.
    pub label: Bilingual,
}

/// Why an answer is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// None is given.
    #[error("must have a value")]
    Missing,
    /// Not a line of text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Not of the form that the host asks for.
    #[error("does not have the form that the settings ask for")]
    Pattern,
    /// Not one of the choices.
    #[error("is not one of the choices")]
    Choice,
    /// Neither yes nor no.
    #[error("must be yes or no")]
    YesNo,
    /// Not a day.
    #[error("must be a date like 1975-12-31")]
    Date,
    /// Before the first.
    #[error("must not be before {0}")]
    Before(NaiveDate),
    /// After the last.
    #[error("must not be after {0}")]
    After(NaiveDate),
}

impl CustomField {
    /// Reads an answer as it was typed; none for an empty one.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn read(&self, typed: &str) -> Result<Option<CustomValue>, FieldError> {
        let text = typed.trim();
        if text.is_empty() {
            return if self.required { Err(FieldError::Missing) } else { Ok(None) };
        }
        let sound = |good: bool, error: FieldError| if good { Ok(()) } else { Err(error) };
        match &self.kind {
            CustomKind::Text { max_length, pattern } => {
                check_line(text, *max_length)?;
                sound(pattern.as_ref().is_none_or(|pattern| pattern.is_match(text)), FieldError::Pattern)?;
            }
            CustomKind::Choice(choices) => {
                sound(choices.iter().any(|choice| choice.value == text), FieldError::Choice)?;
            }
            CustomKind::YesNo => {
                return match text {
                    "yes" => Ok(Some(CustomValue::Flag(true))),
                    "no" => Ok(Some(CustomValue::Flag(false))),
                    _ => Err(FieldError::YesNo),
                };
            }
            CustomKind::Date { min, max } => {
                let date = read_date(text).ok_or(FieldError::Date)?;
                min.map_or(Ok(()), |min| sound(date >= min, FieldError::Before(min)))?;
                max.map_or(Ok(()), |max| sound(date <= max, FieldError::After(max)))?;
            }
        }
        Ok(Some(CustomValue::Text(text.to_owned())))
    }
}

/// A day written in full, of a year of four digits.
#[must_use]
pub fn read_date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: CustomKind, required: bool) -> CustomField {
        let label = Bilingual { fr: "Champ".to_owned(), en: "Field".to_owned() };
        CustomField { key: "f".to_owned(), kind, label, help: None, required, editable: true, claim: None }
    }

    #[test]
    fn each_kind_takes_its_answers_and_no_other() {
        let pattern = Regex::new("^(?:[A-Z]{2}[0-9]{4})$").unwrap();
        let number = field(CustomKind::Text { max_length: 20, pattern: Some(pattern) }, true);
        let kept = |answer: &str| Ok(Some(CustomValue::Text(answer.to_owned())));
        assert_eq!(number.read(" AB1234 "), kept("AB1234"));
        assert_eq!(number.read("AB1234x"), Err(FieldError::Pattern));
        assert_eq!(number.read(&"A".repeat(21)), Err(FieldError::Text(TextError::TooLong(20))));
        assert_eq!(number.read("AB\u{202e}1234"), Err(FieldError::Text(TextError::Direction)));
        assert_eq!(number.read(" "), Err(FieldError::Missing));
        let size = |value: &str| Choice {
            value: value.to_owned(),
            label: Bilingual { fr: value.to_owned(), en: value.to_owned() },
        };
        let shirt = field(CustomKind::Choice(vec![size("s"), size("m")]), false);
        assert_eq!((shirt.read("m"), shirt.read("xl"), shirt.read("")), (kept("m"), Err(FieldError::Choice), Ok(None)));
        let paid = field(CustomKind::YesNo, false);
        assert_eq!(paid.read("no"), Ok(Some(CustomValue::Flag(false))));
        assert_eq!(paid.read("true"), Err(FieldError::YesNo));
        let (min, max) = (NaiveDate::from_ymd_opt(2020, 1, 1), NaiveDate::from_ymd_opt(2026, 12, 31));
        let since = field(CustomKind::Date { min, max }, false);
        assert_eq!(since.read("2024-02-29"), kept("2024-02-29"));
        for (typed, error) in [
            ("2023-02-29", FieldError::Date),
            ("24-02-2024", FieldError::Date),
            ("+12024-02-2", FieldError::Date),
            ("2019-12-31", FieldError::Before(min.unwrap())),
            ("2027-01-01", FieldError::After(max.unwrap())),
        ] {
            assert_eq!(since.read(typed), Err(error), "{typed}");
        }
    }
}
