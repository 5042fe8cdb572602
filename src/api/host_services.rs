//! `/api/v1/services`: the services of the instance, and what is done to them. What opens or closes something, and
//! every secret, wants a new key (AD-04).

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{json, nothing};
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::services::ServiceName;
use super::shapes::{Page, Search};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::clients::guided::{Unusable, Wanted, Way};
use crate::db;
use crate::delegation::{Cursor, Target};
use crate::http::api_error::ApiError;

/// A service of the instance.
#[derive(Serialize, ToSchema)]
pub struct HostService {
    /// The service.
    pub client_id: String,
    /// What people call it.
    pub name: ServiceName,
    /// Switched on.
    pub enabled: bool,
    /// Every account may use it.
    pub everyone: bool,
    /// How many groups it lets in.
    pub groups: i64,
    /// How many active organizations have it.
    pub organizations: i64,
}

impl From<db::host_services::Listed> for HostService {
    fn from(listed: db::host_services::Listed) -> Self {
        Self {
            client_id: listed.client_id,
            name: ServiceName { fr: listed.name_fr, en: listed.name_en },
            enabled: listed.enabled,
            everyone: listed.everyone,
            groups: listed.groups,
            organizations: listed.organizations,
        }
    }
}

/// Services of the instance
///
/// By their names in English; looked for by a part of a name or id. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/services", tag = "All services", operation_id = "listAllServices", params(Search),
    responses((status = 200, body = Page<HostService>))
)]
pub async fn list(request: HttpRequest, caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let search: Search = read::query(&request)?;
    let (desk, key) = (caller.desk(&state), caller.key());
    desk.may(Act::Look, Target::Instance).await.map_err(of_refusal(&state))?;
    let cursors = Cursor::new(&state.vault, &[b"services", key.as_bytes()]);
    let skipped = search.cursor.as_deref().map(|cursor| cursors.open(cursor)).transpose();
    let skipped: i64 = skipped.map_err(of_refusal(&state))?.and_then(|text| text.parse().ok()).unwrap_or_default();
    let count = search.count();
    // One more says whether there are others.
    let found = desk.host_services(&search.q, false, skipped, count + 1).await.map_err(of_refusal(&state))?;
    let mut items: Vec<HostService> = found.into_iter().map(HostService::from).collect();
    let size = usize::try_from(count).unwrap_or_default();
    let next = (items.len() > size).then(|| cursors.seal(&(skipped + count).to_string()));
    items.truncate(size);
    Ok(json(&Page { items, next }))
}

/// A service to be added: after a recipe (`recipe`, `url`), or by its `redirect_uris`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Forge", "recipe": "forgejo", "url": "https://git.example.org" }))]
pub struct NewService {
    /// What people call it.
    #[schema(min_length = 1, max_length = 64)]
    pub name: String,
    /// One of `loquet client recipes`.
    #[serde(default)]
    pub recipe: Option<String>,
    /// Where the service is, with a recipe.
    #[serde(default)]
    pub url: String,
    /// What the service calls Loquet, for recipes in which that makes a difference.
    #[serde(default)]
    pub provider: String,
    /// Where it is sent back to, without a recipe.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Without a recipe: it uses PKCE.
    #[serde(default = "yes")]
    pub require_pkce: bool,
    /// The host's own: people are not asked what it may receive.
    #[serde(default)]
    pub ours: bool,
}

const fn yes() -> bool {
    true
}

/// What the service must be told. Its secret is never told again.
#[derive(Serialize, ToSchema)]
pub struct AddedService {
    /// Its name here.
    pub client_id: String,
    /// Its secret; `null`: it has none.
    pub client_secret: Option<String>,
    /// What to set on the other side, for a service with a recipe.
    pub settings: Option<String>,
}

/// Add a service
///
/// Nobody may use it yet. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/services", tag = "All services", operation_id = "addService", request_body = NewService,
    responses((status = 201, body = AddedService, headers(("Location" = String, description = "Where it is."))))
)]
pub async fn create(
    request: HttpRequest,
    caller: Caller,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let new: NewService = read::body(&request, &bytes)?;
    caller.must_be_recent(&state, Act::TendServices, Target::Instance).await?;
    let way = match &new.recipe {
        Some(name) => Way::Recipe { name, url: &new.url, provider: &new.provider },
        None => Way::Addresses { redirect_uris: new.redirect_uris, pkce: new.require_pkce },
    };
    let wanted = Wanted { name: &new.name, ours: new.ours, way };
    let (client, recipe) = wanted.client().map_err(|unusable| match unusable {
        Unusable::Name => ApiError::invalid("name", "not-a-name"),
        Unusable::RedirectUris => ApiError::invalid("redirect_uris", "not-an-address"),
        Unusable::Url => ApiError::invalid("url", "not-an-address"),
        Unusable::Provider => ApiError::invalid("provider", "not-a-name"),
        Unusable::Recipe => ApiError::invalid("recipe", "unknown"),
    })?;
    let secret = caller.desk(&state).add_service(&client).await.map_err(of_refusal(&state))?;
    let secret = secret.map(|secret| secret.reveal().to_owned());
    let settings =
        recipe.map(|recipe| recipe.settings(&state.paths, &client.client_id, secret.as_deref().unwrap_or_default()));
    let location = state.paths.public(&state.paths.api_service(&client.client_id));
    let added = AddedService { client_id: client.client_id, client_secret: secret, settings };
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(added))
}

/// In the address: a service of the instance.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneHostService {
    /// The service.
    #[param(example = "cloud")]
    pub client_id: String,
}

/// Remove a service
///
/// With all that people granted it. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/services/{client_id}", tag = "All services", operation_id = "deleteService",
    params(OneHostService), responses((status = 204, description = "It is gone."))
)]
pub async fn delete(caller: Caller, at: Path<OneHostService>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(&state, Act::TendServices, Target::Service(&at.client_id)).await?;
    caller.desk(&state).remove_service(&at.client_id).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Switch a service on
///
/// For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/services/{client_id}/enable", tag = "All services", operation_id = "enableService",
    params(OneHostService), responses((status = 204, description = "Done."))
)]
pub async fn enable(caller: Caller, at: Path<OneHostService>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    switch(&caller, &at, &state, true).await
}

/// Switch a service off
///
/// Nobody signs in there any more, and what it holds of anybody ends. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/services/{client_id}/disable", tag = "All services", operation_id = "disableService",
    params(OneHostService), responses((status = 204, description = "Done."))
)]
pub async fn disable(
    caller: Caller,
    at: Path<OneHostService>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    switch(&caller, &at, &state, false).await
}

async fn switch(caller: &Caller, at: &OneHostService, state: &AppState, on: bool) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(state, Act::TendServices, Target::Service(&at.client_id)).await?;
    caller.desk(state).switch_service(&at.client_id, on).await.map_err(of_refusal(state))?;
    Ok(nothing())
}
