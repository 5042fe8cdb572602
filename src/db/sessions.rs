//! Tables `browser_sessions` and `known_devices`.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::audit::Origin;
use super::users::User;
use crate::crypto::Hashed;
use crate::types::username_key;

/// A signed-in browser and its person.
#[derive(Debug, Clone)]
pub struct Session {
    /// The `sid`.
    pub id: Uuid,
    /// When the person last proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// How (RFC 8176).
    pub amr: Vec<String>,
    /// The person has a second factor.
    pub second_factor: bool,
    /// A group of theirs demands one.
    pub second_factor_demanded: bool,
    /// The terms that they accepted, if any, are not those of now.
    pub terms_due: bool,
    /// They are an administrator or an auditor: the way to the console is shown to them. Never a decision.
    pub oversees: bool,
    /// When the account goes, if its person asked for that.
    pub deletion_due: Option<DateTime<Utc>>,
    /// The person.
    pub user: User,
}

impl Session {
    /// Whether it was proven with two factors.
    #[must_use]
    pub fn is_multi_factor(&self) -> bool {
        is_multi_factor(&self.amr)
    }
}

/// Whether these methods (RFC 8176) are two factors.
#[must_use]
pub fn is_multi_factor(amr: &[String]) -> bool {
    amr.iter().any(|method| method == "mfa")
}

/// The live session behind a cookie: not expired, not idle for longer than `idle`, of an active
/// account. Notes that it was seen, at most once a minute. `terms` is the version that everybody must
/// have accepted, if any; `strict` demands two steps of administrators and auditors.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    token: Hashed,
    idle: TimeDelta,
    terms: Option<&str>,
    strict: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Session>> {
    let Some(row) = sqlx::query!(
        r#"SELECT s.id, s.authenticated_at, s.amr, s.last_seen_at, f.present AS "second_factor!", f.demanded AS "second_factor_demanded!",
               ($4::text IS NOT NULL AND u.accepted_terms IS DISTINCT FROM $4) AS "terms_due!",
               EXISTS (SELECT FROM group_members m JOIN groups g ON g.id = m.group_id
                       WHERE m.user_id = u.id AND g.name IN ('admins', 'auditors')) AS "oversees!",
               (SELECT due_at FROM account_deletions WHERE user_id = u.id) AS deletion_due, u.id AS user_id, u.username, u.email,
               u.email_verified_at IS NOT NULL AS "email_verified!", u.given_name, u.family_name, u.locale, u.active, u.password_expired
           FROM browser_sessions s JOIN users u ON u.id = s.user_id, LATERAL second_factor_of(u.id, $5) f
           WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND u.active"#,
        token.as_bytes(),
        now,
        now - idle,
        terms,
        strict
    )
    .fetch_optional(&mut *connection)
    .await?
    else {
        return Ok(None);
    };
    if row.last_seen_at + TimeDelta::minutes(1) < now {
        sqlx::query!("UPDATE browser_sessions SET last_seen_at = $2 WHERE id = $1", row.id, now)
            .execute(connection)
            .await?;
    }
    Ok(Some(Session {
        id: row.id,
        authenticated_at: row.authenticated_at,
        amr: row.amr,
        second_factor: row.second_factor,
        second_factor_demanded: row.second_factor_demanded,
        terms_due: row.terms_due,
        oversees: row.oversees,
        deletion_due: row.deletion_due,
        user: User {
            id: row.user_id,
            username: row.username,
            email: row.email,
            email_verified: row.email_verified,
            given_name: row.given_name,
            family_name: row.family_name,
            locale: row.locale,
            active: row.active,
            password_expired: row.password_expired,
        },
    }))
}

/// A proof of identity that just succeeded.
#[derive(Debug)]
pub struct SignIn<'a> {
    /// The person.
    pub user: Uuid,
    /// Hash of the new cookie.
    pub token: Hashed,
    /// How (RFC 8176).
    pub amr: &'a [String],
    /// When the session ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// The browser, which its owner may come back with.
    pub browser: Hashed,
    /// From where.
    pub origin: &'a Origin,
}

/// Signs a browser in. If `previous` is a session of the same person it goes on under the new
/// cookie, with the same `sid`; a session of somebody else ends. Whether the person has been here
/// before, and elsewhere: a sign-in from a new browser is worth a mail.
///
/// # Errors
/// PostgreSQL's.
pub async fn sign_in(
    connection: &mut PgConnection,
    sign_in: &SignIn<'_>,
    previous: Option<&Session>,
    now: DateTime<Utc>,
) -> sqlx::Result<Familiarity> {
    let id = match previous {
        Some(previous) if previous.user.id == sign_in.user => previous.id,
        Some(previous) => {
            end(connection, previous.id, now).await?;
            Uuid::now_v7()
        }
        None => Uuid::now_v7(),
    };
    sqlx::query_as!(
        Familiarity,
        r#"WITH device AS (
             INSERT INTO known_devices (browser_hash, user_id, last_used_at) VALUES ($7, $3, $5)
             ON CONFLICT (browser_hash, user_id) DO UPDATE SET last_used_at = $5),
           session AS (
             INSERT INTO browser_sessions (id, token_hash, user_id, authenticated_at, amr, last_seen_at, expires_at, created_at, device, address_range)
             VALUES ($1, $2, $3, $5, $4, $5, $6, $5, $8, $9)
             ON CONFLICT (id) DO UPDATE SET token_hash = $2, authenticated_at = $5, amr = $4, last_seen_at = $5, expires_at = $6,
                 device = $8, address_range = $9)
           -- As it was before this statement.
           SELECT EXISTS (SELECT FROM known_devices WHERE user_id = $3 AND browser_hash = $7) AS "here!",
               EXISTS (SELECT FROM known_devices WHERE user_id = $3 AND browser_hash <> $7) AS "elsewhere!""#,
        id,
        sign_in.token.as_bytes(),
        sign_in.user,
        sign_in.amr,
        now,
        sign_in.expires_at,
        sign_in.browser.as_bytes(),
        sign_in.origin.device,
        sign_in.origin.address_range
    )
    .fetch_one(connection)
    .await
}

/// Where a person has signed in before.
#[derive(Debug, Clone, Copy)]
pub struct Familiarity {
    /// In this browser.
    pub here: bool,
    /// In another one.
    pub elsewhere: bool,
}

/// Ends a browser session, and what services hold because of it (not what the person allowed to
/// outlive it); queues a notice to the services that want to be told. Whose it was, if it was still there.
///
/// # Errors
/// PostgreSQL's.
pub async fn end(connection: &mut PgConnection, session: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    let ended = sqlx::query!(
        "WITH ended AS (DELETE FROM browser_sessions WHERE id = $1 RETURNING user_id),
              revoked AS (UPDATE oauth_sessions SET revoked_at = $2 WHERE sid = $1 AND NOT offline AND revoked_at IS NULL)
         SELECT queue_logouts(ARRAY[$1], $2), (SELECT user_id FROM ended)",
        session,
        now
    )
    .fetch_one(connection)
    .await?;
    Ok(ended.user_id)
}

/// After a change of a credential: every other browser session of the person ends, every token, theirs for
/// their own programs too, every pending link and change of address (security rule 11). The acting session `keep` gets a new cookie.
/// What undoes a change of address that was made stays good.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_all_but(
    connection: &mut PgConnection,
    user: Uuid,
    keep: Uuid,
    token: Hashed,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH others AS (DELETE FROM browser_sessions WHERE user_id = $1 AND id <> $2),
              kept AS (UPDATE browser_sessions SET token_hash = $3 WHERE id = $2),
              links AS (DELETE FROM mail_links WHERE user_id = $1 AND used_at IS NULL),
              changes AS (DELETE FROM email_changes WHERE user_id = $1 AND confirmed_at IS NULL),
              pending AS (DELETE FROM pending_sign_ins WHERE user_id = $1),
              keys AS (DELETE FROM personal_tokens WHERE user_id = $1),
              devices AS (DELETE FROM known_devices WHERE user_id = $1 AND last_used_at < (SELECT authenticated_at FROM browser_sessions WHERE id = $2)),
              revoked AS (UPDATE oauth_sessions SET revoked_at = $4 WHERE user_id = $1 AND sid <> $2 AND revoked_at IS NULL)
         SELECT queue_logouts(ARRAY(SELECT sid FROM oauth_sessions WHERE user_id = $1 AND sid <> $2), $4)",
        user,
        keep,
        token.as_bytes(),
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A session's person has just proven more than they had.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_amr(connection: &mut PgConnection, session: Uuid, amr: &[String]) -> sqlx::Result<()> {
    sqlx::query!("UPDATE browser_sessions SET amr = $2 WHERE id = $1", session, amr).execute(connection).await?;
    Ok(())
}

/// The same without an acting session: the account was disabled, or got back by a link.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_all(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH sessions AS (DELETE FROM browser_sessions WHERE user_id = $1),
              pending AS (DELETE FROM pending_sign_ins WHERE user_id = $1),
              keys AS (DELETE FROM personal_tokens WHERE user_id = $1),
              links AS (DELETE FROM mail_links WHERE user_id = $1 AND used_at IS NULL),
              changes AS (DELETE FROM email_changes WHERE user_id = $1 AND confirmed_at IS NULL),
              revoked AS (UPDATE oauth_sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL)
         SELECT queue_logouts(ARRAY(SELECT sid FROM oauth_sessions WHERE user_id = $1), $2)",
        user,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the person who is called so has signed in in this browser before; whether anybody has, when
/// nobody is named. It begins with the browser: for one that is not known it takes as long whoever is
/// named, somebody or nobody.
///
/// # Errors
/// PostgreSQL's.
pub async fn browser_knows(connection: &mut PgConnection, browser: Hashed, login: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT FROM known_devices d JOIN users u ON u.id = d.user_id
             WHERE d.browser_hash = $1 AND ($2 = '' OR u.email_key = $2 OR u.username_key = $3)) AS "known!""#,
        browser.as_bytes(),
        login.to_ascii_lowercase(),
        username_key(login)
    )
    .fetch_one(connection)
    .await
}
