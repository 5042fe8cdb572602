//! The version of what somebody saw: two people who change the same thing do not undo one another unaware.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Refusal;
use crate::crypto::sha256;
use crate::db::delegation::Place;
use crate::db::members::Member;

/// Made of what can be changed: the same content has the same version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// Of a member: their role and what was granted to them.
    #[must_use]
    pub fn of_member(member: &Member) -> Self {
        let mut parts = vec![member.id.to_string(), member.role.to_string()];
        for grant in &member.grants {
            parts.push(grant.client_id.clone());
            parts.push(grant.roles.join(" "));
        }
        Self::of(&parts)
    }

    /// Of an organization.
    #[must_use]
    pub fn of_place(place: &Place) -> Self {
        let active = if place.active { "active" } else { "off" };
        Self::of(&[place.id.to_string(), place.name.clone(), place.contact.clone(), active.to_owned()])
    }

    /// Of these parts in their order.
    #[must_use]
    pub fn of(parts: &[String]) -> Self {
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Self(URL_SAFE_NO_PAD.encode(&sha256(&bytes)[..12]))
    }

    /// As somebody presents it.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Refuses what was decided on the sight of something else.
    ///
    /// # Errors
    /// [`Refusal::Stale`].
    pub fn must_be(&self, expected: Option<&Self>) -> Result<(), Refusal> {
        if expected.is_none_or(|expected| expected == self) { Ok(()) } else { Err(Refusal::Stale) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
