//! Membership: its dates, and the groups that are kept by rule (`members_by_rule` in the migrations).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::audit::{self, Event, Kind, Origin};

/// First and last day of a membership.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    /// The first day, if it is known.
    pub since: Option<NaiveDate>,
    /// The last day; none: no membership.
    pub until: Option<NaiveDate>,
}

/// Those of a person. None: there is no such account.
///
/// # Errors
/// PostgreSQL's.
pub async fn of_person(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Option<Dates>> {
    sqlx::query_as!(Dates, "SELECT membership_since AS since, membership_until AS until FROM users WHERE id = $1", user)
        .fetch_optional(connection)
        .await
}

/// Those of an organization. None: there is no such organization.
///
/// # Errors
/// PostgreSQL's.
pub async fn of_organization(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Dates>> {
    sqlx::query_as!(
        Dates,
        "SELECT membership_since AS since, membership_until AS until FROM organizations WHERE id = $1",
        id
    )
    .fetch_optional(connection)
    .await
}

/// Changes those of a person. What they open or close follows with `rights::end_refused`, in the same
/// transaction.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_of_person(connection: &mut PgConnection, user: Uuid, dates: Dates) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE users SET membership_since = $2, membership_until = $3 WHERE id = $1",
        user,
        dates.since,
        dates.until
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Changes those of an organization. What they open or close follows with `rights::end_all_refused` for its
/// members, in the same transaction.
///
/// # Errors
/// PostgreSQL's.
pub async fn set_of_organization(connection: &mut PgConnection, id: Uuid, dates: Dates) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE organizations SET membership_since = $2, membership_until = $3 WHERE id = $1",
        id,
        dates.since,
        dates.until
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A group that is kept by rule.
#[derive(Debug)]
pub struct Rule {
    /// The group.
    pub group: String,
    /// `member`, `organization` or `any`.
    pub rule: String,
    /// Days of grace after the last day.
    pub grace_days: i32,
    /// How many are in it.
    pub members: i64,
}

/// All of them, by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn rules(connection: &mut PgConnection) -> sqlx::Result<Vec<Rule>> {
    sqlx::query_as!(
        Rule,
        r#"SELECT g.name AS "group", r.rule, r.grace_days,
               (SELECT count(*) FROM group_members m WHERE m.group_id = g.id) AS "members!"
           FROM group_rules r JOIN groups g ON g.id = r.group_id ORDER BY g.name"#
    )
    .fetch_all(connection)
    .await
}

/// Keeps a group by a rule from now on. Who is in it follows with [`follow`].
///
/// # Errors
/// PostgreSQL's; also for what is no rule (a check).
pub async fn keep(connection: &mut PgConnection, group: Uuid, rule: &str, grace_days: i32) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO group_rules (group_id, rule, grace_days) VALUES ($1, $2, $3)
         ON CONFLICT (group_id) DO UPDATE SET rule = $2, grace_days = $3",
        group,
        rule,
        grace_days
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps a group by hand again: who is in it stays. `false`: it was.
///
/// # Errors
/// PostgreSQL's.
pub async fn release(connection: &mut PgConnection, group: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!("DELETE FROM group_rules WHERE group_id = $1", group).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a group is kept by rule.
///
/// # Errors
/// PostgreSQL's.
pub async fn is_kept(connection: &mut PgConnection, group: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM group_rules WHERE group_id = $1) AS "kept!""#, group)
        .fetch_one(connection)
        .await
}

/// Puts these people into the groups where a rule wants them, and takes them out of those where it does not
/// any more; the journal says so. To be called in the transaction of whatever decides it, after that. What they
/// lose by it ends with `rights::end_all_refused`, which begins with this.
///
/// # Errors
/// PostgreSQL's.
pub async fn follow(connection: &mut PgConnection, users: &[Uuid], now: DateTime<Utc>) -> sqlx::Result<()> {
    // Nobody waits for nothing.
    if users.is_empty() {
        return Ok(());
    }
    // One at a time, and each sees what those before it did: somebody who leaves while their organization pays
    // is not put back by what the other still saw.
    let rules = sqlx::query_scalar!("SELECT group_id FROM group_rules ORDER BY 1 FOR UPDATE")
        .fetch_all(&mut *connection)
        .await?;
    if rules.is_empty() {
        return Ok(());
    }
    let moved = sqlx::query!(
        r#"WITH gone AS (
             DELETE FROM group_members gm USING group_rules r
             WHERE gm.group_id = r.group_id AND gm.user_id = ANY ($1) AND NOT EXISTS (
                 SELECT FROM members_by_rule b WHERE b.group_id = gm.group_id AND b.user_id = gm.user_id AND b.user_id = ANY ($1))
             RETURNING gm.user_id, gm.group_id),
         come AS (
             INSERT INTO group_members (user_id, group_id)
             SELECT b.user_id, b.group_id FROM members_by_rule b WHERE b.user_id = ANY ($1)
             ON CONFLICT DO NOTHING RETURNING user_id, group_id)
         SELECT m.user_id AS "user_id!", g.name, m.joined AS "joined!"
         FROM (SELECT user_id, group_id, true AS joined FROM come UNION ALL SELECT user_id, group_id, false FROM gone) m
             JOIN groups g ON g.id = m.group_id
         ORDER BY m.user_id, g.name"#,
        users
    )
    .fetch_all(&mut *connection)
    .await?;
    let nowhere = Origin::default();
    for one in moved {
        let kind = if one.joined { Kind::GroupJoined } else { Kind::GroupLeft };
        let line = Event::of_host(kind, &nowhere).about(one.user_id);
        let line = line.with(json!({ "group": one.name, "by_rule": true }));
        audit::record(connection, &line, now).await?;
    }
    Ok(())
}

/// People who are in a group where its rule does not want them, or are not where it does: so many at most.
///
/// # Errors
/// PostgreSQL's.
pub async fn astray(connection: &mut PgConnection, count: i64) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"SELECT DISTINCT user_id AS "user_id!" FROM (
             (SELECT gm.user_id, gm.group_id FROM group_members gm JOIN group_rules r ON r.group_id = gm.group_id
              EXCEPT SELECT user_id, group_id FROM members_by_rule)
             UNION ALL
             (SELECT user_id, group_id FROM members_by_rule EXCEPT SELECT user_id, group_id FROM group_members)) astray
           LIMIT $1"#,
        count
    )
    .fetch_all(connection)
    .await
}

/// Whether groups are kept by rule and there may be somebody who was not looked at on that day.
///
/// # Errors
/// PostgreSQL's.
pub async fn is_due(connection: &mut PgConnection, day: NaiveDate) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM group_rules)
               AND NOT EXISTS (SELECT FROM membership_day d WHERE d.day >= $1 AND d.swept = d.day) AS "due!""#,
        day
    )
    .fetch_one(connection)
    .await
}

/// Moves the day forward, never back: two replicas may not agree about midnight.
///
/// # Errors
/// PostgreSQL's.
pub async fn begin_day(connection: &mut PgConnection, day: NaiveDate) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO membership_day AS d (day) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET day = $1 WHERE d.day < $1",
        day
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Everybody was looked at on that day.
///
/// # Errors
/// PostgreSQL's.
pub async fn end_day(connection: &mut PgConnection, day: NaiveDate) -> sqlx::Result<()> {
    sqlx::query!("UPDATE membership_day SET swept = $1 WHERE day = $1", day).execute(connection).await?;
    Ok(())
}

/// People whose membership ends by that day and who were not told so yet: claimed, so that no other replica
/// tells them too. Not those who could not read it.
///
/// # Errors
/// PostgreSQL's.
pub async fn claim_reminders(
    connection: &mut PgConnection,
    today: NaiveDate,
    by: NaiveDate,
    count: i64,
) -> sqlx::Result<Vec<(Uuid, NaiveDate)>> {
    let rows = sqlx::query!(
        r#"UPDATE users SET membership_reminded = membership_until
           WHERE id IN (
             SELECT id FROM users
             WHERE membership_until BETWEEN $1 AND $2 AND membership_reminded IS DISTINCT FROM membership_until
               AND active AND email_verified_at IS NOT NULL
             ORDER BY membership_until LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
           RETURNING id, membership_until AS "until!""#,
        today,
        by,
        count
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.until)).collect())
}
