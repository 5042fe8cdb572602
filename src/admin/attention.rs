//! What somebody of the host should see to, each with the way there.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::frame::Console;
use crate::db;
use crate::db::access_requests::Whose;
use crate::db::outbox::Count;
use crate::db::overview::Accounts;
use crate::db::signing_keys::SealedKey;
use crate::http::page_error::PageError;
use crate::key_rotation;

/// Mail that has waited for so long does not leave by itself any more.
const LATE: TimeDelta = TimeDelta::minutes(10);
/// Organizations that are named, at most.
const NAMED: i64 = 20;

/// Something to see to.
pub struct Matter {
    /// What.
    pub what: String,
    /// The page for it.
    pub href: String,
}

impl Matter {
    fn on_page(what: String, href: String) -> Self {
        Self { what, href }
    }
}

/// Everything that waits for somebody.
///
/// # Errors
/// PostgreSQL's.
pub async fn matters(
    connection: &mut PgConnection,
    console: &Console<'_>,
    accounts: Accounts,
    mail: Count,
    keys: &[SealedKey],
) -> Result<Vec<Matter>, PageError> {
    let (page, state) = (&console.page, console.state());
    let now = state.clock.now();
    let mut matters = Vec::new();
    let asking = db::access_requests::waiting(connection, Whose::Host).await?.len();
    if asking > 0 {
        let words = page.count("organization-asking", i64::try_from(asking).unwrap_or(i64::MAX));
        matters.push(Matter::on_page(words, state.paths.access_requests()));
    }
    if accounts.waiting > 0 {
        let words = page.count("admin-registrations-waiting", accounts.waiting);
        matters.push(Matter::on_page(words, state.paths.admin_registrations()));
    }
    if mail.dead > 0 {
        matters.push(Matter::on_page(page.count("admin-mail-dead", mail.dead), state.paths.admin_mail()));
    }
    if mail.oldest.is_some_and(|oldest| is_late(oldest, now)) {
        matters.push(Matter::on_page(page.count("admin-mail-late", mail.waiting), state.paths.admin_mail()));
    }
    let left_out = state.settings.theme.left_out.len();
    if left_out > 0 {
        let words = page.count("admin-theme-left-out", i64::try_from(left_out).unwrap_or(i64::MAX));
        matters.push(Matter::on_page(words, format!("{}#theme-texts", state.paths.admin_settings())));
    }
    if key_rotation::is_overdue(keys, state.settings.keys.rotation, now) {
        matters.push(Matter::on_page(page.text("admin-keys-overdue"), state.paths.admin_keys()));
    }
    for orphan in db::overview::without_referent(connection, NAMED).await? {
        let words = page.text1("admin-no-referent", "organization", &orphan.name);
        matters.push(Matter::on_page(words, state.paths.organization_people(&orphan.slug)));
    }
    Ok(matters)
}

fn is_late(oldest: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - oldest >= LATE
}
