//! Who has access to which service through an organization.

use serde_json::json;
use uuid::Uuid;

use super::{Refusal, Version, Work};
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::attachments::Service;
use crate::db::audit::Kind;
use crate::db::members::Member;

impl Work<'_> {
    /// Gives a member access to a service of the organization, with exactly these roles there. Roles that a
    /// referent may not give stay as an administrator set them.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for somebody who is not in the organization or a service that
    /// it does not have; [`Refusal::Invalid`] for a role that the service does not know.
    pub async fn grant(
        &mut self,
        person: Uuid,
        client_id: &str,
        roles: &[String],
        expected: Option<&Version>,
    ) -> Result<Member, Refusal> {
        self.must(Deed::Grant { delegable: true })?;
        let service = self.service(client_id).await?;
        let member = self.find_member(person).await?;
        Version::of_member(&member).must_be(expected)?;
        let held = member.grants.iter().find(|grant| grant.client_id == client_id);
        let before = held.map(|grant| grant.roles.clone());
        let after = self.settle_roles(&service, roles, before.as_deref().unwrap_or_default())?;
        if before.as_ref() == Some(&after) {
            return Ok(member);
        }
        db::attachments::grant(self.connection, self.place.id, person, client_id, &after, self.now).await?;
        let details = json!({ "before": before, "after": after });
        self.journal(Kind::AccessGranted, Some(person), Some(client_id), details).await?;
        self.find_member(person).await
    }

    /// The roles that somebody will have: those asked for, and those that are not this actor's to take.
    pub(super) fn settle_roles(
        &self,
        service: &Service,
        asked: &[String],
        held: &[String],
    ) -> Result<Vec<String>, Refusal> {
        let may_not_be_given = |name: &str| -> Result<bool, Refusal> {
            let role = service.roles.iter().find(|role| role.name == name);
            let role = role.ok_or_else(|| Refusal::invalid("roles", "unknown-role", name))?;
            Ok(!role.delegable && self.must(Deed::Grant { delegable: false }).is_err())
        };
        let mut roles = Vec::new();
        for name in asked {
            if may_not_be_given(name)? && !held.contains(name) {
                self.must(Deed::Grant { delegable: false })?;
            }
            roles.push(name.clone());
        }
        for name in held {
            if may_not_be_given(name).unwrap_or(false) {
                roles.push(name.clone());
            }
        }
        roles.sort();
        roles.dedup();
        Ok(roles)
    }

    /// Takes a member's access to a service back. Where the service is open to all members, what goes is
    /// their roles.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for somebody who is not in the organization or a service that
    /// it does not have.
    pub async fn withdraw(
        &mut self,
        person: Uuid,
        client_id: &str,
        expected: Option<&Version>,
    ) -> Result<Member, Refusal> {
        self.must(Deed::Grant { delegable: true })?;
        self.service(client_id).await?;
        let member = self.find_member(person).await?;
        Version::of_member(&member).must_be(expected)?;
        let Some(held) = member.grants.iter().find(|grant| grant.client_id == client_id) else { return Ok(member) };
        db::attachments::withdraw(self.connection, self.place.id, person, client_id).await?;
        let closed = db::rights::end_refused(self.connection, person, self.now).await?;
        let details = json!({ "before": held.roles, "after": null });
        self.journal(Kind::AccessWithdrawn, Some(person), Some(client_id), details).await?;
        tracing::info!(%person, organization = self.place.slug, ?closed, "access withdrawn");
        self.find_member(person).await
    }
}
