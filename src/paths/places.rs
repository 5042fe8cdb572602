//! The administrators' pages of organizations, groups, services, settings and imports; and what programs ask of
//! these.

use uuid::Uuid;

use super::Paths;

impl Paths {
    /// All organizations, for administrators.
    #[must_use]
    pub fn admin_organizations(&self) -> String {
        format!("{}/organizations", self.admin())
    }

    /// A new one. Beside the others, since any word may be a slug.
    #[must_use]
    pub fn admin_new_organization(&self) -> String {
        format!("{}/new-organization", self.admin())
    }

    /// An organization, for administrators.
    #[must_use]
    pub fn admin_organization(&self, slug: &str) -> String {
        format!("{}/{slug}", self.admin_organizations())
    }

    /// What may be done to it, asked first: `attach`, `disable`…
    #[must_use]
    pub fn admin_organization_act(&self, slug: &str, act: &str) -> String {
        format!("{}/{act}", self.admin_organization(slug))
    }

    /// All groups.
    #[must_use]
    pub fn admin_groups(&self) -> String {
        format!("{}/groups", self.admin())
    }

    /// A new one.
    #[must_use]
    pub fn admin_new_group(&self) -> String {
        format!("{}/new-group", self.admin())
    }

    /// A group.
    #[must_use]
    pub fn admin_group(&self, name: &str) -> String {
        format!("{}/{name}", self.admin_groups())
    }

    /// What may be done to it, asked first: `add`, `delete`…
    #[must_use]
    pub fn admin_group_act(&self, name: &str, act: &str) -> String {
        format!("{}/{act}", self.admin_group(name))
    }

    /// Accounts brought in from elsewhere.
    #[must_use]
    pub fn admin_import(&self) -> String {
        format!("{}/import", self.admin())
    }

    /// The settings in force.
    #[must_use]
    pub fn admin_settings(&self) -> String {
        format!("{}/settings", self.admin())
    }

    /// A service, for administrators.
    #[must_use]
    pub fn admin_service(&self, client_id: &str) -> String {
        format!("{}/{client_id}", self.admin_services())
    }

    /// A part of it, or what may be done to it, asked first: `access`, `test`, `secret`, `disable`…
    #[must_use]
    pub fn admin_service_part(&self, client_id: &str, part: &str) -> String {
        format!("{}/{part}", self.admin_service(client_id))
    }

    /// The logo of a service.
    #[must_use]
    pub fn service_logo(&self, id: Uuid) -> String {
        format!("{}/service-logo/{id}", self.base)
    }

    /// …where another account of the same person becomes a part of it.
    #[must_use]
    pub fn admin_user_merge(&self, id: Uuid) -> String {
        format!("{}/merge", self.admin_user(id))
    }

    /// …from when to when they are a member.
    #[must_use]
    pub fn admin_user_membership(&self, id: Uuid) -> String {
        format!("{}/membership", self.admin_user(id))
    }

    /// A group of the instance, for programs.
    #[must_use]
    pub fn api_group(&self, name: &str) -> String {
        format!("{}/v1/groups/{name}", self.api())
    }

    /// A service of the instance, for programs.
    #[must_use]
    pub fn api_service(&self, client_id: &str) -> String {
        format!("{}/v1/services/{client_id}", self.api())
    }
}
