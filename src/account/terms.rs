//! `/account/terms`: the terms have a version that the person has not accepted yet.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::frame::Visitor;
use super::onward::Onward;
use crate::app::AppState;
use crate::config::Terms;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::types::Markdown;

#[derive(Template)]
#[template(path = "account/terms.html")]
struct TermsPage<'a> {
    page: &'a Page,
    action: String,
    text: &'a Markdown,
    version: &'a str,
    service: Option<ServiceFace>,
    /// The authorization to come back to as somebody else; empty: none.
    authorization: String,
}

/// `GET /account/terms`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::anyhow(&request, &state).await?;
    let onward = Onward::of(&request, &visitor.browser, &state).await?;
    match due(&visitor) {
        Some(terms) => show(&visitor, &onward, terms),
        None => Ok(see_other(&onward.address(&state))),
    }
}

/// `POST /account/terms`: accepted.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::anyhow(&request, &state).await?;
    let form = visitor.form(&body)?;
    let onward = Onward::of(&request, &visitor.browser, &state).await?;
    let Some(terms) = due(&visitor) else { return Ok(see_other(&onward.address(&state))) };
    // They changed while the person was reading: nobody accepts what they have not seen.
    if form.get("version") != terms.version {
        return show(&visitor, &onward, terms);
    }
    let (user, now, origin) = (visitor.session.user.id, state.clock.now(), visitor.origin());
    let event = Event::own(Kind::TermsAccepted, user, &origin).with(json!({ "version": terms.version }));
    let mut transaction = state.pool.begin().await?;
    db::legal::accept(&mut transaction, user, &terms.version, now).await?;
    db::audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    tracing::info!(%user, version = terms.version, "terms accepted");
    Ok(see_other(&onward.address(&state)))
}

/// The terms that the person has to accept.
fn due<'a>(visitor: &Visitor<'a>) -> Option<&'a Terms> {
    visitor.state.settings.legal.terms.as_ref().filter(|_| visitor.session.terms_due)
}

fn show(visitor: &Visitor<'_>, onward: &Onward, terms: &Terms) -> Result<HttpResponse, PageError> {
    let (state, session) = (visitor.state, &visitor.session);
    let page =
        Page::new(visitor.request, state, &visitor.browser, onward.ui_locales()).signed_in(session.user.display_name());
    let template = TermsPage {
        page: &page,
        action: onward.by(&state.paths.account_terms()),
        text: state.settings.legal_body("terms", &terms.text, &page.lang),
        version: &terms.version,
        service: onward.service(&page, state),
        authorization: onward.flow.as_ref().map_or_else(String::new, |flow| flow.id.to_string()),
    };
    render(StatusCode::OK, &page, &template)
}
