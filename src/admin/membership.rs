//! `/admin/users/{id}/membership`: from when to when somebody is a member of the host.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;
use uuid::Uuid;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::standing::Dates;
use crate::delegation::{Refusal, Target};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::membership::{Status, day, status};
use crate::paths::Paths;

/// What follows `?done=` on the page of the person.
pub(super) const DONE: &str = "membership";

#[derive(Template)]
#[template(path = "admin/membership.html")]
struct MembershipPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    action: String,
    back: String,
    /// As they are, or as they were typed.
    since: String,
    until: String,
    /// What is wrong, and with which of the two.
    error: String,
    field: &'static str,
}

/// What was typed, and what is wrong with it.
struct Typed {
    since: String,
    until: String,
    error: &'static str,
    field: &'static str,
}

/// `GET /admin/users/{id}/membership`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity; not found when there is no such account.
pub async fn get(request: HttpRequest, id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    begin(&console, *id).await?;
    show(&console, *id, None).await
}

/// `POST /admin/users/{id}/membership`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; not found when there is no such account.
pub async fn post(
    request: HttpRequest,
    id: Path<Uuid>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let back = state.paths.admin_user(*id);
    begin(&console, *id).await?;
    let wrong =
        |error, field| Typed { since: form.get("since").to_owned(), until: form.get("until").to_owned(), error, field };
    let dates = match (read(&form, "since"), read(&form, "until")) {
        (Ok(since), Ok(until)) => Dates { since, until },
        (Err(()), _) => return show(&console, *id, Some(wrong("admin-membership-not-a-date", "since"))).await,
        (_, Err(())) => return show(&console, *id, Some(wrong("admin-membership-not-a-date", "until"))).await,
    };
    match console.desk().set_membership(*id, dates).await {
        Ok(_) => Ok(see_other(&Paths::with(&back, &[("done", DONE)]))),
        Err(Refusal::Invalid(flaw)) => {
            let error =
                if flaw.problem == "before-since" { "admin-membership-before" } else { "admin-membership-not-a-date" };
            show(&console, *id, Some(wrong(error, flaw.field))).await
        }
        Err(refusal) => Err(console.refused(refusal, &back)),
    }
}

/// The rule first, then the proof: dates open services and close them (AD-04).
async fn begin(console: &Console<'_>, id: Uuid) -> Result<(), PageError> {
    let paths = &console.state().paths;
    let may = console.desk().may(Act::SetMembership, Target::Person(id)).await;
    may.map_err(|refusal| console.refused(refusal, &paths.admin_user(id)))?;
    console.visitor.recent(&paths.admin_user_membership(id))
}

/// Nothing is no date; what is neither is wrong.
fn read(form: &Params, name: &str) -> Result<Option<NaiveDate>, ()> {
    match form.get(name).trim() {
        "" => Ok(None),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Some).map_err(drop),
    }
}

async fn show(console: &Console<'_>, id: Uuid, typed: Option<Typed>) -> Result<HttpResponse, PageError> {
    let (page, paths) = (&console.page, &console.state().paths);
    let back = paths.admin_user(id);
    let refused = |refusal| console.refused(refusal, &back);
    let (user, dates) = console.desk().membership(id).await.map_err(refused)?;
    let written = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let typed =
        typed.unwrap_or(Typed { since: written(dates.since), until: written(dates.until), error: "", field: "" });
    let template = MembershipPage {
        page,
        frame: Frame::of(console, Tab::Users).await?,
        name: user.display_name(),
        action: paths.admin_user_membership(id),
        since: typed.since,
        until: typed.until,
        error: if typed.error.is_empty() { String::new() } else { page.text(typed.error) },
        field: typed.field,
        back,
    };
    render(status, page, &template)
}

/// A membership in words, for the page of its person.
pub(super) fn in_words(dates: Dates, console: &Console<'_>) -> String {
    let (page, state) = (&console.page, console.state());
    let today = day(state.clock.now(), state.settings.host.time_zone);
    let at = |key: &str, date: Option<NaiveDate>| {
        date.map(|date| page.text1(key, "date", &page.language().date(&date))).unwrap_or_default()
    };
    let chip = page.text(match status(dates, today) {
        Status::None => return page.text("membership-none"),
        Status::Ahead => "membership-ahead",
        Status::Current(_) => "membership-current",
        Status::Over(_) => "membership-over",
    });
    format!("{chip} · {}", at("membership-until", dates.until))
}
