//! `/admin/services/{client_id}/logo`: what a service looks like on people’s pages. `/service-logo/{id}`: a logo,
//! for everybody.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db;
use crate::delegation::Target;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::upload::TooLarge;
use crate::paths::Paths;
use crate::types::{Logo, PortraitError};

/// Largest file, in bytes.
const LARGEST: usize = 5 << 20;

#[derive(Template)]
#[template(path = "admin/service_logo.html")]
struct LogoPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    title: String,
    action: String,
    /// The one that there is.
    shown: Option<String>,
    /// What is wrong with what was sent, or "".
    error: String,
    service: String,
}

/// `GET /admin/services/{client_id}/logo`
///
/// # Errors
/// What the rule says; not found when there is no such service.
pub async fn get(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let service = state.paths.admin_service(&client_id);
    let may = console.desk().may(Act::TendServices, Target::Service(&client_id)).await;
    may.map_err(|refusal| console.refused(refusal, &service))?;
    show(&console, &client_id, None).await
}

/// `POST /admin/services/{client_id}/logo`
///
/// # Errors
/// What the rule says; not found when there is no such service; when it is no form with a file.
pub async fn post(
    request: HttpRequest,
    client_id: Path<String>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, upload) = Console::received(&request, payload, &state, "logo", LARGEST).await?;
    let service = state.paths.admin_service(&client_id);
    let refused = |refusal| console.refused(refusal, &service);
    let desk = console.desk();
    desk.may(Act::TendServices, Target::Service(&client_id)).await.map_err(refused)?;
    let saved = see_other(&Paths::with(&service, &[("done", "logo")]));
    if !upload.form.get("remove").is_empty() {
        desk.set_logo(&client_id, None).await.map_err(refused)?;
        return Ok(saved);
    }
    let file = match upload.file("logo") {
        Err(TooLarge) => return show(&console, &client_id, Some("admin-service-logo-large")).await,
        Ok(file) if file.is_empty() => return show(&console, &client_id, Some("admin-service-logo-nothing")).await,
        Ok(file) => file,
    };
    match state.uploads.work(move || Logo::of(&file)).await? {
        Ok(logo) => {
            desk.set_logo(&client_id, Some(&logo)).await.map_err(refused)?;
            Ok(saved)
        }
        Err(error) => show(&console, &client_id, Some(told(error))).await,
    }
}

/// What is wrong, and what would be right.
const fn told(error: PortraitError) -> &'static str {
    match error {
        PortraitError::Kind => "admin-service-logo-kind",
        PortraitError::Damaged => "admin-service-logo-damaged",
        PortraitError::Pixels => "admin-service-logo-pixels",
    }
}

async fn show(console: &Console<'_>, client_id: &str, fault: Option<&str>) -> Result<HttpResponse, PageError> {
    let (page, paths) = (&console.page, &console.state().paths);
    let service = paths.admin_service(client_id);
    let file = console.desk().service_file(client_id).await.map_err(|refusal| console.refused(refusal, &service))?;
    let name = file.client.name(&page.lang).to_owned();
    let template = LogoPage {
        page,
        frame: Frame::of(console, Tab::Services).await?,
        title: page.text1("admin-service-logo-title", "name", &name),
        name,
        action: paths.admin_service_part(client_id, "logo"),
        shown: file.client.logo.map(|id| paths.service_logo(id)),
        error: fault.map(|key| page.text(key)).unwrap_or_default(),
        service,
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render(status, page, &template)
}

/// `GET /service-logo/{id}`: each logo has an address of its own, so it never changes.
///
/// # Errors
/// When there is none, or PostgreSQL's.
pub async fn file(id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let mut connection = state.pool.acquire().await?;
    let png = db::service_logos::find(&mut connection, *id).await?.ok_or(PageError::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/png"))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        // Even if it were taken for a page, nothing in it would run.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"logo.png\""))
        .body(png))
}
