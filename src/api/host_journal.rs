//! `/api/v1/journal`: what happened in the whole instance. Read only.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Datelike as _, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::json;
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::shapes::{Page, USUAL};
use crate::app::AppState;
use crate::db::audit::{HostLine, Kind};
use crate::delegation::Filter;
use crate::http::api_error::ApiError;

/// Something that happened, with all that is known of it.
#[derive(Serialize, ToSchema)]
pub struct JournalLine {
    /// Where it stands.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What, as a word for programs.
    pub kind: String,
    /// It was tried, and refused.
    pub refused: bool,
    /// Who did it; `null`: the command line, or Loquet by itself.
    pub actor: Option<JournalPerson>,
    /// Whom it is about.
    pub person: Option<JournalPerson>,
    /// The organization, as in addresses, while there is one.
    pub organization: Option<String>,
    /// The service.
    pub client_id: Option<String>,
    /// From where.
    pub address_range: Option<String>,
    /// With what.
    pub device: Option<String>,
    /// Finds the lines of the log.
    pub request: Option<Uuid>,
    /// Before and after, for instance.
    #[schema(value_type = Object)]
    pub details: Value,
}

/// Somebody.
#[derive(Serialize, ToSchema)]
pub struct JournalPerson {
    /// The account.
    pub id: Uuid,
    /// Its username, while there is one.
    pub username: Option<String>,
}

impl From<HostLine> for JournalLine {
    fn from(line: HostLine) -> Self {
        let somebody = |id: Option<Uuid>, username| id.map(|id| JournalPerson { id, username });
        Self {
            id: line.id,
            at: line.at,
            kind: line.kind,
            refused: line.outcome == "refused",
            actor: somebody(line.actor_id, line.actor),
            person: somebody(line.user_id, line.user),
            organization: line.organization,
            client_id: line.client_id,
            address_range: line.address_range,
            device: line.device,
            request: line.request_id,
            details: line.details,
        }
    }
}

/// Which lines.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Lines {
    /// About this organization, as in addresses.
    #[serde(default)]
    pub organization: String,
    /// About this person, or done by them: username, address or id.
    #[serde(default)]
    pub person: String,
    /// Of this kind.
    pub kind: Option<String>,
    /// From then on.
    pub since: Option<DateTime<Utc>>,
    /// How many on a page: 50 if nothing is said, less than 1 is 1 and more than 200 is 200.
    #[serde(default, deserialize_with = "read::number")]
    pub limit: Option<i64>,
    /// The `next` of the page before. Good for this person.
    pub cursor: Option<String>,
}

/// What happened in the whole instance
///
/// The newest first. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/journal", tag = "Instance", operation_id = "readInstanceJournal", params(Lines),
    responses((status = 200, body = Page<JournalLine>))
)]
pub async fn get(request: HttpRequest, caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let wanted: Lines = read::query(&request)?;
    let kind =
        wanted.kind.as_deref().map(|name| Kind::of(name).ok_or_else(|| ApiError::invalid("kind", "not-a-choice")));
    // Years that are written with four digits: of others PostgreSQL knows not all.
    if wanted.since.is_some_and(|since| !(0..=9999).contains(&since.year())) {
        return Err(ApiError::invalid("since", "out-of-range"));
    }
    let filter = Filter {
        organization: &wanted.organization,
        person: &wanted.person,
        kind: kind.transpose()?,
        since: wanted.since,
    };
    let (cursor, count) = (wanted.cursor.as_deref(), wanted.limit.unwrap_or(USUAL));
    let (lines, next) = caller.desk(&state).host_lines(&filter, cursor, count).await.map_err(of_refusal(&state))?;
    Ok(json(&Page { items: lines.into_iter().map(JournalLine::from).collect(), next }))
}
