//! `/api/v1/organizations/{slug}/members/{person}/accesses/{client_id}`: what a member has.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::caller::Caller;
use super::members::{Member, answer};
use super::read;
use crate::app::AppState;
use crate::http::api_error::ApiError;

/// In the address: a service, for a member of an organization.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneAccess {
    /// The organization, as in addresses.
    #[param(example = "le-fournil")]
    pub slug: String,
    /// The person's `id`.
    pub person: Uuid,
    /// The service.
    #[param(example = "cloud")]
    pub client_id: String,
}

/// What a member has in a service.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "roles": ["editor"] }))]
pub struct AccessChange {
    /// All their roles there, by the names that the service knows. Those that only administrators give stay
    /// as they are.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// Give access to a service, with these roles
///
/// # Errors
/// What is refused.
#[utoipa::path(
    put, path = "/api/v1/organizations/{slug}/members/{person}/accesses/{client_id}", tag = "Members",
    operation_id = "grantAccess",
    params(OneAccess, ("If-Match" = String, Header, description = "The version of the member that you saw, or `*`.")),
    request_body = AccessChange,
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version of the member."))))
)]
pub async fn put(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneAccess>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let change: AccessChange = read::body(&request, &bytes)?;
    let expected = read::expected(&request)?;
    let member = caller.change(&state, &at.slug, async |work| {
        work.grant(at.person, &at.client_id, &change.roles, expected.as_ref()).await
    });
    Ok(answer(member.await?))
}

/// Take access to a service back
///
/// Where the service is open to all members, what goes is their roles. What the service holds of them ends.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/organizations/{slug}/members/{person}/accesses/{client_id}", tag = "Members",
    operation_id = "withdrawAccess",
    params(OneAccess, ("If-Match" = String, Header, description = "The version of the member that you saw, or `*`.")),
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version of the member."))))
)]
pub async fn delete(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneAccess>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let expected = read::expected(&request)?;
    let member = caller
        .change(&state, &at.slug, async |work| work.withdraw(at.person, &at.client_id, expected.as_ref()).await)
        .await?;
    Ok(answer(member))
}
