//! `GET` and `POST /authorize` (OpenID Connect Core 3.1.2): checks the request, answers at once
//! when nobody needs to be asked, else stores it and sends the person to the dispatcher.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;

use super::authorization_request::{self, AuthorizationRequest, Channel, Refusal};
use super::authorization_response::{Destination, respond};
use super::dispatcher::{Authorization, Visit};
use super::next_step::NextStep;
use super::pushed_request;
use crate::app::AppState;
use crate::crypto::random_id;
use crate::db;
use crate::db::clients::Client;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// How long a person may take over the pages of one authorization.
const LIFE: TimeDelta = TimeDelta::minutes(10);

/// Longest query that we send a browser back with, in bytes: proxies give up on longer ones.
const LONGEST_QUERY: usize = 6 * 1024;

/// The handler.
///
/// # Errors
/// A page, when the answer cannot go to the client.
pub async fn handle(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let posted = request.method() == Method::POST;
    let encoded = if posted { &body[..] } else { request.query_string().as_bytes() };
    let params = Params::parse(encoded).map_err(|_| PageError::Authorization("hint-invalid-text"))?;
    // A service's form does not carry our cookies (`SameSite=Lax`), a GET that follows it does: without
    // it, everybody would sign in again.
    if posted && encoded.len() <= LONGEST_QUERY {
        return Ok(see_other(&format!("{}?{}", state.paths.authorize(), params.encode())));
    }
    let (asked, client) = match read(&params, &state).await? {
        Ok(read) => read,
        Err(Refusal::Displayed(why)) => return Err(PageError::Authorization(why)),
        Err(Refusal::Redirected(to)) => {
            let answer = [("error", to.error), ("error_description", to.description)];
            return respond(Destination::from(&to), &answer, &request, &state);
        }
    };
    let now = state.clock.now();
    let visit = Visit::of(&request, &state).await?;
    let mut authorization = Authorization::new(asked, client, now);
    let step = authorization.step(&visit).await?;
    if matches!(step, NextStep::Issue(_) | NextStep::Fail(_)) {
        return authorization.go(step, &visit).await;
    }
    // A person must be asked: the request waits for them, bound to this browser.
    let id = random_id();
    let parameters = serde_json::to_value(&authorization.request).map_err(PageError::internal)?;
    let (client_id, browser) = (&authorization.client.client_id, visit.browser.hashed());
    let mut connection = state.pool.acquire().await?;
    db::authorizations::insert(&mut connection, id, browser, client_id, &parameters, now, now + LIFE).await?;
    drop(connection);
    authorization.id = Some(id);
    let mut response = authorization.go(step, &visit).await?;
    if let Some(cookie) = visit.browser.cookie(&state) {
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}

/// The request: in the parameters, or pushed before.
async fn read(
    params: &Params,
    state: &AppState,
) -> Result<Result<(AuthorizationRequest, Arc<Client>), Refusal>, PageError> {
    let client_id = match authorization_request::client_id(params) {
        Ok(client_id) => client_id,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let client = state.directory.client(client_id, &state.pool).await?.filter(|client| client.enabled);
    let Some(client) = client else { return Ok(Err(Refusal::Displayed("hint-unknown-client"))) };
    let reference = params.one("request_uri").ok().flatten().and_then(pushed_request::reference);
    if let Some(reference) = reference {
        let asked = pushed_request::take(&reference, &client, state).await?;
        return Ok(asked.map(|asked| (asked, client)).ok_or(Refusal::Displayed("hint-pushed-request-over")));
    }
    let asked = authorization_request::check(params, Some(&client), Channel::Front, &state.settings.profile, |hint| {
        state.directory.subject_of_hint(hint, state.paths.issuer(), client_id)
    });
    Ok(asked.map(|asked| (asked, client)))
}
