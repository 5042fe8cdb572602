//! `/end-session` (OpenID Connect RP-Initiated Logout 1.0): a service asks to sign the person out.
//!
//! A genuine ID token (expired or not) ends the session that it came from without asking; anything else
//! asks the person first. Nobody is sent anywhere but to an address that the service registered.

use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::logout_request::LogoutRequest;
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{session, trace};

/// Longest query that we send a browser back with, in bytes.
const LONGEST_QUERY: usize = 6 * 1024;

/// Where to go once signed out.
struct Back {
    service: String,
    url: String,
}

#[derive(Template)]
#[template(path = "oidc/end_session.html")]
struct AskPage<'a> {
    page: &'a Page,
    service: Option<ServiceFace>,
    action: String,
    /// The request, to be checked again.
    fields: Vec<(&'static str, &'a str)>,
    stay: String,
}

#[derive(Template)]
#[template(path = "oidc/ended.html")]
struct EndedPage<'a> {
    page: &'a Page,
    back: Option<Back>,
    sign_in: String,
}

/// `GET` and `POST /end-session`
///
/// # Errors
/// PostgreSQL's, or text that cannot be read.
pub async fn handle(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let posted = request.method() == Method::POST;
    let encoded = if posted { &body[..] } else { request.query_string().as_bytes() };
    let params = Params::parse(encoded).map_err(|_| PageError::BadRequest("parameters are not UTF-8"))?;
    // As for authorizations: our cookies come with a GET only.
    if posted && encoded.len() <= LONGEST_QUERY {
        return Ok(see_other(&format!("{}?{}", state.paths.end_session(), params.encode())));
    }
    let asked = LogoutRequest::read(&params, &state).await?;
    let session = session::of(&request, &state).await?;
    if let Some(sid) = asked.sid {
        end(sid, &request, &asked, &state).await?;
        tracing::info!(%sid, client = asked.client_id(), "signed out by a service");
    }
    match session {
        // Somebody is signed in, and this is not about their session: they decide.
        Some(session) if asked.sid != Some(session.id) => {
            let browser = Browser::of(&request, &state);
            let page = Page::new(&request, &state, &browser, asked.ui_locales.as_deref())
                .signed_in(session.user.display_name());
            let service = asked.client.as_ref().map(|client| ServiceFace::of(client, &page.lang, &state.paths));
            let template = AskPage {
                page: &page,
                service,
                action: state.paths.end_session_confirm(),
                fields: asked.fields(),
                stay: state.paths.home(),
            };
            render(StatusCode::OK, &page, &template)
        }
        Some(_) => {
            let mut response = leave(&request, &asked, &state)?;
            response.add_cookie(&session::forgotten(&state)).map_err(PageError::internal)?;
            Ok(response)
        }
        None => leave(&request, &asked, &state),
    }
}

/// `POST /end-session/confirm`: the person agrees.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn confirm(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let asked = LogoutRequest::read(&form, &state).await?;
    if let Some(session) = session::of(&request, &state).await? {
        end(session.id, &request, &asked, &state).await?;
        tracing::info!(user = %session.user.id, client = asked.client_id(), "signed out, asked by a service");
    }
    // From a form of ours the way to the service is a page that goes on by a fresh GET.
    let mut response = see_other(&format!("{}?{}", state.paths.end_session_done(), asked.query()));
    response.add_cookie(&session::forgotten(&state)).map_err(PageError::internal)?;
    Ok(response)
}

/// `GET /end-session/done`: says so, and goes on to the service. Ends nothing.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn done(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let params =
        Params::parse(request.query_string().as_bytes()).map_err(|_| PageError::BadRequest("query is not UTF-8"))?;
    let asked = LogoutRequest::read(&params, &state).await?;
    ended(&request, &asked, &state)
}

/// Ends a session as the service asks, and notes it.
async fn end(sid: Uuid, request: &HttpRequest, asked: &LogoutRequest, state: &AppState) -> sqlx::Result<()> {
    let (origin, now) = (trace::origin(request, state), state.clock.now());
    let mut transaction = state.pool.begin().await?;
    if let Some(user) = db::sessions::end(&mut transaction, sid, now).await? {
        let client = asked.client.as_ref().map(|client| client.client_id.as_str());
        let event = Event { client, ..Event::own(Kind::SignedOut, user, &origin) };
        db::audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await
}

/// Goes to the service, or says that the session has ended.
fn leave(request: &HttpRequest, asked: &LogoutRequest, state: &Data<AppState>) -> Result<HttpResponse, PageError> {
    match asked.destination() {
        Some(url) => Ok(see_other(&url)),
        None => ended(request, asked, state),
    }
}

fn ended(request: &HttpRequest, asked: &LogoutRequest, state: &Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(request, state);
    let page = Page::new(request, state, &browser, asked.ui_locales.as_deref());
    let back = asked.destination().zip(asked.client.as_ref());
    let back = back.map(|(url, client)| Back { service: client.name(&page.lang).to_owned(), url });
    render(StatusCode::OK, &page, &EndedPage { page: &page, back, sign_in: state.paths.sign_in() })
}
