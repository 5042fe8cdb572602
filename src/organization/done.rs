//! What was just done, told on the page that follows, with the button that undoes it. It travels in the
//! address, sealed for one person and one organization: a link of somebody else's making can neither say
//! that something was done nor offer to press «Undo».

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::frame::Office;
use crate::http::page_error::PageError;

/// For how long a page that is opened again still says it.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// What was just done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// Somebody's access to a service was given, or taken.
    Access {
        /// Whose.
        person: Uuid,
        /// To what.
        service: String,
        /// Their roles there before, if they had access.
        before: Option<Vec<String>>,
        /// Of the member, after it: what was changed since is not undone.
        version: String,
    },
    /// Somebody was taken out.
    Removed {
        /// Who.
        name: String,
    },
    /// Somebody was invited.
    Invited {
        /// Their address.
        email: String,
    },
    /// …once more.
    InvitedAgain {
        /// Their address.
        email: String,
    },
    /// Somebody who asked for a service was answered.
    Answered {
        /// Who.
        name: String,
        /// What they asked for.
        service: String,
        /// The answer.
        accepted: bool,
    },
    /// An invitation was withdrawn.
    Withdrawn {
        /// The address.
        email: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Told {
    done: Done,
    at: DateTime<Utc>,
}

impl Office<'_> {
    /// The address of a page that says it.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn telling(&self, page: &str, done: Done) -> Result<String, PageError> {
        let told = Told { done, at: self.state().clock.now() };
        let clear = serde_json::to_vec(&told).map_err(PageError::internal)?;
        let sealed = self.state().vault.seal(&self.about(), &clear).map_err(PageError::internal)?;
        let sign = if page.contains('?') { '&' } else { '?' };
        Ok(format!("{page}{sign}done={}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// What was just done, as the address says it; and that text itself, for the button that undoes it.
    #[must_use]
    pub fn told(&self) -> Option<(Done, String)> {
        let query = self.query().ok()?;
        let sealed = query.get("done");
        self.open(sealed).map(|done| (done, sealed.to_owned()))
    }

    /// What such a text says.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Done> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let clear = self.state().vault.open(&self.about(), &bytes).ok()?;
        let told: Told = serde_json::from_slice(&clear).ok()?;
        (self.state().clock.now() < told.at + FRESH).then_some(told.done)
    }

    fn about(&self) -> String {
        format!("done in {} by {}", self.slug, self.visitor.session.user.id)
    }
}
