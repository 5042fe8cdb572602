//! `/api/v1/organizations/{slug}/list`: the people of an organization as a spreadsheet has them.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::json;
use super::caller::Caller;
use super::read;
use super::shapes::{Access, InOrganization, RoleName};
use crate::app::AppState;
use crate::delegation::Version;
use crate::delegation::list::{self, Planned, Step};
use crate::http::api_error::ApiError;

/// A list, as CSV.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "text": "email,role,services\ncamille@le-fournil.example,referent,cloud:editor\nnoe@le-fournil.example,,cloud\n",
    "complete": true
}))]
pub struct List {
    /// A line a person: `email, role, services…`, separated by commas, semicolons or tabulations. A first
    /// line without an address names the columns. A role is `member` or `referent`; empty: as it is.
    /// Services are `cloud`, or `cloud:editor+viewer` with roles; `-` is none; empty: as they are.
    #[schema(max_length = 524_288)]
    pub text: String,
    /// Whoever is not in the list is taken out, and their invitation is withdrawn.
    #[serde(default)]
    pub complete: bool,
}

/// A list to be applied.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "text": "email,role,services\ncamille@le-fournil.example,referent,cloud:editor\n", "complete": false,
    "digest": "Q2xlYXJseSBub3Qg"
}))]
pub struct ListToApply {
    /// As for the preview.
    #[schema(max_length = 524_288)]
    pub text: String,
    /// As for the preview.
    #[serde(default)]
    pub complete: bool,
    /// The `digest` of the preview that was looked at: if the list would change anything else by now,
    /// nothing is done (412). Left out: whatever it changes now.
    #[serde(default)]
    #[schema(nullable = false)]
    pub digest: Option<String>,
}

/// What a list changes.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "changes": [{ "line": 3, "email": "noe@le-fournil.example", "name": null, "change": "invite", "role": "member",
        "give": [{ "client_id": "cloud", "roles": [] }], "take": [] }],
    "unchanged": 1, "refused": [{ "line": 4, "email": "x", "field": "email", "problem": "not-an-address" }],
    "digest": "Q2xlYXJseSBub3Qg"
}))]
pub struct Plan {
    /// In the order of the list; what the list leaves out at the end.
    pub changes: Vec<ListChange>,
    /// How many lines ask for what is there already.
    pub unchanged: usize,
    /// Lines, and people, that stay as they are, and why. The others are done.
    pub refused: Vec<RefusedLine>,
    /// Stands for the changes: another plan has another.
    pub digest: String,
}

/// One change.
#[derive(Serialize, ToSchema)]
pub struct ListChange {
    /// Of which line, from 1; `null` for whoever is not in the list.
    pub line: Option<u64>,
    /// Whose.
    pub email: String,
    /// Their name, if they are a member.
    pub name: Option<String>,
    /// What.
    pub change: ListChangeKind,
    /// The member, or the invitation.
    pub id: Option<Uuid>,
    /// What they become; `null`: as it is.
    pub role: Option<RoleName>,
    /// Accesses that are given, or with other roles.
    pub give: Vec<Access>,
    /// Services that are taken away.
    pub take: Vec<String>,
}

/// What becomes of somebody.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ListChangeKind {
    /// A mail invites them.
    Invite,
    /// The invitation that waits gives something else.
    ChangeInvitation,
    /// A member gets another role or other accesses.
    ChangeMember,
    /// A member is taken out.
    RemoveMember,
    /// An invitation is taken back.
    WithdrawInvitation,
}

/// A line, or a person, that stays as it is.
#[derive(Serialize, ToSchema)]
pub struct RefusedLine {
    /// Which line, from 1; `null` for whoever is not in the list.
    pub line: Option<u64>,
    /// The address, as written.
    pub email: String,
    /// The column that is wrong.
    pub field: String,
    /// What is wrong, as a word for programs.
    pub problem: String,
}

impl From<Planned> for ListChange {
    fn from(planned: Planned) -> Self {
        use ListChangeKind::{ChangeInvitation, ChangeMember, Invite, RemoveMember, WithdrawInvitation};
        let (change, id, role, give, take) = match planned.step {
            Step::Invite { role, grants } => (Invite, None, Some(role), grants, Vec::new()),
            Step::ChangeInvitation { id, role, grants } => (ChangeInvitation, Some(id), Some(role), grants, Vec::new()),
            Step::Change { member, role, give, take } => (ChangeMember, Some(member), role, give, take),
            Step::Remove { member } => (RemoveMember, Some(member), None, Vec::new(), Vec::new()),
            Step::Withdraw { id } => (WithdrawInvitation, Some(id), None, Vec::new(), Vec::new()),
        };
        Self {
            line: planned.line,
            email: planned.email,
            name: planned.name,
            change,
            id,
            role: role.map(Into::into),
            give: give.into_iter().map(Access::from).collect(),
            take,
        }
    }
}

impl From<list::Plan> for Plan {
    fn from(plan: list::Plan) -> Self {
        let refused = plan.refused.into_iter().map(|refused| RefusedLine {
            line: refused.line,
            email: refused.email,
            field: refused.field.to_owned(),
            problem: refused.problem.to_owned(),
        });
        Self {
            unchanged: plan.unchanged,
            refused: refused.collect(),
            digest: plan.digest.to_string(),
            changes: plan.steps.into_iter().map(ListChange::from).collect(),
        }
    }
}

/// What a list would change
///
/// Nothing does.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations/{slug}/list/preview", tag = "The list", operation_id = "previewList",
    params(InOrganization), request_body = List, responses((status = 200, body = Plan))
)]
pub async fn preview(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let list: List = read::body(&request, &bytes)?;
    let plan = caller.read(&state, &at.slug, async |work| work.preview_list(&list.text, list.complete).await).await?;
    Ok(json(&Plan::from(plan)))
}

/// Apply a list
///
/// All changes or, if something fails, none. Lines that cannot be followed are told and left out; the others
/// are done. Applied again, it changes nothing.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations/{slug}/list", tag = "The list", operation_id = "applyList",
    params(InOrganization), request_body = ListToApply,
    responses((status = 200, body = Plan, description = "What was done, and what could not be."), (status = 412))
)]
pub async fn apply(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let list: ListToApply = read::body(&request, &bytes)?;
    let seen = list.digest.as_deref().map(Version::presented);
    let applied = caller
        .change(&state, &at.slug, async |work| work.apply_list(&list.text, list.complete, seen.as_ref()).await)
        .await?;
    Ok(json(&Plan::from(applied.plan)))
}
