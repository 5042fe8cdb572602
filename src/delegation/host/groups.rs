//! Groups of the whole instance. What is done to them, and what the journal says of it, is
//! [`crate::groups`]'s, as for the command line.

use sqlx::PgConnection;
use uuid::Uuid;

use super::people;
use crate::authz::administration::Act;
use crate::db;
use crate::db::groups::Member;
use crate::db::organizations::Group;
use crate::db::users::User;
use crate::delegation::cursor;
use crate::delegation::members::check_search;
use crate::delegation::{Aim, Clash, Cursor, Desk, Refusal, Target};
use crate::groups::{self, ADMINISTRATORS, BUILT_IN, By, Fault};
use crate::types::username_key;

/// All that is shown of a group.
#[derive(Debug)]
pub struct GroupDossier {
    /// How many are in it.
    pub count: i64,
    /// Some of them, by username.
    pub members: Vec<Member>,
    /// Where the next ones begin.
    pub next: Option<String>,
    /// Client ids of the services that let them in.
    pub services: Vec<String>,
    /// The group demands two steps of them.
    pub second_factor: bool,
}

impl Desk<'_> {
    /// All groups, by name.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn groups(&self) -> Result<Vec<Group>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            let strict = self.post.settings.second_factor.administrators;
            Ok(db::organizations::groups(connection, strict).await?)
        })
        .await
    }

    /// One of them, with those whose username, address or name holds a text, from the cursor on.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such group; [`Refusal::Invalid`] for a text that is
    /// too long, or a cursor of another list.
    pub async fn group(
        &self,
        name: &str,
        text: &str,
        cursor: Option<&str>,
        count: i64,
    ) -> Result<GroupDossier, Refusal> {
        self.administer(Act::Look, Target::Group(name), async |connection| {
            let group = groups::find(connection, name).await.map_err(refusal)?;
            check_search(text)?;
            let caller = self.actor.person().unwrap_or_default();
            let cursors = Cursor::new(self.post.vault, &[b"group", group.as_bytes(), caller.as_bytes()]);
            let after = cursor.map(|cursor| cursors.open(cursor)).transpose()?.unwrap_or_default();
            // One more says whether there are others.
            let found = db::groups::page(connection, group, text.trim(), &after, count + 1).await?;
            let (members, next) = cursor::page(found, count, |last| cursors.seal(&username_key(&last.username)));
            let (services, second_factor) = db::groups::effects(connection, group).await?;
            Ok(GroupDossier {
                count: db::groups::count(connection, group).await?,
                members,
                next,
                services,
                second_factor,
            })
        })
        .await
    }

    /// Makes a group.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Invalid`] for what is no name; [`Clash::SlugTaken`].
    pub async fn create_group(&self, name: &str) -> Result<(), Refusal> {
        self.regroup(name, async |by, connection| by.create(connection, name).await).await
    }

    /// Gives a group another name.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such group; [`Refusal::Invalid`] for what is no name,
    /// or a group that Loquet needs; [`Clash::SlugTaken`].
    pub async fn rename_group(&self, name: &str, new: &str) -> Result<(), Refusal> {
        self.regroup(name, async |by, connection| by.rename(connection, name, new).await).await
    }

    /// Removes a group: what only it opened is closed.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such group; [`Refusal::Invalid`] for one that Loquet
    /// needs.
    pub async fn delete_group(&self, name: &str) -> Result<(), Refusal> {
        self.regroup(name, async |by, connection| by.delete(connection, name).await.map(drop)).await
    }

    /// Demands two steps of the members of a group, or no longer.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such group.
    pub async fn demand_second_factor(&self, name: &str, demanded: bool) -> Result<(), Refusal> {
        self.regroup(name, async |by, connection| by.demand(connection, name, demanded).await).await
    }

    /// Puts somebody into a group, by username, address or id.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such group; [`Refusal::Invalid`] when there is no such
    /// account, or for a group that Loquet needs one that is off or has an address that nobody has proven.
    pub async fn join_group(&self, name: &str, login: &str) -> Result<User, Refusal> {
        self.administer(Act::Regroup { last_administrator: false }, Target::Group(name), async |connection| {
            let user = people::by_login(connection, login)
                .await?
                .ok_or_else(|| Refusal::invalid("login", "unknown", login))?;
            // An address that nobody has proven may be typed by whoever it does not belong to.
            if BUILT_IN.contains(&name) && !(user.active && user.email_verified) {
                return Err(Refusal::invalid("login", "unproven", login));
            }
            self.by().add(connection, name, user.id).await.map_err(refusal)?;
            Ok(user)
        })
        .await
    }

    /// Takes somebody out of a group.
    ///
    /// # Errors
    /// As the rule says: never the last administrator out of theirs; [`Refusal::Hidden`] when there is no such
    /// group, or account in it.
    pub async fn leave_group(&self, name: &str, person: Uuid) -> Result<User, Refusal> {
        let act = Act::Regroup { last_administrator: false };
        self.attempt(Aim::of_host(act, Target::Group(name)), async |connection| {
            self.must_take_out(connection, name, person).await?;
            let user = db::users::find(connection, person).await?.ok_or(Refusal::Hidden)?;
            let was_in_it = self.by().remove(connection, name, person).await.map_err(refusal)?;
            if was_in_it { Ok(user) } else { Err(Refusal::Hidden) }
        })
        .await
    }

    /// Two administrators who take one another out wait for each other: the second is none any more.
    async fn must_take_out(&self, connection: &mut PgConnection, name: &str, person: Uuid) -> Result<(), Refusal> {
        self.must_host(connection, Act::Regroup { last_administrator: false }).await?;
        if name != ADMINISTRATORS {
            return Ok(());
        }
        groups::find(connection, name).await.map_err(refusal)?;
        let administrator = db::delegation::ties(connection, person).await?.administrator;
        let last_administrator = administrator
            && self.actor.person().is_some()
            && !db::people::has_other_administrator(connection, person).await?;
        self.must_host(connection, Act::Regroup { last_administrator }).await?;
        Ok(())
    }

    async fn regroup(
        &self,
        name: &str,
        act: impl AsyncFnOnce(By<'_>, &mut PgConnection) -> Result<(), Fault>,
    ) -> Result<(), Refusal> {
        self.administer(Act::Regroup { last_administrator: false }, Target::Group(name), async |connection| {
            act(self.by(), connection).await.map_err(refusal)
        })
        .await
    }

    fn by(&self) -> By<'_> {
        By { actor: self.actor.person(), origin: self.origin, clock: self.post.clock }
    }
}

fn refusal(fault: Fault) -> Refusal {
    match fault {
        Fault::Unknown(_) => Refusal::Hidden,
        Fault::Taken(_) => Refusal::Clash(Clash::SlugTaken),
        Fault::KeptByRule(_) => Refusal::Clash(Clash::KeptByRule),
        Fault::NotAName(name) => Refusal::invalid("name", "not-a-name", name),
        Fault::BuiltIn(name) => Refusal::invalid("name", "built-in", name),
        Fault::Database(error) => Refusal::Database(error),
    }
}
