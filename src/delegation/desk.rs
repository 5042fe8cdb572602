//! Somebody at work on organizations, and one piece of that work.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::{Aim, Refusal};
use crate::authz::delegation::{Deed, Reach, Standing, Verdict, rule};
use crate::db;
use crate::db::Pool;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::delegation::Place;
use crate::post::Post;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has proven who they are, by a session or by a token.
    Person {
        /// The account.
        id: Uuid,
        /// How far what they present reaches.
        reach: Reach,
    },
    /// Whoever has a shell on the server: an administrator.
    CommandLine,
    /// A service in its own name, which administers the instance. Which one, the origin says.
    Service,
}

impl Actor {
    /// The account, if there is one.
    #[must_use]
    pub fn person(self) -> Option<Uuid> {
        match self {
            Self::Person { id, .. } => Some(id),
            Self::CommandLine | Self::Service => None,
        }
    }
}

/// Somebody at work on organizations.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Connections.
    pub pool: &'a Pool,
    /// Settings, texts and what mails are made with.
    pub post: Post<'a>,
    /// Who acts.
    pub actor: Actor,
    /// From where.
    pub origin: &'a Origin,
}

/// A piece of work in one organization, in one transaction.
pub struct Work<'a> {
    /// The transaction.
    pub connection: &'a mut PgConnection,
    /// The organization, as the actor reaches it.
    pub place: Place,
    /// Who does it.
    pub desk: Desk<'a>,
    /// The moment of all of it.
    pub now: DateTime<Utc>,
}

impl Desk<'_> {
    /// Looks at an organization.
    ///
    /// # Errors
    /// [`Refusal::Hidden`] when it is none for this actor; what `act` refuses.
    pub async fn read<T>(
        self,
        slug: &str,
        act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.work(slug, false, act).await
    }

    /// Changes something in an organization: all of it or nothing. One change of an organization at a time.
    ///
    /// # Errors
    /// [`Refusal::Hidden`] when it is none for this actor; what `act` refuses.
    pub async fn change<T>(
        self,
        slug: &str,
        act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.work(slug, true, act).await
    }

    async fn work<T>(
        self,
        slug: &str,
        changes: bool,
        act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.attempt(Aim::Organization(slug), async |connection| self.within(connection, slug, changes, act).await)
            .await
    }

    /// A piece of work in a transaction of the caller's.
    async fn within<T>(
        self,
        connection: &mut PgConnection,
        slug: &str,
        changes: bool,
        act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut place = self.enter(connection, slug).await?;
        if changes {
            // Only for those who reach it: others must not feel that it is busy (OR-41). And what was
            // read before may be over.
            db::delegation::lock(connection, slug).await?;
            place = self.enter(connection, slug).await?;
        }
        act(&mut Work { connection, place, desk: self, now: self.post.clock.now() }).await
    }

    /// Changes something in an organization as a part of more, in a transaction of the caller's: to be taken back
    /// with it when this is refused.
    ///
    /// # Errors
    /// As [`Desk::change`].
    pub async fn change_within<T>(
        self,
        connection: &mut PgConnection,
        slug: &str,
        act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.within(connection, slug, true, act).await
    }

    /// One transaction: what `act` does, or the note in the journal that it was refused.
    pub(super) async fn attempt<T>(
        &self,
        aim: Aim<'_>,
        act: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut transaction = self.pool.begin().await?;
        let mut attempt = transaction.begin().await?;
        let outcome = act(&mut attempt).await;
        match &outcome {
            Ok(_) => attempt.commit().await?,
            Err(refusal) => {
                attempt.rollback().await?;
                self.journal_attempt(&mut transaction, aim, refusal).await?;
            }
        }
        transaction.commit().await?;
        outcome
    }

    /// The organization, as this actor reaches it.
    pub(super) async fn enter(&self, connection: &mut PgConnection, slug: &str) -> Result<Place, Refusal> {
        // What cannot be one does not go to PostgreSQL.
        if !is_slug(slug) {
            return Err(Refusal::Hidden);
        }
        let found = match self.actor {
            Actor::Person { id, reach } => db::delegation::enter(connection, id, slug, reach).await?,
            Actor::CommandLine | Actor::Service => db::delegation::enter_as_host(connection, slug).await?,
        };
        found.ok_or(Refusal::Hidden)
    }

    /// What the actor is to the whole instance.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn standing(&self, connection: &mut PgConnection) -> Result<Standing, Refusal> {
        match self.actor {
            Actor::CommandLine | Actor::Service => Ok(Standing::Administrator),
            Actor::Person { id, reach: Reach::Everything } => {
                Ok(Standing::of(db::delegation::ties(connection, id).await?))
            }
            Actor::Person { .. } => Ok(Standing::Outsider),
        }
    }

    /// The journal keeps what somebody tried that is not theirs to do. An outsider's attempt is not in the
    /// organization's own journal: its referents would learn of people elsewhere.
    async fn journal_attempt(
        &self,
        connection: &mut PgConnection,
        aim: Aim<'_>,
        refusal: &Refusal,
    ) -> Result<(), Refusal> {
        let (Some(reason), Some(person)) = (refusal.attempt(), self.actor.person()) else { return Ok(()) };
        // Of the whole instance, whoever may not is told so: what is not there was a slip, or is gone since.
        if matches!((aim, refusal), (Aim::Host { .. }, Refusal::Hidden)) {
            return Ok(());
        }
        let place = match (aim, refusal) {
            (Aim::Organization(slug), Refusal::Forbidden(_)) => self.enter(&mut *connection, slug).await.ok(),
            _ => None,
        };
        let service = aim.service();
        let event = Event {
            actor: Some(person),
            organization: place.map(|place| place.id),
            ..aim.line(service.as_deref(), self.origin)
        };
        let event = event.refused(reason);
        // One after the other: many at once are no more lines than one by one.
        db::users::hold(connection, person).await?;
        db::audit::record_attempt(connection, &event, self.post.clock.now()).await?;
        tracing::warn!(%person, reason, "refused");
        Ok(())
    }
}

impl Work<'_> {
    /// Goes on only if the rule allows it.
    ///
    /// # Errors
    /// [`Refusal::Hidden`] or [`Refusal::Forbidden`].
    pub fn must(&self, deed: Deed) -> Result<(), Refusal> {
        match rule(self.place.standing, self.place.active, deed) {
            Verdict::Allowed => Ok(()),
            Verdict::Forbidden(why) => Err(Refusal::Forbidden(why)),
            Verdict::Hidden => Err(Refusal::Hidden),
        }
    }

    /// Adds a line to the journal, about this organization and perhaps a person and a service in it.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn journal(
        &mut self,
        kind: Kind,
        user: Option<Uuid>,
        client: Option<&str>,
        details: Value,
    ) -> Result<(), Refusal> {
        let event = Event {
            actor: self.desk.actor.person(),
            user,
            organization: Some(self.place.id),
            client,
            details,
            ..Event::of_host(kind, self.desk.origin)
        };
        db::audit::record(self.connection, &event, self.now).await?;
        Ok(())
    }
}

/// Whether a text can be the slug of an organization.
#[must_use]
pub(super) fn is_slug(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (1..=63).contains(&text.len()) && letters && !text.starts_with('-') && !text.ends_with('-')
}
