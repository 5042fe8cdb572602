//! `[[profile.fields]]`: one field of the host.

use std::str::FromStr;

use chrono::NaiveDate;
use regex::{Regex, RegexBuilder};

use super::Reader;
use super::profile::{Line, bilingual};
use crate::types::{Bilingual, Choice, CustomClaim, CustomField, CustomKind, Profile, is_registered_claim, read_date};

/// Largest compiled pattern, in bytes: enough for a few classes of letters.
const PATTERN_SIZE: usize = 1 << 20;
/// Most choices.
const CHOICES: usize = 100;

/// Reads the field whose settings start with `at`; `scopes` are those that the host made.
pub(super) fn read(r: &mut Reader, at: &str, scopes: &[&str]) -> Option<CustomField> {
    let key = r.required::<Key>(&format!("{at}.key"), "the name of the field, such as member_number");
    let label = bilingual::<80>(r, at, "label", "what the field is called");
    let help = help(r, at);
    let kind = kind(r, at, help.as_ref().is_some_and(Option::is_some));
    let required = r.or::<bool>(&format!("{at}.required"), "false");
    let editable = r.or::<bool>(&format!("{at}.editable"), "true");
    if required == Some(true) && editable == Some(false) {
        r.fault(&format!("{at}.required"), "", "nobody could answer: the field is not editable");
    }
    let claim = claim(r, at, scopes);
    Some(CustomField {
        key: key?.0,
        kind: kind?,
        label: label?,
        help: help?,
        required: required?,
        editable: editable?,
        claim: claim?,
    })
}

/// Both languages or neither.
fn help(r: &mut Reader, at: &str) -> Option<Option<Bilingual>> {
    let fr = r.optional::<Line<200>>(&format!("{at}.help_fr"));
    let en = r.optional::<Line<200>>(&format!("{at}.help_en"));
    match (fr?, en?) {
        (Some(fr), Some(en)) => Some(Some(Bilingual { fr: fr.0, en: en.0 })),
        (None, None) => Some(None),
        _ => {
            r.fault(&format!("{at}.help_en"), "", "and help_fr go together");
            None
        }
    }
}

fn kind(r: &mut Reader, at: &str, has_help: bool) -> Option<CustomKind> {
    let name = r.required::<String>(&format!("{at}.kind"), "text, choice, yes_no or date");
    // Read whatever the kind is, so that one that does not fit is told rather than called unknown.
    let max_length = r.optional::<u16>(&format!("{at}.max_length"));
    let pattern = r.optional::<Pattern>(&format!("{at}.pattern"));
    let min = r.optional::<Day>(&format!("{at}.min"));
    let max = r.optional::<Day>(&format!("{at}.max"));
    let count = r.tables(&format!("{at}.choices"));
    let choices: Vec<_> = (1..=count).map(|number| choice(r, &format!("{at}.choices.{number}"))).collect();
    let (name, max_length, pattern, min, max) = (name?, max_length?, pattern?, min?, max?);
    for (setting, given, of) in [
        ("max_length", max_length.is_some(), "text"),
        ("pattern", pattern.is_some(), "text"),
        ("min", min.is_some(), "date"),
        ("max", max.is_some(), "date"),
        ("choices", count > 0, "choice"),
    ] {
        if given && of != name {
            r.fault(&format!("{at}.{setting}"), "", &format!("is for the kind {of}"));
        }
    }
    match name.as_str() {
        "text" => {
            let max_length = max_length.unwrap_or(255);
            if !(1..=1000).contains(&max_length) {
                r.fault(&format!("{at}.max_length"), "", &format!("'{max_length}': must be between 1 and 1000"));
            }
            if pattern.is_some() && !has_help {
                r.fault(&format!("{at}.pattern"), "", "needs help_fr and help_en that say which form is expected");
            }
            Some(CustomKind::Text { max_length: usize::from(max_length), pattern: pattern.map(|pattern| pattern.0) })
        }
        "choice" => {
            let choices: Vec<Choice> = choices.into_iter().collect::<Option<_>>()?;
            if !(2..=CHOICES).contains(&choices.len()) {
                r.fault(
                    &format!("{at}.choices"),
                    "",
                    &format!("must be 2 to {CHOICES} tables with value, label_fr and label_en"),
                );
            }
            let twice = choices
                .iter()
                .enumerate()
                .find(|(place, choice)| choices[..*place].iter().any(|c| c.value == choice.value));
            if let Some((_, choice)) = twice {
                r.fault(&format!("{at}.choices"), "", &format!("'{}' is there twice", choice.value));
            }
            Some(CustomKind::Choice(choices))
        }
        "yes_no" => Some(CustomKind::YesNo),
        "date" => {
            let (min, max) = (min.map(|day| day.0), max.map(|day| day.0));
            if min > max && max.is_some() {
                r.fault(&format!("{at}.min"), "", "is after max");
            }
            Some(CustomKind::Date { min, max })
        }
        other => {
            r.fault(&format!("{at}.kind"), "", &format!("'{other}': must be text, choice, yes_no or date"));
            None
        }
    }
}

fn choice(r: &mut Reader, at: &str) -> Option<Choice> {
    let value = r.required::<Line<80>>(&format!("{at}.value"), "what is stored and told to services");
    let label = bilingual::<80>(r, at, "label", "what people read");
    Some(Choice { value: value?.0, label: label? })
}

/// Both or neither; under a scope that exists and means this.
fn claim(r: &mut Reader, at: &str, scopes: &[&str]) -> Option<Option<CustomClaim>> {
    let name = r.optional::<ClaimName>(&format!("{at}.claim"));
    let scope = r.optional::<String>(&format!("{at}.scope"));
    match (name?, scope?) {
        (None, None) => Some(None),
        (Some(name), Some(scope)) if scope == "profile" || scopes.contains(&scope.as_str()) => {
            Some(Some(CustomClaim { name: name.0, scope }))
        }
        (Some(_), Some(scope)) => {
            let known = ["profile"].iter().chain(scopes).copied().collect::<Vec<_>>().join(", ");
            r.fault(
                &format!("{at}.scope"),
                "",
                &format!("'{scope}': is not one of {known} (make others in [[profile.scopes]])"),
            );
            None
        }
        _ => {
            r.fault(&format!("{at}.claim"), "", "and scope go together");
            None
        }
    }
}

struct Key(String);

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const TAKEN: [&str; 8] =
            ["username", "email", "password", "given_name", "family_name", "locale", "active", "id"];
        if TAKEN.contains(&text) || Profile::NAMES.contains(&text) {
            return Err("is the name of something that exists already");
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if text.len() > 40 || !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(allowed) {
            return Err("may hold up to 40 lower-case letters, digits and _, a letter first");
        }
        Ok(Self(text.to_owned()))
    }
}

struct ClaimName(String);

impl FromStr for ClaimName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.:/-".contains(c);
        if text.len() > 100 || !text.starts_with(|c: char| c.is_ascii_alphabetic()) || !text.chars().all(allowed) {
            return Err("may hold up to 100 letters, digits and _ . : / -, a letter first");
        }
        if is_registered_claim(text) {
            return Err("has a meaning of its own (IANA JSON Web Token Claims): choose another name");
        }
        Ok(Self(text.to_owned()))
    }
}

struct Pattern(Regex);

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let alone = Regex::new(text).map_err(|error| error.to_string())?;
        RegexBuilder::new(&format!("^(?:{})$", alone.as_str()))
            .size_limit(PATTERN_SIZE)
            .nest_limit(50)
            .build()
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

struct Day(NaiveDate);

impl FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_date(text).map(Self).ok_or("must be a date like 1975-12-31")
    }
}
