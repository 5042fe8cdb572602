//! The only door: makes the session of somebody who has just proven who they are.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::web::Data;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::letter;
use crate::app::AppState;
use crate::clock::after;
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::pending_sign_ins::Pending;
use crate::db::sessions::{Session, SignIn};
use crate::http::browser::Browser;
use crate::http::page_error::PageError;
use crate::http::{session, trace};
use crate::{mail, metrics};

/// A browser at the door.
pub struct Arrival<'a> {
    request: &'a HttpRequest,
    state: &'a Data<AppState>,
    browser: &'a Browser,
    /// Whoever is signed in in it already.
    pub previous: Option<Session>,
}

impl<'a> Arrival<'a> {
    /// Of a request. Before the transaction: it takes a connection of its own.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of(
        request: &'a HttpRequest,
        state: &'a Data<AppState>,
        browser: &'a Browser,
    ) -> Result<Self, PageError> {
        Ok(Self { request, state, browser, previous: session::of(request, state).await? })
    }

    /// Signs `user` in, who was proven by `amr` (RFC 8176), in the transaction that uses up the proof.
    /// A session of the same person goes on, with a new cookie; somebody else's ends.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn enter(
        &self,
        transaction: &mut PgConnection,
        user: Uuid,
        amr: &[String],
    ) -> Result<Cookie<'static>, PageError> {
        let (state, now) = (self.state, self.state.clock.now());
        let (cookie, token) = session::new_cookie(state);
        let origin = trace::origin(self.request, state);
        let sign_in = SignIn {
            user,
            token,
            amr,
            expires_at: after(now, state.settings.sessions.absolute),
            browser: self.browser.hashed(),
            origin: &origin,
        };
        let familiarity = db::sessions::sign_in(transaction, &sign_in, self.previous.as_ref(), now).await?;
        let event = Event::own(Kind::SignedIn, user, &origin).with(json!({ "amr": amr }));
        db::audit::record(transaction, &event, now).await?;
        if familiarity.elsewhere && !familiarity.here {
            self.tell_of_new_device(transaction, user, &origin).await?;
        }
        state.metrics.sign_in(metrics::SignIn::Succeeded);
        tracing::info!(%user, ?amr, "signed in");
        Ok(cookie)
    }

    /// Notes that `user` was proven by a first factor and has a second one to show: not a session yet.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn wait(
        &self,
        transaction: &mut PgConnection,
        user: Uuid,
        amr: &[String],
    ) -> Result<Cookie<'static>, PageError> {
        let (cookie, token) = session::pending_cookie(self.state);
        let pending = Pending { user, amr: amr.to_vec() };
        let expires_at = self.state.clock.now() + session::PENDING;
        db::pending_sign_ins::insert(transaction, token, self.browser.hashed(), &pending, expires_at).await?;
        Ok(cookie)
    }

    async fn tell_of_new_device(
        &self,
        transaction: &mut PgConnection,
        user: Uuid,
        origin: &Origin,
    ) -> Result<(), PageError> {
        let user = db::users::find(transaction, user).await?;
        // An address that nobody has proven may be a stranger's.
        let Some(user) = user.filter(|user| user.email_verified) else { return Ok(()) };
        let (state, when) = (self.state, self.state.clock.now());
        let kind = mail::Kind::NewDevice { device: &origin.device, place: &origin.address_range, when };
        mail::queue(transaction, &state.vault, &state.clock, &letter(&kind, &user, state)?).await?;
        Ok(())
    }
}
