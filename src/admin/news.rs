//! `/admin/news`: what everybody reads on the home page.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::delegation::Refusal;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/news.html")]
struct NewsPage<'a> {
    page: &'a Page,
    frame: Frame,
    action: String,
    fr: String,
    en: String,
    done: bool,
    error: String,
    field: &'static str,
}

/// `GET /admin/news`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let action = state.paths.admin_news();
    let news = console.desk().news().await.map_err(|refusal| console.refused(refusal, &action))?;
    let (fr, en) = news.map(|news| (news.fr, news.en)).unwrap_or_default();
    let frame = Frame::of(&console, Tab::News).await?;
    let done = console.query()?.get("done") == "1";
    let page = &console.page;
    let template = NewsPage { page, frame, action, fr, en, done, error: String::new(), field: "" };
    render(StatusCode::OK, page, &template)
}

/// `POST /admin/news`
///
/// # Errors
/// What the rule says.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let action = state.paths.admin_news();
    // Browsers end lines as in mails.
    let [fr, en] = ["fr", "en"].map(|name| form.get(name).replace("\r\n", "\n"));
    match console.desk().tell_news(&fr, &en).await {
        Ok(()) => Ok(see_other(&format!("{action}?done=1"))),
        Err(Refusal::Invalid(flaw)) => {
            let (page, frame) = (&console.page, Frame::of(&console, Tab::News).await?);
            let error = page.text("admin-news-too-long");
            let template = NewsPage { page, frame, action, fr, en, done: false, error, field: flaw.field };
            render(StatusCode::UNPROCESSABLE_ENTITY, page, &template)
        }
        Err(refusal) => Err(console.refused(refusal, &action)),
    }
}
