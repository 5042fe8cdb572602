//! Which names and addresses are taken, and by whom.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::columns::Field;
use super::reader::Candidate;
use crate::db;
use crate::db::import::Holder;

/// A name or an address that is somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which of the two.
    pub field: Field,
    /// The holder's key in the old database, if they come from there.
    pub holder: Option<String>,
}

/// Who holds which names and addresses: their account, and their key in the old database.
#[derive(Default)]
pub struct Keys {
    usernames: HashMap<String, (Uuid, Option<String>)>,
    emails: HashMap<String, (Uuid, Option<String>)>,
}

impl Keys {
    /// The holders of the names and addresses of these records.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn held(
        connection: &mut PgConnection,
        candidates: &[&Candidate],
        now: DateTime<Utc>,
    ) -> sqlx::Result<Self> {
        let mut keys = Self::default();
        if candidates.is_empty() {
            return Ok(keys);
        }
        let usernames: Vec<String> = candidates.iter().map(|candidate| candidate.member.username.key()).collect();
        let emails: Vec<String> = candidates.iter().map(|candidate| candidate.member.email.key()).collect();
        for Holder { id, legacy_id, username_key, email_key } in
            db::import::holders(connection, &usernames, &emails, now).await?
        {
            // Whoever has it now comes last, and counts.
            keys.usernames.extend(username_key.map(|key| (key, (id, legacy_id.clone()))));
            keys.emails.extend(email_key.map(|key| (key, (id, legacy_id))));
        }
        Ok(keys)
    }

    /// What this record wants and somebody else has.
    pub fn taken_from(&self, candidate: &Candidate, own: Option<Uuid>, username: bool, email: bool) -> Vec<Taken> {
        let name = self.usernames.get(&candidate.member.username.key()).filter(|_| username);
        let address = self.emails.get(&candidate.member.email.key()).filter(|_| email);
        [(Field::Username, name), (Field::Email, address)]
            .into_iter()
            .filter_map(|(field, held)| held.map(|(id, holder)| (field, *id, holder.clone())))
            .filter(|(_, id, _)| Some(*id) != own)
            .map(|(field, _, holder)| Taken { field, holder })
            .collect()
    }

    /// Another record of the batch may not want the same.
    pub fn claim(&mut self, candidate: &Candidate, id: Uuid, username: bool, email: bool) {
        let holder = (id, Some(candidate.member.legacy_id.clone()));
        if username {
            self.usernames.insert(candidate.member.username.key(), holder.clone());
        }
        if email {
            self.emails.insert(candidate.member.email.key(), holder);
        }
    }
}
