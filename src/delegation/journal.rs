//! What happened in an organization.

use super::{Cursor, Refusal, Work};
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::audit::OrganizationLine;

/// A page of the journal.
#[derive(Debug)]
pub struct Events {
    /// The newest first.
    pub lines: Vec<OrganizationLine>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Work<'_> {
    /// What happened here, newest first, from the cursor on. Nothing of elsewhere, and nothing of where
    /// members were (OR-38).
    ///
    /// # Errors
    /// As the rule says; a cursor of another list.
    pub async fn events(&mut self, cursor: Option<&str>, count: i64) -> Result<Events, Refusal> {
        self.must(Deed::SeeJournal)?;
        let caller = self.desk.actor.person().unwrap_or_default();
        let bounds: [&[u8]; 3] = [b"journal", self.place.id.as_bytes(), caller.as_bytes()];
        let cursors = Cursor::new(self.desk.post.vault, &bounds);
        let before = cursor.map(|cursor| cursors.open(cursor)).transpose()?;
        let before = before.as_deref().and_then(|text| text.parse().ok());
        let count = count.clamp(1, super::members::MOST);
        let found = db::audit::of_organization(self.connection, self.place.id, before, count + 1).await?;
        let (lines, next) = super::cursor::page(found, count, |last| cursors.seal(&last.id.to_string()));
        Ok(Events { lines, next })
    }
}
