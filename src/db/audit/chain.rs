//! Tables `audit_chain` and `audit_waiting`: what is sealed and what is not yet. What a hash is made of is
//! in `crate::journal`, not here.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// «loquetjl»: of PostgreSQL's advisory locks, that of whoever seals.
const LOCK: i64 = 0x6c6f_7175_6574_6a6c;

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many lines are in it.
    pub position: i64,
    /// Of the last.
    pub hash: Vec<u8>,
}

/// A line, as it enters the chain.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// About which organization.
    pub organization: Option<String>,
    /// About which service.
    pub client_id: Option<String>,
    /// Nothing once somebody was forgotten.
    pub salt: Option<Vec<u8>>,
    /// To what is personal.
    pub commitment: Vec<u8>,
    /// What is personal, in the order of the commitment.
    pub personal: [Option<String>; 6],
}

/// A place in the chain.
#[derive(Debug)]
pub struct Link {
    /// From 1 on.
    pub position: i64,
    /// Of the line.
    pub event_id: Uuid,
    /// As stored.
    pub hash: Vec<u8>,
    /// The line, if it is still there.
    pub event: Option<Stored>,
}

/// Takes the turn to seal until the transaction ends; `false` when another replica has it.
///
/// # Errors
/// PostgreSQL's.
pub async fn try_lock(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "got!""#, LOCK).fetch_one(connection).await
}

/// Where the chain ends; none when nothing is sealed yet.
///
/// # Errors
/// PostgreSQL's.
pub async fn head(connection: &mut PgConnection) -> sqlx::Result<Option<Head>> {
    sqlx::query_as!(Head, "SELECT position, hash FROM audit_chain ORDER BY position DESC LIMIT 1")
        .fetch_optional(connection)
        .await
}

/// Whether a line waits to be sealed.
///
/// # Errors
/// PostgreSQL's.
pub async fn any_waits(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM audit_waiting) AS "any!""#).fetch_one(connection).await
}

/// A place in the chain, or in the queue for one, with its line if that is there.
struct Row {
    event_id: Uuid,
    position: Option<i64>,
    hash: Option<Vec<u8>>,
    at: Option<DateTime<Utc>>,
    kind: Option<String>,
    outcome: Option<String>,
    organization: Option<String>,
    client_id: Option<String>,
    salt: Option<Vec<u8>>,
    commitment: Option<Vec<u8>>,
    actor: Option<String>,
    user: Option<String>,
    address_range: Option<String>,
    device: Option<String>,
    request: Option<String>,
    details: Option<String>,
}

impl Row {
    fn stored(self) -> Option<Stored> {
        Some(Stored {
            id: self.event_id,
            at: self.at?,
            kind: self.kind?,
            outcome: self.outcome?,
            organization: self.organization,
            client_id: self.client_id,
            salt: self.salt,
            commitment: self.commitment?,
            personal: [self.actor, self.user, self.address_range, self.device, self.request, self.details],
        })
    }
}

/// Lines to seal, the oldest first, from after that one; and where to go on, if there may be more.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting(
    connection: &mut PgConnection,
    after: Uuid,
    count: i64,
) -> sqlx::Result<(Vec<Stored>, Option<Uuid>)> {
    // Each is looked for by its id, whatever the planner thinks of the sizes: the cost is that of what waits.
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT w.event_id, c.position AS "position?", NULL::bytea AS hash, e.at AS "at?", e.kind AS "kind?", e.outcome AS "outcome?",
               e.organization_id::text AS organization, e.client_id AS "client_id?", e.salt AS "salt?", e.commitment AS "commitment?",
               e.actor_id::text AS actor, e.user_id::text AS "user", e.address_range AS "address_range?", e.device AS "device?",
               e.request_id::text AS request, e.details::text AS details
           FROM (SELECT event_id FROM audit_waiting WHERE event_id > $1 ORDER BY event_id LIMIT $2) w
               LEFT JOIN LATERAL (SELECT * FROM audit_events WHERE id = w.event_id LIMIT 1) e ON true
               LEFT JOIN LATERAL (SELECT position FROM audit_chain WHERE event_id = w.event_id LIMIT 1) c ON true
           ORDER BY w.event_id"#,
        after,
        count
    )
    .fetch_all(connection)
    .await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= count);
    let last = rows.last().map(|row| row.event_id).filter(|_| is_full);
    // One that is sealed already, or gone, is for the verification to tell.
    Ok((rows.into_iter().filter(|row| row.position.is_none()).filter_map(Row::stored).collect(), last))
}

/// Puts lines at the end of the chain; they wait no longer.
///
/// # Errors
/// PostgreSQL's.
pub async fn append(
    connection: &mut PgConnection,
    positions: &[i64],
    events: &[Uuid],
    hashes: &[Vec<u8>],
) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH sealed AS (
             INSERT INTO audit_chain (position, event_id, hash) SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[]))
         DELETE FROM audit_waiting WHERE event_id = ANY ($2)",
        positions,
        events,
        hashes
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A piece of the chain from after a position, with the lines.
///
/// # Errors
/// PostgreSQL's.
pub async fn links(connection: &mut PgConnection, after: i64, count: i64) -> sqlx::Result<Vec<Link>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT c.event_id, c.position AS "position?", c.hash AS "hash?", e.at AS "at?", e.kind AS "kind?", e.outcome AS "outcome?",
               e.organization_id::text AS organization, e.client_id AS "client_id?", e.salt AS "salt?", e.commitment AS "commitment?",
               e.actor_id::text AS actor, e.user_id::text AS "user", e.address_range AS "address_range?", e.device AS "device?",
               e.request_id::text AS request, e.details::text AS details
           FROM audit_chain c LEFT JOIN audit_events e ON e.id = c.event_id
           WHERE c.position > $1 ORDER BY c.position LIMIT $2"#,
        after,
        count
    )
    .fetch_all(connection)
    .await?;
    let link = |mut row: Row| Link {
        position: row.position.unwrap_or_default(),
        event_id: row.event_id,
        hash: row.hash.take().unwrap_or_default(),
        event: row.stored(),
    };
    Ok(rows.into_iter().map(link).collect())
}

/// Lines in the order of their ids from after one, each with whether it is in the chain or waits to be.
///
/// # Errors
/// PostgreSQL's.
pub async fn places(connection: &mut PgConnection, after: Uuid, count: i64) -> sqlx::Result<Vec<(Uuid, bool)>> {
    let rows = sqlx::query!(
        r#"SELECT id, EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)
               OR EXISTS (SELECT FROM audit_waiting w WHERE w.event_id = e.id) AS "placed!"
           FROM audit_events e WHERE id > $1 ORDER BY id LIMIT $2"#,
        after,
        count
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.placed)).collect())
}

/// How many lines wait to be sealed, and one of them that is not there any more.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting_count(connection: &mut PgConnection) -> sqlx::Result<(i64, Option<Uuid>)> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM audit_waiting w WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = w.event_id))
                   AS "count!",
               (SELECT event_id FROM audit_waiting w WHERE NOT EXISTS (SELECT FROM audit_events e WHERE e.id = w.event_id) LIMIT 1)
                   AS gone"#
    )
    .fetch_one(connection)
    .await?;
    Ok((row.count, row.gone))
}

/// Empties lines from before a moment of all that is personal, so many at once. How many it were.
///
/// # Errors
/// PostgreSQL's; also for lines of less than 180 days.
pub async fn empty(connection: &mut PgConnection, before: DateTime<Utc>, count: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE audit_events SET actor_id = NULL, user_id = NULL, address_range = NULL, device = NULL, request_id = NULL,
             details = '{}', salt = NULL
         WHERE id IN (SELECT id FROM audit_events
             WHERE at < $1 AND (num_nulls(actor_id, user_id, address_range, device, request_id) < 5 OR details <> '{}')
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
        before,
        count
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
