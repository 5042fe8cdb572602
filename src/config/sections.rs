//! The sections of the settings. `packaging/loquet.sample.toml` documents each key; a test keeps
//! the two together.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use ipnet::IpNet;
use zeroize::Zeroizing;

use super::Reader;
use super::theme::Theme;
use super::values::{Issuer, SmtpSecurity};
use crate::crypto::Vault;
use crate::types::Email;

/// `[server]`: addresses and limits.
#[derive(Debug, Clone)]
pub struct Server {
    /// The public address: the issuer.
    pub issuer: Issuer,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Longest time a request may take, its body included.
    pub request_timeout: Duration,
    /// After SIGTERM, how long `/readyz` says so while requests are still taken: for proxies that look at it.
    pub drain_delay: Duration,
    /// How long requests in flight may go on after that.
    pub shutdown_timeout: Duration,
}

impl Server {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let issuer =
            r.required("server.issuer", "the public address of this instance, such as https://sso.example.org");
        let listen = r.or("server.listen", "127.0.0.1:8080");
        let trusted_proxies = r.list::<Network>("server.trusted_proxies");
        let request_timeout = seconds(r, "server.request_timeout", "10", 1..=120);
        let drain_delay = seconds(r, "server.drain_delay", "0", 0..=60);
        let shutdown_timeout = seconds(r, "server.shutdown_timeout", "30", 1..=300);
        Some(Self {
            issuer: issuer?,
            listen: listen?,
            trusted_proxies: trusted_proxies?.into_iter().map(|network| network.0).collect(),
            request_timeout: request_timeout?,
            drain_delay: drain_delay?,
            shutdown_timeout: shutdown_timeout?,
        })
    }
}

/// `[host]`: who runs this instance.
#[derive(Debug, Clone)]
pub struct Host {
    /// The name shown on pages and in mails.
    pub name: String,
    /// Whom members may write to.
    pub contact: Option<String>,
    /// The language of those who have not chosen one.
    pub language: String,
    /// The hour that pages and mails tell.
    pub time_zone: Tz,
}

impl Host {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let name = r.or::<Line>("host.name", "Loquet");
        let contact = r.optional::<Address>("host.contact");
        let language = r.or::<Language>("host.language", "fr");
        let time_zone = r.or::<Zone>("host.time_zone", "Europe/Paris");
        Some(Self {
            name: name?.0,
            contact: contact?.map(|address| address.0),
            language: language?.0,
            time_zone: time_zone?.0,
        })
    }

    /// Besides ours, a host speaks the languages of its theme.
    pub(super) fn check_language(&self, theme: &Theme, r: &mut Reader) {
        let language = self.language.as_str();
        if !matches!(language, "fr" | "en") && !theme.speaks(language) {
            let place = r.place("host.language").to_owned();
            r.fault("host.language", &place, &format!("'{language}': must be fr, en or a language of the theme"));
        }
    }
}

/// `[database]`: a server of yours, or the private one.
#[derive(Debug, Clone)]
pub struct Database {
    /// A PostgreSQL server (`postgres://…`). Without it, Loquet runs its own.
    pub url: Option<Zeroizing<String>>,
    /// Connections kept.
    pub pool: u32,
    /// Where the private PostgreSQL keeps its data.
    pub private_directory: PathBuf,
    /// Where its programs are, if not where Debian puts them.
    pub private_programs: Option<PathBuf>,
    /// The account that runs it when Loquet is started as root.
    pub private_account: String,
}

impl Database {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let url = r.secret("database.url");
        if let Some(Some(text)) = &url
            && text.parse::<sqlx::postgres::PgConnectOptions>().is_err()
        {
            // The value is not shown: it may hold a password.
            r.fault("database.url", "", "is not of the form postgres://user:password@host/database");
            return None;
        }
        let pool = whole(r, "database.pool", "8", 2..=200);
        let private_directory = r.or("database.private_directory", "/var/lib/loquet/postgres");
        let private_programs = r.optional("database.private_programs");
        let private_account = r.or("database.private_account", "postgres");
        Some(Self {
            url: url?,
            pool: u32::try_from(pool?).ok()?,
            private_directory: private_directory?,
            private_programs: private_programs?,
            private_account: private_account?,
        })
    }
}

/// `[secrets]`: keys kept outside the database.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The master key (`loquet master-key` makes one).
    pub master_key: Zeroizing<String>,
}

impl Secrets {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let Some(master_key) = r.secret("secrets.master_key")? else {
            r.fault(
                "secrets.master_key_file",
                "",
                "is not set: make a key with `loquet master-key FILE` and name the file here",
            );
            return None;
        };
        if let Err(error) = Vault::new(&master_key) {
            r.fault("secrets.master_key", "", &error.to_string());
            return None;
        }
        Some(Self { master_key })
    }
}

/// `[sessions]`: how long a browser stays signed in.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// Without any request.
    pub idle: Duration,
    /// At the most.
    pub absolute: Duration,
}

impl Sessions {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let idle = whole(r, "sessions.idle_minutes", "30", 1..=43_200);
        let absolute = whole(r, "sessions.absolute_hours", "12", 1..=8_760);
        Some(Self { idle: Duration::from_secs(idle? * 60), absolute: Duration::from_secs(absolute? * 3600) })
    }
}

/// `[passwords]`: rules and hashing.
#[derive(Debug, Clone)]
pub struct Passwords {
    /// Cost of new bcrypt hashes: each step doubles the time.
    pub cost: u32,
    /// Shortest new password, in characters.
    pub min_length: usize,
    /// Hashes computed at once; 0: as many as there are cores.
    pub threads: usize,
    /// A refused sign-in answers after this time or a multiple of it, so that the time tells nothing.
    pub refusal_floor: Duration,
}

impl Passwords {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let cost = whole(r, "passwords.cost", "12", 10..=14);
        let min_length = whole(r, "passwords.min_length", "12", 8..=64);
        let threads = whole(r, "passwords.threads", "0", 0..=64);
        let floor = whole(r, "passwords.refusal_floor_ms", "400", 100..=2000);
        Some(Self {
            cost: u32::try_from(cost?).ok()?,
            min_length: usize::try_from(min_length?).ok()?,
            threads: usize::try_from(threads?).ok()?,
            refusal_floor: Duration::from_millis(floor?),
        })
    }
}

/// `[mail]`: the server that sends our mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its host; without it mail waits in the outbox and nothing is sent.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// The account there, if it asks for one.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<Zeroizing<String>>,
    /// The sender of our mails.
    pub from: Option<String>,
    /// Authorities that vouch for the server, besides those of the system (PEM).
    pub ca_file: Option<PathBuf>,
    /// The longest that handing over one mail may take.
    pub timeout: Duration,
    /// Mails a day to addresses of one domain that nobody has proven yet.
    pub strangers_per_domain: i32,
}

impl Mail {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let host = r.optional::<String>("mail.host");
        let port = r.or("mail.port", "465");
        let security = r.or("mail.security", "tls");
        let username = r.optional::<String>("mail.username");
        let password = r.secret("mail.password");
        let from = r.optional::<Address>("mail.from");
        let ca_file = r.optional("mail.ca_file");
        let timeout = seconds(r, "mail.timeout", "45", 1..=600);
        let strangers_per_domain = whole(r, "mail.strangers_per_domain", "500", 1..=1_000_000);
        let mail = Self {
            host: host?,
            port: port?,
            security: security?,
            username: username?,
            password: password?,
            from: from?.map(|address| address.0),
            ca_file: ca_file?,
            timeout: timeout?,
            strangers_per_domain: i32::try_from(strangers_per_domain?).ok()?,
        };
        if mail.host.is_some() && mail.from.is_none() {
            r.fault("mail.from", "", "is not set: mail needs a sender");
        }
        if mail.username.is_some() != mail.password.is_some() {
            r.fault("mail.username", "", "goes with mail.password: set both or none");
        }
        let local = matches!(mail.host.as_deref(), Some("localhost" | "127.0.0.1" | "::1") | None);
        if mail.security == SmtpSecurity::None && !local {
            r.fault("mail.security", "", "none is for a mail server on this machine only");
        }
        Some(mail)
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Pretty,
}

/// `[log]`.
#[derive(Debug, Clone)]
pub struct Log {
    /// The form of the lines.
    pub format: LogFormat,
    /// What is logged (`info`, `debug`, or a filter such as `loquet=debug,sqlx=warn`).
    pub filter: String,
}

impl Log {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let format = r.or::<Choice>("log.format", "pretty")?;
        let filter = r.or::<String>("log.filter", "info");
        Some(Self { format: format.0, filter: filter? })
    }
}

/// `[testing]`: refused unless the issuer is a loopback or `.test` host.
#[derive(Debug, Clone)]
pub struct Testing {
    /// Guessing limits are off and refusals answer at once: for load tests.
    pub unlimited: bool,
}

impl Testing {
    pub(super) fn read(r: &mut Reader, server: Option<&Server>) -> Option<Self> {
        let unlimited = r.or("testing.unlimited", "false")?;
        if unlimited && server.is_some_and(|server| !server.issuer.is_for_tests()) {
            r.fault("testing.unlimited", "", "is for a loopback or .test issuer only");
        }
        Some(Self { unlimited })
    }
}

pub(super) fn whole(r: &mut Reader, key: &str, default: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
    let number = r.or::<u64>(key, default)?;
    if range.contains(&number) {
        return Some(number);
    }
    r.fault(key, "", &format!("'{number}': must be between {} and {}", range.start(), range.end()));
    None
}

pub(super) fn seconds(
    r: &mut Reader,
    key: &str,
    default: &str,
    range: std::ops::RangeInclusive<u64>,
) -> Option<Duration> {
    whole(r, key, default, range).map(Duration::from_secs)
}

/// An IP network, or one address.
pub(super) struct Network(pub(super) IpNet);

impl std::str::FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| "must be an address such as 10.0.0.2 or a network such as 10.0.0.0/8")
    }
}

struct Address(String);

impl std::str::FromStr for Address {
    type Err = crate::types::EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Email::parse(text).map(|email| Self(email.as_str().to_owned()))
    }
}

/// A line of text that may go into headers and pages.
struct Line(String);

impl std::str::FromStr for Line {
    type Err = crate::types::TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        crate::types::check_line(text, 64).map(|()| Self(text.to_owned()))
    }
}

struct Language(String);

impl std::str::FromStr for Language {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Whether anybody speaks it is known later: `Host::check_language`.
        let plain =
            (2..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if plain { Ok(Self(text.to_owned())) } else { Err("must be the code of a language, such as fr or en") }
    }
}

struct Zone(Tz);

impl std::str::FromStr for Zone {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| "must be a time zone such as Europe/Paris")
    }
}

struct Choice(LogFormat);

impl std::str::FromStr for Choice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self(LogFormat::Json)),
            "pretty" => Ok(Self(LogFormat::Pretty)),
            _ => Err("must be json or pretty"),
        }
    }
}
