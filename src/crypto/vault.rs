//! The master key and what is derived from it: sealing of secrets at rest and keyed hashes.
//!
//! The master key lives outside the database, so that a stolen dump opens nothing.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

const PREFIX: &str = "lqt_mk_";

/// What a keyed hash is for. Each purpose has a key of its own, so that a value made for one is
/// worthless for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The pre-hash of passwords (security rule 12).
    Password,
    /// Tokens of forms, against cross-site requests.
    Form,
    /// The cookie that names a browser.
    Browser,
    /// Keys of the guessing limits.
    Throttle,
    /// The successor of a refresh token.
    Refresh,
    /// The name of a person for the services of one sector.
    Subject,
    /// Challenges of captchas, and the forms of those who cannot solve one.
    Captcha,
    /// The secret of an authenticator app that is being added.
    Authenticator,
    /// Recovery codes.
    RecoveryCode,
    /// Where the next page of a list begins.
    Cursor,
    /// What a browser holds at a protected host while it signs in.
    Forward,
}

impl Purpose {
    const ALL: [Self; 11] = [
        Self::Password,
        Self::Form,
        Self::Browser,
        Self::Throttle,
        Self::Refresh,
        Self::Subject,
        Self::Captcha,
        Self::Authenticator,
        Self::RecoveryCode,
        Self::Cursor,
        Self::Forward,
    ];

    fn label(self) -> &'static [u8] {
        match self {
            Self::Password => b"loquet password",
            Self::Form => b"loquet form",
            Self::Browser => b"loquet browser",
            Self::Throttle => b"loquet throttle",
            Self::Refresh => b"loquet refresh",
            Self::Subject => b"loquet subject",
            Self::Captcha => b"loquet captcha",
            Self::Authenticator => b"loquet authenticator",
            Self::RecoveryCode => b"loquet recovery code",
            Self::Cursor => b"loquet cursor",
            Self::Forward => b"loquet forward",
        }
    }
}

/// Holds the keys derived from the master key.
pub struct Vault {
    seal: RandomizedNonceKey,
    /// In the order of [`Purpose::ALL`].
    macs: Vec<hmac::Key>,
}

/// Why something could not be opened, or a key read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Not a master key as `loquet master-key` makes them.
    #[error("is not a master key (make one with `loquet master-key`)")]
    Key,
    /// Sealed with another key, for another purpose, or damaged.
    #[error("cannot be opened with this master key")]
    Sealed,
}

impl Vault {
    /// A new master key, in the form that [`Vault::new`] reads.
    #[must_use]
    pub fn generate_master_key() -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(super::random_bytes::<32>())))
    }

    /// Derives every key from the master key (HKDF-SHA-256, RFC 5869).
    ///
    /// # Errors
    /// [`VaultError::Key`] when the text is no master key.
    pub fn new(master_key: &str) -> Result<Self, VaultError> {
        let encoded = master_key.trim().strip_prefix(PREFIX).ok_or(VaultError::Key)?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).map_err(|_| VaultError::Key)?);
        if bytes.len() != 32 {
            return Err(VaultError::Key);
        }
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"loquet master key").extract(&bytes);
        let derive = |label: &[u8]| -> Result<Zeroizing<[u8; 32]>, VaultError> {
            let mut key = Zeroizing::new([0; 32]);
            root.expand(&[label], hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(key.as_mut_slice()))
                .map_err(|_| VaultError::Key)?;
            Ok(key)
        };
        let seal =
            RandomizedNonceKey::new(&AES_256_GCM, derive(b"loquet seal")?.as_slice()).map_err(|_| VaultError::Key)?;
        let mac =
            |purpose: Purpose| derive(purpose.label()).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()));
        Ok(Self { seal, macs: Purpose::ALL.into_iter().map(mac).collect::<Result<_, _>>()? })
    }

    /// Encrypts (AES-256-GCM). `about` names what is sealed and for whom: the result opens only
    /// with the same `about`, so that a sealed value moved to another row is refused.
    ///
    /// # Errors
    /// [`VaultError::Sealed`] when the cipher refuses (more than 64 GiB).
    pub fn seal(&self, about: &str, clear: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut text = clear.to_vec();
        let nonce = self
            .seal
            .seal_in_place_append_tag(Aad::from(about.as_bytes()), &mut text)
            .map_err(|_| VaultError::Sealed)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Decrypts what [`Vault::seal`] made.
    ///
    /// # Errors
    /// [`VaultError::Sealed`] when the key or `about` is another, or a byte has changed.
    pub fn open(&self, about: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(VaultError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Sealed)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .seal
            .open_in_place(nonce, Aad::from(about.as_bytes()), text.as_mut_slice())
            .map_err(|_| VaultError::Sealed)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    /// HMAC-SHA-256 of `parts`, each preceded by its length so that no two lists collide.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.macs[purpose as usize]);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_what_it_sealed() {
        let vault = Vault::new(&Vault::generate_master_key()).unwrap();
        let sealed = vault.seal("totp of alice", b"seed").unwrap();
        assert_eq!(vault.open("totp of alice", &sealed).unwrap().as_slice(), b"seed");
        assert_eq!(vault.open("totp of bob", &sealed), Err(VaultError::Sealed));
        let other = Vault::new(&Vault::generate_master_key()).unwrap();
        assert_eq!(other.open("totp of alice", &sealed), Err(VaultError::Sealed));
        for end in 0..sealed.len() {
            assert!(vault.open("totp of alice", &sealed[..end]).is_err());
        }
    }

    #[test]
    fn macs_differ_by_purpose_and_by_division() {
        let vault = Vault::new(&Vault::generate_master_key()).unwrap();
        assert_ne!(vault.mac(Purpose::Form, &[b"a"]), vault.mac(Purpose::Throttle, &[b"a"]));
        assert_ne!(vault.mac(Purpose::Form, &[b"ab", b"c"]), vault.mac(Purpose::Form, &[b"a", b"bc"]));
        for (index, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, index);
        }
    }

    #[test]
    fn refuses_what_is_no_master_key() {
        for bad in ["", "lqt_mk_", "lqt_mk_AAAA", "secret", "lqt_mk_!!!!"] {
            assert!(matches!(Vault::new(bad), Err(VaultError::Key)), "{bad}");
        }
    }
}
