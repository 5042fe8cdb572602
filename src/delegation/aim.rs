//! What somebody tries: the journal says so when it is refused.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::authz::administration::Act;
use crate::db::audit::{Event, Kind, Origin};

/// Letters of what somebody wrote that are kept: ids of services are the longest.
const LONGEST: usize = 64;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim<'a> {
    /// Something in the organization of that slug.
    Organization(&'a str),
    /// An act of the host.
    Host {
        /// As the journal writes it.
        act: &'static str,
        /// On what.
        target: Target<'a>,
    },
}

/// What an act of the host is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// All of it, or something that has no name.
    Instance,
    /// An account.
    Person(Uuid),
    /// The organization of that slug.
    Organization(&'a str),
    /// The service of that client id.
    Service(&'a str),
    /// The group of that name.
    Group(&'a str),
    /// A request for a service.
    Request(Uuid),
    /// A message.
    Mail(Uuid),
}

impl<'a> Aim<'a> {
    /// An act of the host.
    #[must_use]
    pub const fn of_host(act: Act, target: Target<'a>) -> Self {
        Self::Host { act: act.name(), target }
    }

    /// The slug, as in addresses; "": it is no act in an organization.
    #[must_use]
    pub const fn slug(self) -> &'a str {
        match self {
            Self::Organization(slug) => slug,
            Self::Host { .. } => "",
        }
    }

    /// What somebody wrote that is a client id.
    #[must_use]
    pub fn service(self) -> Option<String> {
        match self {
            Self::Host { target: Target::Service(client_id), .. } => Some(written(client_id)),
            _ => None,
        }
    }

    /// The line of the journal, to be completed with who it was; `service` is [`Aim::service`].
    #[must_use]
    pub fn line<'e>(self, service: Option<&'e str>, origin: &'e Origin) -> Event<'e> {
        let mut details = Map::new();
        let mut tell = |name: &str, what: String| {
            details.insert(name.to_owned(), Value::from(what));
        };
        tell("slug", written(self.slug()));
        let mut user = None;
        if let Self::Host { act, target } = self {
            tell("act", act.to_owned());
            match target {
                Target::Instance | Target::Service(_) => {}
                // In its own column, where it is forgotten with its account.
                Target::Person(person) => user = Some(person),
                Target::Organization(slug) => tell("organization", written(slug)),
                Target::Group(name) => tell("group", written(name)),
                Target::Request(id) => tell("request", id.to_string()),
                Target::Mail(id) => tell("mail", id.to_string()),
            }
        }
        Event {
            user,
            client: service,
            details: Value::Object(details),
            ..Event::of_host(Kind::DelegationRefused, origin)
        }
    }
}

/// As it was written, but for what PostgreSQL does not store.
fn written(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}
