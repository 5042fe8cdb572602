//! What a person says of themself: the names, the other standard claims, and what the host asks
//! besides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Profile;

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// First name, may be empty.
    pub given_name: String,
    /// Last name, may be empty.
    pub family_name: String,
    /// The other standard claims.
    pub profile: Profile,
    /// What the host asks besides.
    pub custom: CustomValues,
}

/// The answer to a field of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CustomValue {
    /// Yes or no.
    Flag(bool),
    /// A text, one of the choices, or a date (`2026-11-22`).
    Text(String),
}

impl CustomValue {
    /// As forms and the command line write it.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match self {
            Self::Flag(true) => "yes",
            Self::Flag(false) => "no",
            Self::Text(text) => text,
        }
    }
}

/// Answers by the key of their field; the document of `users.custom`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomValues(BTreeMap<String, CustomValue>);

impl CustomValues {
    /// The answer to a field.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&CustomValue> {
        self.0.get(key)
    }

    /// Keeps an answer; none forgets it.
    pub fn set(&mut self, key: &str, value: Option<CustomValue>) {
        match value {
            Some(value) => self.0.insert(key.to_owned(), value),
            None => self.0.remove(key),
        };
    }

    /// Every answer.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &CustomValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}
