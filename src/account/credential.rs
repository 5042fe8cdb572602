//! What follows every change of a credential, in its transaction: whatever else is open in the person's
//! name ends, the journal notes it, and they are told by mail (security rule 11).

use actix_web::cookie::Cookie;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::sessions::Session;
use crate::http::page_error::PageError;
use crate::http::session;
use crate::mail::{self, Message};

/// A credential that has changed.
pub struct Change<'a> {
    /// Whose.
    pub user: Uuid,
    /// What happened.
    pub kind: Kind,
    /// The session that did it, if one did.
    pub acting: Option<&'a Session>,
    /// From where.
    pub origin: &'a Origin,
    /// What the person is told.
    pub letters: &'a [Message],
}

impl Change<'_> {
    /// Does all of it. The acting session goes on under a new cookie.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn settle(
        &self,
        connection: &mut PgConnection,
        state: &AppState,
    ) -> Result<Option<Cookie<'static>>, PageError> {
        let now = state.clock.now();
        let cookie = match self.acting.filter(|session| session.user.id == self.user) {
            Some(session) => {
                let (cookie, token) = session::new_cookie(state);
                db::sessions::end_all_but(connection, self.user, session.id, token, now).await?;
                Some(cookie)
            }
            None => {
                db::sessions::end_all(connection, self.user, now).await?;
                None
            }
        };
        db::audit::record(connection, &Event::own(self.kind, self.user, self.origin), now).await?;
        for letter in self.letters {
            mail::queue(connection, &state.vault, &state.clock, letter).await?;
        }
        tracing::info!(user = %self.user, kind = self.kind.name(), "credential changed");
        Ok(cookie)
    }
}
