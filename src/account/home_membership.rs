//! What somebody's home says of their membership of the host.

use chrono::NaiveDate;

use crate::app::AppState;
use crate::db::home::Facts;
use crate::db::users::User;
use crate::http::page::Page;
use crate::membership::{Status, day, status};
use crate::types::Spoken;

/// Days from which on the end is said to be near.
const NEAR: i64 = 30;

/// In words.
pub(super) struct Membership {
    /// In two words.
    pub chip: String,
    /// It is as it should be.
    pub good: bool,
    /// From when, until when.
    pub lines: Vec<String>,
    /// What the host says; or "".
    pub snippet: String,
}

/// None where the host speaks of no membership, and the person has none.
pub(super) fn of(user: &User, facts: &Facts, page: &Page, state: &AppState) -> Option<Membership> {
    let dates = facts.dates;
    let words = state.settings.membership.snippet.as_ref();
    if words.is_none() && dates.until.is_none() {
        return None;
    }
    let status = status(dates, day(state.clock.now(), state.settings.host.time_zone));
    let date = |date: Option<NaiveDate>| date.map(|date| page.language().date(&date)).unwrap_or_default();
    let (since, until) = (date(dates.since), date(dates.until));
    let line = |key: &str, date: &str| (!date.is_empty()).then(|| page.text1(key, "date", date));
    let (chip, good, lines) = match status {
        Status::None => {
            (page.text("membership-none"), false, vec![page.text1("membership-not-a-member", "host", &page.host)])
        }
        Status::Ahead => {
            let lines = line("membership-from", &since).into_iter().chain(line("membership-until", &until));
            (page.text("membership-ahead"), true, lines.collect())
        }
        Status::Current(left) => {
            let chip = if left <= NEAR { page.count("membership-ends", left) } else { page.text("membership-current") };
            let lines = line("membership-until", &until).into_iter().chain(line("membership-since", &since));
            (chip, left > NEAR, lines.collect())
        }
        Status::Over(_) => {
            (page.text("membership-over"), false, line("membership-ended", &until).into_iter().collect())
        }
    };
    let snippet = words.map_or_else(String::new, |words| {
        let name = user.display_name();
        let organizations: Vec<String> = facts.organizations.iter().map(|place| place.name.clone()).collect();
        let spoken = Spoken {
            name: &name,
            username: &user.username,
            email: &user.email,
            status: name_of(status),
            since: &since,
            until: &until,
            days_left: if let Status::Current(left) = status { left } else { 0 },
            organizations: &organizations,
            host: &page.host,
            contact: state.settings.host.contact.as_deref().unwrap_or_default(),
        };
        // It was tried at start; a case that this did not show leaves the rest of the page as it is.
        words.of(&page.lang).render(&spoken).unwrap_or_else(|error| {
            tracing::error!(%error, language = page.lang, "membership.snippet cannot be shown");
            String::new()
        })
    });
    Some(Membership { chip, good, lines, snippet })
}

/// As in the host's text.
const fn name_of(status: Status) -> &'static str {
    match status {
        Status::None => "none",
        Status::Ahead => "ahead",
        Status::Current(_) => "current",
        Status::Over(_) => "over",
    }
}
