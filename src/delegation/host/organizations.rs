//! Organizations of the whole instance, found and looked at.

use crate::authz::administration::Act;
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::attachments::Service;
use crate::db::audit::{HostLine, Wanted};
use crate::db::delegation::Place;
use crate::db::host_organizations::{Attachable, Found};
use crate::db::members::{Member, Search};
use crate::delegation::cursor;
use crate::delegation::members::check_search;
use crate::delegation::{Cursor, Desk, Refusal, Target, Work};
use crate::types::Role;

/// Lines of an organization's history that are shown with it.
const LINES: i64 = 10;

/// A page of organizations.
#[derive(Debug)]
pub struct FoundOrganizations {
    /// By slug.
    pub organizations: Vec<Found>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// All that is shown of an organization.
#[derive(Debug)]
pub struct OrganizationDossier {
    /// The organization.
    pub place: Place,
    /// How many are in it.
    pub members: i64,
    /// Those who look after it.
    pub referents: Vec<Member>,
    /// Its services, each with how many other organizations have it.
    pub services: Vec<(Service, i64)>,
    /// What happened there of late.
    pub lines: Vec<HostLine>,
}

impl Desk<'_> {
    /// Organizations whose name or slug holds a text, from the cursor on.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Invalid`] for a text that is too long, or a cursor of another list.
    pub async fn find_organizations(
        &self,
        text: &str,
        cursor: Option<&str>,
        count: i64,
    ) -> Result<FoundOrganizations, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            check_search(text)?;
            let caller = self.actor.person().unwrap_or_default();
            let cursors = Cursor::new(self.post.vault, &[b"host-organizations", caller.as_bytes()]);
            let after = cursor.map(|cursor| cursors.open(cursor)).transpose()?.unwrap_or_default();
            // One more says whether there are others.
            let found = db::host_organizations::search(connection, text.trim(), &after, count + 1).await?;
            let (organizations, next) = cursor::page(found, count, |last| cursors.seal(&last.slug));
            Ok(FoundOrganizations { organizations, next })
        })
        .await
    }

    /// One of them.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such organization.
    pub async fn organization_dossier(&self, slug: &str) -> Result<OrganizationDossier, Refusal> {
        self.administer(Act::Look, Target::Organization(slug), async |connection| {
            let place = self.enter(connection, slug).await?;
            let referents = Search { role: Some(Role::Referent), ..Search::ALL };
            let sharing = db::host_organizations::sharing(connection, place.id).await?;
            let others = |service: &Service| {
                sharing.iter().find(|(client_id, _)| *client_id == service.client_id).map_or(0, |(_, others)| *others)
            };
            let with_others = |service: Service| {
                let others = others(&service);
                (service, others)
            };
            let services = db::attachments::list(connection, place.id, None).await?;
            let wanted = Wanted { organization: Some(place.id), count: LINES, ..Wanted::default() };
            Ok(OrganizationDossier {
                members: db::members::count(connection, place.id).await?,
                referents: db::members::list(connection, place.id, &referents).await?,
                services: services.into_iter().map(with_others).collect(),
                lines: db::audit::list(connection, &wanted).await?,
                place,
            })
        })
        .await
    }
}

impl Work<'_> {
    /// Services that the organization does not have yet.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn attachable(&mut self) -> Result<Vec<Attachable>, Refusal> {
        self.must(Deed::Administer)?;
        Ok(db::host_organizations::attachable(self.connection, self.place.id).await?)
    }
}
