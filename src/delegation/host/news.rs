//! News of the host, on the home page of everybody.

use serde_json::json;

use crate::authz::administration::Act;
use crate::db;
use crate::db::audit::Kind;
use crate::db::home::News;
use crate::delegation::{Desk, Refusal, Target};

/// Longest text, in characters.
const LONGEST: usize = 10_000;

impl Desk<'_> {
    /// Those that stand.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn news(&self) -> Result<Option<News>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| Ok(db::home::news(connection).await?)).await
    }

    /// Others take their place. Empty in a language: there are none in it.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Invalid`] for a text that is too long or holds what no text does.
    pub async fn tell_news(&self, fr: &str, en: &str) -> Result<(), Refusal> {
        self.administer(Act::TellNews, Target::Instance, async |connection| {
            for (field, text) in [("fr", fr), ("en", en)] {
                if text.chars().count() > LONGEST || text.contains('\0') {
                    return Err(Refusal::invalid(field, "too-long", ""));
                }
            }
            let now = self.post.clock.now();
            db::home::set_news(connection, fr, en, now).await?;
            let details = json!({ "fr": fr.chars().count(), "en": en.chars().count() });
            db::audit::record(connection, &self.line(Kind::NewsSet).with(details), now).await?;
            Ok(())
        })
        .await
    }
}
