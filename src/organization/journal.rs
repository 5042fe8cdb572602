//! `/organizations/{slug}/journal`: what happened in an organization, in plain words: without the addresses
//! and devices of its members, and with nothing of what they do elsewhere (OR-38).

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::frame::{Frame, Office, Tab};
use super::happened::happened;
use crate::app::AppState;
use crate::authz::delegation::Deed;
use crate::db;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

/// Lines on a page.
const LINES: usize = 50;

#[derive(Template)]
#[template(path = "organization/journal.html")]
struct JournalPage<'a> {
    page: &'a Page,
    frame: Frame,
    days: Vec<Day>,
    /// Not the first page: the way there.
    newest: Option<String>,
    /// What happened before.
    older: Option<String>,
}

struct Day {
    date: String,
    lines: Vec<Line>,
}

struct Line {
    time: String,
    what: String,
    refused: bool,
}

/// `GET /organizations/{slug}/journal?before={id}`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    let before: Option<Uuid> = office.query()?.get("before").parse().ok();
    let seen = office
        .read(async |work| {
            work.must(Deed::SeeJournal)?;
            let frame = Frame::of(work, &office, Tab::Journal).await?;
            // One more says whether there are older ones.
            let count = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
            Ok((frame, db::audit::of_organization(work.connection, work.place.id, before, count).await?))
        })
        .await;
    let (frame, mut found) = match seen {
        Ok(seen) => seen,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let more = found.len() > LINES;
    found.truncate(LINES);
    let path = office.part("journal");
    let older = found.last().filter(|_| more).map(|last| format!("{path}?before={}", last.id));
    let (page, zone) = (&office.page, state.settings.host.time_zone);
    let clock = page.text("clock");
    let mut days: Vec<Day> = Vec::new();
    for line in found {
        let at = line.at.with_timezone(&zone);
        let date = page.language().date(&at);
        // None for what only a later version of Loquet understands.
        let Some(what) = happened(&line, &office).await? else { continue };
        let told = Line { time: at.format(&clock).to_string(), what, refused: line.refused };
        match days.last_mut() {
            Some(day) if day.date == date => day.lines.push(told),
            _ => days.push(Day { date, lines: vec![told] }),
        }
    }
    let template = JournalPage { page, frame, days, newest: before.map(|_| path), older };
    render(StatusCode::OK, page, &template)
}
