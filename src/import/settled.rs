//! What follows when an import changes how somebody is reached, or how they prove who they are: what is open in
//! their name ends, the journal notes it, they are told (security rule 11).

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fingerprint::Changes;
use super::member::Member;
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::import::Before;
use crate::post::Post;

/// Whoever imports.
pub struct Hand<'a> {
    /// What mails are written with.
    pub post: Post<'a>,
    /// Who, as the journal will say; none: the command line.
    pub actor: Option<Uuid>,
    /// From where.
    pub origin: Origin,
    /// When.
    pub now: DateTime<Utc>,
}

impl Hand<'_> {
    /// After an account was changed: it was so before, and the record says that of it now.
    ///
    /// # Errors
    /// PostgreSQL's; a template that fails.
    pub async fn settle(
        &self,
        connection: &mut PgConnection,
        before: &Before,
        changes: Changes,
        member: &Member,
    ) -> sqlx::Result<()> {
        // One that was used or chosen here stays.
        let stored = before.legacy_hash.as_deref();
        let password = changes.password && stored.is_some_and(|hash| hash != member.password.as_str());
        let user = &before.user;
        let address = changes.email && !user.email.eq_ignore_ascii_case(member.email.as_str());
        if !password && !address {
            return Ok(());
        }
        db::sessions::end_all(connection, user.id, self.now).await?;
        for (kind, changed) in [(Kind::PasswordChanged, password), (Kind::EmailChanged, address)] {
            if changed {
                let event = Event { actor: self.actor, ..Event::of_host(kind, &self.origin) };
                let event = event.about(user.id).with(json!({ "import": true }));
                db::audit::record(connection, &event, self.now).await?;
            }
        }
        // Where they were reached until now, and only if it was theirs.
        if !user.email_verified {
            return Ok(());
        }
        if password {
            self.post.password_changed(connection, user).await?;
        }
        if address {
            self.post.address_changed(connection, user, member.email.as_str()).await?;
        }
        Ok(())
    }
}
