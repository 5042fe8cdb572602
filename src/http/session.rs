//! The cookie of a signed-in browser.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use chrono::TimeDelta;

use super::browser::{cookie, forget, only_cookie};
use crate::app::AppState;
use crate::crypto::{Hashed, Plain};
use crate::db;
use crate::db::sessions::Session;

const NAME: &str = "session";
const PREFIX: &str = "lqt_bs_";

/// The live session of a request, read from the database each time: what is revoked is gone at the
/// next request, on every replica.
///
/// # Errors
/// PostgreSQL's.
pub async fn of(request: &HttpRequest, state: &AppState) -> sqlx::Result<Option<Session>> {
    let Some(token) = only_cookie(request, &state.cookie_name(NAME)) else { return Ok(None) };
    let mut connection = state.pool.acquire().await?;
    db::sessions::find(&mut connection, Plain::presented(&token).hashed(), idle(state), state.clock.now()).await
}

/// A new cookie and what is stored of it.
#[must_use]
pub fn new_cookie(state: &AppState) -> (Cookie<'static>, Hashed) {
    let token = Plain::random(PREFIX);
    (cookie(state, NAME, token.reveal().to_owned()), token.hashed())
}

/// The cookie, to be forgotten.
#[must_use]
pub fn forgotten(state: &AppState) -> Cookie<'static> {
    forget(state, NAME)
}

/// The longest silence of a session.
#[must_use]
pub fn idle(state: &AppState) -> TimeDelta {
    TimeDelta::from_std(state.settings.sessions.idle).unwrap_or(TimeDelta::MAX)
}
