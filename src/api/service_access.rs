//! `/api/v1/services/{client_id}/access`: who may use a service, by rule and by name.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{json, versioned};
use super::caller::Caller;
use super::host_services::OneHostService;
use super::read;
use super::refusal::of_refusal;
use super::shapes::{Page, Paging};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db;
use crate::delegation::{AccessFile, AccessRule, Cursor, Target};
use crate::http::api_error::ApiError;

/// An organization that has a service.
#[derive(Serialize, ToSchema)]
pub struct HavingOrganization {
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Not switched off.
    pub active: bool,
    /// All its members may use the service; otherwise those to whom it is given.
    pub all_members: bool,
}

/// Who may use a service.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "everyone": false, "groups": ["staff"], "organizations": [
    { "slug": "le-fournil", "name": "Le Fournil", "active": true, "all_members": false }] }))]
pub struct ServiceAccess {
    /// Every account.
    pub everyone: bool,
    /// Members of these groups.
    pub groups: Vec<String>,
    /// Organizations that have it, the first 20 by name: opened and closed under
    /// `/organizations/{slug}/services`.
    pub organizations: Vec<HavingOrganization>,
}

impl From<&AccessFile> for ServiceAccess {
    fn from(file: &AccessFile) -> Self {
        let organization = |attached: &db::host_services::Attached| HavingOrganization {
            slug: attached.slug.clone(),
            name: attached.name.clone(),
            active: attached.active,
            all_members: attached.all_members,
        };
        Self {
            everyone: file.client.everyone,
            groups: file.groups.iter().filter(|group| group.allowed).map(|group| group.name.clone()).collect(),
            organizations: file.organizations.iter().map(organization).collect(),
        }
    }
}

/// Who may use a service
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/services/{client_id}/access", tag = "All services", operation_id = "getServiceAccess",
    params(OneHostService),
    responses((status = 200, body = ServiceAccess, headers(("ETag" = String, description = "Its version."))))
)]
pub async fn show(caller: Caller, at: Path<OneHostService>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    answer(&caller, &at.client_id, &state).await
}

/// A rule.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "everyone": false, "groups": ["staff"] }))]
pub struct AccessRuleToSet {
    /// Every account.
    pub everyone: bool,
    /// Members of these groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// Say who may use a service
///
/// Beside the organizations that have it. Whoever may not any more loses what the service holds of them, at once.
/// For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    put, path = "/api/v1/services/{client_id}/access", tag = "All services", operation_id = "setServiceAccess",
    params(OneHostService, ("If-Match" = String, Header, description = "The version that you saw (its ETag), or `*`.")),
    request_body = AccessRuleToSet,
    responses((status = 200, body = ServiceAccess, headers(("ETag" = String, description = "Its version."))))
)]
pub async fn put(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneHostService>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let AccessRuleToSet { everyone, groups } = read::body(&request, &bytes)?;
    let expected = read::expected(&request)?;
    caller.must_be_recent(&state, Act::TendServices, Target::Service(&at.client_id)).await?;
    let rule = AccessRule { everyone, groups };
    let done = caller.desk(&state).open_service(&at.client_id, &rule, expected.as_ref()).await;
    done.map_err(of_refusal(&state))?;
    answer(&caller, &at.client_id, &state).await
}

async fn answer(caller: &Caller, client_id: &str, state: &AppState) -> Result<HttpResponse, ApiError> {
    let file = caller.desk(state).service_access(client_id, "", 0).await.map_err(of_refusal(state))?;
    Ok(versioned(StatusCode::OK, &file.version, &ServiceAccess::from(&file)))
}

/// Somebody who may use a service.
#[derive(Serialize, ToSchema)]
pub struct EntitledUser {
    /// The account.
    pub id: Uuid,
    /// Their username.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// Groups through which.
    pub groups: Vec<String>,
    /// Names of organizations through which.
    pub organizations: Vec<String>,
}

impl From<db::host_services::Entitled> for EntitledUser {
    fn from(person: db::host_services::Entitled) -> Self {
        let db::host_services::Entitled { id, username, name, groups, organizations } = person;
        Self { id, username, name, groups, organizations }
    }
}

/// People who may use a service
///
/// By username, and through what. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/services/{client_id}/people", tag = "All services", operation_id = "listServicePeople",
    params(OneHostService, Paging), responses((status = 200, body = Page<EntitledUser>))
)]
pub async fn people(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneHostService>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let page: Paging = read::query(&request)?;
    let (desk, key) = (caller.desk(&state), caller.key());
    desk.may(Act::Look, Target::Service(&at.client_id)).await.map_err(of_refusal(&state))?;
    let cursors = Cursor::new(&state.vault, &[b"service-people", at.client_id.as_bytes(), key.as_bytes()]);
    let after = page.cursor.as_deref().map(|cursor| cursors.open(cursor)).transpose().map_err(of_refusal(&state))?;
    let count = usize::try_from(page.count()).unwrap_or_default();
    let file = desk.service_access(&at.client_id, &after.unwrap_or_default(), count).await;
    let file = file.map_err(of_refusal(&state))?;
    let next = file.people.last().filter(|_| file.more).map(|last| cursors.seal(&last.username));
    Ok(json(&Page { items: file.people.into_iter().map(EntitledUser::from).collect(), next }))
}
