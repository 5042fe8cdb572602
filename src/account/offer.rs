//! An invitation, as its page and the list of one's organizations show it.

use uuid::Uuid;

use crate::app::AppState;
use crate::db::invitations::Invitation;
use crate::http::page::Page;
use crate::http::page_error::PageError;

/// What somebody is asked to join, and what they get.
pub struct Offer {
    /// The invitation's row.
    pub id: Uuid,
    /// Name of the organization.
    pub organization: String,
    /// What tells it from another of nearly the same name (UN-04).
    pub slug: String,
    /// As a referent.
    pub referent: bool,
    /// Who invites: a referent, or the host.
    pub inviter: String,
    /// Names of the services that come with it.
    pub services: Vec<String>,
    /// Until which day.
    pub until: String,
}

impl Offer {
    /// Of an invitation, in the words of a page.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of(invitation: &Invitation, page: &Page, state: &AppState) -> Result<Self, PageError> {
        Ok(Self {
            id: invitation.id,
            organization: invitation.organization.clone(),
            slug: invitation.slug.clone(),
            referent: invitation.referent,
            inviter: invitation.inviter.clone().unwrap_or_else(|| page.host.clone()),
            services: service_names(&invitation.services, page, state).await?,
            until: page.language().date(&invitation.expires_at.with_timezone(&state.settings.host.time_zone)),
        })
    }
}

/// Names of services, in the language of a page; those that are gone are left out.
///
/// # Errors
/// PostgreSQL's.
pub async fn service_names(ids: &[String], page: &Page, state: &AppState) -> Result<Vec<String>, PageError> {
    let mut names = Vec::new();
    for id in ids {
        if let Some(client) = state.directory.client(id, &state.pool).await? {
            names.push(client.name(&page.lang).to_owned());
        }
    }
    names.sort_by_key(|name| name.to_lowercase());
    Ok(names)
}
