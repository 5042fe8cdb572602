//! The standard claims that a person may hold besides their names, e-mail address and language
//! (OpenID Connect Core 5.1). All optional; an empty one is absent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{TextError, check_line};

/// Claims by name; the document of `users.profile`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile(BTreeMap<String, String>);

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// There is no such claim.
    #[error("is not one of {}", Profile::NAMES.join(", "))]
    Unknown,
    /// Free text that is none.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Not an address of a page.
    #[error("must be an address that starts with https:// or http://")]
    Address,
    /// Not a birth date.
    #[error("must be a date like 1975-12-31, 0000-12-31 (without the year) or 1975")]
    Date,
    /// Not a time zone.
    #[error("must be the name of a time zone, such as Europe/Paris")]
    Zone,
    /// Not a telephone number.
    #[error("must be a number with its country, such as +33123456789")]
    Phone,
}

impl Profile {
    /// The claims that may be set; those from `street_address` on make up `address`.
    pub const NAMES: [&str; 14] = [
        "middle_name",
        "nickname",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "phone_number",
        "street_address",
        "postal_code",
        "locality",
        "region",
        "country",
    ];

    /// Sets a claim; an empty text removes it.
    ///
    /// # Errors
    /// The rule that the text breaks; nothing is changed then.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), ProfileError> {
        let text = text.trim();
        if !Self::NAMES.contains(&name) {
            return Err(ProfileError::Unknown);
        }
        if text.is_empty() {
            self.0.remove(name);
            return Ok(());
        }
        check_line(text, 255)?;
        let sound = |good: bool, error: ProfileError| if good { Ok(()) } else { Err(error) };
        match name {
            "profile" | "picture" | "website" => {
                let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
                sound(url.is_some(), ProfileError::Address)?;
            }
            "birthdate" => sound(is_birthdate(text), ProfileError::Date)?,
            "zoneinfo" => sound(text.parse::<chrono_tz::Tz>().is_ok(), ProfileError::Zone)?,
            "phone_number" => sound(is_phone(text), ProfileError::Phone)?,
            _ => {}
        }
        self.0.insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    /// The value of a claim.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Every claim that is set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn is_birthdate(text: &str) -> bool {
    let year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    // A leap year stands for the year that is not told.
    let full = text.strip_prefix("0000-").map_or_else(|| text.to_owned(), |day| format!("2000-{day}"));
    year || (full.len() == 10 && chrono::NaiveDate::parse_from_str(&full, "%Y-%m-%d").is_ok())
}

fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_is_sound() {
        let mut profile = Profile::default();
        for (name, text) in [
            ("nickname", "Loulou"),
            ("website", "https://loulou.example/"),
            ("birthdate", "1975-12-31"),
            ("birthdate", "0000-02-29"),
            ("birthdate", "1975"),
            ("zoneinfo", "Europe/Paris"),
            ("phone_number", "+33123456789"),
            ("street_address", "1 rue de la Paix"),
        ] {
            assert_eq!(profile.set(name, text), Ok(()), "{name}");
            assert_eq!(profile.get(name), Some(text));
        }
        for (name, text) in [
            ("sub", "x"),
            ("website", "javascript:alert(1)"),
            ("birthdate", "1975-02-30"),
            ("birthdate", "31/12/1975"),
            ("zoneinfo", "Paris"),
            ("phone_number", "0123456789"),
            ("nickname", "a\nb"),
        ] {
            assert!(profile.set(name, text).is_err(), "{name} {text}");
        }
        profile.set("nickname", " ").unwrap();
        assert_eq!(profile.get("nickname"), None);
        assert_eq!(profile.get("birthdate"), Some("1975"));
    }
}
