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

/// Lines to seal, the oldest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn waiting(connection: &mut PgConnection, count: i64) -> sqlx::Result<Vec<Stored>> {
    let rows = sqlx::query!(
        r#"SELECT e.id, e.at, e.kind, e.outcome, e.organization_id::text AS organization, e.client_id, e.salt, e.commitment,
               e.actor_id::text AS actor, e.user_id::text AS "user", e.address_range, e.device, e.request_id::text AS request,
               e.details::text AS details
           FROM audit_waiting w JOIN audit_events e ON e.id = w.event_id
           WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = w.event_id)
           ORDER BY w.event_id LIMIT $1"#,
        count
    )
    .fetch_all(connection)
    .await?;
    let stored = rows.into_iter().map(|row| Stored {
        id: row.id,
        at: row.at,
        kind: row.kind,
        outcome: row.outcome,
        organization: row.organization,
        client_id: row.client_id,
        salt: row.salt,
        commitment: row.commitment,
        personal: [row.actor, row.user, row.address_range, row.device, row.request, row.details],
    });
    Ok(stored.collect())
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
    let rows = sqlx::query!(
        r#"SELECT c.position, c.event_id, c.hash, e.at AS "at?", e.kind AS "kind?", e.outcome AS "outcome?",
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
    let links = rows.into_iter().map(|row| {
        let event = match (row.at, row.kind, row.outcome, row.commitment) {
            (Some(at), Some(kind), Some(outcome), Some(commitment)) => Some(Stored {
                id: row.event_id,
                at,
                kind,
                outcome,
                organization: row.organization,
                client_id: row.client_id,
                salt: row.salt,
                commitment,
                personal: [row.actor, row.user, row.address_range, row.device, row.request, row.details],
            }),
            _ => None,
        };
        Link { position: row.position, event_id: row.event_id, hash: row.hash, event }
    });
    Ok(links.collect())
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
