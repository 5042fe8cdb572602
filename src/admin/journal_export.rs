//! `POST /admin/journal.csv`: the journal, or a part of it, to take away. However long it is, it goes out piece
//! by piece: what is held of it at a time is little.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use uuid::Uuid;

use super::frame::Console;
use super::journal::Asked;
use crate::app::AppState;
use crate::db;
use crate::db::audit::Wanted;
use crate::delegation::as_csv;
use crate::http::page_error::PageError;

/// Lines of a piece.
const PIECE: i64 = 500;

/// Where the copy is.
struct Progress {
    state: Data<AppState>,
    wanted: Wanted,
    /// Who reads, and with which session.
    reader: (Uuid, Uuid),
    delimiter: u8,
    beginning: bool,
    over: bool,
}

/// `POST /admin/journal.csv`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; the refusal that leads to a recent proof of
/// identity (AD-04); what is no organization, or nobody.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let path = state.paths.admin_journal();
    console.visitor.recent(&path)?;
    let asked = Asked::of(&form, state.settings.host.time_zone);
    // What was asked for and is not understood is not everything.
    if asked.fault {
        return Err(PageError::BadRequest("no such day, or no such kind"));
    }
    let wanted = console.desk().export_journal(&asked.filter, PIECE).await;
    let wanted = wanted.map_err(|refusal| console.refused(refusal, &path))?;
    // What spreadsheets expect where numbers have a decimal comma.
    let delimiter = if console.page.lang == "fr" { b';' } else { b',' };
    let reader = (console.visitor.session.user.id, console.visitor.session.id);
    let progress = Progress { state: state.clone(), wanted, reader, delimiter, beginning: true, over: false };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"journal.csv\""))
        .streaming(stream::try_unfold(progress, piece)))
}

async fn piece(mut progress: Progress) -> Result<Option<(Bytes, Progress)>, PageError> {
    if progress.over {
        return Ok(None);
    }
    let mut connection = progress.state.pool.acquire().await?;
    // However slowly they read: what they may no longer see does not go out.
    let (person, session) = progress.reader;
    let ties = db::delegation::ties(&mut connection, person).await?;
    if !(ties.administrator || ties.auditor) || !db::own_sessions::is_open(&mut connection, person, session).await? {
        return Err(PageError::NotFound);
    }
    let lines = db::audit::list(&mut connection, &progress.wanted).await?;
    drop(connection);
    let mut bytes = if progress.beginning { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    bytes.extend(as_csv(&lines, progress.beginning, progress.delimiter).map_err(PageError::internal)?);
    progress.over = i64::try_from(lines.len()).unwrap_or(i64::MAX) < PIECE;
    progress.wanted.before = lines.last().map(|last| last.id);
    progress.beginning = false;
    Ok(Some((bytes.into(), progress)))
}
