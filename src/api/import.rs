//! `/api/v1/import`: accounts of an old site, from its export. What is larger goes through the command line.

use std::io::Cursor;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::json;
use super::caller::Caller;
use super::read;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::Target;
use crate::http::api_error::ApiError;
use crate::import::members::{Event, ImportError, Options, run};
use crate::post::Post;

/// Longest export, in bytes: some six thousand accounts.
pub const LONGEST: usize = 2 << 20;
/// Refused lines that are told one by one.
const TOLD: usize = 200;

/// An export of an old site.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "username;email;password\ncamille;camille@example.org;$2y$10$…\n", "dry_run": true }))]
pub struct Export {
    /// Its lines: CSV, or a JSON object each, as `docs/import.md` describes them.
    #[schema(max_length = 2_097_152)]
    pub text: String,
    /// Do everything and keep nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// A record that did not go in.
#[derive(Serialize, ToSchema)]
pub struct RefusedRecord {
    /// The line on which it begins.
    pub line: u64,
    /// All that is wrong with it.
    pub faults: Vec<RecordFault>,
}

/// What is wrong with a record. The value is not repeated: it may be a password in the wrong column.
#[derive(Serialize, ToSchema)]
pub struct RecordFault {
    /// The column, as the file calls it; `null`: the record as a whole.
    pub column: Option<String>,
    /// What is wrong, in English.
    pub reason: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub struct Imported {
    /// Nothing was kept.
    pub dry_run: bool,
    /// Records read.
    pub records: u64,
    /// New accounts.
    pub imported: u64,
    /// Accounts of an earlier import of which the old site has changed something.
    pub updated: u64,
    /// Accounts of an earlier import, as they were.
    pub unchanged: u64,
    /// Records that did not go in.
    pub rejected: u64,
    /// The first 200 of them.
    pub refused: Vec<RefusedRecord>,
}

/// Import accounts
///
/// What is wrong stays out and is told; the rest goes in. Done again, it changes nothing. For administrators, with
/// a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/import", tag = "Instance", operation_id = "importUsers", request_body = Export,
    responses((status = 200, body = Imported))
)]
pub async fn post(
    request: HttpRequest,
    caller: Caller,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let export: Export = read::body(&request, &bytes)?;
    drop(bytes);
    caller.must_be_recent(&state, Act::Import, Target::Instance).await?;
    let languages: Vec<&str> = state.texts.languages().iter().map(|language| language.code()).collect();
    let options = Options {
        dry_run: export.dry_run,
        actor: caller.person,
        origin: caller.origin.clone(),
        ..Options::new(&languages, &state.settings.host.language)
    };
    // To its end, whether or not somebody waits for the answer.
    let server = state.clone();
    let work = actix_web::rt::spawn(async move {
        let mut refused = Vec::new();
        let observe = |event: Event<'_>| {
            if let Event::Refused { line, faults } = event
                && refused.len() < TOLD
            {
                let fault = |fault: &crate::import::Fault| RecordFault {
                    column: fault.column.as_deref().map(str::to_owned),
                    reason: fault.reason.to_string(),
                };
                refused.push(RefusedRecord { line, faults: faults.iter().map(fault).collect() });
            }
        };
        let file = Cursor::new(export.text);
        let outcome = run(&server.pool, Post::of(&server), file, &options, None, observe).await;
        (outcome, refused)
    });
    let (outcome, refused) = work.await.map_err(ApiError::internal)?;
    let report = outcome.map_err(|error| match error {
        ImportError::Refused(_) => ApiError::invalid("text", "unreadable"),
        stopped @ ImportError::Stopped { .. } => ApiError::internal(stopped),
    })?;
    tracing::info!(
        records = report.records,
        imported = report.imported,
        dry_run = report.dry_run,
        "an import from the API"
    );
    Ok(json(&Imported {
        dry_run: report.dry_run,
        records: report.records,
        imported: report.imported,
        updated: report.updated,
        unchanged: report.unchanged,
        rejected: report.rejected,
        refused,
    }))
}
