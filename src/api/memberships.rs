//! `…/membership`: from when to when somebody, or an organization, is a member of the host.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{json, nothing};
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::shapes::InOrganization;
use super::users::Somebody;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::standing::Dates;
use crate::delegation::Target;
use crate::http::api_error::ApiError;

/// From when to when.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "since": "2026-01-01", "until": "2026-12-31" }))]
pub struct MembershipDates {
    /// The first day, if it is known.
    #[serde(default)]
    pub since: Option<NaiveDate>,
    /// The last day; `null`: no member.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl From<Dates> for MembershipDates {
    fn from(Dates { since, until }: Dates) -> Self {
        Self { since, until }
    }
}

impl From<MembershipDates> for Dates {
    fn from(MembershipDates { since, until }: MembershipDates) -> Self {
        Self { since, until }
    }
}

/// Membership of somebody
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/users/{person}/membership", tag = "Users", operation_id = "getMembership", params(Somebody),
    responses((status = 200, body = MembershipDates))
)]
pub async fn of_person(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let (_, dates) = caller.desk(&state).membership(at.person).await.map_err(of_refusal(&state))?;
    Ok(json(&MembershipDates::from(dates)))
}

/// Give somebody's membership these dates
///
/// Groups that are kept by a rule follow at once. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/membership", tag = "Users", operation_id = "setMembership", params(Somebody),
    request_body = MembershipDates, responses((status = 204, description = "Done."))
)]
pub async fn set_of_person(
    request: HttpRequest,
    caller: Caller,
    at: Path<Somebody>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let dates: MembershipDates = read::body(&request, &bytes)?;
    caller.must_be_recent(&state, Act::SetMembership, Target::Person(at.person)).await?;
    caller.desk(&state).set_membership(at.person, dates.into()).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Membership of an organization
///
/// Its people are in good standing through it. For its referents too.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/membership", tag = "Organizations",
    operation_id = "getOrganizationMembership", params(InOrganization),
    responses((status = 200, body = MembershipDates))
)]
pub async fn of_organization(
    caller: Caller,
    at: Path<InOrganization>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let dates = caller.desk(&state).organization_membership(&at.slug).await.map_err(of_refusal(&state))?;
    Ok(json(&MembershipDates::from(dates)))
}

/// Give an organization's membership these dates
///
/// Groups that are kept by a rule follow at once. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations/{slug}/membership", tag = "Organizations",
    operation_id = "setOrganizationMembership", params(InOrganization), request_body = MembershipDates,
    responses((status = 204, description = "Done."))
)]
pub async fn set_of_organization(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let dates: MembershipDates = read::body(&request, &bytes)?;
    // What is hidden is hidden before anything else is said.
    caller.desk(&state).organization_membership(&at.slug).await.map_err(of_refusal(&state))?;
    caller.must_be_recent(&state, Act::SetMembership, Target::Organization(&at.slug)).await?;
    let done = caller.desk(&state).set_organization_membership(&at.slug, dates.into()).await;
    done.map_err(of_refusal(&state))?;
    Ok(nothing())
}
