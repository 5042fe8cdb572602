//! Accounts of the whole instance, for those who run it: searched, paged, looked at.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::users::User;
use crate::types::username_key;

/// Somebody who was found.
#[derive(Debug)]
pub struct Found {
    /// The account.
    pub id: Uuid,
    /// Its username.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether it is proven to be theirs.
    pub email_verified: bool,
    /// The account may be used.
    pub active: bool,
    /// It waits for somebody of the host.
    pub waiting: bool,
    /// What begins with the text that was searched for.
    pub key: String,
}

/// By what somebody was found. Each is a list of its own; one follows the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Their name, last name first.
    Family,
    /// Their name, first name first.
    Given,
    /// Their username.
    Username,
    /// Their address.
    Email,
}

impl Way {
    /// In their order.
    pub const ALL: [Self; 4] = [Self::Family, Self::Given, Self::Username, Self::Email];
}

/// A place in what is found: after this person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// In this list.
    pub way: Way,
    /// Theirs.
    pub key: String,
    /// The person.
    pub id: Uuid,
}

/// One of the lists, from a place on. A beginning is a range of an index, which is read no further than the
/// page needs; whoever was in a list before ($5 and on: what they were found by) is left out.
macro_rules! list {
    ($connection:ident, $way:tt, $not:tt, $($value:expr),+) => {
        sqlx::query_as!(
            Found,
            r#"SELECT u.id, u.username, display_name(u) AS "name!", u.email, u.email_verified_at IS NOT NULL AS "email_verified!",
                   u.active, u.awaiting_approval_at IS NOT NULL AS "waiting!", "#
                + $way + r#" AS "key!" FROM users u WHERE ("# + $way + ", u.id) > ($1, $2::uuid) AND " + $way + " < $3 "
                + $not + " ORDER BY " + $way + ", u.id LIMIT $4",
            $($value),+
        )
        .fetch_all(&mut *$connection)
        .await?
    };
}

/// The beginning of a range, and where it ends.
struct Range {
    from: String,
    to: String,
}

impl Range {
    /// Of all that begins so.
    fn of(start: String) -> Self {
        let to = format!("{start}\u{10ffff}");
        Self { from: start, to }
    }
}

/// People whose name, username or address begins with a text, in any case and without its accents; with an
/// `@` in it, addresses only; without any text, everybody. From after a place on.
///
/// # Errors
/// PostgreSQL's.
pub async fn search(
    connection: &mut PgConnection,
    text: &str,
    after: Option<&Position>,
    count: usize,
) -> sqlx::Result<Vec<(Way, Found)>> {
    let folded = sqlx::query_scalar!(r#"SELECT folded($1) AS "folded!""#, text).fetch_one(&mut *connection).await?;
    let name = Range::of(folded);
    let (username, email) = (Range::of(username_key(text)), Range::of(text.to_ascii_lowercase()));
    let ways: &[Way] = match text {
        "" => &[Way::Family],
        text if text.contains('@') => &[Way::Email],
        _ => &Way::ALL,
    };
    let mut all: Vec<(Way, Found)> = Vec::new();
    for way in ways.iter().copied().filter(|way| after.is_none_or(|after| *way >= after.way)) {
        if all.len() >= count {
            break;
        }
        let rest = i64::try_from(count - all.len()).unwrap_or(i64::MAX);
        let range = match way {
            Way::Family | Way::Given => &name,
            Way::Username => &username,
            Way::Email => &email,
        };
        let place = after.filter(|after| after.way == way);
        let (from, id) = place.map_or((range.from.as_str(), Uuid::nil()), |after| (after.key.as_str(), after.id));
        let found = match way {
            Way::Family => list!(
                connection,
                r#"(searched_name(u.family_name, u.given_name, u.username) COLLATE "C")"#,
                "",
                from,
                id,
                range.to,
                rest
            ),
            Way::Given => list!(
                connection,
                r#"(searched_name(u.given_name, u.family_name, u.username) COLLATE "C")"#,
                r#"AND NOT (searched_name(u.family_name, u.given_name, u.username) COLLATE "C" >= $5
                            AND searched_name(u.family_name, u.given_name, u.username) COLLATE "C" < $6)"#,
                from,
                id,
                range.to,
                rest,
                name.from,
                name.to
            ),
            Way::Username => list!(
                connection,
                "u.username_key",
                r#"AND NOT (searched_name(u.family_name, u.given_name, u.username) COLLATE "C" >= $5
                            AND searched_name(u.family_name, u.given_name, u.username) COLLATE "C" < $6)
                   AND NOT (searched_name(u.given_name, u.family_name, u.username) COLLATE "C" >= $5
                            AND searched_name(u.given_name, u.family_name, u.username) COLLATE "C" < $6)"#,
                from,
                id,
                range.to,
                rest,
                name.from,
                name.to
            ),
            Way::Email if text.contains('@') => {
                list!(connection, "u.email_key", "", from, id, range.to, rest)
            }
            Way::Email => list!(
                connection,
                "u.email_key",
                r#"AND NOT (searched_name(u.family_name, u.given_name, u.username) COLLATE "C" >= $5
                            AND searched_name(u.family_name, u.given_name, u.username) COLLATE "C" < $6)
                   AND NOT (searched_name(u.given_name, u.family_name, u.username) COLLATE "C" >= $5
                            AND searched_name(u.given_name, u.family_name, u.username) COLLATE "C" < $6)
                   AND NOT (u.username_key >= $7 AND u.username_key < $8)"#,
                from,
                id,
                range.to,
                rest,
                name.from,
                name.to,
                username.from,
                username.to
            ),
        };
        all.extend(found.into_iter().map(|found| (way, found)));
    }
    Ok(all)
}

/// What is known of an account, besides what has pages of its own.
#[derive(Debug)]
pub struct Account {
    /// The person.
    pub user: User,
    /// Since when there is an account.
    pub created_at: DateTime<Utc>,
    /// Since when the address is proven.
    pub verified_at: Option<DateTime<Utc>>,
    /// Since when it waits for somebody of the host.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When it goes, if its person or the host asked for that.
    pub deletion_due: Option<DateTime<Utc>>,
    /// When they were last here, as far as a session of now tells.
    pub last_seen: Option<DateTime<Utc>>,
    /// Groups of the host.
    pub groups: Vec<String>,
}

/// The account of that id.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Account>> {
    let Some(user) = super::users::find(&mut *connection, id).await? else { return Ok(None) };
    let row = sqlx::query!(
        r#"SELECT u.created_at, u.email_verified_at, u.awaiting_approval_at,
               (SELECT due_at FROM account_deletions WHERE user_id = u.id) AS deletion_due,
               (SELECT max(last_seen_at) FROM browser_sessions WHERE user_id = u.id) AS last_seen,
               ARRAY(SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY 1) AS "groups!"
           FROM users u WHERE u.id = $1"#,
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Account {
        user,
        created_at: row.created_at,
        verified_at: row.email_verified_at,
        waiting_since: row.awaiting_approval_at,
        deletion_due: row.deletion_due,
        last_seen: row.last_seen,
        groups: row.groups,
    }))
}

/// Whether somebody else than that person could administer the instance, and stays.
///
/// # Errors
/// PostgreSQL's.
pub async fn has_other_administrator(connection: &mut PgConnection, person: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM group_members m JOIN groups g ON g.id = m.group_id JOIN users u ON u.id = m.user_id
               WHERE g.name = 'admins' AND u.active AND u.id <> $1
                   AND NOT EXISTS (SELECT FROM account_deletions d WHERE d.user_id = u.id)) AS "other!""#,
        person
    )
    .fetch_one(connection)
    .await
}
