//! Where the next page of a list begins: sealed, for one list and one person (OR-05).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Refusal;
use crate::crypto::{Purpose, Vault, constant_time_eq};

/// Seals and opens the cursors of one list.
pub struct Cursor<'a> {
    vault: &'a Vault,
    /// What list it is, and of whom: a cursor of another is none.
    bounds: Vec<&'a [u8]>,
}

/// Bytes of the seal.
const SEAL: usize = 16;

impl<'a> Cursor<'a> {
    /// For a list that is told apart by these bounds.
    #[must_use]
    pub fn new(vault: &'a Vault, bounds: &[&'a [u8]]) -> Self {
        Self { vault, bounds: bounds.to_vec() }
    }

    /// A cursor that means `position`.
    #[must_use]
    pub fn seal(&self, position: &str) -> String {
        let mut bytes = self.mac(position).to_vec();
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a cursor means.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is not one of this list.
    pub fn open(&self, cursor: &str) -> Result<String, Refusal> {
        let position = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| {
            let (seal, position) = bytes.split_at_checked(SEAL)?;
            let position = std::str::from_utf8(position).ok()?;
            constant_time_eq(seal, &self.mac(position)).then(|| position.to_owned())
        });
        position.ok_or_else(|| Refusal::invalid("cursor", "unknown", String::new()))
    }

    fn mac(&self, position: &str) -> [u8; SEAL] {
        let mut parts = self.bounds.clone();
        parts.push(position.as_bytes());
        let mac = self.vault.mac(Purpose::Cursor, &parts);
        std::array::from_fn(|index| mac[index])
    }
}

/// The first `count` of what was found, one more having been asked for; and the cursor after them if there
/// are others.
pub(super) fn page<T>(mut found: Vec<T>, count: i64, seal: impl FnOnce(&T) -> String) -> (Vec<T>, Option<String>) {
    let size = usize::try_from(count).unwrap_or_default();
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(seal);
    (found, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_list_only() {
        let vault = Vault::new(&Vault::generate_master_key()).unwrap();
        let mine = Cursor::new(&vault, &[b"members", b"atelier", b"rita"]);
        let sealed = mine.seal("camille\n0190");
        assert_eq!(mine.open(&sealed).unwrap(), "camille\n0190");
        let theirs = Cursor::new(&vault, &[b"members", b"fournil", b"rita"]);
        for bad in [theirs.open(&sealed), mine.open(&sealed[1..]), mine.open(""), mine.open("%"), mine.open("AAAA")] {
            assert!(matches!(bad, Err(Refusal::Invalid(_))), "{bad:?}");
        }
    }
}
