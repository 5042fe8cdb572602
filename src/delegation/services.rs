//! The services of an organization.

use serde_json::json;

use super::{Refusal, Work};
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::attachments::Service;
use crate::db::audit::Kind;

impl Work<'_> {
    /// The services that the organization has, by name.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn services(&mut self) -> Result<Vec<Service>, Refusal> {
        self.must(Deed::SeePeople)?;
        Ok(db::attachments::list(self.connection, self.place.id, None).await?)
    }

    /// One of them, for whoever has asked the rule already.
    pub(super) async fn service(&mut self, client_id: &str) -> Result<Service, Refusal> {
        if client_id.contains('\0') {
            return Err(Refusal::Hidden);
        }
        let found = db::attachments::list(self.connection, self.place.id, Some(client_id)).await?;
        found.into_iter().next().ok_or(Refusal::Hidden)
    }

    /// Opens a service to the organization: to all its members, or to those who are given access. Said
    /// again: changes which of the two.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for a service that does not exist.
    pub async fn attach(&mut self, client_id: &str, all_members: bool) -> Result<Service, Refusal> {
        self.must(Deed::Administer)?;
        if client_id.contains('\0') || db::clients::find(self.connection, client_id).await?.is_none() {
            return Err(Refusal::Hidden);
        }
        let found = db::attachments::list(self.connection, self.place.id, Some(client_id)).await?;
        let before = found.first().map(|service| service.all_members);
        if before != Some(all_members) {
            db::organizations::attach(self.connection, self.place.id, client_id, all_members).await?;
            let details = json!({ "before": { "all_members": before }, "after": { "all_members": all_members } });
            self.journal(Kind::ServiceAttached, None, Some(client_id), details).await?;
            if before == Some(true) {
                self.end_rights().await?;
            }
        }
        self.service(client_id).await
    }

    /// Takes a service away from the organization, with everything that was granted there.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for a service that it does not have.
    pub async fn detach(&mut self, client_id: &str) -> Result<(), Refusal> {
        self.must(Deed::Administer)?;
        let service = self.service(client_id).await?;
        db::attachments::detach(self.connection, self.place.id, client_id).await?;
        self.end_rights().await?;
        let details = json!({ "before": { "all_members": service.all_members }, "after": null });
        self.journal(Kind::ServiceDetached, None, Some(client_id), details).await
    }

    /// Something that let members in is gone: what services hold of those whom nothing else lets in ends.
    pub(super) async fn end_rights(&mut self) -> Result<(), Refusal> {
        let members = db::members::ids(self.connection, self.place.id).await?;
        let closed = db::rights::end_all_refused(self.connection, &members, self.now).await?;
        tracing::info!(organization = self.place.slug, ?closed, "rights of an organization ended");
        Ok(())
    }
}
