//! Table `personal_tokens`: keys that people make for their own programs. Hashed, always with an end.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::crypto::Hashed;

/// How they begin.
pub const PREFIX: &str = "lqt_pt_";

/// Most that a person may have at once.
pub const MOST: i64 = 20;

/// How exactly it is noted when one was last used.
const NOTED: TimeDelta = TimeDelta::minutes(10);

/// A new one.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// Its row.
    pub id: Uuid,
    /// Whose.
    pub user: Uuid,
    /// Of the token.
    pub hash: Hashed,
    /// What its person calls it.
    pub name: &'a str,
    /// The slug of the organization that it is good for alone.
    pub organization: Option<&'a str>,
    /// Its end.
    pub expires_at: DateTime<Utc>,
}

/// Adds one, if the person has not too many and is in the organization. `false`: nothing was added.
///
/// # Errors
/// PostgreSQL's.
pub async fn insert(connection: &mut PgConnection, new: &NewToken<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    // Two at once would count the same.
    super::users::hold(connection, new.user).await?;
    let done = sqlx::query!(
        "INSERT INTO personal_tokens (id, user_id, hash, name, organization_id, created_at, expires_at)
         SELECT $1, $2, $3, $4, o.id, $6, $7
         FROM (SELECT 1) one LEFT JOIN (
             SELECT o.id FROM organizations o JOIN memberships m ON m.organization_id = o.id WHERE o.slug = $5 AND m.user_id = $2) o ON true
         WHERE ($5::text IS NULL OR o.id IS NOT NULL)
           AND (SELECT count(*) FROM personal_tokens WHERE user_id = $2 AND expires_at > $6) < $8",
        new.id,
        new.user,
        new.hash.as_bytes(),
        new.name,
        new.organization,
        now,
        new.expires_at,
        MOST
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One, as its person sees it.
#[derive(Debug)]
pub struct Token {
    /// Its row.
    pub id: Uuid,
    /// What its person calls it.
    pub name: String,
    /// Name of the organization that it is good for alone.
    pub organization: Option<String>,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Its end.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, roughly.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Those of a person that are good still, the newest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(connection: &mut PgConnection, user: Uuid, now: DateTime<Utc>) -> sqlx::Result<Vec<Token>> {
    sqlx::query_as!(
        Token,
        r#"SELECT t.id, t.name, o.name AS "organization?", t.created_at, t.expires_at, t.last_used_at
           FROM personal_tokens t LEFT JOIN organizations o ON o.id = t.organization_id
           WHERE t.user_id = $1 AND t.expires_at > $2 ORDER BY t.id DESC"#,
        user,
        now
    )
    .fetch_all(connection)
    .await
}

/// Ends one of a person's: what it was called; none: it is not theirs, or gone.
///
/// # Errors
/// PostgreSQL's.
pub async fn end(connection: &mut PgConnection, user: Uuid, id: Uuid) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("DELETE FROM personal_tokens WHERE id = $2 AND user_id = $1 RETURNING name", user, id)
        .fetch_optional(connection)
        .await
}

/// Who presents one.
#[derive(Debug)]
pub struct Holder {
    /// The person.
    pub user: Uuid,
    /// What the token is called.
    pub name: String,
    /// The organization that it is good for alone.
    pub organization: Option<Uuid>,
    /// …as in addresses.
    pub slug: Option<String>,
    /// When its person made it.
    pub created_at: DateTime<Utc>,
    /// Its end.
    pub expires_at: DateTime<Utc>,
}

/// Whose token it is, if it is good: of an account that may be used, whose address is proven, and who owes
/// nothing that would stop them on a page (a new password, a second factor). Its use is noted.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(
    connection: &mut PgConnection,
    hash: Hashed,
    two_steps_of_administrators: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Holder>> {
    sqlx::query_as!(
        Holder,
        r#"WITH noted AS (
               UPDATE personal_tokens SET last_used_at = $2 WHERE hash = $1 AND expires_at > $2 AND coalesce(last_used_at < $3, true))
           SELECT t.user_id AS "user", t.name, t.organization_id AS organization, o.slug AS "slug?", t.created_at, t.expires_at
           FROM personal_tokens t JOIN users u ON u.id = t.user_id LEFT JOIN organizations o ON o.id = t.organization_id
           WHERE t.hash = $1 AND t.expires_at > $2 AND u.active AND u.email_verified_at IS NOT NULL AND NOT u.password_expired
               AND EXISTS (SELECT FROM second_factor_of(u.id, $4) f WHERE f.present OR NOT f.demanded)"#,
        hash.as_bytes(),
        now,
        now - NOTED,
        two_steps_of_administrators
    )
    .fetch_optional(connection)
    .await
}
