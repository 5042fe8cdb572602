//! `/consent`: which service receives what, in plain words, and does the person agree?

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::dispatcher::{Authorization, Visit};
use super::next_step::NextStep;
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::consents::Asked;
use crate::http::csrf;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::receives::receives;
use crate::http::trace;
use crate::paths::Paths;

#[derive(Template)]
#[template(path = "oidc/consent.html")]
struct ConsentPage<'a> {
    page: &'a Page,
    service: ServiceFace,
    action: String,
    /// Where the answer goes: a service may call itself what it likes, its address it cannot choose.
    place: String,
    /// What the service receives, in words.
    receives: Vec<String>,
    policy: Option<&'a str>,
    terms: Option<&'a str>,
    /// For signing in as somebody else.
    authorization: String,
}

/// `GET /consent?authorization={id}`
///
/// # Errors
/// A page that says the request is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visit = Visit::of(&request, &state).await?;
    let (id, authorization) = Authorization::of(&visit).await?;
    let (NextStep::Consent, Some(session)) = (authorization.step(&visit).await?, &visit.session) else {
        return Ok(see_other(&state.paths.authorization(id)));
    };
    let (user, client) = (&session.user, &authorization.client);
    let page = Page::new(&request, &state, &visit.browser, authorization.request.ui_locales.as_deref())
        .signed_in(user.display_name());
    let template = ConsentPage {
        service: ServiceFace::of(client, &page.lang, &state.paths),
        place: place(&authorization.request.redirect_uri),
        action: Paths::within(&state.paths.consent(), Some(id)),
        receives: receives(&page, user, &state, &authorization.request.disclosed_scopes(&state.settings.profile)),
        policy: client.policy_uri.as_deref(),
        terms: client.tos_uri.as_deref(),
        authorization: id.to_string(),
        page: &page,
    };
    render(StatusCode::OK, &page, &template)
}

/// The host of a service, or the private scheme of a native application.
fn place(redirect_uri: &str) -> String {
    let url = url::Url::parse(redirect_uri).ok();
    let host = url.as_ref().and_then(|url| url.host_str().or(Some(url.scheme())));
    host.unwrap_or(redirect_uri).to_owned()
}

/// `POST /consent?authorization={id}`: the form says yes or no and nothing else; what is agreed to is
/// what the stored request asks.
///
/// # Errors
/// A page that says the request is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visit = Visit::of(&request, &state).await?;
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &visit.browser, &form)?;
    let (id, authorization) = Authorization::of(&visit).await?;
    let (NextStep::Consent, Some(session)) = (authorization.step(&visit).await?, &visit.session) else {
        return Ok(see_other(&state.paths.authorization(id)));
    };
    let asked = Asked { request: id, browser: visit.browser.hashed(), user: session.user.id };
    let (client, user, now) = (&authorization.client.client_id, session.user.id, state.clock.now());
    let mut transaction = state.pool.begin().await?;
    let noted = match form.get("decision") {
        "allow" => {
            let scopes = authorization.request.disclosed_scopes(&state.settings.profile);
            tracing::info!(%user, client, scopes = scopes.join(" "), "agreed to give a service what it asks");
            let origin = trace::origin(&request, &state);
            let event = Event::own(Kind::ServiceAllowed, user, &origin).of_client(client);
            db::audit::record(&mut transaction, &event.with(json!({ "scopes": scopes })), now).await?;
            db::consents::agree(&mut transaction, asked, &scopes, now).await?
        }
        "deny" => {
            tracing::info!(%user, client, "refused to give a service what it asks");
            db::consents::decline(&mut transaction, asked, now).await?
        }
        _ => return Ok(see_other(&state.paths.authorization(id))),
    };
    if !noted {
        return Err(PageError::AuthorizationExpired);
    }
    transaction.commit().await?;
    Ok(see_other(&state.paths.authorization_continue(id)))
}
