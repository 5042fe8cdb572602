//! Settings: one TOML file, then the environment (`LOQUET_SECTION_KEY`), secrets also from files
//! (`key_file`). Unknown keys are refused and every error is told at once, with its key and line.
//!
//! Each section is a struct that reads itself from a [`Reader`]; the reader remembers which keys
//! exist, so that `check-config`, the errors and the commented sample agree.

mod captcha;
mod custom_field;
mod home;
mod journal;
mod legal;
mod membership;
mod operations;
mod organizations;
mod profile;
mod protocol;
mod reader;
mod registration;
mod second_factor;
mod sections;
pub mod theme;
mod values;

use std::path::Path;

use crate::i18n::{I18n, TextsError};
use crate::types::{Bilingual, Markdown};

pub use captcha::Captcha;
pub use home::{Category, Home};
pub use journal::Journal;
pub use legal::{Legal, Terms};
pub use membership::Membership;
pub use operations::{Backup, Metrics};
pub use organizations::Organizations;
pub use profile::{Demand, HostScope, ProfileFields};
pub use protocol::{DynamicRegistration, Keys, Outgoing, Tokens};
pub use reader::{Fault, InForce, Reader};
pub use registration::{Approval, Registration, RegistrationMode};
pub use second_factor::SecondFactor;
pub use sections::{Database, Host, Log, LogFormat, Mail, Passwords, Secrets, Server, Sessions, Testing};
pub use theme::Theme;
pub use values::{Issuer, SmtpSecurity};

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Addresses and limits of the HTTP server.
    pub server: Server,
    /// Who runs this instance.
    pub host: Host,
    /// Where the data is.
    pub database: Database,
    /// Keys kept outside the database.
    pub secrets: Secrets,
    /// Browser sessions.
    pub sessions: Sessions,
    /// Password rules and hashing.
    pub passwords: Passwords,
    /// Who may open an account.
    pub registration: Registration,
    /// The captcha.
    pub captcha: Captcha,
    /// Who must sign in in two steps.
    pub second_factor: SecondFactor,
    /// What referents may do.
    pub organizations: Organizations,
    /// Lives of codes and tokens.
    pub tokens: Tokens,
    /// Signing keys.
    pub keys: Keys,
    /// The journal.
    pub journal: Journal,
    /// Requests to services.
    pub outgoing: Outgoing,
    /// Services that register themselves.
    pub dynamic_registration: DynamicRegistration,
    /// What people say of themselves.
    pub profile: ProfileFields,
    /// Terms of use and privacy.
    pub legal: Legal,
    /// What the host makes its own.
    pub theme: Theme,
    /// What members land on.
    pub home: Home,
    /// What is said of membership.
    pub membership: Membership,
    /// Outgoing mail.
    pub mail: Mail,
    /// Backups.
    pub backup: Backup,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// Logging.
    pub log: Log,
    /// Switches for tests on a loopback issuer.
    pub testing: Testing,
    /// Each setting as it stands, for those who may read them: no secret is in it.
    pub in_force: Vec<InForce>,
}

impl Settings {
    /// Reads the file (if any) and the environment.
    ///
    /// # Errors
    /// All the faults found, in the order of the file.
    pub fn load(file: Option<&Path>, environment: &[(String, String)]) -> Result<(Self, Vec<InForce>), Vec<Fault>> {
        let mut reader = Reader::new(file, environment)?;
        let settings = Self::read(&mut reader);
        reader.finish(settings).map(|(settings, in_force)| (Self { in_force: in_force.clone(), ..settings }, in_force))
    }

    /// The texts: ours, under those of the host.
    ///
    /// # Errors
    /// When they cannot be read: those of the host have been checked with the settings.
    pub fn texts(&self) -> Result<I18n, TextsError> {
        I18n::with(&self.host.language, &self.theme.texts)
    }

    /// `terms` or `privacy` in a language: those of the theme go before what `[legal]` has in two.
    #[must_use]
    pub fn legal_body<'a>(&'a self, name: &str, text: &'a Bilingual<Markdown>, language: &str) -> &'a Markdown {
        self.theme.pages.legal(name, language).unwrap_or_else(|| text.of(language))
    }

    fn read(r: &mut Reader) -> Option<Self> {
        let server = Server::read(r);
        let host = Host::read(r);
        let database = Database::read(r);
        let secrets = Secrets::read(r);
        let sessions = Sessions::read(r);
        let passwords = Passwords::read(r);
        let registration = Registration::read(r);
        let captcha = Captcha::read(r, server.as_ref());
        let second_factor = SecondFactor::read(r);
        let organizations = Organizations::read(r);
        let tokens = Tokens::read(r);
        let keys = Keys::read(r);
        let journal = Journal::read(r);
        let outgoing = Outgoing::read(r);
        let dynamic_registration = DynamicRegistration::read(r);
        let profile = ProfileFields::read(r);
        let legal = Legal::read(r);
        let theme = Theme::read(r);
        if let (Some(host), Some(theme)) = (&host, &theme) {
            host.check_language(theme, r);
        }
        let home = Home::read(r);
        let membership = Membership::read(r);
        let mail = Mail::read(r);
        let backup = Backup::read(r);
        let metrics = Metrics::read(r);
        let log = Log::read(r);
        let testing = Testing::read(r, server.as_ref());
        Some(Self {
            server: server?,
            host: host?,
            database: database?,
            secrets: secrets?,
            sessions: sessions?,
            passwords: passwords?,
            registration: registration?,
            captcha: captcha?,
            second_factor: second_factor?,
            organizations: organizations?,
            tokens: tokens?,
            keys: keys?,
            journal: journal?,
            outgoing: outgoing?,
            dynamic_registration: dynamic_registration?,
            profile: profile?,
            legal: legal?,
            theme: theme?,
            home: home?,
            membership: membership?,
            mail: mail?,
            backup: backup?,
            metrics: metrics?,
            log: log?,
            testing: testing?,
            in_force: Vec::new(),
        })
    }
}
