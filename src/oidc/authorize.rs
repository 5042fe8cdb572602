//! `GET` and `POST /authorize` (OpenID Connect Core 3.1.2): checks the request, answers at once
//! when nobody needs to be asked, else stores it and sends the person to the dispatcher.

use actix_web::http::Method;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;

use super::authorization_request::{self, Refusal};
use super::authorization_response::redirect;
use super::dispatcher::{self, Authorization};
use super::next_step::NextStep;
use crate::app::AppState;
use crate::crypto::random_id;
use crate::db;
use crate::http::browser::Browser;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::session;

/// How long a person may take over the pages of one authorization.
const LIFE: TimeDelta = TimeDelta::minutes(10);

/// The handler.
///
/// # Errors
/// A page, when the answer cannot go to the client.
pub async fn handle(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let encoded = if request.method() == Method::POST { &body[..] } else { request.query_string().as_bytes() };
    let params = Params::parse(encoded).map_err(|_| PageError::Authorization("hint-invalid-text"))?;
    let checked = match authorization_request::client_id(&params) {
        Ok(client_id) => {
            let client = state.directory.client(client_id, &state.pool).await?;
            authorization_request::check(&params, client.as_deref(), |hint| {
                state.directory.subject_of_hint(hint, state.paths.issuer(), client_id)
            })
            .map(|request| (request, client))
        }
        Err(refusal) => Err(refusal),
    };
    let (asked, client) = match checked {
        Ok((asked, Some(client))) => (asked, client),
        Ok((_, None)) => return Err(PageError::Authorization("hint-unknown-client")),
        Err(Refusal::Displayed(why)) => return Err(PageError::Authorization(why)),
        Err(Refusal::Redirected(to)) => {
            let answer = [("error", to.error), ("error_description", to.description)];
            return Ok(see_other(&redirect(&to.redirect_uri, &answer, to.state.as_deref(), state.paths.issuer())));
        }
    };
    let now = state.clock.now();
    let session = session::of(&request, &state).await?;
    let mut authorization = Authorization { id: None, request: asked, client, requested_at: now };
    let step = dispatcher::step(&authorization, session.as_ref(), &state).await?;
    if matches!(step, NextStep::Issue(_) | NextStep::Fail(_)) {
        return dispatcher::answer(&authorization, step, session.as_ref(), &state, None).await;
    }
    // A person must be asked: the request waits for them, bound to this browser.
    let browser = Browser::of(&request, &state);
    let id = random_id();
    let parameters = serde_json::to_value(&authorization.request).map_err(PageError::internal)?;
    let mut connection = state.pool.acquire().await?;
    let client_id = &authorization.client.client_id;
    db::authorizations::insert(&mut connection, id, browser.hashed(), client_id, &parameters, now, now + LIFE).await?;
    drop(connection);
    authorization.id = Some(id);
    let mut response = dispatcher::answer(&authorization, step, session.as_ref(), &state, Some(&browser)).await?;
    if let Some(cookie) = browser.cookie(&state) {
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}
