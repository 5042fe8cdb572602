//! Services are added, changed, given another secret, removed. What a service holds of those who may not use
//! it any more ends in the same transaction, and the journal says what was done.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{SECRET_PREFIX, needs_secret};
use crate::crypto::{Plain, random_id};
use crate::db;
use crate::db::audit::{Event, Kind, Origin, changes};
use crate::db::clients::{Authentication, Client};
use crate::groups;
use crate::types::Logo;

/// Longest time that a secret stays good beside the one after it, in hours (AD-13).
pub const LONGEST_OVERLAP: i64 = 24;

/// Who changes services, and from where.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// None: the command line.
    pub actor: Option<Uuid>,
    /// From where.
    pub origin: &'a Origin,
    /// The moment of all of it.
    pub now: DateTime<Utc>,
}

/// A service as it was and as it is to be.
#[derive(Debug)]
pub struct Change<'a> {
    /// As it was.
    pub before: &'a Client,
    /// As it is to be; sound.
    pub after: Client,
    /// Groups that it lets in from now on.
    pub opened: &'a [String],
    /// Groups that it does not let in any more.
    pub closed: &'a [String],
}

/// What came of a change.
#[derive(Debug, Clone, Copy)]
pub struct Changed {
    /// How many people are let in no longer, if the change might close it to somebody.
    pub ended: Option<usize>,
    /// It can no longer change its registration by itself.
    pub registered_no_more: bool,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A service has that id.
    #[error("there is already a service with the client id {0}")]
    Taken(String),
    /// No group can be called so.
    #[error(
        "{0}: a group’s name holds lower-case letters, digits and . _ -, and is neither admin nor an organization’s"
    )]
    NoGroup(String),
    /// The service does not let that group in.
    #[error("{0} does not let {1} in")]
    NotLetIn(String, String),
    /// It proves who it is in another way.
    #[error("{0} has no secret: it proves who it is in another way")]
    NoSecret(String),
    /// There is no such group.
    #[error(transparent)]
    Group(#[from] groups::Fault),
    /// PostgreSQL's words.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl By<'_> {
    async fn note(
        &self,
        connection: &mut PgConnection,
        kind: Kind,
        client_id: &str,
        details: Value,
    ) -> Result<(), Fault> {
        let event = Event { actor: self.actor, ..Event::of_host(kind, self.origin) };
        let event = event.of_client(client_id).with(details);
        Ok(db::audit::record(connection, &event, self.now).await?)
    }

    /// Adds a service that is sound and that these groups may use, with a secret if it is to have one now:
    /// [`needs_secret`] says whether it is of use.
    ///
    /// # Errors
    /// [`Fault::Taken`], [`Fault::NoGroup`]; PostgreSQL's.
    pub async fn add(
        &self,
        connection: &mut PgConnection,
        client: &Client,
        groups: &[String],
        with_secret: bool,
    ) -> Result<Option<Plain>, Fault> {
        if !db::clients::save(connection, client, true, self.now).await? {
            return Err(Fault::Taken(client.client_id.clone()));
        }
        self.allow(connection, &client.client_id, groups).await?;
        let secret = if with_secret && needs_secret(client) {
            Some(self.make_secret(connection, &client.client_id, TimeDelta::zero()).await?)
        } else {
            None
        };
        let details = json!({ "after": client.described(), "groups": groups });
        self.note(connection, Kind::ServiceAdded, &client.client_id, details).await?;
        Ok(secret)
    }

    /// Makes a change. What the service holds of those who may not use it any more ends in the same transaction.
    ///
    /// # Errors
    /// [`Fault::NoGroup`], [`Fault::NotLetIn`], [`Fault::Group`]; PostgreSQL's.
    pub async fn change(&self, connection: &mut PgConnection, change: Change<'_>) -> Result<Changed, Fault> {
        let Change { before, after: mut client, opened, closed } = change;
        // What is not asked of people is no longer the service's own to change.
        let registered_no_more = client.ours && client.registration_token.take().is_some();
        if before.enabled && !client.enabled {
            db::rights::end_all_of_client(connection, &client.client_id, self.now).await?;
        }
        db::clients::save(connection, &client, false, self.now).await?;
        self.allow(connection, &client.client_id, opened).await?;
        for name in closed {
            let group = groups::find(connection, name).await?;
            if !db::groups::disallow(connection, &client.client_id, group).await? {
                return Err(Fault::NotLetIn(client.client_id, name.clone()));
            }
        }
        let ended = if (before.everyone && !client.everyone) || !closed.is_empty() {
            Some(db::rights::end_refused_of_client(connection, &client.client_id, self.now).await?)
        } else {
            None
        };
        let mut details = changes(&before.described(), &client.described());
        for (name, groups) in [("groups", opened), ("closed_groups", closed)] {
            if !groups.is_empty() {
                details[name] = json!(groups);
            }
        }
        self.note(connection, Kind::ServiceChanged, &client.client_id, details).await?;
        Ok(Changed { ended, registered_no_more })
    }

    /// Makes a new secret; the one before stays good for so many hours.
    ///
    /// # Errors
    /// [`Fault::NoSecret`]; PostgreSQL's.
    pub async fn renew_secret(
        &self,
        connection: &mut PgConnection,
        client: &Client,
        overlap: i64,
    ) -> Result<Plain, Fault> {
        if client.authentication != Authentication::ClientSecret {
            return Err(Fault::NoSecret(client.client_id.clone()));
        }
        let overlap = overlap.clamp(0, LONGEST_OVERLAP);
        let secret = self.make_secret(connection, &client.client_id, TimeDelta::hours(overlap)).await?;
        let details = json!({ "overlap_hours": overlap });
        self.note(connection, Kind::ServiceSecretRenewed, &client.client_id, details).await?;
        Ok(secret)
    }

    /// Gives a service a logo in place of the one before; none: takes it away.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn set_logo(
        &self,
        connection: &mut PgConnection,
        client_id: &str,
        logo: Option<&Logo>,
    ) -> Result<(), Fault> {
        let changed = match logo {
            Some(logo) => {
                db::service_logos::set(connection, client_id, random_id(), logo.png(), self.now).await?;
                true
            }
            None => db::service_logos::remove(connection, client_id).await?,
        };
        if !changed {
            return Ok(());
        }
        let details = json!({ "logo": if logo.is_some() { "changed" } else { "removed" } });
        self.note(connection, Kind::ServiceChanged, client_id, details).await
    }

    /// Removes a service, with all that people granted it.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn remove(&self, connection: &mut PgConnection, client: &Client) -> Result<(), Fault> {
        db::clients::delete(connection, &client.client_id).await?;
        let details = json!({ "before": client.described() });
        self.note(connection, Kind::ServiceRemoved, &client.client_id, details).await
    }

    async fn allow(&self, connection: &mut PgConnection, client_id: &str, names: &[String]) -> Result<(), Fault> {
        for name in names {
            let group = db::organizations::ensure_group(connection, name, self.now).await;
            let group = group.map_err(|_| Fault::NoGroup(name.clone()))?;
            db::organizations::allow_group(connection, client_id, group).await?;
        }
        Ok(())
    }

    async fn make_secret(
        &self,
        connection: &mut PgConnection,
        client_id: &str,
        overlap: TimeDelta,
    ) -> Result<Plain, Fault> {
        let secret = Plain::random(SECRET_PREFIX);
        db::clients::add_secret(connection, client_id, secret.hashed(), self.now + overlap, self.now).await?;
        Ok(secret)
    }
}
