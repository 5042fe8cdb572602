//! `/api/v1/organizations`: those one may look at; administrators make, change and delete them.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{json, nothing, versioned};
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::shapes::{InOrganization, Page, Paging};
use crate::app::AppState;
use crate::authz::delegation::{Deed, Standing, Ties};
use crate::db::delegation::Place;
use crate::delegation::{self, Change, Version};
use crate::http::api_error::ApiError;
use crate::types::Role;

/// A hosted structure: an association, a collective, a company.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "slug": "le-fournil", "name": "Le Fournil", "contact": "bonjour@le-fournil.example", "active": true, "standing": "referent"
}))]
pub struct Organization {
    /// In addresses. Never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whom to write to; may be empty.
    pub contact: String,
    /// Not switched off. What is switched off can be looked at; nobody uses a service through it.
    pub active: bool,
    /// What you are to it.
    pub standing: StandingName,
}

/// What somebody is to an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StandingName {
    /// Of the whole instance: does everything.
    Administrator,
    /// Of the whole instance: sees everything and changes nothing.
    Auditor,
    /// Looks after its people and their access.
    Referent,
    /// Uses what it has.
    Member,
}

impl StandingName {
    fn of(standing: Standing) -> Self {
        match standing {
            Standing::Administrator => Self::Administrator,
            Standing::Auditor => Self::Auditor,
            Standing::Referent => Self::Referent,
            // An outsider is shown none.
            Standing::Member | Standing::Outsider => Self::Member,
        }
    }
}

impl From<&Place> for Organization {
    fn from(place: &Place) -> Self {
        Self {
            slug: place.slug.clone(),
            name: place.name.clone(),
            contact: place.contact.clone(),
            active: place.active,
            standing: StandingName::of(place.standing),
        }
    }
}

/// Organizations that you may look at
///
/// Your own; for administrators and auditors, all. In the order of their slugs.
///
/// # Errors
/// A cursor of another list.
#[utoipa::path(
    get, path = "/api/v1/organizations", tag = "Organizations", operation_id = "listOrganizations",
    params(Paging), responses((status = 200, body = Page<Organization>))
)]
pub async fn list(request: HttpRequest, caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let paging: Paging = read::query(&request)?;
    let desk = caller.desk(&state);
    let found = desk.organizations(paging.cursor.as_deref(), paging.count()).await;
    let found = found.map_err(of_refusal(&state))?;
    let standing = desk.standing(&mut *state.pool.acquire().await?).await.map_err(of_refusal(&state))?;
    let items = found.organizations.into_iter().map(|listed| {
        let role: Option<Role> = listed.role.and_then(|role| role.parse().ok());
        let (administrator, auditor) = (standing == Standing::Administrator, standing == Standing::Auditor);
        Organization {
            slug: listed.slug,
            name: listed.name,
            contact: listed.contact,
            active: listed.active,
            standing: StandingName::of(Standing::of(Ties { administrator, auditor, role })),
        }
    });
    Ok(json(&Page { items: items.collect(), next: found.next }))
}

/// An organization to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "slug": "le-fournil", "name": "Le Fournil", "contact": "bonjour@le-fournil.example" }))]
pub struct NewOrganization {
    /// In addresses: small letters, digits and hyphens. Never changes.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    pub slug: String,
    /// Its name: a line of up to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Whom to write to.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub contact: String,
    /// Although the name looks like that of another organization.
    #[serde(default)]
    pub despite_likeness: bool,
}

/// Make an organization
///
/// Administrators alone do that.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations", tag = "Organizations", operation_id = "createOrganization",
    request_body = NewOrganization,
    responses((status = 201, body = Organization, headers(
        ("Location" = String, description = "Where it is."), ("ETag" = String, description = "Its version.")))
    )
)]
pub async fn create(
    request: HttpRequest,
    caller: Caller,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let new: NewOrganization = read::body(&request, &bytes)?;
    let new = delegation::NewOrganization {
        slug: &new.slug,
        name: &new.name,
        contact: &new.contact,
        despite_likeness: new.despite_likeness,
    };
    let place = caller.desk(&state).create_organization(&new).await.map_err(of_refusal(&state))?;
    let mut response = answer(StatusCode::CREATED, &place);
    let location = state.paths.public(&state.paths.api_organization(&place.slug));
    let location = location.parse().map_err(ApiError::internal)?;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// An organization
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}", tag = "Organizations", operation_id = "getOrganization",
    params(InOrganization),
    responses((status = 200, body = Organization, headers(("ETag" = String, description = "Its version."))))
)]
pub async fn show(caller: Caller, at: Path<InOrganization>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let place = caller.read(&state, &at.slug, async |work| {
        work.must(Deed::SeePeople)?;
        Ok(work.place.clone())
    });
    Ok(answer(StatusCode::OK, &place.await?))
}

/// What is to change of an organization; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "active": false }))]
pub struct OrganizationChange {
    /// Its name: a line of up to 100 characters.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    pub name: Option<String>,
    /// Whom to write to.
    #[serde(default)]
    #[schema(max_length = 100, nullable = false)]
    pub contact: Option<String>,
    /// Switched on or off.
    #[serde(default)]
    #[schema(nullable = false)]
    pub active: Option<bool>,
    /// Although the name looks like that of another organization.
    #[serde(default)]
    pub despite_likeness: bool,
}

/// Change an organization
///
/// Administrators alone do that. Switched off, nobody uses a service through it any more.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    patch, path = "/api/v1/organizations/{slug}", tag = "Organizations", operation_id = "changeOrganization",
    params(InOrganization, ("If-Match" = String, Header, description = "The version that you saw (its ETag), or `*`.")),
    request_body = OrganizationChange,
    responses((status = 200, body = Organization, headers(("ETag" = String, description = "Its version."))))
)]
pub async fn change(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let change: OrganizationChange = read::body(&request, &bytes)?;
    let expected = read::expected(&request)?;
    let change = Change {
        name: change.name.as_deref(),
        contact: change.contact.as_deref(),
        active: change.active,
        despite_likeness: change.despite_likeness,
    };
    let place = caller
        .change(&state, &at.slug, async |work| work.change_organization(&change, expected.as_ref()).await)
        .await?;
    Ok(answer(StatusCode::OK, &place))
}

/// Delete an organization
///
/// Administrators alone do that. Memberships, accesses, invitations and the tokens for it go; accounts stay.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/organizations/{slug}", tag = "Organizations", operation_id = "deleteOrganization",
    params(InOrganization, ("If-Match" = String, Header, description = "The version that you saw (its ETag), or `*`.")),
    responses((status = 204, description = "It is gone."))
)]
pub async fn delete(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let expected = read::expected(&request)?;
    caller.change(&state, &at.slug, async |work| work.delete_organization(expected.as_ref()).await).await?;
    Ok(nothing())
}

fn answer(status: StatusCode, place: &Place) -> HttpResponse {
    versioned(status, &Version::of_place(place), &Organization::from(place))
}
