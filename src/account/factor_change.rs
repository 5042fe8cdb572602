//! What goes with every change of how one signs in in two steps: the other sessions, the tokens and
//! the pending links of the person end, the acting session gets a new cookie, the journal and a mail
//! say so (security rule 11, RT-08).

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::web::Data;
use serde_json::Value;
use sqlx::PgConnection;

use super::frame::Visitor;
use super::letter;
use super::onward::Onward;
use crate::app::AppState;
use crate::authn::duty::{Duty, duty};
use crate::db;
use crate::db::audit::{self, Event};
use crate::http::page_error::PageError;
use crate::http::session;
use crate::mail;

/// Somebody who sets up a second factor: they have just shown that it is them, and may have been sent here.
pub struct Setup<'a> {
    /// The person.
    pub visitor: Visitor<'a>,
    /// Where they go afterwards.
    pub onward: Onward,
    /// A policy or the service on the way demands a second factor, and they have none.
    pub demanded: bool,
}

impl<'a> Setup<'a> {
    /// On a page of theirs, `path`.
    ///
    /// # Errors
    /// A way to what comes first, or to a recent proof of identity; PostgreSQL's.
    pub async fn of(request: &'a HttpRequest, state: &'a Data<AppState>, path: &str) -> Result<Self, PageError> {
        let visitor = Visitor::anyhow(request, state).await?;
        let demanded = match duty(session::duty_facts(&visitor.session)) {
            None => false,
            Some(Duty::SecondFactor) => true,
            Some(first) => return Err(PageError::Elsewhere(state.paths.of_duty(first))),
        };
        let onward = Onward::of(request, &visitor.browser, state).await?;
        let demanded = demanded || (onward.flow.is_some() && !visitor.session.second_factor);
        visitor.recent(&onward.by(path))?;
        Ok(Self { visitor, onward, demanded })
    }
}

/// What has changed.
pub struct Change<'a> {
    /// For the journal.
    pub event: audit::Kind,
    /// Its details.
    pub details: Value,
    /// For the mail.
    pub notice: mail::Kind<'a>,
    /// Methods (RFC 8176) that the person has just proven besides those of their session.
    pub proven: &'a [&'static str],
}

/// Writes what goes with a change, in its transaction.
///
/// # Errors
/// PostgreSQL's.
pub async fn settle(
    visitor: &Visitor<'_>,
    transaction: &mut PgConnection,
    change: Change<'_>,
) -> Result<Cookie<'static>, PageError> {
    let (state, session, now) = (visitor.state, &visitor.session, visitor.state.clock.now());
    let user = &session.user;
    let notice = letter(&change.notice, user, state)?;
    let (cookie, token) = session::new_cookie(state);
    db::sessions::end_all_but(transaction, user.id, session.id, token, now).await?;
    let mut amr = session.amr.clone();
    amr.extend(
        change
            .proven
            .iter()
            .filter(|method| !session.amr.iter().any(|known| known == *method))
            .map(ToString::to_string),
    );
    if amr != session.amr {
        db::sessions::set_amr(transaction, session.id, &amr).await?;
    }
    let origin = visitor.origin();
    let event = Event::own(change.event, user.id, &origin).with(change.details);
    audit::record(transaction, &event, now).await?;
    mail::queue(transaction, &state.vault, &state.clock, &notice).await?;
    tracing::info!(user = %user.id, change = change.event.name(), "second factors changed");
    Ok(cookie)
}
