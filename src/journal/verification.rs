//! The walk along the chain: what is wrong, and where first. Pure.

use std::fmt;

use uuid::Uuid;

use super::hash::{START, keeps_its_commitment, sealed};
use crate::db::audit::chain::{Head, Link};

/// What is wrong with the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is in that place of the chain, but something comes after it.
    Missing(i64),
    /// The line of that place is gone.
    Removed(i64, Uuid),
    /// The line says something else of people than when it was written.
    Altered(i64, Uuid),
    /// The line, its place, or something before it is not what was sealed.
    Broken(i64, Uuid),
    /// The chain ends before the head that was kept.
    Cut(i64),
    /// In the place of the head that was kept stands something else.
    Replaced(i64),
    /// A line that was never sealed is gone.
    WaitingGone(Uuid),
    /// A line is neither sealed nor waiting: it was put in by a way around.
    Beside(Uuid),
}

impl Fault {
    /// The place in the chain.
    #[must_use]
    pub fn position(&self) -> Option<i64> {
        match self {
            Self::Missing(at)
            | Self::Removed(at, _)
            | Self::Altered(at, _)
            | Self::Broken(at, _)
            | Self::Cut(at)
            | Self::Replaced(at) => Some(*at),
            Self::WaitingGone(_) | Self::Beside(_) => None,
        }
    }

    /// Its line.
    #[must_use]
    pub fn event(&self) -> Option<Uuid> {
        match self {
            Self::Removed(_, id)
            | Self::Altered(_, id)
            | Self::Broken(_, id)
            | Self::WaitingGone(id)
            | Self::Beside(id) => Some(*id),
            Self::Missing(_) | Self::Cut(_) | Self::Replaced(_) => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(at) => write!(f, "position {at}: nothing is there: it was removed"),
            Self::Removed(at, id) => write!(f, "position {at}: event {id} was removed"),
            Self::Altered(at, id) => write!(f, "position {at}: event {id} was altered"),
            Self::Broken(at, id) => {
                write!(f, "position {at}: event {id} was altered, or put in or moved here, or its hash was")
            }
            Self::Cut(at) => write!(f, "position {at}: the chain ends before it: what came last was removed"),
            Self::Replaced(at) => write!(f, "position {at}: not the hash that was kept: the chain was written anew"),
            Self::WaitingGone(id) => write!(f, "event {id}, not sealed yet, was removed"),
            Self::Beside(id) => {
                write!(f, "event {id} is not in the chain and does not wait to be: it was put in beside")
            }
        }
    }
}

/// What a verification found.
#[derive(Debug)]
pub struct Findings {
    /// Lines in the chain that are as they were sealed.
    pub events: u64,
    /// Those among them in which somebody was forgotten.
    pub forgotten: u64,
    /// Lines that are not sealed yet.
    pub waiting: i64,
    /// The end of the chain, or the last place before the fault; to be kept elsewhere.
    pub head: Option<Head>,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
}

/// On the way along the chain.
pub struct Walk<'a> {
    head: Head,
    events: u64,
    forgotten: u64,
    expected: Option<&'a Head>,
}

impl<'a> Walk<'a> {
    /// At the beginning.
    pub fn new(expected: Option<&'a Head>) -> Self {
        Self { head: Head { position: 0, hash: START.to_vec() }, events: 0, forgotten: 0, expected }
    }

    /// How far it is.
    pub fn position(&self) -> i64 {
        self.head.position
    }

    /// The next place.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn step(&mut self, link: &Link) -> Result<(), Fault> {
        let position = self.head.position + 1;
        if link.position != position {
            return Err(Fault::Missing(position));
        }
        let Some(event) = &link.event else { return Err(Fault::Removed(position, link.event_id)) };
        let kept = keeps_its_commitment(event);
        if kept == Some(false) {
            return Err(Fault::Altered(position, event.id));
        }
        let hash = sealed(&self.head.hash, position, event);
        if hash[..] != link.hash[..] {
            return Err(Fault::Broken(position, event.id));
        }
        if self.expected.is_some_and(|head| head.position == position && head.hash[..] != hash[..]) {
            return Err(Fault::Replaced(position));
        }
        self.head = Head { position, hash: hash.to_vec() };
        self.events += 1;
        self.forgotten += u64::from(kept.is_none());
        Ok(())
    }

    /// Where the chain ends.
    pub fn end(&self) -> Option<Fault> {
        let expected = self.expected.filter(|head| head.position > self.head.position)?;
        Some(Fault::Cut(expected.position))
    }

    /// What was found.
    pub fn findings(self, waiting: i64, fault: Option<Fault>) -> Findings {
        let head = (self.head.position > 0).then_some(self.head);
        Findings { events: self.events, forgotten: self.forgotten, waiting, head, fault }
    }
}
