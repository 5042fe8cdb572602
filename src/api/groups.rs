//! `/api/v1/groups`: groups of the whole instance. What opens or closes something wants a new key (AD-04).

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::{json, nothing};
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::shapes::{Page, Search};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db;
use crate::delegation::Target;
use crate::groups::BUILT_IN;
use crate::http::api_error::ApiError;

/// What is asked before a group changes: nobody is taken out by it.
const REGROUP: Act = Act::Regroup { last_administrator: false };

/// A group of people of the whole instance.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "name": "staff", "members": 12, "second_factor": false, "built_in": false }))]
pub struct Group {
    /// Its name; services are told it.
    pub name: String,
    /// How many are in it.
    pub members: i64,
    /// They must sign in in two steps.
    pub second_factor: bool,
    /// Loquet needs it: it keeps its name and is not removed.
    pub built_in: bool,
}

impl From<db::organizations::Group> for Group {
    fn from(group: db::organizations::Group) -> Self {
        Self {
            built_in: BUILT_IN.contains(&group.name.as_str()),
            members: group.members,
            second_factor: group.second_factor,
            name: group.name,
        }
    }
}

/// All groups.
#[derive(Serialize, ToSchema)]
pub struct Groups {
    /// By name.
    pub items: Vec<Group>,
}

/// Groups
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/groups", tag = "Groups", operation_id = "listGroups",
    responses((status = 200, body = Groups))
)]
pub async fn list(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let groups = caller.desk(&state).groups().await.map_err(of_refusal(&state))?;
    Ok(json(&Groups { items: groups.into_iter().map(Group::from).collect() }))
}

/// A name for a group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "staff" }))]
pub struct GroupName {
    /// Small letters, digits, and `.`, `_`, `-` between them.
    pub name: String,
}

/// Make a group
///
/// Nobody is in it, and it opens nothing yet. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/groups", tag = "Groups", operation_id = "createGroup", request_body = GroupName,
    responses((status = 201, body = Group, headers(("Location" = String, description = "Where it is."))))
)]
pub async fn create(
    request: HttpRequest,
    caller: Caller,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let GroupName { name } = read::body(&request, &bytes)?;
    caller.desk(&state).create_group(&name).await.map_err(of_refusal(&state))?;
    let location = state.paths.public(&state.paths.api_group(&name));
    let group = Group { built_in: false, name, members: 0, second_factor: false };
    Ok(HttpResponse::build(StatusCode::CREATED).insert_header((LOCATION, location)).json(group))
}

/// In the address: a group.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneGroup {
    /// Its name.
    #[param(example = "staff")]
    pub group: String,
}

/// All that is told of a group.
#[derive(Serialize, ToSchema)]
pub struct GroupDetail {
    /// What it is.
    #[serde(flatten)]
    pub group: Group,
    /// Services that let its members in.
    pub services: Vec<String>,
}

/// A group
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/groups/{group}", tag = "Groups", operation_id = "getGroup", params(OneGroup),
    responses((status = 200, body = GroupDetail))
)]
pub async fn show(caller: Caller, at: Path<OneGroup>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    // Who is in it has a list of its own.
    let dossier = caller.desk(&state).group(&at.group, "", None, 0).await.map_err(of_refusal(&state))?;
    Ok(json(&GroupDetail {
        group: Group {
            name: at.group.clone(),
            members: dossier.count,
            second_factor: dossier.second_factor,
            built_in: BUILT_IN.contains(&at.group.as_str()),
        },
        services: dossier.services,
    }))
}

/// Remove a group
///
/// What only it opened is closed. For administrators, with a new key; not one that Loquet needs.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/groups/{group}", tag = "Groups", operation_id = "deleteGroup", params(OneGroup),
    responses((status = 204, description = "It is gone."))
)]
pub async fn delete(caller: Caller, at: Path<OneGroup>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(&state, REGROUP, Target::Group(&at.group)).await?;
    caller.desk(&state).delete_group(&at.group).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Call a group otherwise
///
/// Services are told the new name from now on. For administrators, with a new key; not one that Loquet needs.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/groups/{group}/rename", tag = "Groups", operation_id = "renameGroup", params(OneGroup),
    request_body = GroupName, responses((status = 204, description = "Done."))
)]
pub async fn rename(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneGroup>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let new: GroupName = read::body(&request, &bytes)?;
    caller.must_be_recent(&state, REGROUP, Target::Group(&at.group)).await?;
    caller.desk(&state).rename_group(&at.group, &new.name).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Whether two steps are demanded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "demanded": true }))]
pub struct Demand {
    /// They are, or are no longer.
    pub demanded: bool,
}

/// Demand two steps of a group
///
/// Or no longer. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/groups/{group}/second-factor", tag = "Groups", operation_id = "demandSecondFactor",
    params(OneGroup), request_body = Demand, responses((status = 204, description = "Done."))
)]
pub async fn demand(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneGroup>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let demand: Demand = read::body(&request, &bytes)?;
    caller.must_be_recent(&state, REGROUP, Target::Group(&at.group)).await?;
    let done = caller.desk(&state).demand_second_factor(&at.group, demand.demanded).await;
    done.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Who is in a group.
#[derive(Serialize, ToSchema)]
pub struct GroupMember {
    /// The account.
    pub id: Uuid,
    /// The name that they sign in with.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The account may be used.
    pub active: bool,
}

impl From<db::groups::Member> for GroupMember {
    fn from(member: db::groups::Member) -> Self {
        let db::groups::Member { id, username, name, email, active } = member;
        Self { id, username, name, email, active }
    }
}

/// People of a group
///
/// By username; looked for by a part of a name, a username or an address. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/groups/{group}/members", tag = "Groups", operation_id = "listGroupMembers",
    params(OneGroup, Search), responses((status = 200, body = Page<GroupMember>))
)]
pub async fn members(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneGroup>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let search: Search = read::query(&request)?;
    let found = caller.desk(&state).group(&at.group, &search.q, search.cursor.as_deref(), search.count()).await;
    let found = found.map_err(of_refusal(&state))?;
    Ok(json(&Page { items: found.members.into_iter().map(GroupMember::from).collect(), next: found.next }))
}

/// In the address: somebody in a group.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneMember {
    /// The group.
    #[param(example = "staff")]
    pub group: String,
    /// The person's `id`.
    pub person: Uuid,
}

/// Put somebody into a group
///
/// For administrators, with a new key. Whoever becomes administrator or auditor needs a proven address.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    put, path = "/api/v1/groups/{group}/members/{person}", tag = "Groups", operation_id = "addToGroup",
    params(OneMember), responses((status = 204, description = "They are in it."))
)]
pub async fn add(caller: Caller, at: Path<OneMember>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(&state, REGROUP, Target::Group(&at.group)).await?;
    let done = caller.desk(&state).join_group(&at.group, &at.person.to_string()).await;
    done.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Take somebody out of a group
///
/// For administrators, with a new key; never the last of them.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/groups/{group}/members/{person}", tag = "Groups", operation_id = "removeFromGroup",
    params(OneMember), responses((status = 204, description = "They are not in it any more."))
)]
pub async fn remove(caller: Caller, at: Path<OneMember>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(&state, REGROUP, Target::Group(&at.group)).await?;
    caller.desk(&state).leave_group(&at.group, at.person).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}
