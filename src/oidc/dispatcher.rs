//! `GET /authorize/{id}`: the only place from which an authorization goes anywhere. Every page does
//! one thing and comes back here; none knows the next.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::authorization_request::AuthorizationRequest;
use super::authorization_response::redirect;
use super::next_step::{NextStep, Person, Situation, next_step};
use crate::app::AppState;
use crate::authz::client_access::decide;
use crate::clock::after;
use crate::crypto::Plain;
use crate::db;
use crate::db::authorizations::NewAuthorization;
use crate::db::clients::Client;
use crate::db::sessions::Session;
use crate::http::browser::Browser;
use crate::http::flow::{Flow, ServiceFace};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::session;
use crate::paths::Paths;

/// Prefix of codes.
const CODE_PREFIX: &str = "lqt_ac_";

/// An authorization in progress.
#[derive(Debug)]
pub struct Authorization {
    /// Its row; none when it is answered at once.
    pub id: Option<Uuid>,
    /// The request.
    pub request: AuthorizationRequest,
    /// The client.
    pub client: Arc<Client>,
    /// When it arrived.
    pub requested_at: DateTime<Utc>,
}

impl Authorization {
    /// The one of that id, in this browser, while it lives.
    ///
    /// # Errors
    /// A page that says it is over.
    pub async fn find(id: Uuid, browser: &Browser, state: &AppState) -> Result<Self, PageError> {
        let flow = Flow::find(id, browser, state).await?.ok_or(PageError::AuthorizationExpired)?;
        let request = serde_json::from_value(flow.parameters).map_err(PageError::internal)?;
        Ok(Self { id: Some(id), request, client: flow.client, requested_at: flow.requested_at })
    }
}

/// What comes next, from the facts of this moment.
///
/// # Errors
/// PostgreSQL's.
pub async fn step(
    authorization: &Authorization,
    session: Option<&Session>,
    state: &AppState,
) -> Result<NextStep, PageError> {
    let person = match session {
        Some(session) => {
            let mut connection = state.pool.acquire().await?;
            let facts =
                db::authorizations::access_facts(&mut connection, session.user.id, &authorization.client.client_id)
                    .await?;
            Some(Person {
                sub: session.user.id.to_string(),
                authenticated_at: session.authenticated_at,
                password_expired: session.user.password_expired,
                access: decide(facts),
            })
        }
        None => None,
    };
    Ok(next_step(&Situation {
        request: &authorization.request,
        requested_at: authorization.requested_at,
        person: person.as_ref(),
        can_restart: authorization.client.start_uri.is_some(),
        now: state.clock.now(),
    }))
}

/// Goes there. `browser` is needed to close a stored authorization.
///
/// # Errors
/// PostgreSQL's.
pub async fn answer(
    authorization: &Authorization,
    step: NextStep,
    session: Option<&Session>,
    state: &AppState,
    browser: Option<&Browser>,
) -> Result<HttpResponse, PageError> {
    let paths = &state.paths;
    let page = |path: String| Ok(see_other(&Paths::within(&path, authorization.id)));
    match (step, session) {
        (NextStep::NewPassword, _) => page(paths.new_password()),
        (NextStep::VerifyEmail, _) => page(paths.verify_email()),
        (NextStep::Refuse, _) => page(paths.refused()),
        (NextStep::Restart, _) => {
            close(authorization, state, browser).await?;
            Ok(see_other(authorization.client.start_uri.as_deref().unwrap_or_default()))
        }
        (NextStep::Fail(error), _) => {
            close(authorization, state, browser).await?;
            Ok(see_other(&back(authorization, &[("error", error)], state)))
        }
        (NextStep::Issue(_), Some(session)) => issue(authorization, session, state, browser).await,
        (NextStep::SignIn | NextStep::Issue(_), _) => page(paths.sign_in()),
    }
}

async fn issue(
    authorization: &Authorization,
    session: &Session,
    state: &AppState,
    browser: Option<&Browser>,
) -> Result<HttpResponse, PageError> {
    let (request, now) = (&authorization.request, state.clock.now());
    let code = Plain::random(CODE_PREFIX);
    let new = NewAuthorization {
        oauth_session: Uuid::now_v7(),
        user: session.user.id,
        client_id: &authorization.client.client_id,
        sid: session.id,
        scope: &request.scope,
        nonce: request.nonce.as_deref(),
        id_token_claims: &request.id_token_claims,
        userinfo_claims: &request.userinfo_claims,
        authenticated_at: session.authenticated_at,
        amr: &session.amr,
        offline: request.scope.iter().any(|scope| scope == "offline_access"),
        session_expires_at: after(now, state.settings.tokens.refresh_absolute),
        code: code.hashed(),
        redirect_uri: &request.redirect_uri,
        code_challenge: request.code_challenge.as_deref(),
        code_expires_at: after(now, state.settings.tokens.code),
    };
    let mut connection = state.pool.acquire().await?;
    db::authorizations::issue(&mut connection, &new, now).await?;
    drop(connection);
    close(authorization, state, browser).await?;
    Ok(see_other(&back(authorization, &[("code", code.reveal())], state)))
}

async fn close(authorization: &Authorization, state: &AppState, browser: Option<&Browser>) -> Result<(), PageError> {
    if let (Some(id), Some(browser)) = (authorization.id, browser) {
        let mut connection = state.pool.acquire().await?;
        db::authorizations::delete(&mut connection, id, browser.hashed()).await?;
    }
    Ok(())
}

fn back(authorization: &Authorization, answer: &[(&str, &str)], state: &AppState) -> String {
    let request = &authorization.request;
    redirect(&request.redirect_uri, answer, request.state.as_deref(), state.paths.issuer())
}

/// `GET /authorize/{id}`
///
/// # Errors
/// A page that says the request is over.
pub async fn get(request: HttpRequest, id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let authorization = Authorization::find(*id, &browser, &state).await?;
    let session = session::of(&request, &state).await?;
    let step = step(&authorization, session.as_ref(), &state).await?;
    answer(&authorization, step, session.as_ref(), &state, Some(&browser)).await
}

#[derive(Template)]
#[template(path = "oidc/continue.html")]
struct ContinuePage<'a> {
    page: &'a Page,
    service: Option<ServiceFace>,
    next: String,
}

/// `GET /authorize/{id}/continue`: where forms lead. Its page goes on by itself with a fresh GET, so
/// that the `form-action` of our policy does not forbid the way to the service.
///
/// # Errors
/// A page that says the request is over.
pub async fn continue_page(
    request: HttpRequest,
    id: Path<Uuid>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let authorization = Authorization::find(*id, &browser, &state).await?;
    let page = Page::new(&request, &state, &browser, authorization.request.ui_locales.as_deref());
    let service = Some(ServiceFace::of(&authorization.client, &page.lang, state.paths.issuer()));
    render(
        actix_web::http::StatusCode::OK,
        &page,
        &ContinuePage { page: &page, service, next: state.paths.authorization(*id) },
    )
}

/// `GET /authorize/{id}/decline`: the person gives up, and the service is told. Nothing is stored:
/// they may come back and go on.
///
/// # Errors
/// A page that says the request is over.
pub async fn decline(request: HttpRequest, id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let authorization = Authorization::find(*id, &browser, &state).await?;
    answer(&authorization, NextStep::Fail("access_denied"), None, &state, None).await
}
