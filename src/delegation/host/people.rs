//! People of the whole instance, found and looked at.

use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::administration::Act;
use crate::db;
use crate::db::audit::{HostLine, Wanted};
use crate::db::factors::Factors;
use crate::db::own_organizations::Membership;
use crate::db::own_sessions::OwnSession;
use crate::db::people::{Account, Found, Position, Way};
use crate::db::standing::Dates;
use crate::db::users::User;
use crate::delegation::members::check_search;
use crate::delegation::{Cursor, Desk, Refusal, Target};

/// Lines of somebody's history that are shown with them.
const LINES: i64 = 10;

/// A page of people.
#[derive(Debug)]
pub struct People {
    /// By what they were found.
    pub people: Vec<Found>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// All that is shown of somebody.
#[derive(Debug)]
pub struct Dossier {
    /// The account.
    pub account: Account,
    /// How they prove who they are, besides the password.
    pub factors: Factors,
    /// Where they are signed in.
    pub sessions: Vec<OwnSession>,
    /// Organizations that they are in.
    pub memberships: Vec<Membership>,
    /// Their membership of the host.
    pub dates: Dates,
    /// What happened to them, or was done by them, of late.
    pub lines: Vec<HostLine>,
}

impl Desk<'_> {
    /// People whose name, username or address begins with a text, from the cursor on; by an id, whoever has it.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Invalid`] for a text that is too long, or a cursor of another list.
    pub async fn people(&self, text: &str, cursor: Option<&str>, count: usize) -> Result<People, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            check_search(text)?;
            let words: Vec<&str> = text.split_whitespace().collect();
            let text = words.join(" ");
            let found = match text.parse::<Uuid>() {
                Ok(id) => db::people::find(connection, id).await?.map(found).into_iter().collect(),
                Err(_) => Vec::new(),
            };
            if !found.is_empty() {
                return Ok(People { people: found, next: None });
            }
            let caller = self.actor.person().unwrap_or_default();
            let cursors = Cursor::new(self.post.vault, &[b"people", caller.as_bytes()]);
            let after = cursor.map(|cursor| cursors.open(cursor)).transpose()?;
            let after = after.as_deref().and_then(opened);
            // One more says whether there are others.
            let mut found = db::people::search(connection, &text, after.as_ref(), count + 1).await?;
            let more = found.len() > count;
            found.truncate(count);
            let next = found.last().filter(|_| more).map(|(way, last)| cursors.seal(&sealed(*way, last)));
            Ok(People { people: found.into_iter().map(|(_, found)| found).collect(), next })
        })
        .await
    }

    /// The account of that username, address or id.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn somebody(&self, login: &str) -> Result<Option<User>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| Ok(by_login(connection, login).await?)).await
    }

    /// One of them.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such account.
    pub async fn dossier(&self, person: Uuid) -> Result<Dossier, Refusal> {
        self.administer(Act::Look, Target::Person(person), async |connection| {
            let account = db::people::find(connection, person).await?.ok_or(Refusal::Hidden)?;
            let idle = TimeDelta::from_std(self.post.settings.sessions.idle).unwrap_or(TimeDelta::MAX);
            let wanted = Wanted { person: Some(person), count: LINES, ..Wanted::default() };
            Ok(Dossier {
                account,
                factors: db::factors::of(connection, person).await?,
                sessions: db::own_sessions::list(connection, person, idle, self.post.clock.now()).await?,
                memberships: db::own_organizations::list(connection, person, None).await?,
                dates: db::standing::of_person(connection, person).await?.unwrap_or_default(),
                lines: db::audit::list(connection, &wanted).await?,
            })
        })
        .await
    }
}

/// The account of that username, address or id.
pub(super) async fn by_login(connection: &mut PgConnection, login: &str) -> sqlx::Result<Option<User>> {
    match login.parse::<Uuid>() {
        // What PostgreSQL cannot store is nobody’s.
        _ if login.contains('\0') => Ok(None),
        Ok(id) => db::users::find(connection, id).await,
        Err(_) => db::users::find_by_login(connection, login).await,
    }
}

/// By their id.
fn found(account: Account) -> Found {
    Found {
        id: account.user.id,
        name: account.user.display_name(),
        email_verified: account.user.email_verified,
        active: account.user.active,
        waiting: account.waiting_since.is_some(),
        username: account.user.username,
        email: account.user.email,
        key: String::new(),
    }
}

fn sealed(way: Way, last: &Found) -> String {
    let place = Way::ALL.iter().position(|other| *other == way).unwrap_or_default();
    format!("{place} {} {}", last.id, last.key)
}

fn opened(text: &str) -> Option<Position> {
    let mut parts = text.splitn(3, ' ');
    let way = *Way::ALL.get(parts.next()?.parse::<usize>().ok()?)?;
    let id = parts.next()?.parse().ok()?;
    Some(Position { way, id, key: parts.next()?.to_owned() })
}
