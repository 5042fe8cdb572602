//! `/admin/services/{client_id}/secret`: another secret, shown once, with a recent proof of identity (AD-04).
//! The one before stays good for a while, so that the service can be given the new one in peace (AD-13).

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use super::service_facts::{self, Fact};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::Target;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

/// For how many hours the old one may stay good, the usual first.
const OVERLAPS: [i64; 3] = [24, 1, 0];

#[derive(Template)]
#[template(path = "admin/service_secret.html")]
struct AskPage<'a> {
    page: &'a Page,
    frame: Frame,
    title: String,
    overlaps: Vec<(i64, String)>,
    action: String,
    back: String,
}

/// What must be kept now, for it is never shown again.
#[derive(Template)]
#[template(path = "admin/service_kept.html")]
pub(super) struct KeptPage<'a> {
    /// The page.
    pub page: &'a Page,
    /// Around it.
    pub frame: Frame,
    /// What was done.
    pub title: String,
    /// What follows.
    pub text: String,
    /// The secret, if there is one.
    pub secret: Option<&'a str>,
    /// What else is told there.
    pub facts: Vec<Fact>,
    /// What to paste on the other side, for a service with a recipe.
    pub settings: String,
    /// Where the recipe tells the rest.
    pub recipe: String,
    /// What comes next.
    pub next: Vec<(String, String)>,
}

/// `GET /admin/services/{client_id}/secret`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity; not found for a service without a secret.
pub async fn get(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let (page, back) = (&console.page, state.paths.admin_service(&client_id));
    let refused = |refusal| console.refused(refusal, &back);
    console.desk().may(Act::TendServices, Target::Service(&client_id)).await.map_err(refused)?;
    let action = state.paths.admin_service_part(&client_id, "secret");
    console.visitor.recent(&action)?;
    let file = console.desk().service_file(&client_id).await.map_err(refused)?;
    if !file.has_secret() {
        return Err(PageError::NotFound);
    }
    let template = AskPage {
        page,
        frame: Frame::of(&console, Tab::Services).await?,
        title: page.text1("admin-service-secret-title", "name", file.client.name(&page.lang)),
        overlaps: OVERLAPS.into_iter().map(|hours| (hours, page.count("admin-service-overlap", hours))).collect(),
        action,
        back: back.clone(),
    };
    render(StatusCode::OK, page, &template)
}

/// `POST /admin/services/{client_id}/secret`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; not found for a service without a
/// secret.
pub async fn post(
    request: HttpRequest,
    client_id: Path<String>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let (page, back) = (&console.page, state.paths.admin_service(&client_id));
    let refused = |refusal| console.refused(refusal, &back);
    console.desk().may(Act::TendServices, Target::Service(&client_id)).await.map_err(refused)?;
    console.visitor.recent(&state.paths.admin_service_part(&client_id, "secret"))?;
    let overlap = OVERLAPS.into_iter().find(|hours| hours.to_string() == form.get("overlap"));
    let overlap = overlap.ok_or(PageError::BadRequest("no such overlap"))?;
    let frame = Frame::of(&console, Tab::Services).await?;
    let (client, secret) = console.desk().renew_secret(&client_id, overlap).await.map_err(refused)?;
    let template = KeptPage {
        page,
        frame,
        title: page.text1("admin-service-secret-done", "name", client.name(&page.lang)),
        text: page.count("admin-service-secret-overlap", overlap),
        secret: Some(secret.reveal()),
        facts: service_facts::of_us(&console, &client_id),
        settings: String::new(),
        recipe: String::new(),
        next: vec![(back.clone(), page.text("admin-service-kept"))],
    };
    render(StatusCode::OK, page, &template)
}
