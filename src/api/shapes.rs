//! What the answers of several routes have in common.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::invitations::Grant;
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
