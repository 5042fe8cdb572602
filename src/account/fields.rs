//! What people say of themselves, as a form and back: the standard claims that the host asks for and
//! the fields that it added. Sign-up and the profile page share it.

use crate::config::{Demand, ProfileFields};
use crate::http::params::Params;
use crate::i18n::Language;
use crate::types::{
    CustomField, CustomKind, CustomValue, Details, FieldError, Profile, ProfileError, TextError, check_line,
};

/// Longest first or last name, in characters: mails begin with them.
const NAME_LENGTH: usize = 64;

/// Which form it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A new account: the names, and what the host requires; the rest can wait.
    SignUp,
    /// The person's profile: everything.
    Profile,
}

/// A field as `templates/_fields.html` shows it.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its id and its name in the form.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// A word of help, or nothing.
    pub help: String,
    /// What is wrong with what was typed, or nothing.
    pub error: String,
    /// What is known or was typed.
    pub value: String,
    /// An answer must be given.
    pub required: bool,
    /// How it is answered.
    pub input: Input,
    /// The token for browsers that fill in forms.
    pub autocomplete: &'static str,
}

/// How a field is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A line; the type of the input (`text`, `url`, `tel`, `date`).
    Line(&'static str),
    /// One of a list.
    Select(Vec<Answer>),
    /// One of a few, all in view.
    Radios(Vec<Answer>),
}

/// A possible answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// The language of that, if it is not the page's.
    pub lang: String,
}

/// A standard claim as a field: key of its label, key of its help or nothing, type, token.
struct Standard(&'static str, &'static str, &'static str, &'static str);

fn standard(claim: &str) -> Standard {
    match claim {
        "given_name" => Standard("field-given_name", "", "text", "given-name"),
        "family_name" => Standard("field-family_name", "", "text", "family-name"),
        "middle_name" => Standard("field-middle_name", "", "text", "additional-name"),
        "nickname" => Standard("field-nickname", "", "text", "nickname"),
        "gender" => Standard("field-gender", "field-gender-help", "text", "sex"),
        "birthdate" => Standard("field-birthdate", "", "date", "bday"),
        "phone_number" => Standard("field-phone_number", "field-phone_number-help", "tel", "tel"),
        "street_address" => Standard("field-street_address", "", "text", "address-line1"),
        "postal_code" => Standard("field-postal_code", "", "text", "postal-code"),
        "locality" => Standard("field-locality", "", "text", "address-level2"),
        "region" => Standard("field-region", "", "text", "address-level1"),
        "country" => Standard("field-country", "", "text", "country-name"),
        "zoneinfo" => Standard("field-zoneinfo", "", "select", "off"),
        "website" => Standard("field-website", "field-address-help", "url", "url"),
        "profile" => Standard("field-profile", "field-address-help", "url", "off"),
        _ => Standard("field-picture", "field-address-help", "url", "photo"),
    }
}

/// What a standard claim is called.
#[must_use]
pub fn standard_label(claim: &str, language: &Language) -> String {
    language.text(standard(claim).0)
}

/// The fields of a form, filled in with what is known.
#[must_use]
pub fn form(fields: &ProfileFields, occasion: Occasion, language: &Language, known: &Details) -> Vec<Field> {
    let standard = fields
        .standard()
        .filter(|(claim, demand)| occasion == Occasion::Profile || *demand == Demand::Required || is_name(claim))
        .map(|(claim, demand)| standard_field(claim, demand, language, known));
    let custom = fields
        .custom
        .iter()
        .filter(|field| field.editable && (occasion == Occasion::Profile || field.required))
        .map(|field| custom_field(field, language, known));
    standard.chain(custom).collect()
}

/// Reads a form. What it does not ask for stays as it is known.
///
/// # Errors
/// The fields again, with what was typed and what is wrong with it.
pub fn read(
    fields: &ProfileFields,
    occasion: Occasion,
    language: &Language,
    known: &Details,
    submitted: &Params,
) -> Result<Details, Vec<Field>> {
    let mut shown = form(fields, occasion, language, known);
    let mut details = known.clone();
    for field in &mut shown {
        submitted.get(&field.id).clone_into(&mut field.value);
        let outcome = match field.id.strip_prefix(OWN).and_then(|key| fields.find(key)) {
            Some(custom) => {
                custom.read(&field.value).map(|value| details.custom.set(&custom.key, value)).map_err(Fault::Own)
            }
            None if field.required && field.value.trim().is_empty() => Err(Fault::Own(FieldError::Missing)),
            None => set_standard(&mut details, &field.id, &field.value),
        };
        if let Err(fault) = outcome {
            field.error = words(&fault, field, language);
        }
    }
    if shown.iter().all(|field| field.error.is_empty()) { Ok(details) } else { Err(shown) }
}

/// What the fields of the host are called in forms, so that none takes the name of another input.
const OWN: &str = "own-";

fn is_name(claim: &str) -> bool {
    matches!(claim, "given_name" | "family_name")
}

fn standard_field(claim: &str, demand: Demand, language: &Language, known: &Details) -> Field {
    let Standard(label, help, kind, autocomplete) = standard(claim);
    let value = match claim {
        "given_name" => &known.given_name,
        "family_name" => &known.family_name,
        other => known.profile.get(other).unwrap_or_default(),
    };
    let input = match kind {
        "select" => {
            let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/'));
            Input::Select(
                zones
                    .map(|name| Answer { value: name.to_owned(), label: name.replace('_', " "), lang: "en".to_owned() })
                    .collect(),
            )
        }
        // A year alone, or a day without its year, is not what a calendar shows.
        "date" if !value.is_empty() && crate::types::read_date(value).is_none_or(|_| value.starts_with("0000")) => {
            Input::Line("text")
        }
        kind => Input::Line(kind),
    };
    Field {
        id: claim.to_owned(),
        label: language.text(label),
        help: if help.is_empty() { String::new() } else { language.text(help) },
        error: String::new(),
        value: value.to_owned(),
        required: demand == Demand::Required,
        input,
        autocomplete,
    }
}

fn custom_field(field: &CustomField, language: &Language, known: &Details) -> Field {
    let answer = |value: &str, label: String| Answer { value: value.to_owned(), label, lang: String::new() };
    let input = match &field.kind {
        CustomKind::Text { .. } => Input::Line("text"),
        CustomKind::Date { .. } => Input::Line("date"),
        CustomKind::Choice(choices) => Input::Select(
            choices.iter().map(|choice| answer(&choice.value, choice.label.of(language.code()).clone())).collect(),
        ),
        CustomKind::YesNo => {
            let mut answers = vec![answer("yes", language.text("field-yes")), answer("no", language.text("field-no"))];
            if !field.required {
                answers.push(answer("", language.text("field-no-answer")));
            }
            Input::Radios(answers)
        }
    };
    Field {
        id: format!("{OWN}{}", field.key),
        label: field.label.of(language.code()).clone(),
        help: field.help.as_ref().map_or_else(String::new, |help| help.of(language.code()).clone()),
        error: String::new(),
        value: known.custom.get(&field.key).map_or_else(String::new, |value| value.as_text().to_owned()),
        required: field.required,
        input,
        autocomplete: "off",
    }
}

/// What a person reads of an answer of theirs.
#[must_use]
pub fn answer_in_words(field: &CustomField, value: &CustomValue, language: &Language) -> String {
    match (&field.kind, value) {
        (_, CustomValue::Flag(true)) => language.text("field-yes"),
        (_, CustomValue::Flag(false)) => language.text("field-no"),
        (CustomKind::Choice(choices), CustomValue::Text(text)) => {
            let choice = choices.iter().find(|choice| choice.value == *text);
            choice.map_or(text, |choice| choice.label.of(language.code())).clone()
        }
        (_, CustomValue::Text(text)) => text.clone(),
    }
}

/// Why an answer is refused.
enum Fault {
    Own(FieldError),
    Profile(ProfileError),
    /// A name that is an advertisement: mails begin with it (ML-03).
    Link,
}

impl From<TextError> for Fault {
    fn from(error: TextError) -> Self {
        Self::Own(FieldError::Text(error))
    }
}

fn set_standard(details: &mut Details, claim: &str, typed: &str) -> Result<(), Fault> {
    let text = typed.trim();
    if is_name(claim) || claim == "nickname" {
        check_line(text, NAME_LENGTH)?;
        let lower = text.to_lowercase();
        if ["://", "www.", "@"].iter().any(|mark| lower.contains(mark)) {
            return Err(Fault::Link);
        }
    }
    match claim {
        "given_name" => text.clone_into(&mut details.given_name),
        "family_name" => text.clone_into(&mut details.family_name),
        "phone_number" => details.profile.set(claim, &phone(text)).map_err(Fault::Profile)?,
        other => details.profile.set(other, text).map_err(Fault::Profile)?,
    }
    Ok(())
}

/// The ways in which people group the digits of a number, and write its `+`.
fn phone(text: &str) -> String {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !".-()/".contains(*c)).collect();
    digits.strip_prefix("00").map_or(digits.clone(), |rest| format!("+{rest}"))
}

/// What is wrong, and what would be right.
fn words(fault: &Fault, field: &Field, language: &Language) -> String {
    let label = &field.label;
    let about = |key: &str| language.text_with(key, &[("label", label)]);
    match fault {
        Fault::Own(FieldError::Missing) => about("field-error-missing"),
        Fault::Own(FieldError::Text(error)) | Fault::Profile(ProfileError::Text(error)) => match error {
            TextError::TooLong(max) => language.text_with("field-error-long", &[("label", label), ("max", max)]),
            TextError::Control | TextError::Direction => about("field-error-character"),
        },
        Fault::Own(FieldError::Pattern) => {
            language.text_with("field-error-pattern", &[("label", label), ("help", &field.help)])
        }
        Fault::Own(FieldError::Choice | FieldError::YesNo)
        | Fault::Profile(ProfileError::Unknown | ProfileError::Zone) => about("field-error-choice"),
        Fault::Own(FieldError::Date) | Fault::Profile(ProfileError::Date) => about("field-error-date"),
        Fault::Own(FieldError::Before(day)) => {
            language.text_with("field-error-before", &[("label", label), ("day", &language.date(day))])
        }
        Fault::Own(FieldError::After(day)) => {
            language.text_with("field-error-after", &[("label", label), ("day", &language.date(day))])
        }
        Fault::Profile(ProfileError::Address) => about("field-error-address"),
        Fault::Profile(ProfileError::Phone) => about("field-error-phone"),
        Fault::Link => about("field-error-link"),
    }
}

/// The standard claims that the host entered itself, for which there is no field: read only.
#[must_use]
pub fn of_the_host(fields: &ProfileFields, known: &Details, language: &Language) -> Vec<(String, String)> {
    let asked: Vec<&str> = fields.standard().map(|(claim, _)| claim).collect();
    let standard = Profile::NAMES
        .into_iter()
        .filter(|claim| *claim != "picture" && !asked.contains(claim))
        .filter_map(|claim| Some((standard_label(claim, language), known.profile.get(claim)?.to_owned())));
    let custom = fields.custom.iter().filter(|field| !field.editable).map(|field| {
        let value = known.custom.get(&field.key).map(|value| answer_in_words(field, value, language));
        (field.label.of(language.code()).clone(), value.unwrap_or_else(|| "–".to_owned()))
    });
    standard.chain(custom).collect()
}

/// The names of what differs, for the journal.
#[must_use]
pub fn changed(fields: &ProfileFields, before: &Details, after: &Details) -> Vec<String> {
    let names = [
        ("given_name", before.given_name != after.given_name),
        ("family_name", before.family_name != after.family_name),
    ];
    let names = names.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name);
    let standard = Profile::NAMES.into_iter().filter(|claim| before.profile.get(claim) != after.profile.get(claim));
    let keys = fields.custom.iter().map(|field| field.key.as_str());
    let custom = keys.filter(|key| before.custom.get(key) != after.custom.get(key));
    names.chain(standard).chain(custom).map(str::to_owned).collect()
}

/// What a service learns with a scope, by the names of the fields: those that the host asks for, and
/// those that it filled in itself.
#[must_use]
pub fn told_under(fields: &ProfileFields, scope: &str, known: &Details, language: &Language) -> Vec<String> {
    let standard: &[&str] = match scope {
        "profile" => &[
            "given_name",
            "family_name",
            "username",
            "middle_name",
            "nickname",
            "gender",
            "birthdate",
            "zoneinfo",
            "website",
            "profile",
            "picture",
            "locale",
        ],
        "email" => &["email"],
        "address" => &["street_address", "postal_code", "locality", "region", "country"],
        "phone" => &["phone_number"],
        _ => &[],
    };
    let asked =
        |claim: &str| fields.standard().any(|(name, _)| name == claim) || (claim == "picture" && fields.picture);
    let labels = standard.iter().filter_map(|claim| match *claim {
        "username" => Some(language.text("field-username")),
        "email" => Some(language.text("field-email")),
        "locale" => Some(language.text("field-language")),
        claim => (asked(claim) || known.profile.get(claim).is_some()).then(|| standard_label(claim, language)),
    });
    let of_scope = |field: &&CustomField| field.claim.as_ref().is_some_and(|claim| claim.scope == scope);
    let custom = fields.custom.iter().filter(of_scope).map(|field| field.label.of(language.code()).clone());
    labels.chain(custom).collect()
}

/// The fields of the host that no service learns.
#[must_use]
pub fn told_to_nobody(fields: &ProfileFields, language: &Language) -> Vec<String> {
    let alone = fields.custom.iter().filter(|field| field.claim.is_none());
    alone.map(|field| field.label.of(language.code()).clone()).collect()
}
