//! Organizations themselves: made, renamed, switched off, deleted; by administrators.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::desk::is_slug;
use super::{Aim, Clash, Cursor, Desk, Refusal, Target, Version, Work};
use crate::authz::administration::Act;
use crate::authz::delegation::{Deed, Standing};
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::delegation::{Listed, Place};
use crate::types::{Likeness, check_line};

/// An organization to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewOrganization<'a> {
    /// In addresses: `[a-z0-9-]`, 63 at most. Never changes.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Whom to write to; may be empty.
    pub contact: &'a str,
    /// Even if another has a name that people would take for this one.
    pub despite_likeness: bool,
}

/// What is to change of an organization.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// Whom to write to.
    pub contact: Option<&'a str>,
    /// Switched on or off: off, nobody uses a service through it.
    pub active: Option<bool>,
    /// Even if another has a name that people would take for the new one.
    pub despite_likeness: bool,
}

/// A page of organizations.
#[derive(Debug)]
pub struct Organizations {
    /// By slug.
    pub organizations: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Desk<'_> {
    /// The organizations that the actor may look at: their own, or for administrators and auditors all.
    ///
    /// # Errors
    /// A cursor of another list; PostgreSQL's.
    pub async fn organizations(&self, cursor: Option<&str>, count: i64) -> Result<Organizations, Refusal> {
        let mut connection = self.pool.acquire().await?;
        let standing = self.standing(&mut connection).await?;
        let sees_all = matches!(standing, Standing::Administrator | Standing::Auditor);
        let person = self.actor.person();
        let only = match self.actor {
            super::Actor::Person { reach, .. } => reach.only(),
            super::Actor::CommandLine | super::Actor::Service => None,
        };
        let caller = person.unwrap_or_default();
        let cursors = Cursor::new(self.post.vault, &[b"organizations", caller.as_bytes()]);
        let after = cursor.map(|cursor| cursors.open(cursor)).transpose()?.unwrap_or_default();
        let count = count.clamp(1, super::members::MOST);
        let found = match person.filter(|_| !sees_all) {
            Some(person) => db::delegation::list_of(&mut connection, person, only, &after, count + 1).await?,
            None => db::delegation::list(&mut connection, only, &after, count + 1).await?,
        };
        let (organizations, next) = super::cursor::page(found, count, |last| cursors.seal(&last.slug));
        Ok(Organizations { organizations, next })
    }

    /// Makes an organization.
    ///
    /// # Errors
    /// Administrators alone do that; [`Refusal::Invalid`]; [`Clash::SlugTaken`].
    pub async fn create_organization(&self, new: &NewOrganization<'_>) -> Result<Place, Refusal> {
        self.attempt(Aim::of_host(Act::Organize, Target::Organization(new.slug)), async |connection| {
            self.create_within(connection, new).await
        })
        .await
    }

    /// The same as a part of more, in a transaction of the caller's.
    ///
    /// # Errors
    /// The same.
    pub async fn create_within(
        &self,
        connection: &mut PgConnection,
        new: &NewOrganization<'_>,
    ) -> Result<Place, Refusal> {
        self.must_host(connection, Act::Organize).await?;
        if !is_slug(new.slug) {
            return Err(Refusal::invalid("slug", "not-a-slug", new.slug));
        }
        check("name", new.name, 1)?;
        check("contact", new.contact, 0)?;
        if !new.despite_likeness {
            must_be_unlike_others(connection, new.slug, new.name).await?;
        }
        let (id, now) = (Uuid::now_v7(), self.post.clock.now());
        if !db::organizations::insert(connection, id, new.slug, new.name, new.contact, now).await? {
            return Err(Refusal::Clash(Clash::SlugTaken));
        }
        let event = Event {
            actor: self.actor.person(),
            organization: Some(id),
            details: json!({ "slug": new.slug, "name": new.name, "contact": new.contact }),
            ..Event::of_host(Kind::OrganizationCreated, self.origin)
        };
        db::audit::record(connection, &event, now).await?;
        self.enter(connection, new.slug).await
    }
}

impl Work<'_> {
    /// Changes an organization. Switched off, nobody uses a service through it from now on.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Stale`]; [`Refusal::Invalid`].
    pub async fn change_organization(
        &mut self,
        change: &Change<'_>,
        expected: Option<&Version>,
    ) -> Result<Place, Refusal> {
        self.must(Deed::Administer)?;
        Version::of_place(&self.place).must_be(expected)?;
        let before = self.place.clone();
        let name = change.name.unwrap_or(&before.name);
        let contact = change.contact.unwrap_or(&before.contact);
        let active = change.active.unwrap_or(before.active);
        check("name", name, 1)?;
        check("contact", contact, 0)?;
        if (name, contact, active) == (&before.name, &before.contact, before.active) {
            return Ok(before);
        }
        if name != before.name && !change.despite_likeness {
            must_be_unlike_others(self.connection, &before.slug, name).await?;
        }
        db::organizations::update(self.connection, before.id, name, contact, active).await?;
        let details = json!({
            "before": { "name": before.name, "contact": before.contact, "active": before.active },
            "after": { "name": name, "contact": contact, "active": active },
        });
        self.journal(Kind::OrganizationChanged, None, None, details).await?;
        if before.active && !active {
            self.end_rights().await?;
        } else if active && !before.active {
            let members = db::members::ids(self.connection, before.id).await?;
            db::standing::follow(self.connection, &members, self.now).await?;
        }
        let slug = before.slug.clone();
        self.place = self.desk.enter(self.connection, &slug).await?;
        Ok(self.place.clone())
    }

    /// Deletes an organization: memberships, accesses, invitations and keys for it go; accounts stay. An
    /// organization of the same slug, made later, inherits nothing.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Stale`].
    pub async fn delete_organization(&mut self, expected: Option<&Version>) -> Result<(), Refusal> {
        self.must(Deed::Administer)?;
        Version::of_place(&self.place).must_be(expected)?;
        let members = db::members::ids(self.connection, self.place.id).await?;
        db::organizations::delete(self.connection, self.place.id).await?;
        db::rights::end_all_refused(self.connection, &members, self.now).await?;
        let details = json!({ "slug": self.place.slug, "name": self.place.name, "members": members.len() });
        self.journal(Kind::OrganizationDeleted, None, None, details).await
    }
}

/// Nobody takes one organization for another by its name (UN-04).
async fn must_be_unlike_others(connection: &mut PgConnection, slug: &str, name: &str) -> Result<(), Refusal> {
    let likeness = Likeness::of(name);
    let others = db::organizations::names(connection).await?;
    let twin = others.iter().any(|(other, theirs)| other != slug && Likeness::of(theirs).is_close_to(&likeness));
    if twin { Err(Refusal::Clash(Clash::NameTaken)) } else { Ok(()) }
}

/// A text of one line.
fn check(field: &'static str, text: &str, least: usize) -> Result<(), Refusal> {
    if text.trim().chars().count() < least {
        return Err(Refusal::invalid(field, "empty", ""));
    }
    check_line(text, 100).map_err(|_| Refusal::invalid(field, "not-a-line", text))
}
