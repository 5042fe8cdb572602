//! `/account/data`: the way to a copy of everything, and to the end of the account.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::deletion::{self, Asked};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::post::Post;

#[derive(Template)]
#[template(path = "account/data.html")]
struct DataPage<'a> {
    page: &'a Page,
    export: String,
    delete: String,
    kept: bool,
}

/// `GET /account/data`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let page = visitor.page(Section::Data);
    let kept = request.query_string() == "kept=1" && page.leaving.is_none();
    let template = DataPage { page: &page, export: state.paths.export(), delete: state.paths.deletion(), kept };
    render(StatusCode::OK, &page, &template)
}

/// `POST /account/data/delete/cancel`: the account stays. No proof of identity: whoever keeps it takes
/// nothing away.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn cancel(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.form(&body)?;
    let user = visitor.session.user.id;
    let mut transaction = state.pool.begin().await?;
    if db::deletions::cancel(&mut transaction, user).await? {
        let asked = Asked { actor: Some(user), origin: &visitor.origin() };
        deletion::called_off(&mut transaction, &Post::of(&state), user, &asked).await?;
    }
    transaction.commit().await?;
    Ok(see_other(&format!("{}?kept=1", state.paths.data())))
}
