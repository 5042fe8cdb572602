//! What a sound record is. Pure: a record in, a member or all of its faults out.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::columns::Field;
use super::fault::{Fault, Reason};
use super::record::{Columns, Content, Record, Shape};
use super::values;
use crate::authn::password::LegacyHash;
use crate::types::{Email, TextError, Username, check_line};

/// Longest first or last name, in characters.
const NAME: usize = 100;

/// Longest key of the old database, in characters.
const ID: usize = 200;

/// A record in which everything is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The key in the old database.
    pub legacy_id: String,
    /// The name to sign in with.
    pub username: Username,
    /// The address.
    pub email: Email,
    /// The old site had verified it.
    pub email_verified: bool,
    /// The old hash.
    pub password: LegacyHash,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// Language.
    pub locale: String,
    /// When the account was made, if known.
    pub created_at: Option<DateTime<Utc>>,
    /// Last day of the paid membership.
    pub membership_until: Option<NaiveDate>,
    /// Administrator flag; none when the column is not mapped.
    pub administrator: Option<bool>,
    /// The account may be used; none when no column is mapped.
    pub active: Option<bool>,
}

/// What the rules depend on.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Highest bcrypt cost.
    pub max_cost: u32,
    /// The languages of this server.
    pub languages: Vec<String>,
    /// The language of those who have none, or one that is not spoken here.
    pub default_language: String,
    /// Where the clocks of the old site were.
    pub timezone: Tz,
}

/// Checks a record. The warnings are about a record that goes in all the same.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(record: &Record, columns: &Columns, rules: &Rules) -> Result<(Member, Vec<Fault>), Vec<Fault>> {
    if let Content::Broken { reason, .. } = &record.content {
        return Err(vec![Fault::of_record(reason.clone())]);
    }
    if let (Content::Cells(cells), Shape::Delimited(layout)) = (&record.content, &columns.shape)
        && cells.len() != layout.names.len()
    {
        let reason = Reason::Columns { found: cells.len(), expected: layout.names.len() };
        return Err(vec![Fault::of_record(reason)]);
    }
    let mut form = Form { content: &record.content, columns, faults: Vec::new(), warnings: Vec::new() };
    let member = form.read(rules);
    match member {
        Ok(member) if form.faults.is_empty() => Ok((member, form.warnings)),
        _ => Err(form.faults),
    }
}

/// Something was wrong, and it is noted.
struct Noted;

/// Reads the fields of one record and gathers what is wrong with them.
struct Form<'a> {
    content: &'a Content,
    columns: &'a Columns,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

impl Form<'_> {
    fn read(&mut self, rules: &Rules) -> Result<Member, Noted> {
        // All of them, before any `?`: every fault is told at once.
        let legacy_id = self.field(Field::Id, |text| match text.trim() {
            "" => Err(Reason::Empty),
            id => Ok(line(id, ID)?.to_owned()),
        });
        let username = self.field(Field::Username, |text| Ok(Username::parse(line(text.trim(), usize::MAX)?)?));
        let email = self.field(Field::Email, |text| Ok(Email::parse(line(text.trim(), usize::MAX)?)?));
        let email_verified = self.truth(Field::EmailVerified).map(Option::unwrap_or_default);
        let password = self.field(Field::Password, |text| Ok(LegacyHash::parse(text, rules.max_cost)?));
        let given_name = self.field(Field::GivenName, name);
        let family_name = self.field(Field::FamilyName, name);
        let locale = self.locale(rules);
        let created_at =
            self.field(Field::CreatedAt, |text| optional(text, |text| Ok(values::moment(text, rules.timezone)?)));
        let membership_until =
            self.field(Field::MembershipUntil, |text| optional(text, |text| Ok(values::date(text)?)));
        let administrator = self.truth(Field::Administrator);
        let active = self.active();
        Ok(Member {
            legacy_id: legacy_id?,
            username: username?,
            email: email?,
            email_verified: email_verified?,
            password: password?,
            given_name: given_name?,
            family_name: family_name?,
            locale: locale?,
            created_at: created_at?,
            membership_until: membership_until?,
            administrator: administrator?,
            active: active?,
        })
    }

    /// Reads a field by its rule; what is wrong is noted.
    fn field<T>(&mut self, field: Field, rule: impl FnOnce(&str) -> Result<T, Reason>) -> Result<T, Noted> {
        let value = self.columns.text(self.content, field).and_then(|text: Cow<'_, str>| rule(&text));
        value.map_err(|reason| {
            self.faults.push(self.columns.fault(field, reason));
            Noted
        })
    }

    /// A yes or no: none when the column is not mapped, no when the cell is empty.
    fn truth(&mut self, field: Field) -> Result<Option<bool>, Noted> {
        if !self.columns.is_mapped(field) {
            return Ok(None);
        }
        self.field(field, |text| match values::truth(text.trim()) {
            Ok(truth) => Ok(Some(truth.unwrap_or_default())),
            Err(()) => Err(Reason::Truth),
        })
    }

    /// From `active`, from `disabled`, or from both: then each can say no.
    fn active(&mut self) -> Result<Option<bool>, Noted> {
        let active = if self.columns.is_mapped(Field::Active) {
            // Empty is neither: an account is not switched on by accident.
            self.field(Field::Active, |text| values::truth(text.trim()).ok().flatten().map(Some).ok_or(Reason::Truth))
        } else {
            Ok(None)
        };
        let disabled = self.truth(Field::Disabled);
        Ok(match (active?, disabled?) {
            (None, None) => None,
            (active, disabled) => Some(active.unwrap_or(true) && !disabled.unwrap_or(false)),
        })
    }

    fn locale(&mut self, rules: &Rules) -> Result<String, Noted> {
        let text = self.field(Field::Language, |text| Ok(text.trim().to_owned()))?;
        if values::is_nothing(&text) {
            return Ok(rules.default_language.clone());
        }
        if let Some(language) = values::language(&text, &rules.languages) {
            return Ok(language.to_owned());
        }
        let reason = Reason::UnknownLanguage(rules.default_language.clone());
        self.warnings.push(self.columns.fault(Field::Language, reason));
        Ok(rules.default_language.clone())
    }
}

/// One line of text.
fn line(text: &str, max: usize) -> Result<&str, TextError> {
    check_line(text, max).map(|()| text)
}

/// A name, without the spaces around it. Formulas and markup are names like others: whoever shows
/// them escapes them.
fn name(text: &str) -> Result<String, Reason> {
    let text = text.trim();
    Ok(line(if text == "\\N" { "" } else { text }, NAME)?.to_owned())
}

fn optional<T>(text: &str, rule: impl FnOnce(&str) -> Result<T, Reason>) -> Result<Option<T>, Reason> {
    let text = text.trim();
    if values::is_nothing(text) { Ok(None) } else { rule(text).map(Some) }
}
