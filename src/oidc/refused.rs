//! The page for somebody who may not use a service: says so, names whom to ask, leads back.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::AppState;
use crate::db;
use crate::http::browser::Browser;
use crate::http::flow::{Flow, ServiceFace};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::session;

#[derive(Template)]
#[template(path = "oidc/refused.html")]
struct RefusedPage<'a> {
    page: &'a Page,
    service: ServiceFace,
    /// Referents of the person's organizations that have this service.
    contacts: Vec<String>,
    /// Address of the host.
    instance_contact: Option<String>,
    /// Tells the service and goes back to it.
    back: String,
    /// For signing in as somebody else.
    authorization: String,
}

/// `GET /refused?authorization={id}`
///
/// # Errors
/// A page that says the request is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let flow = Flow::of(&request, &browser, &state).await?.ok_or(PageError::AuthorizationExpired)?;
    let Some(session) = session::of(&request, &state).await? else {
        return Ok(see_other(&state.paths.authorization(flow.id)));
    };
    let mut connection = state.pool.acquire().await?;
    let contacts =
        db::organizations::referents_to_ask(&mut connection, session.user.id, &flow.client.client_id).await?;
    drop(connection);
    let page = Page::new(&request, &state, &browser, flow.ui_locales()).signed_in(session.user.display_name());
    let template = RefusedPage {
        page: &page,
        service: ServiceFace::of(&flow.client, &page.lang, state.paths.issuer()),
        contacts,
        instance_contact: state.settings.host.contact.clone(),
        back: state.paths.authorization_decline(flow.id),
        authorization: flow.id.to_string(),
    };
    render(StatusCode::FORBIDDEN, &page, &template)
}
