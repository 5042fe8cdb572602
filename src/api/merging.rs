//! `/api/v1/users/{person}/merge`: another account of the same person becomes a part of this one.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::json;
use super::caller::Caller;
use super::memberships::MembershipDates;
use super::read;
use super::refusal::of_refusal;
use super::users::Somebody;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::{Merging, Target};
use crate::http::api_error::ApiError;

/// Another account of the same person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "other": "0192f5c0-aa10-7c3a-8d0e-5f6a1b3c4d5e" }))]
pub struct OtherAccount {
    /// The one that goes.
    pub other: Uuid,
}

/// What comes of a merge.
#[derive(Serialize, ToSchema)]
pub struct Merged {
    /// The username that stays.
    pub kept: String,
    /// The one that goes.
    pub other: String,
    /// Organizations of the one that goes, by their slugs: the one that stays is in all of them.
    pub organizations: Vec<String>,
    /// Groups that the one that stays is put into.
    pub groups: Vec<String>,
    /// Its membership of the host.
    pub membership: MembershipDates,
    /// Services that know the one that goes: there, the person is somebody new.
    pub services: Vec<String>,
}

impl From<Merging> for Merged {
    fn from(merging: Merging) -> Self {
        Self {
            kept: merging.kept.account.user.username,
            other: merging.other.account.user.username,
            organizations: merging.other.memberships.into_iter().map(|one| one.slug).collect(),
            groups: merging.groups,
            membership: merging.dates.into(),
            services: merging.services.into_iter().map(|known| known.client_id).collect(),
        }
    }
}

/// What a merge would do
///
/// Nothing changes. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/merge/preview", tag = "Users", operation_id = "previewMerge",
    params(Somebody), request_body = OtherAccount, responses((status = 200, body = Merged))
)]
pub async fn preview(
    request: HttpRequest,
    caller: Caller,
    at: Path<Somebody>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let other = begin(&request, &caller, &at, &bytes, &state).await?;
    let plan = caller.desk(&state).plan_merge(at.person, other).await.map_err(of_refusal(&state))?;
    Ok(json(&Merged::from(plan)))
}

/// Merge two accounts
///
/// What the other was let into moves to this one; the other goes as a deleted account does, and both addresses
/// are written to. For administrators, with a new key; nobody does it with an account of their own.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/users/{person}/merge", tag = "Users", operation_id = "mergeUsers", params(Somebody),
    request_body = OtherAccount, responses((status = 200, body = Merged))
)]
pub async fn merge(
    request: HttpRequest,
    caller: Caller,
    at: Path<Somebody>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let other = begin(&request, &caller, &at, &bytes, &state).await?;
    let done = caller.desk(&state).merge_accounts(at.person, other).await.map_err(of_refusal(&state))?;
    Ok(json(&Merged::from(done)))
}

/// The one that goes, if it may be asked at all.
async fn begin(
    request: &HttpRequest,
    caller: &Caller,
    at: &Somebody,
    bytes: &Bytes,
    state: &AppState,
) -> Result<Uuid, ApiError> {
    let OtherAccount { other } = read::body(request, bytes)?;
    let oneself = caller.person == Some(at.person) || caller.person == Some(other);
    caller.must_be_recent(state, Act::Merge { oneself }, Target::Person(at.person)).await?;
    Ok(other)
}
