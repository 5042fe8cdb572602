//! Who looks after an organization does not change unseen (OR-14): new referents hear of it, and so do the
//! other referents and the administrators.

use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Purpose;
use crate::db;
use crate::mail::Kind;
use crate::post::Post;

/// Most names in one mail.
const NAMES: usize = 10;

/// Of which organization.
#[derive(Debug, Clone, Copy)]
pub struct Organization<'a> {
    /// Its row.
    pub id: Uuid,
    /// As in addresses.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Tells of new referents (id, name): one mail to each of them, and one about all of them to each of the
/// others. Whoever becomes a referent again on the same day is not told of again: a change made to and fro
/// fills nobody's mailbox.
///
/// # Errors
/// PostgreSQL's; a template that fails.
pub async fn tell(
    connection: &mut PgConnection,
    post: &Post<'_>,
    organization: Organization<'_>,
    new: &[(Uuid, &str)],
) -> sqlx::Result<()> {
    let now = post.clock.now();
    let mut untold = Vec::new();
    for (person, name) in new {
        let key = post.vault.mac(Purpose::Throttle, &[b"new referent", organization.id.as_bytes(), person.as_bytes()]);
        if db::throttles::once_in(connection, &key, TimeDelta::days(1), now).await? {
            untold.push((*person, *name));
        }
    }
    if untold.is_empty() {
        return Ok(());
    }
    let link = post.paths.public(&post.paths.organization_people(organization.slug));
    for (person, _) in &untold {
        let told = Kind::BecameReferent { organization: organization.name, link: &link };
        write(connection, post, *person, &told).await?;
    }
    let mut names: Vec<&str> = untold.iter().take(NAMES).map(|(_, name)| *name).collect();
    if untold.len() > NAMES {
        names.push("…");
    }
    let names = names.join(", ");
    let told = Kind::NewReferent { person: &names, organization: organization.name, link: &link };
    for guardian in db::members::guardians(connection, organization.id).await? {
        if !untold.iter().any(|(person, _)| *person == guardian) {
            write(connection, post, guardian, &told).await?;
        }
    }
    Ok(())
}

async fn write(connection: &mut PgConnection, post: &Post<'_>, person: Uuid, told: &Kind<'_>) -> sqlx::Result<()> {
    match db::users::find(connection, person).await? {
        Some(user) if user.active && user.email_verified => post.to(connection, &user, told).await,
        _ => Ok(()),
    }
}
