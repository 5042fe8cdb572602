//! Signing in asks for a captcha only after many failures: under the name typed, or from the address
//! range; and never in a browser in which that person has signed in before. The counters are those of
//! what was typed, never of the account behind it, so that nothing tells whether there is one.

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::password_proof::{address_key, is_sound, name_key};
use crate::app::AppState;
use crate::authn::throttle::{ACCOUNT, ADDRESS, CAPTCHA_ON_ADDRESS, CAPTCHA_ON_NAME};
use crate::db;
use crate::http::browser::Browser;
use crate::http::captcha::{self, Form, Refusal};
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// Whether signing in under this name, from here, begins with a captcha.
///
/// # Errors
/// PostgreSQL's.
pub async fn is_due(
    login: &str,
    request: &HttpRequest,
    state: &Data<AppState>,
    browser: &Browser,
) -> Result<bool, PageError> {
    if state.settings.testing.unlimited {
        return Ok(false);
    }
    let now = state.clock.now();
    let counters = [
        (address_key(request, state), CAPTCHA_ON_ADDRESS, now - ADDRESS.forget),
        (name_key(login, state), CAPTCHA_ON_NAME, now - ACCOUNT.forget),
    ];
    let mut connection = state.pool.acquire().await?;
    if !db::throttles::any_reached(&mut connection, &counters).await? {
        return Ok(false);
    }
    let named = login.is_empty() || is_sound(login);
    Ok(!(named && db::sessions::browser_knows(&mut connection, browser.hashed(), login).await?))
}

/// Checks the captcha of a sign-in, where one is due.
///
/// # Errors
/// PostgreSQL's.
pub async fn check(
    fields: &Params,
    login: &str,
    request: &HttpRequest,
    state: &Data<AppState>,
    browser: &Browser,
) -> Result<Result<(), Refusal>, PageError> {
    if !is_due(login, request, state, browser).await? {
        return Ok(Ok(()));
    }
    let mut transaction = state.pool.begin().await?;
    let checked = captcha::check(&mut transaction, Form::SignIn, fields, request, state).await?;
    transaction.commit().await?;
    Ok(checked.map(|_way| ()))
}
