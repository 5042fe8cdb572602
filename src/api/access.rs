//! `/api/v1/access/{person}/{client_id}`: why somebody may use a service or may not, and what it would learn
//! of them. For administrators and auditors.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::answer::json;
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::explanation::Explanation;
use crate::claims::preview::Preview;
use crate::http::api_error::ApiError;

/// In the address: somebody and a service.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SomebodyAndService {
    /// The person's `id`.
    pub person: Uuid,
    /// The service.
    #[param(example = "cloud")]
    pub client_id: String,
}

/// Why somebody may use a service, or may not
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/access/{person}/{client_id}", tag = "Access", operation_id = "explainAccess",
    params(SomebodyAndService), responses((status = 200, body = Explanation))
)]
pub async fn explain(
    caller: Caller,
    at: Path<SomebodyAndService>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let explanation = caller.desk(&state).explain_access(at.person, &at.client_id).await;
    Ok(json(&explanation.map_err(of_refusal(&state))?))
}

/// What the service asks for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The scopes that it asks for, separated by spaces; without any, all that it may get.
    #[param(example = "openid profile groups")]
    pub scope: Option<String>,
}

/// What a service would learn of somebody
///
/// The very claims of its tokens, without issuing any. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/access/{person}/{client_id}/claims", tag = "Access", operation_id = "previewClaims",
    params(SomebodyAndService, Asked), responses((status = 200, body = Preview))
)]
pub async fn claims(
    request: HttpRequest,
    caller: Caller,
    at: Path<SomebodyAndService>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let asked: Asked = read::query(&request)?;
    let scopes = asked.scope.map(|scope| scope.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let preview = caller.desk(&state).preview_claims(at.person, &at.client_id, scopes.as_deref()).await;
    Ok(json(&preview.map_err(of_refusal(&state))?))
}
