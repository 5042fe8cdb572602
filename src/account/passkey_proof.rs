//! Answers of passkeys, as a whole sign-in or as its second step. A challenge is looked at once, in the
//! browser that it was made for.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::AppState;
use crate::authn::passkeys::{Asked, Passkeys, Unfit};
use crate::db;
use crate::db::passkeys::{Purpose, StoredPasskey};
use crate::http::browser::Browser;
use crate::http::page_error::PageError;

/// For how long a challenge is good.
const LIFE: TimeDelta = TimeDelta::minutes(5);

/// The ceremonies, where there are any.
///
/// # Errors
/// Not found: the issuer is an IP address.
pub fn passkeys(state: &AppState) -> Result<&Passkeys, PageError> {
    state.passkeys.as_ref().ok_or(PageError::NotFound)
}

/// Remembers a challenge and answers the script with it.
///
/// # Errors
/// PostgreSQL's.
pub async fn ask(
    asked: Result<Asked, Unfit>,
    purpose: Purpose,
    user: Option<Uuid>,
    browser: &Browser,
    state: &AppState,
) -> Result<HttpResponse, PageError> {
    let asked = asked.map_err(PageError::internal)?;
    let expires_at = state.clock.now() + LIFE;
    let mut connection = state.pool.acquire().await?;
    db::passkeys::ask(&mut connection, browser.hashed(), purpose, user, &asked.state, expires_at).await?;
    drop(connection);
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(asked.options))
}

/// A passkey that answered well.
pub struct Proof {
    /// Whose.
    pub user: Uuid,
    passkey: StoredPasskey,
    renewed: Value,
}

impl Proof {
    /// Methods of RFC 8176: the key, and the person in front of it.
    pub const AMR: [&str; 3] = ["pop", "user", "mfa"];

    /// Notes the use, in the transaction of the sign-in. `false`: the passkey is no longer what it was.
    pub async fn settle(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<bool> {
        db::passkeys::used(connection, &self.passkey, &self.renewed, now).await
    }
}

/// Checks the answer of a passkey of `user`.
///
/// # Errors
/// PostgreSQL's.
pub async fn prove_second(
    answer: &str,
    user: Uuid,
    browser: &Browser,
    state: &AppState,
) -> Result<Option<Proof>, PageError> {
    let passkeys = passkeys(state)?;
    let mut connection = state.pool.acquire().await?;
    let now = state.clock.now();
    let asked = db::passkeys::take(&mut connection, browser.hashed(), Purpose::SecondFactor, Some(user), now).await?;
    let mut known = db::passkeys::list(&mut connection, user).await?;
    drop(connection);
    let Some(asked) = asked else { return Ok(None) };
    let credentials: Vec<Value> = known.iter().map(|passkey| passkey.credential.clone()).collect();
    Ok(told(passkeys.check_one_of(answer, asked, &credentials)).map(|(position, renewed)| Proof {
        user,
        passkey: known.swap_remove(position),
        renewed,
    }))
}

/// Checks the answer of anybody's passkey.
///
/// # Errors
/// PostgreSQL's.
pub async fn prove_whole(answer: &str, browser: &Browser, state: &AppState) -> Result<Option<Proof>, PageError> {
    let passkeys = passkeys(state)?;
    let mut connection = state.pool.acquire().await?;
    let now = state.clock.now();
    let asked = db::passkeys::take(&mut connection, browser.hashed(), Purpose::SignIn, None, now).await?;
    let (Some(asked), Some((user, id))) = (asked, told(passkeys.identify(answer))) else { return Ok(None) };
    let Some(passkey) = db::passkeys::find(&mut connection, user, &id).await? else { return Ok(None) };
    drop(connection);
    let checked = told(passkeys.check_any(answer, asked, &passkey.credential));
    Ok(checked.map(|renewed| Proof { user, passkey, renewed }))
}

/// Why an answer is refused is for the log.
fn told<T>(checked: Result<T, Unfit>) -> Option<T> {
    checked.inspect_err(|reason| tracing::info!(%reason, "passkey refused")).ok()
}
