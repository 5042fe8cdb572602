//! `/api/v1/organizations/{slug}/services`: what it has; administrators open and close services to it.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{json, nothing};
use super::caller::Caller;
use super::read;
use super::shapes::InOrganization;
use crate::app::AppState;
use crate::db::attachments;
use crate::http::api_error::ApiError;

/// A service that an organization has.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "client_id": "cloud", "name": { "fr": "Nuage", "en": "Cloud" }, "all_members": false, "enabled": true,
    "roles": [{ "name": "admin", "delegable": false }, { "name": "editor", "delegable": true }]
}))]
pub struct Service {
    /// The service.
    pub client_id: String,
    /// What people call it.
    pub name: ServiceName,
    /// All members have access; otherwise those to whom it is given.
    pub all_members: bool,
    /// Switched on by the host.
    pub enabled: bool,
    /// The roles that it knows.
    pub roles: Vec<ServiceRole>,
}

/// What people call a service.
#[derive(Serialize, ToSchema)]
pub struct ServiceName {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// A role of a service.
#[derive(Serialize, ToSchema)]
pub struct ServiceRole {
    /// As the service knows it.
    pub name: String,
    /// Referents may give it.
    pub delegable: bool,
}

impl From<attachments::Service> for Service {
    fn from(service: attachments::Service) -> Self {
        let roles = service.roles.into_iter();
        Self {
            client_id: service.client_id,
            name: ServiceName { fr: service.name_fr, en: service.name_en },
            all_members: service.all_members,
            enabled: service.enabled,
            roles: roles.map(|role| ServiceRole { name: role.name, delegable: role.delegable }).collect(),
        }
    }
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct Services {
    /// By name.
    pub items: Vec<Service>,
}

/// Services of an organization
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/services", tag = "Services", operation_id = "listServices",
    params(InOrganization), responses((status = 200, body = Services))
)]
pub async fn list(caller: Caller, at: Path<InOrganization>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let found = caller.read(&state, &at.slug, async |work| work.services().await).await?;
    Ok(json(&Services { items: found.into_iter().map(Service::from).collect() }))
}

/// In the address: a service of an organization.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneService {
    /// The organization, as in addresses.
    #[param(example = "le-fournil")]
    pub slug: String,
    /// The service.
    #[param(example = "cloud")]
    pub client_id: String,
}

/// For whom a service is open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "all_members": true }))]
pub struct Opening {
    /// To all members; otherwise to those to whom it is given.
    pub all_members: bool,
}

/// Open a service to an organization
///
/// Administrators alone do that. Said again, it changes for whom.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    put, path = "/api/v1/organizations/{slug}/services/{client_id}", tag = "Services", operation_id = "attachService",
    params(OneService), request_body = Opening, responses((status = 200, body = Service))
)]
pub async fn put(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneService>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let opening: Opening = read::body(&request, &bytes)?;
    let service =
        caller.change(&state, &at.slug, async |work| work.attach(&at.client_id, opening.all_members).await).await?;
    Ok(json(&Service::from(service)))
}

/// Close a service to an organization
///
/// Administrators alone do that. All that was given there goes.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/organizations/{slug}/services/{client_id}", tag = "Services",
    operation_id = "detachService", params(OneService), responses((status = 204, description = "It does not have it any more."))
)]
pub async fn delete(caller: Caller, at: Path<OneService>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.change(&state, &at.slug, async |work| work.detach(&at.client_id).await).await?;
    Ok(nothing())
}
