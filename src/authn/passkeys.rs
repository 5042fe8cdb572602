//! Passkeys (`WebAuthn`), always with user verification: a fingerprint, a face or a PIN besides the key
//! itself, so that one is two factors. What is stored of them, and of what was asked, is the library's own
//! form, as JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};
use webauthn_rs_proto::ResidentKeyRequirement;

/// Makes and checks ceremonies for this instance.
pub struct Passkeys(Webauthn);

/// A ceremony that begins.
pub struct Asked {
    /// For the browser.
    pub options: Value,
    /// To check the answer with.
    pub state: Value,
}

/// An answer that is not good. The reason is for the log.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Not what a browser sends.
    #[error("not an answer of a browser: {0}")]
    Form(#[from] serde_json::Error),
    /// Another challenge, origin, key or person; a counter that went back; no verification.
    #[error("{0}")]
    Refused(#[from] WebauthnError),
    /// Of a passkey that was not asked for.
    #[error("another passkey")]
    Stranger,
}

/// A passkey that has just been made.
pub struct Added {
    /// Its identifier.
    pub id: Vec<u8>,
    /// What is stored of it.
    pub credential: Value,
}

impl Passkeys {
    /// For an origin (`https://sso.example.org`): its host is what passkeys are tied to. None for an IP
    /// address: browsers know no passkeys there.
    #[must_use]
    pub fn new(origin: &str, host: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let domain = origin.domain()?.to_owned();
        WebauthnBuilder::new(&domain, &origin).ok()?.rp_name(host).build().ok().map(Self)
    }

    /// Asks for a new passkey, one that can name its person by itself.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn ask_to_add(&self, user: Uuid, username: &str, name: &str, known: &[Vec<u8>]) -> Result<Asked, Unfit> {
        let (mut options, state) = self.0.start_passkey_registration(user, username, name, Some(known.to_vec()))?;
        if let Some(selection) = &mut options.public_key.authenticator_selection {
            selection.resident_key = Some(ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        Ok(Asked { options: serde_json::to_value(options)?, state: serde_json::to_value(state)? })
    }

    /// The passkey that answers.
    ///
    /// # Errors
    /// An answer that is not good.
    pub fn add(&self, answer: &str, state: Value) -> Result<Added, Unfit> {
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer)?;
        let state: PasskeyRegistration = serde_json::from_value(state)?;
        let passkey = self.0.finish_passkey_registration(&answer, &state)?;
        Ok(Added { id: passkey.cred_id().clone(), credential: serde_json::to_value(&passkey)? })
    }

    /// Asks for one of these passkeys, which are somebody's.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn ask_one_of(&self, credentials: &[Value]) -> Result<Asked, Unfit> {
        let passkeys = credentials.iter().map(read).collect::<Result<Vec<Passkey>, _>>()?;
        let (options, state) = self.0.start_passkey_authentication(&passkeys)?;
        Ok(Asked { options: serde_json::to_value(options)?, state: serde_json::to_value(state)? })
    }

    /// Asks for any passkey: the answer says whose.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn ask_any(&self) -> Result<Asked, Unfit> {
        let (options, state) = self.0.start_discoverable_authentication()?;
        Ok(Asked { options: serde_json::to_value(options)?, state: serde_json::to_value(state)? })
    }

    /// Whose passkey answers, and which.
    ///
    /// # Errors
    /// An answer that is not good.
    pub fn identify(&self, answer: &str) -> Result<(Uuid, Vec<u8>), Unfit> {
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        let (user, id) = self.0.identify_discoverable_authentication(&answer)?;
        Ok((user, id.to_vec()))
    }

    /// Checks an answer to [`Passkeys::ask_any`] with the passkey that it names: what to store of it now.
    ///
    /// # Errors
    /// An answer that is not good.
    pub fn check_any(&self, answer: &str, state: Value, credential: &Value) -> Result<Value, Unfit> {
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        let state: DiscoverableAuthentication = serde_json::from_value(state)?;
        let passkey: Passkey = read(credential)?;
        let result = self.0.finish_discoverable_authentication_v2(&answer, state, &passkey)?;
        renewed(passkey, &result)
    }

    /// Checks an answer to [`Passkeys::ask_one_of`]: the position of the passkey that gave it, and what to
    /// store of it now.
    ///
    /// # Errors
    /// An answer that is not good.
    pub fn check_one_of(&self, answer: &str, state: Value, credentials: &[Value]) -> Result<(usize, Value), Unfit> {
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        let state: PasskeyAuthentication = serde_json::from_value(state)?;
        let result = self.0.finish_passkey_authentication(&answer, &state)?;
        for (position, credential) in credentials.iter().enumerate() {
            let passkey: Passkey = read(credential)?;
            if passkey.cred_id() == result.cred_id() {
                return Ok((position, renewed(passkey, &result)?));
            }
        }
        Err(Unfit::Stranger)
    }
}

fn read<T: DeserializeOwned>(credential: &Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(credential.clone())
}

fn renewed(mut passkey: Passkey, result: &AuthenticationResult) -> Result<Value, Unfit> {
    if !result.user_verified() {
        return Err(Unfit::Stranger);
    }
    passkey.update_credential(result).ok_or(Unfit::Stranger)?;
    Ok(serde_json::to_value(&passkey)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_browsers_know_them() {
        assert!(Passkeys::new("https://sso.example.org", "x").is_some());
        assert!(Passkeys::new("http://localhost:8080", "x").is_some());
        assert!(Passkeys::new("http://127.0.0.1:8080", "x").is_none());
        assert!(Passkeys::new("http://[::1]:8080", "x").is_none());
    }
}
