//! `/api/v1/organizations/{slug}/members`: its people, as those who look after it may know them (OR-06).

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::{json, nothing, versioned};
use super::caller::Caller;
use super::read;
use super::shapes::{Access, InOrganization, Page, RoleName, USUAL};
use crate::app::AppState;
use crate::db::members::{self, Grant};
use crate::delegation::Version;
use crate::http::api_error::ApiError;

/// Somebody in an organization. Nothing tells of what they are or have elsewhere.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f5c0-7b1e-7c3a-9d0e-2f6a1b3c4d5e", "name": "Camille Petit", "email": "camille@le-fournil.example",
    "role": "member", "since": "2026-03-01T10:00:00Z", "last_seen": "2026-11-20",
    "accesses": [{ "client_id": "cloud", "roles": ["editor"] }]
}))]
pub struct Member {
    /// The person.
    pub id: Uuid,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Member or referent.
    pub role: RoleName,
    /// Since when they are in the organization.
    pub since: DateTime<Utc>,
    /// The day of their last sign-in, if it is known.
    pub last_seen: Option<NaiveDate>,
    /// What was given to them here. A service that is open to all members is among them only if they have
    /// roles there.
    pub accesses: Vec<Access>,
}

impl From<members::Member> for Member {
    fn from(member: members::Member) -> Self {
        let access = |grant: Grant| Access { client_id: grant.client_id, roles: grant.roles };
        Self {
            id: member.id,
            name: member.name,
            email: member.email,
            role: member.role.into(),
            since: member.since,
            last_seen: member.last_seen.map(|at| at.date_naive()),
            accesses: member.grants.into_iter().map(access).collect(),
        }
    }
}

/// The answer about one member, with its version.
pub(super) fn answer(member: members::Member) -> HttpResponse {
    versioned(StatusCode::OK, &Version::of_member(&member), &Member::from(member))
}

/// In the address: a member of an organization.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneMember {
    /// The organization, as in addresses.
    #[param(example = "le-fournil")]
    pub slug: String,
    /// The person's `id`.
    pub person: Uuid,
}

/// Which members.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Part of a name or of an address.
    #[param(max_length = 100)]
    pub q: Option<String>,
    /// Only those of this role.
    #[param(inline)]
    pub role: Option<RoleName>,
    /// How many on a page: 50 if nothing is said, less than 1 is 1 and more than 200 is 200.
    #[serde(default, deserialize_with = "read::number")]
    pub limit: Option<i64>,
    /// The `next` of the page before. Good for this organization and this person.
    pub cursor: Option<String>,
}

/// Members
///
/// In the order of their names.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/members", tag = "Members", operation_id = "listMembers",
    params(InOrganization, Search), responses((status = 200, body = Page<Member>))
)]
pub async fn list(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let search: Search = read::query(&request)?;
    let (text, role) = (search.q.as_deref().unwrap_or_default(), search.role.map(Into::into));
    let (cursor, limit) = (search.cursor.as_deref(), search.limit.unwrap_or(USUAL));
    let found = caller.read(&state, &at.slug, async |work| work.members(text, role, cursor, limit).await).await?;
    Ok(json(&Page { items: found.members.into_iter().map(Member::from).collect(), next: found.next }))
}

/// A member
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/members/{person}", tag = "Members", operation_id = "getMember",
    params(OneMember),
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version."))))
)]
pub async fn show(caller: Caller, at: Path<OneMember>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let member = caller.read(&state, &at.slug, async |work| work.member(at.person).await).await?;
    Ok(answer(member))
}

/// What is to change of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": "referent" }))]
pub struct MemberChange {
    /// Member or referent.
    pub role: RoleName,
}

/// Make a member referent, or a referent member
///
/// The referents and the administrators hear of a new referent by mail. The last referent stays one. Names,
/// addresses and passwords are the person's own: nobody changes them here.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    patch, path = "/api/v1/organizations/{slug}/members/{person}", tag = "Members", operation_id = "changeMember",
    params(OneMember, ("If-Match" = String, Header, description = "The version that you saw (its ETag), or `*`.")),
    request_body = MemberChange,
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version."))))
)]
pub async fn change(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneMember>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let change: MemberChange = read::body(&request, &bytes)?;
    let expected = read::expected(&request)?;
    let role = change.role.into();
    let member = caller
        .change(&state, &at.slug, async |work| work.change_role(at.person, role, expected.as_ref()).await)
        .await?;
    Ok(answer(member))
}

/// Take somebody out
///
/// With all that they had here. Their account, and what they have elsewhere, stay. The last referent stays.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/organizations/{slug}/members/{person}", tag = "Members", operation_id = "removeMember",
    params(OneMember, ("If-Match" = String, Header, description = "The version that you saw (its ETag), or `*`.")),
    responses((status = 204, description = "They are not in it any more."))
)]
pub async fn remove(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneMember>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let expected = read::expected(&request)?;
    caller.change(&state, &at.slug, async |work| work.remove_member(at.person, expected.as_ref()).await).await?;
    Ok(nothing())
}

/// The list, as a spreadsheet reads it
///
/// Members and those who are invited: `email,role,services,name,state`. Applied again as it is, it changes
/// nothing. The journal notes that it was taken.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/members.csv", tag = "The list", operation_id = "exportMembers",
    params(InOrganization), responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export(caller: Caller, at: Path<InOrganization>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let list = caller.read(&state, &at.slug, async |work| work.export_list().await).await?;
    let name = format!("attachment; filename=\"{}.csv\"", at.slug);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(list))
}
