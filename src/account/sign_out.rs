//! `/sign-out` and what is shown afterwards.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::flow::Flow;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{session, trace};

/// `POST /sign-out`: ends the session here. From a page of an authorization, or one of ours that is for
/// somebody else (`to`), goes back to it, to sign in as somebody else.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    if let Some(session) = session::of(&request, &state).await? {
        let (user, origin, now) = (session.user.id, trace::origin(&request, &state), state.clock.now());
        let mut transaction = state.pool.begin().await?;
        if db::sessions::end(&mut transaction, session.id, now).await?.is_some() {
            db::audit::record(&mut transaction, &Event::own(Kind::SignedOut, user, &origin), now).await?;
        }
        transaction.commit().await?;
        tracing::info!(%user, "signed out");
    }
    let flow = match form.get("authorization").parse() {
        Ok(id) => Flow::find(id, &browser, &state).await?,
        Err(_) => None,
    };
    let to = state.paths.local(form.get("to")).unwrap_or_else(|| state.paths.signed_out());
    let mut response = see_other(&flow.map_or(to, |flow| state.paths.authorization(flow.id)));
    response.add_cookie(&session::forgotten(&state)).map_err(PageError::internal)?;
    Ok(response)
}

#[derive(Template)]
#[template(path = "account/signed_out.html")]
struct SignedOutPage<'a> {
    page: &'a Page,
    sign_in: String,
}

/// `GET /signed-out`
///
/// # Errors
/// When the page cannot be rendered.
pub async fn done(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    render(StatusCode::OK, &page, &SignedOutPage { page: &page, sign_in: state.paths.sign_in() })
}
