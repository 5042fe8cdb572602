//! The administrators' pages of organizations, groups, settings and imports.

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
}
