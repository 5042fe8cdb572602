//! Groups of the whole instance: made, filled, emptied, removed. What a group opened ends with it, in the
//! same transaction, and the journal says what was done.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::clock::Clock;
use crate::db;
use crate::db::audit::{Event, Kind, Origin};

/// Groups that mean something to Loquet itself: they are never removed.
pub const BUILT_IN: [&str; 2] = [ADMINISTRATORS, "auditors"];
/// The group of those who may do everything.
pub const ADMINISTRATORS: &str = "admins";
/// People whose rights are asked for at once.
const BATCH: usize = 1000;

/// Who changes groups, and from where.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// None: the command line.
    pub actor: Option<Uuid>,
    /// From where.
    pub origin: &'a Origin,
    /// Time.
    pub clock: &'a Clock,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No group has that name.
    #[error("there is no group named {0}")]
    Unknown(String),
    /// One has it already.
    #[error("there is a group, or an organization, named {0} already")]
    Taken(String),
    /// It cannot be one.
    #[error(
        "{0}: a group’s name holds lower-case letters, digits and . _ -, begins with a letter or digit, and is not admin"
    )]
    NotAName(String),
    /// Nobody is put into it or taken out of it by hand.
    #[error("{0} is kept by rule: `loquet membership release {0}` keeps it by hand again")]
    KeptByRule(String),
    /// Loquet needs it.
    #[error("{0} is built in: it can be emptied, neither removed nor renamed")]
    BuiltIn(String),
    /// PostgreSQL's words.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Whether a text can be the name of a group; as the database checks it.
fn is_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.bytes().next().is_some_and(good)
        && text.bytes().all(|byte| good(byte) || b"._-".contains(&byte))
        && text != "admin"
}

/// The group of that name.
///
/// # Errors
/// [`Fault::Unknown`]; PostgreSQL's.
pub async fn find(connection: &mut PgConnection, name: &str) -> Result<Uuid, Fault> {
    let found = if is_name(name) { db::groups::find(connection, name).await? } else { None };
    found.ok_or_else(|| Fault::Unknown(name.to_owned()))
}

/// …if it is kept by hand.
async fn find_by_hand(connection: &mut PgConnection, name: &str) -> Result<Uuid, Fault> {
    let group = find(connection, name).await?;
    if db::standing::is_kept(connection, group).await? { Err(Fault::KeptByRule(name.to_owned())) } else { Ok(group) }
}

impl<'a> By<'a> {
    fn event(&self, kind: Kind, name: &str) -> Event<'a> {
        Event { actor: self.actor, ..Event::of_host(kind, self.origin) }.with(json!({ "group": name }))
    }

    /// Makes a group; nobody is in it yet.
    ///
    /// # Errors
    /// [`Fault::NotAName`], [`Fault::Taken`]; PostgreSQL's.
    pub async fn create(&self, connection: &mut PgConnection, name: &str) -> Result<(), Fault> {
        if !is_name(name) {
            return Err(Fault::NotAName(name.to_owned()));
        }
        let now = self.clock.now();
        if db::groups::insert(connection, name, now).await?.is_none() {
            return Err(Fault::Taken(name.to_owned()));
        }
        Ok(db::audit::record(connection, &self.event(Kind::GroupAdded, name), now).await?)
    }

    /// Removes a group. How many were in it.
    ///
    /// # Errors
    /// [`Fault::Unknown`], [`Fault::BuiltIn`]; PostgreSQL's.
    pub async fn delete(&self, connection: &mut PgConnection, name: &str) -> Result<usize, Fault> {
        let group = find(connection, name).await?;
        if BUILT_IN.contains(&name) {
            return Err(Fault::BuiltIn(name.to_owned()));
        }
        let members: Vec<Uuid> = db::groups::members(connection, group).await?.iter().map(|member| member.id).collect();
        let (services, second_factor) = db::groups::effects(connection, group).await?;
        db::groups::delete(connection, group).await?;
        let now = self.clock.now();
        for some in members.chunks(BATCH) {
            db::rights::end_all_refused(connection, some, now).await?;
        }
        let before = json!({ "members": members.len(), "services": services, "second_factor": second_factor });
        let event = self.event(Kind::GroupRemoved, name).with(json!({ "before": before }));
        db::audit::record(connection, &event, now).await?;
        Ok(members.len())
    }

    /// Gives a group another name: whatever it opens stays open, and services read the new one from now on.
    ///
    /// # Errors
    /// [`Fault::Unknown`], [`Fault::BuiltIn`] (of either name), [`Fault::NotAName`], [`Fault::Taken`];
    /// PostgreSQL's.
    pub async fn rename(&self, connection: &mut PgConnection, name: &str, new: &str) -> Result<(), Fault> {
        let group = find(connection, name).await?;
        // Under a built-in name, everybody in it would have powers that nobody gave them.
        if let Some(one) = [name, new].into_iter().find(|one| BUILT_IN.contains(one)) {
            return Err(Fault::BuiltIn(one.to_owned()));
        }
        if !is_name(new) {
            return Err(Fault::NotAName(new.to_owned()));
        }
        if new == name {
            return Ok(());
        }
        if !db::groups::rename(connection, group, new).await? {
            return Err(Fault::Taken(new.to_owned()));
        }
        let details = json!({ "before": { "group": name }, "after": { "group": new } });
        let event = self.event(Kind::GroupRenamed, new).with(details);
        Ok(db::audit::record(connection, &event, self.clock.now()).await?)
    }

    /// Demands two steps of the members of a group, or no longer.
    ///
    /// # Errors
    /// [`Fault::Unknown`]; PostgreSQL's.
    pub async fn demand(&self, connection: &mut PgConnection, name: &str, demanded: bool) -> Result<(), Fault> {
        find(connection, name).await?;
        let now = self.clock.now();
        db::organizations::demand_second_factor(connection, name, demanded, now).await?;
        let event = self.event(Kind::SecondFactorPolicy, name).with(json!({ "second_factor": demanded }));
        Ok(db::audit::record(connection, &event, now).await?)
    }

    /// Puts somebody into a group. `false`: they were in it.
    ///
    /// # Errors
    /// [`Fault::Unknown`], [`Fault::KeptByRule`]; PostgreSQL's.
    pub async fn add(&self, connection: &mut PgConnection, name: &str, user: Uuid) -> Result<bool, Fault> {
        let group = find_by_hand(connection, name).await?;
        if !db::groups::add(connection, group, user).await? {
            return Ok(false);
        }
        let event = self.event(Kind::GroupJoined, name).about(user);
        db::audit::record(connection, &event, self.clock.now()).await?;
        Ok(true)
    }

    /// Makes somebody an administrator. `false`: they were.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn make_administrator(&self, connection: &mut PgConnection, user: Uuid) -> Result<bool, Fault> {
        // Made when it is first used.
        db::organizations::ensure_group(connection, ADMINISTRATORS, self.clock.now()).await?;
        self.add(connection, ADMINISTRATORS, user).await
    }

    /// Takes somebody out of a group: the services that only the group opened to them end what they hold.
    /// `false`: they were not in it.
    ///
    /// # Errors
    /// [`Fault::Unknown`], [`Fault::KeptByRule`]; PostgreSQL's.
    pub async fn remove(&self, connection: &mut PgConnection, name: &str, user: Uuid) -> Result<bool, Fault> {
        let group = find_by_hand(connection, name).await?;
        if !db::groups::remove(connection, group, user).await? {
            return Ok(false);
        }
        let now = self.clock.now();
        let ended = db::rights::end_refused(connection, user, now).await?;
        let event = self.event(Kind::GroupLeft, name).about(user).with(json!({ "ended": ended }));
        db::audit::record(connection, &event, now).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names() {
        for good in ["a", "bureau", "2-pas", "ca.2026_x", &"a".repeat(63), "admins"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "admin", "Bureau", "-a", ".a", "a b", "é", &"a".repeat(64), "a/b", "a\0"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
