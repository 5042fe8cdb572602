//! How long what a client holds is good: its own settings, else the host's. Pure.

use std::time::Duration;

use crate::config::Tokens;
use crate::db::clients::Client;

/// Lives of a client's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lives {
    /// Of an access token.
    pub access: Duration,
    /// Of an ID token.
    pub id: Duration,
    /// Of a refresh token that is not used.
    pub refresh_idle: Duration,
    /// Of a family of refresh tokens.
    pub refresh_absolute: Duration,
}

/// Those of this client.
#[must_use]
pub fn of(client: &Client, settings: &Tokens) -> Lives {
    let or = |own: Option<u32>, usual: Duration| own.map_or(usual, |seconds| Duration::from_secs(seconds.into()));
    Lives {
        access: or(client.access_token_seconds, settings.access),
        id: or(client.id_token_seconds, settings.id),
        refresh_idle: or(client.refresh_idle_seconds, settings.refresh_idle),
        refresh_absolute: or(client.refresh_absolute_seconds, settings.refresh_absolute),
    }
}
