//! What the answers of several routes have in common.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::read;
use crate::db::invitations::Grant;
use crate::delegation::MOST;
use crate::types::Role;

/// Most on one page of a list, if nobody says otherwise.
pub(super) const USUAL: i64 = 50;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct Page<T> {
    /// In the order of the list.
    pub items: Vec<T>,
    /// The `cursor` of the next page; `null` on the last one.
    pub next: Option<String>,
}

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many on a page: 50 if nothing is said, less than 1 is 1 and more than 200 is 200.
    #[serde(default, deserialize_with = "read::number")]
    pub limit: Option<i64>,
    /// The `next` of the page before. Good for this list and this person.
    pub cursor: Option<String>,
}

impl Paging {
    /// How many on a page.
    pub(super) fn count(&self) -> i64 {
        self.limit.unwrap_or(USUAL).clamp(1, MOST)
    }
}

/// What to look for in a list, and which page of it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// What to look for; without it, everything.
    #[serde(default)]
    pub q: String,
    /// How many on a page: 50 if nothing is said, less than 1 is 1 and more than 200 is 200.
    #[serde(default, deserialize_with = "read::number")]
    pub limit: Option<i64>,
    /// The `next` of the page before. Good for this list and this person.
    pub cursor: Option<String>,
}

impl Search {
    /// How many on a page.
    pub(super) fn count(&self) -> i64 {
        self.limit.unwrap_or(USUAL).clamp(1, MOST)
    }
}

/// What somebody is in an organization. Referents look after its people and their access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    /// Uses what the organization has.
    Member,
    /// Looks after its people and their access.
    Referent,
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Referent => Self::Referent,
        }
    }
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Member => Self::Member,
            RoleName::Referent => Self::Referent,
        }
    }
}

/// Access to a service of the organization.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "client_id": "cloud", "roles": ["editor"] }))]
pub struct Access {
    /// The service.
    pub client_id: String,
    /// Roles there, by the names that the service knows.
    #[serde(default)]
    pub roles: Vec<String>,
}

impl From<Grant> for Access {
    fn from((client_id, roles): Grant) -> Self {
        Self { client_id, roles }
    }
}

/// In the address: an organization.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InOrganization {
    /// The organization, as in addresses.
    #[param(example = "le-fournil")]
    pub slug: String,
}
