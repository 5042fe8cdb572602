//! Tables `groups` and `group_members`: groups of the whole instance.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Makes a group. `None`: there is one of that name, or an organization: services could not tell them apart.
///
/// # Errors
/// PostgreSQL's; also when the name is none (a check).
pub async fn insert(connection: &mut PgConnection, name: &str, now: DateTime<Utc>) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "INSERT INTO groups (id, name, created_at) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM organizations WHERE slug = $2)
         ON CONFLICT (name) DO NOTHING RETURNING id",
        Uuid::now_v7(),
        name,
        now
    )
    .fetch_optional(connection)
    .await
}

/// The group of that name, which nobody removes before the end of the transaction.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, name: &str) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("SELECT id FROM groups WHERE name = $1 FOR NO KEY UPDATE", name)
        .fetch_optional(connection)
        .await
}

/// Somebody in a group.
#[derive(Debug)]
pub struct Member {
    /// The person.
    pub id: Uuid,
    /// Their username.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their account may be used.
    pub active: bool,
}

/// Who is in a group, by username.
///
/// # Errors
/// PostgreSQL's.
pub async fn members(connection: &mut PgConnection, group: Uuid) -> sqlx::Result<Vec<Member>> {
    sqlx::query_as!(
        Member,
        r#"SELECT u.id, u.username, display_name(u) AS "name!", u.email, u.active
           FROM group_members m JOIN users u ON u.id = m.user_id WHERE m.group_id = $1 ORDER BY u.username"#,
        group
    )
    .fetch_all(connection)
    .await
}

/// Who is in a group, by username, from after that one (as names are compared); those whose username, address
/// or name holds a text.
///
/// # Errors
/// PostgreSQL's.
pub async fn page(
    connection: &mut PgConnection,
    group: Uuid,
    text: &str,
    after: &str,
    count: i64,
) -> sqlx::Result<Vec<Member>> {
    let folded = sqlx::query_scalar!(r#"SELECT folded($1) AS "folded!""#, text).fetch_one(&mut *connection).await?;
    // From the group to its accounts, one by one: a small group is not looked for among everybody.
    sqlx::query_as!(
        Member,
        r#"SELECT u.id, u.username, u.name AS "name!", u.email, u.active
           FROM group_members m, LATERAL (
               SELECT id, username, username_key, email, email_key, active, display_name(u) AS name,
                   CASE WHEN $3 <> '' THEN searched_name(given_name, family_name, username) END AS searched
               FROM users u WHERE u.id = m.user_id OFFSET 0) u
           WHERE m.group_id = $1 AND u.username_key > $2
               AND ($3 = '' OR strpos(u.username, lower($3)) > 0 OR strpos(u.email_key, lower($3)) > 0
                    OR strpos(u.searched, $4) > 0)
           ORDER BY u.username_key LIMIT $5"#,
        group,
        after,
        text,
        folded,
        count
    )
    .fetch_all(connection)
    .await
}

/// How many are in it.
///
/// # Errors
/// PostgreSQL's.
pub async fn count(connection: &mut PgConnection, group: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM group_members WHERE group_id = $1"#, group)
        .fetch_one(connection)
        .await
}

/// Gives a group another name. `false`: a group or an organization has it.
///
/// # Errors
/// PostgreSQL's; also when the name is none (a check).
pub async fn rename(connection: &mut PgConnection, group: Uuid, name: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE groups SET name = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM groups WHERE name = $2)
             AND NOT EXISTS (SELECT FROM organizations WHERE slug = $2)",
        group,
        name
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Client ids of the services that let a group in, and whether its members sign in in two steps.
///
/// # Errors
/// PostgreSQL's.
pub async fn effects(connection: &mut PgConnection, group: Uuid) -> sqlx::Result<(Vec<String>, bool)> {
    let row = sqlx::query!(
        r#"SELECT ARRAY(SELECT client_id FROM client_groups c WHERE c.group_id = g.id ORDER BY 1) AS "services!",
               second_factor_required
           FROM groups g WHERE id = $1"#,
        group
    )
    .fetch_one(connection)
    .await?;
    Ok((row.services, row.second_factor_required))
}

/// Names of the groups that a service lets in.
///
/// # Errors
/// PostgreSQL's.
pub async fn let_in(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT g.name FROM client_groups c JOIN groups g ON g.id = c.group_id WHERE c.client_id = $1 ORDER BY g.name",
        client_id
    )
    .fetch_all(connection)
    .await
}

/// Puts a person into a group. `false`: they were in it.
///
/// # Errors
/// PostgreSQL's.
pub async fn add(connection: &mut PgConnection, group: Uuid, user: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO group_members (user_id, group_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        user,
        group
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a person out of a group. `false`: they were not in it.
///
/// # Errors
/// PostgreSQL's.
pub async fn remove(connection: &mut PgConnection, group: Uuid, user: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!("DELETE FROM group_members WHERE group_id = $1 AND user_id = $2", group, user)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a group: nobody is in it, no service lets it in any more.
///
/// # Errors
/// PostgreSQL's.
pub async fn delete(connection: &mut PgConnection, group: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM groups WHERE id = $1", group).execute(connection).await?;
    Ok(())
}

/// A service lets the members of a group in no longer. `false`: it did not.
///
/// # Errors
/// PostgreSQL's.
pub async fn disallow(connection: &mut PgConnection, client_id: &str, group: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!("DELETE FROM client_groups WHERE client_id = $1 AND group_id = $2", client_id, group)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
