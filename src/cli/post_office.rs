//! What a command needs to write mails: they wait in the outbox for the server to hand them over.

use super::Failure;
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::Vault;
use crate::i18n::I18n;
use crate::paths::Paths;
use crate::post::Post;

/// All that a [`Post`] borrows.
pub struct PostOffice<'a> {
    settings: &'a Settings,
    vault: Vault,
    texts: I18n,
    paths: Paths,
    clock: Clock,
}

impl<'a> PostOffice<'a> {
    /// For these settings.
    ///
    /// # Errors
    /// A master key that is none.
    pub fn of(settings: &'a Settings) -> Result<Self, Failure> {
        Ok(Self {
            settings,
            vault: Vault::new(&settings.secrets.master_key).map_err(Failure::new)?,
            texts: settings.texts()?,
            paths: Paths::new(&settings.server.issuer),
            clock: Clock::default(),
        })
    }

    /// To write with.
    pub fn post(&self) -> Post<'_> {
        Post { settings: self.settings, vault: &self.vault, texts: &self.texts, paths: &self.paths, clock: &self.clock }
    }
}
