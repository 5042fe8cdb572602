//! `POST /language`: the person chooses a language, for this browser.

use actix_web::cookie::time::Duration;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use crate::app::AppState;
use crate::db;
use crate::http::browser::{Browser, cookie};
use crate::http::csrf;
use crate::http::locale::COOKIE;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// Keeps the choice and shows the same page again. Within an authorization, the person's choice
/// takes the place of the service's wish.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let language = state.texts.find(form.get("lang")).ok_or(PageError::BadRequest("unknown language"))?;
    let back = state.paths.local(form.get("return_to")).unwrap_or_else(|| state.paths.home());
    if let Some(id) = authorization_in(&back) {
        let mut connection = state.pool.acquire().await?;
        db::authorizations::wish_language(&mut connection, id, browser.hashed(), language.code()).await?;
    }
    let mut choice = cookie(&state, COOKIE, language.code().to_owned());
    choice.set_max_age(Duration::days(365));
    let mut response = see_other(&back);
    response.add_cookie(&choice).map_err(PageError::internal)?;
    Ok(response)
}

fn authorization_in(path: &str) -> Option<Uuid> {
    let (_, query) = path.split_once('?')?;
    Params::parse(query.as_bytes()).ok()?.get("authorization").parse().ok()
}
