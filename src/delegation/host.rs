//! What is done to the whole instance: its accounts, those that wait to be one, its organizations and groups,
//! its services, its journal, its mail, its keys. Each act asks [`crate::authz::administration::rule`].

mod accounts;
mod arrivals;
mod events;
mod groups;
mod keys;
mod letters;
mod merging;
mod news;
mod organizations;
mod people;
mod referents;
mod services;
mod standing;

use sqlx::PgConnection;

use super::{Aim, Desk, Refusal, Target};
use crate::authz::administration::{Act, rule};
use crate::authz::delegation::{Standing, Verdict};
use crate::db::audit::{Event, Kind};

pub use events::{Filter, as_csv, wanted};
pub use groups::GroupDossier;
pub use merging::{Merging, Side};
pub use organizations::{FoundOrganizations, OrganizationDossier};
pub use people::{Dossier, People};
pub use referents::Named;
pub use services::{AccessFile, AccessRule, ServiceFile};
pub use standing::Keeping;

impl Desk<'_> {
    /// Goes on only if the rule allows it, with what the actor is to the instance.
    pub(super) async fn must_host(&self, connection: &mut PgConnection, act: Act) -> Result<Standing, Refusal> {
        let standing = self.standing(connection).await?;
        match rule(standing, act) {
            Verdict::Allowed => Ok(standing),
            Verdict::Forbidden(why) => Err(Refusal::Forbidden(why)),
            Verdict::Hidden => Err(Refusal::Hidden),
        }
    }

    /// One transaction: what `work` does if the rule allows the act, or the note in the journal that it was refused.
    pub(super) async fn administer<T>(
        &self,
        act: Act,
        target: Target<'_>,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.attempt(Aim::of_host(act, target), async |connection| {
            self.must_host(connection, act).await?;
            work(connection).await
        })
        .await
    }

    /// Whether the rule would allow it: before something is asked that could not be done.
    ///
    /// # Errors
    /// What the rule says; PostgreSQL's.
    pub async fn may(&self, act: Act, target: Target<'_>) -> Result<(), Refusal> {
        self.administer(act, target, async |_| Ok(())).await
    }

    /// A line of the journal, by whoever is at the desk.
    fn line(&self, kind: Kind) -> Event<'_> {
        Event { actor: self.actor.person(), ..Event::of_host(kind, self.origin) }
    }
}
