//! The cookie of a signed-in browser.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use chrono::TimeDelta;

use super::browser::{cookie, forget, only_cookie};
use crate::app::AppState;
use crate::authn::duty::Facts;
use crate::crypto::{Hashed, Plain};
use crate::db;
use crate::db::sessions::Session;

const NAME: &str = "session";
const PREFIX: &str = "lqt_bs_";
const PENDING_NAME: &str = "pending";
const PENDING_PREFIX: &str = "lqt_ps_";

/// The live session of a request, read from the database each time: what is revoked is gone at the
/// next request, on every replica.
///
/// # Errors
/// PostgreSQL's.
pub async fn of(request: &HttpRequest, state: &AppState) -> sqlx::Result<Option<Session>> {
    let Some(token) = only_cookie(request, &state.cookie_name(NAME)) else { return Ok(None) };
    let mut connection = state.pool.acquire().await?;
    let (token, terms) = (Plain::presented(&token).hashed(), state.settings.legal.version());
    let strict = state.settings.second_factor.administrators;
    db::sessions::find(&mut connection, token, idle(state), terms, strict, state.clock.now()).await
}

/// For how long a proof of identity is good enough for what is sensitive.
pub const RECENT: TimeDelta = TimeDelta::minutes(10);

/// Whether the person has just shown that it is them, with a second factor if they have one.
#[must_use]
pub fn is_recent(session: &Session, state: &AppState) -> bool {
    let complete = !session.second_factor || session.is_multi_factor();
    complete && state.clock.now() < session.authenticated_at + RECENT
}

/// What a session says of its person's duties.
#[must_use]
pub fn duty_facts(session: &Session) -> Facts {
    Facts {
        password_expired: session.user.password_expired,
        second_factor_demanded: session.second_factor_demanded,
        second_factor: session.second_factor,
        terms_due: session.terms_due,
    }
}

/// A new cookie and what is stored of it.
#[must_use]
pub fn new_cookie(state: &AppState) -> (Cookie<'static>, Hashed) {
    let token = Plain::random(PREFIX);
    (cookie(state, NAME, token.reveal().to_owned()), token.hashed())
}

/// For how long a right password waits for its second factor.
pub const PENDING: TimeDelta = TimeDelta::minutes(10);

/// The cookie of a sign-in that is half done, and what is stored of it.
#[must_use]
pub fn pending_cookie(state: &AppState) -> (Cookie<'static>, Hashed) {
    let token = Plain::random(PENDING_PREFIX);
    (cookie(state, PENDING_NAME, token.reveal().to_owned()), token.hashed())
}

/// What the cookie of a sign-in that is half done holds.
#[must_use]
pub fn pending_token(request: &HttpRequest, state: &AppState) -> Option<Hashed> {
    only_cookie(request, &state.cookie_name(PENDING_NAME)).map(|token| Plain::presented(&token).hashed())
}

/// That cookie, to be forgotten.
#[must_use]
pub fn pending_forgotten(state: &AppState) -> Cookie<'static> {
    forget(state, PENDING_NAME)
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
