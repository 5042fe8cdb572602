//! What mails are written with, without a server.

use loquet::clock::Clock;
use loquet::config::Settings;
use loquet::crypto::Vault;
use loquet::i18n::I18n;
use loquet::paths::Paths;
use loquet::post::Post;

pub struct Office {
    settings: Settings,
    vault: Vault,
    texts: I18n,
    paths: Paths,
    clock: Clock,
}

impl Office {
    pub fn new() -> Self {
        let key = Vault::generate_master_key();
        let environment = [
            ("LOQUET_SERVER_ISSUER", "http://127.0.0.1:8080"),
            ("LOQUET_SECRETS_MASTER_KEY", key.as_str()),
            ("LOQUET_HOST_NAME", "La Contre-Voie"),
            ("LOQUET_HOST_CONTACT", "aide@contre-voie.example"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (settings, _) = Settings::load(None, &environment).unwrap();
        Self {
            vault: Vault::new(&settings.secrets.master_key).unwrap(),
            texts: settings.texts().unwrap(),
            paths: Paths::new(&settings.server.issuer),
            clock: Clock::default(),
            settings,
        }
    }

    pub fn post(&self) -> Post<'_> {
        Post {
            settings: &self.settings,
            vault: &self.vault,
            texts: &self.texts,
            paths: &self.paths,
            clock: &self.clock,
        }
    }
}
