//! `[profile]`: what people may or must say of themselves, and what services learn of it.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::Reader;
use super::custom_field;
use crate::types::{Bilingual, CustomField, TextError, check_line};

/// Whether a field is on forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Nobody is asked. What the host itself entered is kept, shown and told to services.
    Off,
    /// Whoever likes answers.
    Optional,
    /// Everybody answers.
    Required,
}

impl FromStr for Demand {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" => Ok(Self::Off),
            "optional" => Ok(Self::Optional),
            "required" => Ok(Self::Required),
            _ => Err("must be off, optional or required"),
        }
    }
}

/// The standard claims that forms may ask for, in their order, and what they ask unless the host says
/// otherwise. The user name and the address of e-mail are no choice, the language and the picture have
/// forms of their own.
const STANDARD: [(&str, &str); 15] = [
    ("given_name", "optional"),
    ("family_name", "optional"),
    ("middle_name", "off"),
    ("nickname", "off"),
    ("gender", "off"),
    ("birthdate", "off"),
    ("phone_number", "off"),
    ("street_address", "off"),
    ("postal_code", "off"),
    ("locality", "off"),
    ("region", "off"),
    ("country", "off"),
    ("zoneinfo", "off"),
    ("website", "off"),
    ("profile", "off"),
];

/// A scope that the host made, for fields of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostScope {
    /// Its name.
    pub name: String,
    /// What a service receives with it, to be read after "this service will receive:".
    pub text: Bilingual,
}

/// `[profile]`.
#[derive(Debug, Clone)]
pub struct ProfileFields {
    standard: Vec<(&'static str, Demand)>,
    /// People may give themselves a picture.
    pub picture: bool,
    /// The fields of the host.
    pub custom: Vec<CustomField>,
    /// The scopes of the host.
    pub scopes: Vec<HostScope>,
}

impl Default for ProfileFields {
    /// What holds when the host says nothing.
    fn default() -> Self {
        let standard = STANDARD.map(|(name, demand)| (name, demand.parse().unwrap_or(Demand::Off)));
        Self { standard: standard.to_vec(), picture: true, custom: Vec::new(), scopes: Vec::new() }
    }
}

impl ProfileFields {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let standard: Vec<_> = STANDARD
            .into_iter()
            .map(|(name, default)| Some((name, r.or::<Demand>(&format!("profile.{name}"), default)?)))
            .collect();
        let picture = r.or("profile.picture", "true");
        let scopes: Vec<_> =
            (1..=r.tables("profile.scopes")).map(|number| scope(r, &format!("profile.scopes.{number}"))).collect();
        let names: Vec<&str> = scopes.iter().flatten().map(|scope| scope.name.as_str()).collect();
        let custom: Vec<_> = (1..=r.tables("profile.fields"))
            .map(|number| custom_field::read(r, &format!("profile.fields.{number}"), &names))
            .collect();
        let keys = custom.iter().flatten().map(|field| field.key.as_str());
        only_once(r, "profile.fields", "key", keys);
        let claims = custom.iter().flatten().filter_map(|field| Some(field.claim.as_ref()?.name.as_str()));
        only_once(r, "profile.fields", "claim", claims);
        only_once(r, "profile.scopes", "name", names.iter().copied());
        for name in &names {
            let used =
                custom.iter().flatten().any(|field| field.claim.as_ref().is_some_and(|claim| claim.scope == *name));
            if !used && custom.iter().all(Option::is_some) {
                r.fault("profile.scopes", "", &format!("'{name}': no field is told under this scope"));
            }
        }
        Some(Self {
            standard: standard.into_iter().collect::<Option<_>>()?,
            picture: picture?,
            custom: custom.into_iter().collect::<Option<_>>()?,
            scopes: scopes.into_iter().collect::<Option<_>>()?,
        })
    }

    /// The standard claims that are on forms, in their order.
    pub fn standard(&self) -> impl Iterator<Item = (&'static str, Demand)> {
        self.standard.iter().copied().filter(|(_, demand)| *demand != Demand::Off)
    }

    /// The field of the host of that key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&CustomField> {
        self.custom.iter().find(|field| field.key == key)
    }
}

fn scope(r: &mut Reader, at: &str) -> Option<HostScope> {
    let name = r.required::<ScopeName>(&format!("{at}.name"), "the name of the scope, such as membership");
    let text = bilingual::<120>(r, at, "text", "what a service receives with this scope, in words");
    Some(HostScope { name: name?.0, text: text? })
}

fn only_once<'a>(r: &mut Reader, table: &str, what: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    let again: Vec<&str> = names.filter(|name| !seen.insert(*name)).collect();
    for name in again {
        r.fault(&format!("{table}.{what}"), "", &format!("'{name}' is there twice"));
    }
}

/// A text that must be there in both languages.
pub(super) fn bilingual<const MAX: usize>(r: &mut Reader, at: &str, name: &str, what: &str) -> Option<Bilingual> {
    let fr = r.required::<Line<MAX>>(&format!("{at}.{name}_fr"), what);
    let en = r.required::<Line<MAX>>(&format!("{at}.{name}_en"), what);
    Some(Bilingual { fr: fr?.0, en: en?.0 })
}

/// A line of text that people read, of at most `MAX` characters.
pub(super) struct Line<const MAX: usize>(pub(super) String);

impl<const MAX: usize> FromStr for Line<MAX> {
    type Err = LineError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(LineError::Empty);
        }
        check_line(text, MAX)?;
        Ok(Self(text.to_owned()))
    }
}

/// Why a text is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error("is empty")]
    Empty,
    #[error(transparent)]
    Text(#[from] TextError),
}

struct ScopeName(String);

impl FromStr for ScopeName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const TAKEN: [&str; 10] = [
            "openid",
            "profile",
            "email",
            "address",
            "phone",
            "groups",
            "offline_access",
            "organizations",
            "admin",
            "roles",
        ];
        if TAKEN.contains(&text) {
            return Err("is a scope that exists already");
        }
        // A part of RFC 6749 3.3 that needs no escaping anywhere.
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.:-".contains(c);
        if text.is_empty() || text.len() > 40 || !text.chars().all(allowed) {
            return Err("may hold 1 to 40 lower-case letters, digits and _ . : -");
        }
        Ok(Self(text.to_owned()))
    }
}
