//! What the old site last said of a person, in short: stored with the account, so that the next
//! import sees **which fields the old site has changed since**, and leaves alone what was changed in
//! Loquet.

use super::member::Member;
use crate::crypto::sha256;

/// First byte: the layout. Another one means «everything may have changed».
const LAYOUT: u8 = 1;

/// Bytes of the whole.
const LENGTH: usize = 56;

/// The fields, each in its own place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; LENGTH]);

/// Which fields the old site has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each field")]
pub struct Changes {
    /// The username.
    pub username: bool,
    /// The address.
    pub email: bool,
    /// Whether the address is verified.
    pub email_verified: bool,
    /// The password.
    pub password: bool,
    /// First or last name.
    pub names: bool,
    /// The language.
    pub locale: bool,
    /// When the account was made.
    pub created_at: bool,
    /// Last day of the membership.
    pub membership_until: bool,
    /// What to set; none when it stays as it is.
    pub active: Option<bool>,
}

impl Fingerprint {
    /// Of a record.
    pub fn of(member: &Member) -> Self {
        let mut bytes = [0; LENGTH];
        bytes[0] = LAYOUT;
        bytes[1..9].copy_from_slice(&short(&[member.username.as_str()]));
        bytes[9..17].copy_from_slice(&short(&[member.email.as_str()]));
        bytes[17..25].copy_from_slice(&short(&[member.password.as_str()]));
        bytes[25..33].copy_from_slice(&short(&[&member.given_name, &member.family_name]));
        bytes[33..41].copy_from_slice(&short(&[&member.locale]));
        let created_at = member.created_at.map_or(i64::MIN, |moment| moment.timestamp());
        bytes[41..49].copy_from_slice(&created_at.to_be_bytes());
        let until = member.membership_until.map_or(i32::MIN, |day| day.to_epoch_days());
        bytes[49..53].copy_from_slice(&until.to_be_bytes());
        bytes[53] = u8::from(member.email_verified);
        bytes[54] = maybe(member.active);
        bytes[55] = maybe(member.administrator);
        Self(bytes)
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What has changed since the stored one; none when nothing has. `active` is what this record
    /// says of the account's state.
    pub fn changes_since(&self, stored: &[u8], active: Option<bool>) -> Option<Changes> {
        if stored == self.0 {
            return None;
        }
        let before = <&[u8; LENGTH]>::try_from(stored).ok().filter(|before| before[0] == LAYOUT);
        let differs = |from, to| before.is_none_or(|before| before[from..to] != self.0[from..to]);
        let was_off = before.is_some_and(|before| before[54] == maybe(Some(false)));
        Some(Changes {
            username: differs(1, 9),
            email: differs(9, 17),
            password: differs(17, 25),
            names: differs(25, 33),
            locale: differs(33, 41),
            created_at: differs(41, 49),
            membership_until: differs(49, 53),
            email_verified: differs(53, 54),
            // Switched on only if it was the old site that had switched it off.
            active: active.filter(|on| differs(54, 55) && (!on || was_off)),
        })
    }
}

/// Eight bytes are enough to see a change: nobody gains anything by a collision.
fn short(texts: &[&str]) -> [u8; 8] {
    // Lines of text hold no line feed: the join is unambiguous.
    let digest = sha256(texts.join("\n").as_bytes());
    std::array::from_fn(|at| digest[at])
}

fn maybe(truth: Option<bool>) -> u8 {
    truth.map_or(2, u8::from)
}
