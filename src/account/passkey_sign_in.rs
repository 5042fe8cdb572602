//! `/sign-in/passkey`: a passkey as a whole sign-in: it names its person, and is two factors by itself.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::entry::Arrival;
use super::onward::Onward;
use super::passkey_proof::{self, Proof, passkeys};
use super::sign_in;
use crate::app::AppState;
use crate::db::passkeys::Purpose;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// `POST /sign-in/passkey/challenge`: for the script of the page.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn challenge(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    form(&request, &body, &browser, &state)?;
    passkey_proof::ask(passkeys(&state)?.ask_any(), Purpose::SignIn, None, &browser, &state).await
}

/// `POST /sign-in/passkey`
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = form(&request, &body, &browser, &state)?;
    let Some(proof) = passkey_proof::prove_whole(form.get("credential"), &browser, &state).await? else {
        return sign_in::refuse_passkey(&request, &browser, &state).await;
    };
    let onward = Onward::of(&request, &browser, &state).await?;
    let arrival = Arrival::of(&request, &state, &browser).await?;
    let mut transaction = state.pool.begin().await?;
    if !proof.settle(&mut transaction, state.clock.now()).await? {
        drop(transaction);
        return sign_in::refuse_passkey(&request, &browser, &state).await;
    }
    let cookie = arrival.enter(&mut transaction, proof.user, &Proof::AMR.map(str::to_owned)).await?;
    transaction.commit().await?;
    let mut response = see_other(&onward.address(&state));
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

fn form(request: &HttpRequest, body: &Bytes, browser: &Browser, state: &AppState) -> Result<Params, PageError> {
    let form = Params::parse(body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(request, state, browser, &form)?;
    Ok(form)
}
