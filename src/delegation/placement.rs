//! Putting somebody into an organization without asking them: the host alone does that (people that come
//! from elsewhere, say). They are told, and can leave.

use serde_json::json;
use uuid::Uuid;

use super::{Clash, Refusal, Work};
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::audit::Kind;
use crate::db::members::Member;
use crate::mail;
use crate::types::Role;

impl Work<'_> {
    /// Makes somebody a member who has agreed to nothing.
    ///
    /// # Errors
    /// As the rule says: administrators alone; [`Refusal::Hidden`] for an account that does not exist;
    /// [`Clash::AlreadyMember`].
    pub async fn place_member(&mut self, person: Uuid, role: Role) -> Result<Member, Refusal> {
        self.must(Deed::Administer)?;
        let user = db::users::find(self.connection, person).await?.ok_or(Refusal::Hidden)?;
        if db::members::find(self.connection, self.place.id, person).await?.is_some() {
            return Err(Refusal::Clash(Clash::AlreadyMember));
        }
        let referent = role == Role::Referent;
        db::organizations::add_member(self.connection, self.place.id, person, referent, self.now).await?;
        let details = json!({ "role": role.as_str(), "consent": false });
        self.journal(Kind::MemberPlaced, Some(person), None, details).await?;
        let member = self.find_member(person).await?;
        if user.email_verified {
            let paths = self.desk.post.paths;
            let link = paths.public(&paths.organizations());
            let told = mail::Kind::Placed { organization: &self.place.name, link: &link };
            self.desk.post.to(self.connection, &user, &told).await?;
        }
        if referent {
            self.tell_of_referents(std::slice::from_ref(&member)).await?;
        }
        tracing::info!(%person, organization = self.place.slug, %role, "put into an organization by the host");
        Ok(member)
    }
}
