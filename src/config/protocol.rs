//! The sections of the protocol: lives, keys, requests that we make, clients that register themselves.

use std::time::Duration;

use ipnet::IpNet;

use super::Reader;
use super::sections::{Network, seconds, whole};

/// `[tokens]`: lives.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Of an authorization code.
    pub code: Duration,
    /// Of an access token.
    pub access: Duration,
    /// Of an ID token (at least 5 minutes: clients allow no leeway after `exp`).
    pub id: Duration,
    /// Of a refresh token that is not used.
    pub refresh_idle: Duration,
    /// Of a family of refresh tokens, however much it is used.
    pub refresh_absolute: Duration,
}

impl Tokens {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let code = seconds(r, "tokens.code_seconds", "60", 10..=600);
        let access = seconds(r, "tokens.access_seconds", "300", 60..=3600);
        let id = seconds(r, "tokens.id_seconds", "600", 300..=3600);
        let idle = whole(r, "tokens.refresh_idle_days", "7", 1..=365);
        let absolute = whole(r, "tokens.refresh_absolute_days", "30", 1..=730);
        let days = |days: u64| Duration::from_secs(days * 86_400);
        Some(Self {
            code: code?,
            access: access?,
            id: id?,
            refresh_idle: days(idle?),
            refresh_absolute: days(absolute?),
        })
    }
}

/// `[keys]`: what signs tokens.
#[derive(Debug, Clone)]
pub struct Keys {
    /// How long a key signs before the next takes its place; none: until somebody rotates it.
    pub rotation: Option<Duration>,
}

impl Keys {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let days = whole(r, "keys.rotation_days", "90", 0..=730)?;
        Some(Self { rotation: (days > 0).then(|| Duration::from_secs(days * 86_400)) })
    }
}

/// `[outgoing]`: requests that we make to services (sign-out notices, keys).
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Private networks that services may be in; none else is ever called.
    pub allowed_networks: Vec<IpNet>,
}

impl Outgoing {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let networks = r.list::<Network>("outgoing.allowed_networks")?;
        Some(Self { allowed_networks: networks.into_iter().map(|network| network.0).collect() })
    }
}

/// `[dynamic_registration]`: services that register themselves (RFC 7591).
#[derive(Debug, Clone)]
pub struct DynamicRegistration {
    /// With an initial access token of an administrator, never without.
    pub enabled: bool,
}

impl DynamicRegistration {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        Some(Self { enabled: r.or("dynamic_registration.enabled", "false")? })
    }
}
