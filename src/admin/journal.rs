//! `/admin/journal`: what happened in the whole instance.

use std::ops::RangeInclusive;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use super::frame::{Console, Frame, Tab};
use super::lines::{Told, told};
use crate::app::AppState;
use crate::db::audit::Kind;
use crate::delegation::{Filter, Refusal};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::paths::Paths;

/// Lines on a page.
const LINES: usize = 50;

#[derive(Template)]
#[template(path = "admin/journal.html")]
struct JournalPage<'a> {
    page: &'a Page,
    frame: Frame,
    organization: &'a str,
    organization_error: String,
    person: &'a str,
    person_error: String,
    kind: &'a str,
    kinds: Vec<Choice>,
    since: &'a str,
    since_error: String,
    /// Nothing was looked for: what is asked for is not there.
    fault: bool,
    lines: Vec<Told>,
    filtered: bool,
    all: String,
    /// Not the first page: the way there.
    newest: Option<String>,
    older: Option<String>,
    export: String,
}

/// A kind of line, to choose.
struct Choice {
    name: &'static str,
    label: String,
    chosen: bool,
}

/// What a form asks for.
pub struct Asked<'a> {
    /// As the acts take it.
    pub filter: Filter<'a>,
    /// The day is none.
    day_fault: bool,
    /// The day is none, or the kind.
    pub fault: bool,
}

impl<'a> Asked<'a> {
    /// Read from `organization`, `person`, `kind` and `since`; days begin where the host is. A kind that is none
    /// is any.
    #[must_use]
    pub fn of(params: &'a Params, zone: Tz) -> Self {
        let since = params.get("since").trim();
        let moment = day(since, zone);
        let filter = Filter {
            organization: params.get("organization").trim(),
            person: params.get("person").trim(),
            kind: Kind::of(params.get("kind")),
            since: moment,
        };
        let day_fault = !since.is_empty() && moment.is_none();
        Self { filter, day_fault, fault: day_fault || (filter.kind.is_none() && !params.get("kind").is_empty()) }
    }
}

/// Of days that one can ask for: PostgreSQL has no others.
const YEARS: RangeInclusive<i32> = 1970..=9999;

/// When a day begins there.
fn day(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let day = text.parse::<NaiveDate>().ok().filter(|day| YEARS.contains(&day.year()))?;
    let midnight = day.and_time(NaiveTime::MIN);
    // Where clocks are put forward at midnight there is none: that of UTC will do.
    midnight.and_local_timezone(zone).earliest().map_or_else(|| Some(midnight.and_utc()), |at| Some(at.to_utc()))
}

/// `GET /admin/journal?organization=&person=&kind=&since=&before=`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Journal).await?;
    let query = console.query()?;
    let asked = Asked::of(&query, state.settings.host.time_zone);
    let before = query.get("before").parse().ok();
    let all = state.paths.admin_journal();
    // One more says whether there are older ones.
    let count = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let (mut found, flaw) = match console.desk().host_events(&asked.filter, before, count).await {
        _ if asked.day_fault => (Vec::new(), "since"),
        Ok(found) => (found, ""),
        Err(Refusal::Invalid(flaw)) => (Vec::new(), flaw.field),
        Err(refusal) => return Err(console.refused(refusal, &all)),
    };
    let more = found.len() > LINES;
    found.truncate(LINES);
    let page = &console.page;
    let kept = ["organization", "person", "kind", "since"].map(|name| (name, query.get(name).trim()));
    let here = Paths::with(&all, &kept);
    let older = found.last().filter(|_| more).map(|last| last.id.to_string());
    let older = older.map(|last| Paths::with(&all, &[&kept[..], &[("before", last.as_str())]].concat()));
    let fault = |field, key| if flaw == field { page.text(key) } else { String::new() };
    let template = JournalPage {
        page,
        frame,
        organization: asked.filter.organization,
        organization_error: fault("organization", "admin-journal-no-organization"),
        person: asked.filter.person,
        person_error: fault("person", "admin-journal-nobody"),
        kind: asked.filter.kind.map(Kind::name).unwrap_or_default(),
        kinds: kinds(page, asked.filter.kind),
        since: query.get("since").trim(),
        since_error: fault("since", "admin-journal-no-day"),
        fault: !flaw.is_empty(),
        lines: told(found, &console).await?,
        filtered: here != all,
        all,
        newest: before.map(|_: uuid::Uuid| here),
        older,
        export: state.paths.admin_journal_export(),
    };
    render(if flaw.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, page, &template)
}

/// All kinds, by what they are called.
fn kinds(page: &Page, chosen: Option<Kind>) -> Vec<Choice> {
    let choice = |kind: &Kind| Choice {
        name: kind.name(),
        label: page.text2(kind.text(), "service", "…", "organization", "…"),
        chosen: chosen == Some(*kind),
    };
    let mut all: Vec<Choice> = Kind::ALL.iter().map(choice).collect();
    all.sort_by(|one, other| one.label.cmp(&other.label));
    all
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_begin_where_the_host_is() {
        let of = |text: &str, zone| day(text, zone).map(|at| at.to_rfc3339());
        assert_eq!(of("2026-11-28", chrono_tz::Europe::Paris).unwrap(), "2026-11-27T23:00:00+00:00");
        // Clocks went from midnight to one there.
        assert!(of("2018-11-04", chrono_tz::America::Sao_Paulo).is_some());
        for bad in ["", "28/11/2026", "2026-13-01", "demain", "2026-11-28T00:00:00Z", "-5000-01-01", "+262142-01-01"] {
            assert_eq!(of(bad, chrono_tz::Europe::Paris), None, "{bad}");
        }
    }
}
