//! `/api/v1/settings`: what was set, and where. It is changed in its file, and read at start.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::json;
use super::caller::Caller;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::Target;
use crate::http::api_error::ApiError;

/// A setting as it stands.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "key": "host.language", "value": "fr", "origin": "/etc/loquet/loquet.toml:12" }))]
pub struct Setting {
    /// `section.key`.
    pub key: String,
    /// Its value; `(set)` in the place of a secret.
    pub value: String,
    /// File and line, an environment variable, or `default`.
    pub origin: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct AllSettings {
    /// As `loquet check-config` shows them.
    pub items: Vec<Setting>,
}

/// Settings in force
///
/// Secrets are not told. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/settings", tag = "Instance", operation_id = "listSettings",
    responses((status = 200, body = AllSettings))
)]
pub async fn list(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).may(Act::Look, Target::Instance).await.map_err(of_refusal(&state))?;
    let setting = |entry: &crate::config::InForce| Setting {
        key: entry.key.clone(),
        value: entry.value.clone(),
        origin: entry.origin.clone(),
    };
    Ok(json(&AllSettings { items: state.settings.in_force.iter().map(setting).collect() }))
}
