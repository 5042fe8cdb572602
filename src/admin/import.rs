//! `/admin/import`: accounts of an old site, from its export. It is tried first, which changes nothing; then
//! the same file is sent again, and goes in. Nothing of it is kept in between.

use std::io::Cursor;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::frame::{Console, Frame, Tab};
use super::import_words::{self, Refused, Said};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::crypto::sha256;
use crate::delegation::Target;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::upload::TooLarge;
use crate::import::Report;
use crate::import::members::{Event, ImportError, Options, run};
use crate::post::Post;

/// Largest file, in bytes: some fifty thousand accounts. What is larger goes through the command line.
const LARGEST: usize = 16 << 20;
/// Refused lines that are told one by one.
const TOLD: usize = 200;

#[derive(Template)]
#[template(path = "admin/import.html")]
struct ImportPage<'a> {
    page: &'a Page,
    frame: Frame,
    action: String,
    /// What is wrong, or "".
    error: String,
    said: Option<Said>,
    /// Of the file that was tried: that one may go in now.
    digest: String,
}

/// `GET /admin/import`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; a way to a recent proof of identity.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    // Asked for before a file is chosen: afterwards it would have to be chosen again.
    if console.administrator {
        console.visitor.recent(&state.paths.admin_import())?;
    }
    show(&console, None, String::new(), String::new()).await
}

/// `POST /admin/import`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; when it is no form with a file.
pub async fn post(request: HttpRequest, payload: Payload, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, upload) = Console::received(&request, payload, &state, "file", LARGEST).await?;
    let (page, action) = (&console.page, state.paths.admin_import());
    let may = console.desk().may(Act::Import, Target::Instance).await;
    may.map_err(|refusal| console.refused(refusal, &action))?;
    console.visitor.recent(&action)?;
    let file = match upload.file("file") {
        Err(TooLarge) => return show(&console, None, String::new(), page.text("import-too-large")).await,
        Ok(file) if file.is_empty() => return show(&console, None, String::new(), page.text("import-no-file")).await,
        Ok(file) => file,
    };
    let digest = URL_SAFE_NO_PAD.encode(sha256(&file));
    let wanted = upload.form.get("digest");
    // Another file than the one that was tried is tried, and not taken.
    let dry_run = wanted != digest;
    let other = !wanted.is_empty() && dry_run;
    let (outcome, refused) = import(&console, file, dry_run).await?;
    let report = match outcome {
        Ok(report) => report,
        Err(error) => return show(&console, None, String::new(), import_words::error(&error, page)).await,
    };
    tracing::info!(records = report.records, imported = report.imported, dry_run, "an import from the console");
    let said = import_words::said(&report, &refused, page);
    let error = if other { page.text("import-other-file") } else { String::new() };
    show(&console, Some(said), if dry_run { digest } else { String::new() }, error).await
}

/// Runs to its end, whether or not somebody waits for the answer. The file is read and checked on a thread of
/// its own.
async fn import(
    console: &Console<'_>,
    file: Bytes,
    dry_run: bool,
) -> Result<(Result<Report, ImportError>, Vec<Refused>), PageError> {
    let state = console.visitor.state.clone();
    let languages: Vec<String> = state.texts.languages().iter().map(|language| language.code().to_owned()).collect();
    let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
    let options = Options {
        dry_run,
        actor: Some(console.visitor.session.user.id),
        origin: console.visitor.origin(),
        ..Options::new(&languages, &state.settings.host.language)
    };
    let work = actix_web::rt::spawn(async move {
        let mut refused: Vec<Refused> = Vec::new();
        let observe = |event: Event<'_>| {
            if let Event::Refused { line, faults } = event
                && refused.len() < TOLD
            {
                refused.push((line, faults.to_vec()));
            }
        };
        let outcome = run(&state.pool, Post::of(&state), Cursor::new(file), &options, None, observe).await;
        (outcome, refused)
    });
    work.await.map_err(PageError::internal)
}

async fn show(
    console: &Console<'_>,
    said: Option<Said>,
    digest: String,
    error: String,
) -> Result<HttpResponse, PageError> {
    let frame = Frame::of(console, Tab::Import).await?;
    let action = console.state().paths.admin_import();
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = &console.page;
    render(status, page, &ImportPage { page, frame, action, error, said, digest })
}
