//! `/api/v1/organizations/{slug}/requests` and `/api/v1/access-requests`: people whom a service refused ask to
//! be let in; referents answer for their organization, administrators for the rest.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::json;
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::shapes::InOrganization;
use crate::app::AppState;
use crate::db::access_requests::Waiting;
use crate::db::entrances::Entrance;
use crate::delegation::Answer;
use crate::http::api_error::ApiError;

/// Somebody asks for a service.
#[derive(Serialize, ToSchema)]
pub struct AccessRequest {
    /// In addresses.
    pub id: Uuid,
    /// Who asks.
    pub person: Uuid,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// For which service.
    pub client_id: String,
    /// The organization that was asked, as in addresses; `null`: the host.
    pub organization: Option<String>,
    /// Since when.
    pub asked_at: DateTime<Utc>,
}

impl From<Waiting> for AccessRequest {
    fn from(waiting: Waiting) -> Self {
        Self {
            id: waiting.id,
            person: waiting.user,
            name: waiting.name,
            email: waiting.email,
            client_id: waiting.client_id,
            organization: waiting.organization.map(|(slug, _)| slug),
            asked_at: waiting.asked_at,
        }
    }
}

/// Requests that wait, the oldest first: at most 200.
#[derive(Serialize, ToSchema)]
pub struct AccessRequests {
    /// To be answered.
    pub items: Vec<AccessRequest>,
}

/// What was answered.
#[derive(Serialize, ToSchema)]
pub struct AccessAnswer {
    /// Who had asked.
    pub person: Uuid,
    /// For which service.
    pub client_id: String,
    /// They have access.
    pub accepted: bool,
    /// The group that was made to let them in; `null`: none was needed.
    pub new_group: Option<String>,
}

fn answered(answer: Answer, accepted: bool) -> HttpResponse {
    json(&AccessAnswer {
        person: answer.person.id,
        client_id: answer.client.client_id,
        accepted,
        new_group: answer.new_group,
    })
}

/// In the address: a request to an organization.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneRequest {
    /// The organization, as in addresses.
    #[param(example = "le-fournil")]
    pub slug: String,
    /// The `id` of the request.
    pub id: Uuid,
}

/// Requests to an organization
///
/// Of members who ask for one of its services.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/requests", tag = "Requests", operation_id = "listRequests",
    params(InOrganization), responses((status = 200, body = AccessRequests))
)]
pub async fn list(caller: Caller, at: Path<InOrganization>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let waiting = caller.read(&state, &at.slug, async |work| work.requests().await).await?;
    Ok(json(&AccessRequests { items: waiting.into_iter().map(AccessRequest::from).collect() }))
}

/// Let a member into a service
///
/// Without roles; these can be given afterwards. The person gets a mail.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations/{slug}/requests/{id}/accept", tag = "Requests",
    operation_id = "acceptRequest", params(OneRequest), responses((status = 200, body = AccessAnswer))
)]
pub async fn accept(caller: Caller, at: Path<OneRequest>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    answer(&caller, &at, &state, true).await
}

/// Keep a member out of a service
///
/// They can ask again after a week. The person gets a mail.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations/{slug}/requests/{id}/decline", tag = "Requests",
    operation_id = "declineRequest", params(OneRequest), responses((status = 200, body = AccessAnswer))
)]
pub async fn decline(caller: Caller, at: Path<OneRequest>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    answer(&caller, &at, &state, false).await
}

async fn answer(caller: &Caller, at: &OneRequest, state: &AppState, accepted: bool) -> Result<HttpResponse, ApiError> {
    let answer = caller.change(state, &at.slug, async |work| work.answer_request(at.id, accepted).await).await?;
    Ok(answered(answer, accepted))
}

/// A request to the host.
#[derive(Serialize, ToSchema)]
pub struct HostRequest {
    /// What is asked.
    #[serde(flatten)]
    pub request: AccessRequest,
    /// Groups that would let the person in; with several, one must be chosen.
    pub groups: Vec<OpeningGroup>,
}

/// A group that opens a service.
#[derive(Serialize, ToSchema)]
pub struct OpeningGroup {
    /// Its name.
    pub name: String,
    /// What else it opens: what people call these services, in English.
    pub opens_also: Vec<String>,
}

impl From<Entrance> for OpeningGroup {
    fn from(entrance: Entrance) -> Self {
        Self { opens_also: entrance.opens("en").to_vec(), name: entrance.name }
    }
}

/// Requests to the host that wait, the oldest first: at most 200.
#[derive(Serialize, ToSchema)]
pub struct HostRequests {
    /// To be answered.
    pub items: Vec<HostRequest>,
}

/// Whose answer is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// The host's.
    #[default]
    Host,
    /// Anybody's: also those that organizations were asked.
    All,
}

/// Which ones.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Whose answer is asked for.
    #[serde(default)]
    #[param(inline)]
    pub of: Of,
}

/// Requests to the host
///
/// Of people who have no organization with the service. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/access-requests", tag = "Requests", operation_id = "listHostRequests", params(Which),
    responses((status = 200, body = HostRequests))
)]
pub async fn list_of_host(
    request: HttpRequest,
    caller: Caller,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let which: Which = read::query(&request)?;
    let found = caller.desk(&state).host_requests(which.of == Of::All).await.map_err(of_refusal(&state))?;
    let item = |(waiting, entrances): (Waiting, Vec<Entrance>)| HostRequest {
        request: waiting.into(),
        groups: entrances.into_iter().map(OpeningGroup::from).collect(),
    };
    Ok(json(&HostRequests { items: found.into_iter().map(item).collect() }))
}

/// In the address: a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneHostRequest {
    /// The `id` of the request.
    pub id: Uuid,
}

/// How somebody is let in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "group": "cloud" }))]
pub struct LetIn {
    /// The group that they join: needed when several open the service. When none does, one is made.
    pub group: Option<String>,
}

/// Let somebody into a service
///
/// Through the organization that was asked, or else by a group that the service allows. The person gets a
/// mail. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/access-requests/{id}/accept", tag = "Requests", operation_id = "acceptHostRequest",
    params(OneHostRequest), request_body = LetIn, responses((status = 200, body = AccessAnswer))
)]
pub async fn accept_for_host(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneHostRequest>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let how: LetIn = read::body(&request, &bytes)?;
    let answer = caller.desk(&state).answer_for_host(at.id, true, how.group.as_deref()).await;
    Ok(answered(answer.map_err(of_refusal(&state))?, true))
}

/// Keep somebody out of a service
///
/// The person gets a mail. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/access-requests/{id}/decline", tag = "Requests", operation_id = "declineHostRequest",
    params(OneHostRequest), responses((status = 200, body = AccessAnswer))
)]
pub async fn decline_for_host(
    caller: Caller,
    at: Path<OneHostRequest>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let answer = caller.desk(&state).answer_for_host(at.id, false, None).await;
    Ok(answered(answer.map_err(of_refusal(&state))?, false))
}
