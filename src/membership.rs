//! Membership of the host as time goes by: groups that are kept by rule follow the day, and people are
//! reminded before their membership ends. What changes it by hand is `delegation::standing`.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::app::AppState;
use crate::db;
use crate::mail;
use crate::post::Post;

/// People looked at in one transaction.
const BATCH: i64 = 500;

/// The day where the host is.
#[must_use]
pub fn day(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// Where somebody stands, by the dates of their membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// There is no membership.
    None,
    /// It begins later.
    Ahead,
    /// In good standing: so many days are left after today.
    Current(i64),
    /// It ended so many days ago.
    Over(i64),
}

/// By the dates.
#[must_use]
pub fn status(dates: db::standing::Dates, today: NaiveDate) -> Status {
    match (dates.since, dates.until) {
        (_, None) => Status::None,
        (_, Some(until)) if until < today => Status::Over((today - until).num_days()),
        (Some(since), _) if since > today => Status::Ahead,
        (_, Some(until)) => Status::Current((until - today).num_days()),
    }
}

/// Of two memberships of one person: both as one when one goes on where the other ends, else the one that ends
/// last.
#[must_use]
pub fn joined(one: db::standing::Dates, other: db::standing::Dates) -> db::standing::Dates {
    let (Some(end), Some(other_end)) = (one.until, other.until) else {
        return if one.until.is_none() && other.until.is_some() { other } else { one };
    };
    let (earlier, later, end) = if end <= other_end { (one, other, end) } else { (other, one, other_end) };
    let goes_on = |since: NaiveDate| end.succ_opt().is_none_or(|next| since <= next);
    let since = match (earlier.since, later.since) {
        (Some(first), Some(second)) if goes_on(second) => Some(first.min(second)),
        (None, Some(second)) if goes_on(second) => None,
        (_, second) => second,
    };
    db::standing::Dates { since, until: later.until }
}

/// Moves the day, if it is another by now, and lets groups that are kept by rule follow: what people lose by
/// it ends in the same transaction. Any number of replicas may do so at once.
///
/// # Errors
/// PostgreSQL's.
pub async fn follow_day(state: &AppState) -> sqlx::Result<()> {
    let today = day(state.clock.now(), state.settings.host.time_zone);
    let mut connection = state.pool.acquire().await?;
    if !db::standing::is_due(&mut connection, today).await? {
        return Ok(());
    }
    db::standing::begin_day(&mut connection, today).await?;
    drop(connection);
    loop {
        let (mut transaction, now) = (state.pool.begin().await?, state.clock.now());
        let astray = db::standing::astray(&mut transaction, BATCH).await?;
        if astray.is_empty() {
            break;
        }
        let closed = db::rights::end_all_refused(&mut transaction, &astray, now).await?;
        transaction.commit().await?;
        tracing::info!(people = astray.len(), ?closed, "groups that are kept by rule follow the day");
    }
    db::standing::end_day(&mut *state.pool.acquire().await?, today).await
}

/// Reminds those whose membership ends soon, once for each last day.
///
/// # Errors
/// PostgreSQL's; a template that fails.
pub async fn remind(state: &AppState) -> sqlx::Result<()> {
    let Some(days) = state.settings.membership.reminder_days else { return Ok(()) };
    let today = day(state.clock.now(), state.settings.host.time_zone);
    let by = today.checked_add_days(Days::new(u64::from(days))).unwrap_or(today);
    let post = Post::of(state);
    let link = state.paths.public(&state.paths.home());
    loop {
        let mut transaction = state.pool.begin().await?;
        let due = db::standing::claim_reminders(&mut transaction, today, by, BATCH).await?;
        for (person, until) in &due {
            if let Some(user) = db::users::find(&mut transaction, *person).await? {
                post.to(&mut transaction, &user, &mail::Kind::MembershipEnds { date: *until, link: &link }).await?;
            }
        }
        transaction.commit().await?;
        if due.is_empty() {
            return Ok(());
        }
        tracing::info!(people = due.len(), "reminded that their membership ends");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::standing::Dates;

    #[test]
    fn where_one_stands() {
        let date = |text: &str| text.parse::<NaiveDate>().ok();
        let today = date("2026-11-28").unwrap();
        for (since, until, expected) in [
            ("", "", Status::None),
            ("2020-01-01", "", Status::None),
            ("", "2026-11-28", Status::Current(0)),
            ("2026-11-28", "2026-11-30", Status::Current(2)),
            ("2026-11-29", "2027-11-28", Status::Ahead),
            ("2020-01-01", "2026-11-27", Status::Over(1)),
            ("", "2025-11-28", Status::Over(365)),
        ] {
            assert_eq!(status(Dates { since: date(since), until: date(until) }, today), expected, "{since} {until}");
        }
    }

    #[test]
    fn two_memberships_of_one_person() {
        let date = |text: &str| text.parse::<NaiveDate>().ok();
        let dates = |(since, until): (&str, &str)| Dates { since: date(since), until: date(until) };
        for (one, other, expected) in [
            (("", ""), ("", ""), ("", "")),
            (("", ""), ("2026-01-01", "2026-12-31"), ("2026-01-01", "2026-12-31")),
            (("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-12-31"), ("2025-01-01", "2026-12-31")),
            (("2025-01-01", "2026-06-30"), ("2026-01-01", "2026-03-31"), ("2025-01-01", "2026-06-30")),
            (("2025-01-01", "2025-11-30"), ("2026-01-01", "2026-12-31"), ("2026-01-01", "2026-12-31")),
            (("", "2025-12-31"), ("2026-01-01", "2026-12-31"), ("", "2026-12-31")),
            (("2025-01-01", "2025-12-31"), ("", "2026-12-31"), ("", "2026-12-31")),
        ] {
            assert_eq!(joined(dates(one), dates(other)), dates(expected), "{one:?} {other:?}");
            assert_eq!(joined(dates(other), dates(one)), dates(expected), "{other:?} {one:?}");
        }
    }

    #[test]
    fn the_day_is_that_of_the_host() {
        let late = "2026-11-28T23:30:00Z".parse().unwrap();
        assert_eq!(day(late, chrono_tz::Europe::Paris).to_string(), "2026-11-29");
        assert_eq!(day(late, chrono_tz::UTC).to_string(), "2026-11-28");
    }
}
