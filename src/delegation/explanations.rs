//! Why somebody may use a service or may not, and what it would learn of them: for administrators and
//! auditors.

use uuid::Uuid;

use super::{Aim, Desk, Refusal, Target};
use crate::authz::administration::Act;
use crate::authz::delegation::Standing;
use crate::authz::explanation::{Explanation, explain};
use crate::claims::preview::{Preview, preview};
use crate::claims::told::Teller;
use crate::db;

impl Desk<'_> {
    /// What somebody who may look at the whole instance is to it: an administrator, or an auditor, who changes
    /// nothing.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] to anybody else; PostgreSQL's.
    pub async fn oversight(&self) -> Result<Standing, Refusal> {
        let aim = Aim::of_host(Act::Look, Target::Instance);
        self.attempt(aim, async |connection| self.must_host(connection, Act::Look).await).await
    }

    /// Why that person may use that service, or may not.
    ///
    /// # Errors
    /// For administrators and auditors alone; [`Refusal::Hidden`] when there is no such account or service.
    pub async fn explain_access(&self, person: Uuid, client_id: &str) -> Result<Explanation, Refusal> {
        self.administer(Act::Look, Target::Person(person), async |connection| {
            let found =
                if client_id.contains('\0') { None } else { db::access::facts(connection, person, client_id).await? };
            let (facts, ways) = found.ok_or(Refusal::Hidden)?;
            Ok(explain(&facts, &ways))
        })
        .await
    }

    /// What that service would learn of that person, asking for these scopes or for all that it may get.
    ///
    /// # Errors
    /// As for [`Self::explain_access`].
    pub async fn preview_claims(
        &self,
        person: Uuid,
        client_id: &str,
        scopes: Option<&[String]>,
    ) -> Result<Preview, Refusal> {
        self.administer(Act::Look, Target::Person(person), async |connection| {
            let client = if client_id.contains('\0') { None } else { db::clients::find(connection, client_id).await? };
            let client = client.ok_or(Refusal::Hidden)?;
            let teller = Teller {
                issuer: self.post.paths.issuer(),
                vault: self.post.vault,
                fields: &self.post.settings.profile,
            };
            preview(connection, teller, person, &client, scopes).await?.ok_or(Refusal::Hidden)
        })
        .await
    }
}
