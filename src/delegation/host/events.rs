//! The journal of the whole instance, read and taken away.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::authz::administration::Act;
use crate::db;
use crate::db::audit::{HostLine, Kind, Wanted};
use crate::delegation::cursor::page;
use crate::delegation::desk::is_slug;
use crate::delegation::list::inert;
use crate::delegation::{Cursor, Desk, MOST, Refusal, Target};

/// Which lines somebody wants to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// About this organization, as in addresses; empty: any.
    pub organization: &'a str,
    /// About this person, or done by them: username, address or id; empty: anybody.
    pub person: &'a str,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// From then on.
    pub since: Option<DateTime<Utc>>,
}

/// The same as the database knows them. By an id also somebody whose account is gone.
///
/// # Errors
/// [`Refusal::Invalid`] when there is no such organization or person.
pub async fn wanted(connection: &mut PgConnection, filter: &Filter<'_>, count: i64) -> Result<Wanted, Refusal> {
    let organization = match filter.organization {
        "" => None,
        slug => {
            let found = if is_slug(slug) { db::delegation::enter_as_host(connection, slug).await? } else { None };
            Some(found.ok_or_else(|| Refusal::invalid("organization", "unknown", slug))?.id)
        }
    };
    let person = match (filter.person, filter.person.parse::<Uuid>()) {
        ("", _) => None,
        (_, Ok(id)) => Some(id),
        (login, Err(_)) => {
            let found = if login.contains('\0') { None } else { db::users::find_by_login(connection, login).await? };
            Some(found.ok_or_else(|| Refusal::invalid("person", "unknown", login))?.id)
        }
    };
    Ok(Wanted { organization, person, kind: filter.kind, since: filter.since, before: None, count })
}

impl Desk<'_> {
    /// Lines of the journal, newest first, from before the line of that id.
    ///
    /// # Errors
    /// As the rule says; as [`wanted`].
    pub async fn host_events(
        &self,
        filter: &Filter<'_>,
        before: Option<Uuid>,
        count: i64,
    ) -> Result<Vec<HostLine>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            let wanted = Wanted { before, ..wanted(connection, filter, count).await? };
            Ok(db::audit::list(connection, &wanted).await?)
        })
        .await
    }

    /// The same by pages: lines, and where the next page begins.
    ///
    /// # Errors
    /// As [`Desk::host_events`]; a cursor of another list.
    pub async fn host_lines(
        &self,
        filter: &Filter<'_>,
        cursor: Option<&str>,
        count: i64,
    ) -> Result<(Vec<HostLine>, Option<String>), Refusal> {
        let caller = self.actor.person().unwrap_or_default();
        let cursors = Cursor::new(self.post.vault, &[b"host-journal", caller.as_bytes()]);
        let before = cursor.map(|cursor| cursors.open(cursor)).transpose()?;
        let before = before.and_then(|id| id.parse().ok());
        let count = count.clamp(1, MOST);
        let found = self.host_events(filter, before, count + 1).await?;
        Ok(page(found, count, |last| cursors.seal(&last.id.to_string())))
    }

    /// Somebody takes a copy of the journal away, which it notes: what of it, `count` lines at a time.
    ///
    /// # Errors
    /// As the rule says; as [`wanted`].
    pub async fn export_journal(&self, filter: &Filter<'_>, count: i64) -> Result<Wanted, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            let wanted = wanted(connection, filter, count).await?;
            // Not which person: nobody would forget that with them.
            let details = json!({ "organization": wanted.organization, "person": wanted.person.is_some(),
                "kind": wanted.kind.map(Kind::name), "since": wanted.since });
            let line = self.line(Kind::JournalExported).with(details);
            db::audit::record(connection, &line, self.post.clock.now()).await?;
            Ok(wanted)
        })
        .await
    }
}

/// The columns of the copy.
const COLUMNS: [&str; 13] = [
    "at",
    "kind",
    "outcome",
    "actor",
    "actor_id",
    "person",
    "person_id",
    "organization",
    "service",
    "address_range",
    "device",
    "request_id",
    "details",
];

/// Details as JSON, in which no text has what a spreadsheet of another country would end a cell at: what follows
/// could begin a formula.
fn unbroken(details: &Value) -> String {
    let (mut written, mut inside, mut escaped) = (String::new(), false, false);
    for letter in details.to_string().chars() {
        match letter {
            ',' if inside => written.push_str("\\u002c"),
            ';' if inside => written.push_str("\\u003b"),
            letter => written.push(letter),
        }
        inside ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
    }
    written
}

/// Lines as CSV (RFC 4180), with what is told of them first of all if it is the beginning. No cell is a formula
/// for a spreadsheet.
///
/// # Errors
/// When it cannot be written: a fault of ours.
pub fn as_csv(lines: &[HostLine], beginning: bool, delimiter: u8) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if beginning {
        writer.write_record(COLUMNS)?;
    }
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for line in lines {
        let row = [
            line.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            line.kind.clone(),
            line.outcome.clone(),
            text(&line.actor),
            id(line.actor_id),
            text(&line.user),
            id(line.user_id),
            text(&line.organization),
            text(&line.client_id),
            text(&line.address_range),
            text(&line.device),
            id(line.request_id),
            unbroken(&line.details),
        ];
        writer.write_record(row.iter().map(|cell| inert(cell)))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_end_no_cell_in_any_country() {
        let told = json!({ "name": "x;=1+1,=2\t\"y\\", "all": [1, 2], "slug;": "a,b" });
        let written = unbroken(&told);
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), told);
        assert!(!written.contains([';', '\t']), "{written}");
        // What is left of them stands before a quote or a figure, which begins no formula.
        let commas: Vec<_> = written.match_indices(',').map(|(at, _)| &written[at + 1..at + 2]).collect();
        assert!(commas.iter().all(|next| *next == "\"" || *next == "2"), "{written}");
    }
}
