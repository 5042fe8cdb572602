//! The end of an account: asked for, put off for a week, called off or carried out. The same for the
//! person's own pages and for the command line.

use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::AppState;
use crate::crypto::{Plain, random_id};
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::users::User;
use crate::mail;
use crate::post::Post;

/// How long an account waits for its person to think again.
pub const GRACE: TimeDelta = TimeDelta::days(7);
/// Of the link that calls it off, as of all links of mails.
const PREFIX: &str = "lqt_ml_";

/// Who asks, and from where.
pub struct Asked<'a> {
    /// None: an administrator, by the command line.
    pub actor: Option<Uuid>,
    /// From where.
    pub origin: &'a Origin,
}

impl<'a> Asked<'a> {
    fn event(&self, kind: Kind, user: Uuid) -> Event<'a> {
        Event { actor: self.actor, ..Event::own(kind, user, self.origin) }
    }
}

/// The account is to go in a week: the journal and a mail say so. `false` when that was asked before.
///
/// # Errors
/// PostgreSQL's.
pub async fn schedule(
    connection: &mut PgConnection,
    post: &Post<'_>,
    user: &User,
    asked: &Asked<'_>,
) -> sqlx::Result<bool> {
    let (token, now) = (Plain::random(PREFIX), post.clock.now());
    let due_at = now + GRACE;
    if !db::deletions::schedule(connection, user.id, token.hashed(), now, due_at).await? {
        return Ok(false);
    }
    db::audit::record(connection, &asked.event(Kind::DeletionAsked, user.id), now).await?;
    let cancel = post.paths.public(&post.paths.deletion_link(token.reveal()));
    tell(connection, post, user, &mail::Kind::DeletionScheduled { date: due_at, cancel: &cancel }).await?;
    tracing::info!(user = %user.id, %due_at, "deletion of an account asked for");
    Ok(true)
}

/// The account stays: told like the request for its end.
///
/// # Errors
/// PostgreSQL's.
pub async fn called_off(
    connection: &mut PgConnection,
    post: &Post<'_>,
    user: Uuid,
    asked: &Asked<'_>,
) -> sqlx::Result<()> {
    db::audit::record(connection, &asked.event(Kind::DeletionCancelled, user), post.clock.now()).await?;
    if let Some(user) = db::users::find(connection, user).await? {
        tell(connection, post, &user, &mail::Kind::DeletionCancelled).await?;
    }
    tracing::info!(%user, "deletion of an account called off");
    Ok(())
}

/// Removes an account now. Services are told that its sessions have ended, the journal forgets who it
/// was, mails that wait for it are dropped but the last. `false` when there is none.
///
/// # Errors
/// PostgreSQL's.
pub async fn erase(connection: &mut PgConnection, post: &Post<'_>, user: Uuid) -> sqlx::Result<bool> {
    // From here on nobody signs in to it: each session that there is gets its notice.
    if !db::deletions::lock(connection, user).await? {
        return Ok(false);
    }
    let Some(person) = db::users::find(connection, user).await? else { return Ok(false) };
    db::own_organizations::lock(connection, user).await?;
    for organization in db::own_organizations::last_referent_of(connection, user).await? {
        tracing::warn!(%user, organization, "an organization loses its last referent");
    }
    forget(connection, post, &person).await?;
    tell(connection, post, &person, &mail::Kind::AccountDeleted).await?;
    tracing::info!(%user, "account deleted");
    Ok(true)
}

/// Removes an account that is locked, without a word to its person: services are told that its sessions have ended,
/// the journal forgets who it was, mails that wait for it are dropped. By what the journal calls it from now on.
///
/// # Errors
/// PostgreSQL's.
pub async fn forget(connection: &mut PgConnection, post: &Post<'_>, person: &User) -> sqlx::Result<Uuid> {
    let (user, now) = (person.id, post.clock.now());
    db::sessions::end_all(connection, user, now).await?;
    db::deletions::remove(connection, user).await?;
    let pseudonym = random_id();
    db::deletions::pseudonymise(connection, user, pseudonym).await?;
    let nowhere = Origin::default();
    let gone = Event::of_host(Kind::AccountDeleted, &nowhere).about(pseudonym);
    db::audit::record(connection, &gone, now).await?;
    drop_mails(connection, post, &person.email).await?;
    Ok(pseudonym)
}

/// Removes the accounts whose week is over, each on its own; any number of replicas may do so at once.
///
/// # Errors
/// PostgreSQL's.
pub async fn erase_due(state: &AppState) -> sqlx::Result<()> {
    loop {
        let mut transaction = state.pool.begin().await?;
        let due = db::deletions::claim_due(&mut transaction, state.clock.now()).await?;
        let Some(user) = due else { return Ok(()) };
        erase(&mut transaction, &Post::of(state), user).await?;
        transaction.commit().await?;
    }
}

/// Tells a person, at an address that is known to be theirs.
async fn tell(connection: &mut PgConnection, post: &Post<'_>, user: &User, kind: &mail::Kind<'_>) -> sqlx::Result<()> {
    if user.email_verified { post.to(connection, user, kind).await } else { Ok(()) }
}

/// Mails are sealed: each has to be opened to know whom it is for.
async fn drop_mails(connection: &mut PgConnection, post: &Post<'_>, address: &str) -> sqlx::Result<()> {
    let all = db::deletions::mails(connection).await?;
    let is_theirs = |id: Uuid, sealed: &[u8]| {
        mail::open(post.vault, id, sealed).is_some_and(|mail| mail.to.eq_ignore_ascii_case(address))
    };
    let theirs: Vec<Uuid> = all.iter().filter(|(id, sealed)| is_theirs(*id, sealed)).map(|(id, _)| *id).collect();
    db::deletions::drop_mails(connection, &theirs).await
}
