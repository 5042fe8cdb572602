//! `GET /authorize/{id}`: the only place from which an authorization goes anywhere. Every page does
//! one thing and comes back here; none knows the next.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::authorization_request::AuthorizationRequest;
use super::authorization_response::{Destination, respond};
use super::lives;
use super::next_step::{Consent, NextStep, Person, Situation, agreed_before, next_step};
use crate::app::AppState;
use crate::authz::client_access::decide;
use crate::claims;
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
use crate::http::params::Params;
use crate::http::{session, trace};
use crate::paths::Paths;

/// Prefix of codes.
const CODE_PREFIX: &str = "lqt_ac_";

/// Who is in front of which browser.
pub struct Visit<'a> {
    /// The HTTP request.
    pub request: &'a HttpRequest,
    /// The server.
    pub state: &'a Data<AppState>,
    /// The browser.
    pub browser: Browser,
    /// Whoever is signed in in it.
    pub session: Option<Session>,
}

impl<'a> Visit<'a> {
    /// Of a request.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let (browser, session) = (Browser::of(request, state), session::of(request, state).await?);
        Ok(Self { request, state, browser, session })
    }
}

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
    /// Who agreed to this very request.
    pub consented_by: Option<Uuid>,
    /// The person refused it.
    pub declined: bool,
}

impl Authorization {
    /// One that has just arrived.
    #[must_use]
    pub fn new(request: AuthorizationRequest, client: Arc<Client>, requested_at: DateTime<Utc>) -> Self {
        Self { id: None, request, client, requested_at, consented_by: None, declined: false }
    }

    /// The one of that id, in this browser, while it lives.
    ///
    /// # Errors
    /// A page that says it is over.
    pub async fn find(id: Uuid, browser: &Browser, state: &AppState) -> Result<Self, PageError> {
        let flow = Flow::find(id, browser, state).await?.ok_or(PageError::AuthorizationExpired)?;
        let request = serde_json::from_value(flow.parameters).map_err(PageError::internal)?;
        Ok(Self {
            id: Some(id),
            request,
            client: flow.client,
            requested_at: flow.requested_at,
            consented_by: flow.consented_by,
            declined: flow.declined,
        })
    }

    /// The one that a page is about: that of its query.
    ///
    /// # Errors
    /// A page that says it is over.
    pub async fn of(visit: &Visit<'_>) -> Result<(Uuid, Self), PageError> {
        let query = Params::parse(visit.request.query_string().as_bytes())
            .map_err(|_| PageError::BadRequest("query is not UTF-8"))?;
        let id = query.get("authorization").parse().map_err(|_| PageError::AuthorizationExpired)?;
        Ok((id, Self::find(id, &visit.browser, visit.state).await?))
    }

    /// What comes next, from the facts of this moment.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn step(&self, visit: &Visit<'_>) -> Result<NextStep, PageError> {
        let (state, client) = (visit.state, &self.client);
        let mut consent = if self.declined { Consent::Declined } else { Consent::Unknown };
        let person = match &visit.session {
            Some(session) => {
                let mut connection = state.pool.acquire().await?;
                let standing =
                    db::authorizations::standing(&mut connection, session.user.id, &client.client_id).await?;
                drop(connection);
                consent = match consent {
                    Consent::Unknown if self.consented_by == Some(session.user.id) => Consent::Given,
                    Consent::Unknown
                        if agreed_before(&self.request, client, &standing.consented, &state.settings.profile) =>
                    {
                        Consent::Remembered
                    }
                    known => known,
                };
                Some(Person {
                    sub: claims::subject(session.user.id, client, &state.vault),
                    authenticated_at: session.authenticated_at,
                    multi_factor: session.is_multi_factor(),
                    duties: session::duty_facts(session),
                    access: decide(standing.facts),
                })
            }
            None => None,
        };
        Ok(next_step(&Situation {
            request: &self.request,
            requested_at: self.requested_at,
            person: person.as_ref(),
            consent,
            client_demands: client.second_factor,
            can_restart: client.entrance(state.paths.issuer()).is_some(),
            now: state.clock.now(),
        }))
    }

    /// Goes there.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn go(&self, step: NextStep, visit: &Visit<'_>) -> Result<HttpResponse, PageError> {
        let paths = &visit.state.paths;
        let page = |path: String| Ok(see_other(&Paths::within(&path, self.id)));
        self.note_denial(&step, visit).await?;
        match (step, &visit.session) {
            (NextStep::Duty(duty), _) => page(paths.of_duty(duty)),
            (NextStep::VerifyEmail, _) => page(paths.verify_email()),
            (NextStep::Consent, _) => page(paths.consent()),
            (NextStep::Refuse, _) => page(paths.refused()),
            (NextStep::Restart, _) => {
                self.close(visit).await?;
                Ok(see_other(&self.client.entrance(visit.state.paths.issuer()).unwrap_or_default()))
            }
            (NextStep::Fail(error), _) => {
                self.close(visit).await?;
                self.respond(&[("error", error)], visit)
            }
            (NextStep::Issue(_), Some(session)) => self.issue(session, visit).await,
            (NextStep::SignIn | NextStep::Issue(_), _) => page(paths.sign_in()),
        }
    }

    /// The journal says whom a service does not let in; that the person declined is their business.
    async fn note_denial(&self, step: &NextStep, visit: &Visit<'_>) -> Result<(), PageError> {
        let denied = matches!(step, NextStep::Refuse | NextStep::Fail("access_denied")) && !self.declined;
        let (true, Some(session)) = (denied, &visit.session) else { return Ok(()) };
        visit.state.metrics.access_refused();
        let reason = if self.client.enabled { "not-allowed" } else { "disabled" };
        let (origin, now) = (trace::origin(visit.request, visit.state), visit.state.clock.now());
        let mut connection = visit.state.pool.acquire().await?;
        let (user, client_id) = (session.user.id, &self.client.client_id);
        Ok(db::audit::record_denial(&mut connection, user, client_id, reason, &origin, now).await?)
    }

    async fn issue(&self, session: &Session, visit: &Visit<'_>) -> Result<HttpResponse, PageError> {
        let (request, state, now) = (&self.request, visit.state, visit.state.clock.now());
        let code = Plain::random(CODE_PREFIX);
        let new = NewAuthorization {
            request: self.id,
            browser: visit.browser.hashed(),
            oauth_session: Uuid::now_v7(),
            user: session.user.id,
            client_id: &self.client.client_id,
            sid: session.id,
            scope: &request.scope,
            nonce: request.nonce.as_deref(),
            id_token_claims: &request.id_token_claims,
            userinfo_claims: &request.userinfo_claims,
            authenticated_at: session.authenticated_at,
            amr: &session.amr,
            offline: request.scope.iter().any(|scope| scope == "offline_access"),
            session_expires_at: after(now, lives::of(&self.client, &state.settings.tokens).refresh_absolute),
            code: code.hashed(),
            redirect_uri: &request.redirect_uri,
            code_challenge: request.code_challenge.as_deref(),
            code_expires_at: after(now, state.settings.tokens.code),
        };
        let mut connection = state.pool.acquire().await?;
        if !db::authorizations::issue(&mut connection, &new, now).await? {
            return Err(PageError::AuthorizationExpired);
        }
        drop(connection);
        self.respond(&[("code", code.reveal())], visit)
    }

    async fn close(&self, visit: &Visit<'_>) -> Result<(), PageError> {
        if let Some(id) = self.id {
            let mut connection = visit.state.pool.acquire().await?;
            db::authorizations::delete(&mut connection, id, visit.browser.hashed()).await?;
        }
        Ok(())
    }

    fn respond(&self, answer: &[(&str, &str)], visit: &Visit<'_>) -> Result<HttpResponse, PageError> {
        respond(Destination::from(&self.request), answer, visit.request, visit.state)
    }
}

/// `GET /authorize/{id}`
///
/// # Errors
/// A page that says the request is over.
pub async fn get(request: HttpRequest, id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visit = Visit::of(&request, &state).await?;
    let authorization = Authorization::find(*id, &visit.browser, &state).await?;
    let step = authorization.step(&visit).await?;
    authorization.go(step, &visit).await
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
    let service = Some(ServiceFace::of(&authorization.client, &page.lang, &state.paths));
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
    let visit = Visit::of(&request, &state).await?;
    let authorization = Authorization::find(*id, &visit.browser, &state).await?;
    authorization.respond(&[("error", "access_denied")], &visit)
}
