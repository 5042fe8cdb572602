//! `/api/v1/organizations/{slug}/journal`: what happened in it (OR-38). Read only.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::json;
use super::caller::Caller;
use super::read;
use super::shapes::{InOrganization, Page, Paging};
use crate::app::AppState;
use crate::db::audit::{OrganizationLine, Who};
use crate::http::api_error::ApiError;

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f5c0-aa10-7c3a-8d0e-5f6a1b3c4d5e", "at": "2026-11-20T09:00:00Z", "kind": "access-granted", "refused": false,
    "actor": { "kind": "member", "name": "Rita Moreau" }, "person": { "kind": "member", "name": "Camille Petit" },
    "client_id": "cloud", "details": { "before": null, "after": ["editor"] }
}))]
pub struct Event {
    /// Where it stands.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What, as a word for programs.
    pub kind: String,
    /// It was tried, and refused.
    pub refused: bool,
    /// Who did it.
    pub actor: Somebody,
    /// Whom it is about.
    pub person: Option<Somebody>,
    /// The service that it is about.
    pub client_id: Option<String>,
    /// Before and after, for instance.
    #[schema(value_type = Object)]
    pub details: Value,
}

/// Somebody, as far as they may be named here.
#[derive(Serialize, ToSchema)]
pub struct Somebody {
    /// What they are.
    pub kind: SomebodyKind,
    /// The name of a member, or of somebody who was one.
    pub name: Option<String>,
}

/// What somebody is, in a journal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SomebodyKind {
    /// A member, or somebody who was one.
    Member,
    /// Somebody whose account is gone.
    Gone,
    /// The team of the host.
    Administration,
    /// Somebody who never was a member.
    Outsider,
}

impl From<Who> for Somebody {
    fn from(who: Who) -> Self {
        let (kind, name) = match who {
            Who::Member(name) => (SomebodyKind::Member, Some(name)),
            Who::Gone => (SomebodyKind::Gone, None),
            Who::Administration => (SomebodyKind::Administration, None),
            Who::Outsider => (SomebodyKind::Outsider, None),
        };
        Self { kind, name }
    }
}

impl From<OrganizationLine> for Event {
    fn from(line: OrganizationLine) -> Self {
        Self {
            id: line.id,
            at: line.at,
            kind: line.kind,
            refused: line.refused,
            actor: line.actor.into(),
            person: line.user.map(Into::into),
            client_id: line.client_id,
            details: line.details,
        }
    }
}

/// What happened
///
/// The newest first. Nothing tells of other organizations, nor of where members were.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/journal", tag = "Journal", operation_id = "readJournal",
    params(InOrganization, Paging), responses((status = 200, body = Page<Event>))
)]
pub async fn get(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let paging: Paging = read::query(&request)?;
    let (cursor, limit) = (paging.cursor.as_deref(), paging.count());
    let found = caller.read(&state, &at.slug, async |work| work.events(cursor, limit).await).await?;
    Ok(json(&Page { items: found.lines.into_iter().map(Event::from).collect(), next: found.next }))
}
