//! `/api/v1/group-rules`: groups whose people follow from memberships.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{json, nothing};
use super::caller::Caller;
use super::groups::OneGroup;
use super::read;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::standing::Rule;
use crate::delegation::{Keeping, Target};
use crate::http::api_error::ApiError;

/// A group that is kept by a rule.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "group": "members", "rule": "any", "grace_days": 30, "members": 412 }))]
pub struct KeptGroup {
    /// The group.
    pub group: String,
    /// Who is in it: `member` (of the host), `organization` (in one of the host's), or `any` of the two.
    pub rule: String,
    /// Days of grace after the last day.
    pub grace_days: i32,
    /// How many are in it.
    pub members: i64,
}

impl From<Rule> for KeptGroup {
    fn from(rule: Rule) -> Self {
        let Rule { group, rule, grace_days, members } = rule;
        Self { group, rule, grace_days, members }
    }
}

/// Groups that are kept by a rule.
#[derive(Serialize, ToSchema)]
pub struct KeptGroups {
    /// By name.
    pub items: Vec<KeptGroup>,
}

/// Groups that are kept by a rule
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/group-rules", tag = "Groups", operation_id = "listGroupRules",
    responses((status = 200, body = KeptGroups))
)]
pub async fn list(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let rules = caller.desk(&state).kept_groups().await.map_err(of_refusal(&state))?;
    Ok(json(&KeptGroups { items: rules.into_iter().map(KeptGroup::from).collect() }))
}

/// A rule.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "rule": "any", "grace_days": 30 }))]
pub struct GroupRule {
    /// Who is in it: `member` (of the host), `organization` (in one of the host's), or `any` of the two.
    pub rule: String,
    /// Days of grace after the last day, at most 366.
    #[serde(default)]
    pub grace_days: i32,
}

/// Keep a group by a rule
///
/// From now on nobody is put into it or taken out of it by hand. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/group-rules/{group}", tag = "Groups", operation_id = "keepGroup", params(OneGroup),
    request_body = GroupRule, responses((status = 204, description = "Done."))
)]
pub async fn keep(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneGroup>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let rule: GroupRule = read::body(&request, &bytes)?;
    caller.must_be_recent(&state, Act::SetMembership, Target::Group(&at.group)).await?;
    let keeping = Keeping { rule: &rule.rule, grace_days: rule.grace_days };
    caller.desk(&state).keep_group(&at.group, Some(keeping)).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Keep a group by hand again
///
/// Who is in it stays. For administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/group-rules/{group}", tag = "Groups", operation_id = "releaseGroup", params(OneGroup),
    responses((status = 204, description = "Done."))
)]
pub async fn release(caller: Caller, at: Path<OneGroup>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(&state, Act::SetMembership, Target::Group(&at.group)).await?;
    caller.desk(&state).keep_group(&at.group, None).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}
