//! One line of the journal, and how it is written.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Kind;

/// Where something was done from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// «203.0.113.0/24»
    pub address_range: String,
    /// «Firefox, Linux»
    pub device: String,
    /// Finds the log lines.
    pub request: Option<Uuid>,
    /// The service that did it in its own name, on behalf of nobody.
    pub service: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// Somebody tried, and nothing was changed.
    Refused,
}

impl Outcome {
    /// As stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// A line of the journal.
#[derive(Debug)]
pub struct Event<'a> {
    /// What happened.
    pub kind: Kind,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Who did it, when known.
    pub actor: Option<Uuid>,
    /// Whom it is about.
    pub user: Option<Uuid>,
    /// The organization it is about, or on whose behalf it was done.
    pub organization: Option<Uuid>,
    /// The service it is about.
    pub client: Option<&'a str>,
    /// From where.
    pub origin: &'a Origin,
    /// Before and after, without secrets.
    pub details: Value,
}

impl<'a> Event<'a> {
    /// What a person did to their own account.
    #[must_use]
    pub fn own(kind: Kind, user: Uuid, origin: &'a Origin) -> Self {
        Self { actor: Some(user), user: Some(user), ..Self::of_host(kind, origin) }
    }

    /// What the host did, by the command line, or Loquet by itself.
    #[must_use]
    pub fn of_host(kind: Kind, origin: &'a Origin) -> Self {
        Self {
            kind,
            outcome: Outcome::Done,
            actor: None,
            user: None,
            organization: None,
            client: None,
            origin,
            details: Value::Object(serde_json::Map::new()),
        }
    }

    /// The same, about a person.
    #[must_use]
    pub fn about(self, user: Uuid) -> Self {
        Self { user: Some(user), ..self }
    }

    /// The same, but it was refused, for this reason: nothing was changed.
    #[must_use]
    pub fn refused(mut self, reason: &str) -> Self {
        self.outcome = Outcome::Refused;
        if let Value::Object(details) = &mut self.details {
            details.insert("reason".to_owned(), Value::from(reason));
        }
        self
    }

    /// The same, with details.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        match (&mut self.details, details) {
            (Value::Object(known), Value::Object(more)) => known.extend(more),
            (known, other) => *known = other,
        }
        self
    }

    /// The details as they are written: with the service that did it in its own name.
    fn written(&self) -> Value {
        let mut details = self.details.clone();
        if let (Some(service), Value::Object(all)) = (&self.origin.service, &mut details) {
            all.insert("by_service".to_owned(), Value::from(service.as_str()));
        }
        details
    }

    /// The same, about a service.
    #[must_use]
    pub fn of_client(self, client_id: &'a str) -> Self {
        Self { client: Some(client_id), ..self }
    }

    /// The same, about an organization.
    #[must_use]
    pub fn of_organization(self, organization: Uuid) -> Self {
        Self { organization: Some(organization), ..self }
    }
}

/// What is other after than before, field by field, as the details of an event.
#[must_use]
pub fn changes(before: &Value, after: &Value) -> Value {
    let (mut old, mut new) = (serde_json::Map::new(), serde_json::Map::new());
    for (name, value) in after.as_object().into_iter().flatten() {
        let was = before.get(name).unwrap_or(&Value::Null);
        if was != value {
            old.insert(name.clone(), was.clone());
            new.insert(name.clone(), value.clone());
        }
    }
    json!({ "before": old, "after": new })
}

/// Adds a line.
///
/// # Errors
/// PostgreSQL's: then what it tells must not happen either.
pub async fn record(connection: &mut PgConnection, event: &Event<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    let details = event.written();
    sqlx::query!(
        "INSERT INTO audit_events (id, at, kind, outcome, actor_id, user_id, organization_id, client_id, address_range, device,
             request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        Uuid::now_v7(),
        now,
        event.kind.name(),
        event.outcome.name(),
        event.actor,
        event.user,
        event.organization,
        event.client,
        event.origin.address_range,
        event.origin.device,
        event.origin.request,
        details
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// For how long refused sign-ins from one address range are one line, and refusals by one service.
const REFUSALS: TimeDelta = TimeDelta::hours(1);

/// Notes a wrong password on an account, unless one was noted lately from there: enough to warn its person,
/// too little to fill the journal.
///
/// # Errors
/// PostgreSQL's.
pub async fn record_refusal(
    connection: &mut PgConnection,
    user: Uuid,
    origin: &Origin,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO audit_events (id, at, kind, outcome, user_id, address_range, device, request_id)
         SELECT $1, $2, 'sign-in-refused', 'refused', $3, $4, $5, $6
         WHERE NOT EXISTS (SELECT FROM audit_events
                           WHERE kind = 'sign-in-refused' AND user_id = $3 AND at > $7 AND address_range = $4)",
        Uuid::now_v7(),
        now,
        user,
        origin.address_range,
        origin.device,
        origin.request,
        now - REFUSALS
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lines of an hour that say what somebody tried and on what; from then on, what they try is noted, and not on what.
const ATTEMPTS: i64 = 20;

/// Notes that somebody tried what is not theirs to do, unless the same was noted lately: whoever tries
/// again and again does not fill the journal. Another act of the host, or one on somebody or something else, is
/// another; the slug that they wrote is not. Whoever tries one after the other is soon noted without on what: of
/// that there are no more lines than acts. Its actor must be held, or parallel attempts could be noted twice.
///
/// # Errors
/// PostgreSQL's.
pub async fn record_attempt(connection: &mut PgConnection, event: &Event<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    let (noted, lines) = noted(connection, event, now).await?;
    if noted {
        return Ok(());
    }
    let act = event.details["act"].as_str();
    if lines < ATTEMPTS || act.is_none() {
        return record(connection, event, now).await;
    }
    let (reason, slug) = (&event.details["reason"], &event.details["slug"]);
    let details = json!({ "slug": slug, "act": act, "reason": reason, "others": true });
    let event = Event { user: None, client: None, details, ..*event };
    let (noted, _) = self::noted(connection, &event, now).await?;
    if noted { Ok(()) } else { record(connection, &event, now).await }
}

/// Whether the same was noted lately, and how much of whoever tried it.
async fn noted(connection: &mut PgConnection, event: &Event<'_>, now: DateTime<Utc>) -> sqlx::Result<(bool, i64)> {
    let found = sqlx::query!(
        r#"SELECT count(*) AS "lines!", coalesce(bool_or(organization_id IS NOT DISTINCT FROM $2
               AND user_id IS NOT DISTINCT FROM $3 AND client_id IS NOT DISTINCT FROM $4
               AND details - 'slug' = $5::jsonb - 'slug'), false) AS "noted!"
           FROM audit_events WHERE kind = 'delegation-refused' AND actor_id = $1 AND at > $6"#,
        event.actor,
        event.organization,
        event.user,
        event.client,
        event.details,
        now - REFUSALS
    )
    .fetch_one(connection)
    .await?;
    Ok((found.noted, found.lines))
}

/// Notes that a service did not let somebody in, unless that was noted lately: whoever tries again and again
/// does not fill the journal.
///
/// # Errors
/// PostgreSQL's.
pub async fn record_denial(
    connection: &mut PgConnection,
    user: Uuid,
    client_id: &str,
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO audit_events (id, at, kind, outcome, actor_id, user_id, client_id, address_range, device, request_id, details)
         SELECT $1, $2, 'access-refused', 'refused', $3, $3, $4, $5, $6, $7, jsonb_build_object('reason', $8::text)
         WHERE NOT EXISTS (SELECT FROM audit_events
                           WHERE kind = 'access-refused' AND user_id = $3 AND client_id = $4 AND at > $9)",
        Uuid::now_v7(),
        now,
        user,
        client_id,
        origin.address_range,
        origin.device,
        origin.request,
        reason,
        now - REFUSALS
    )
    .execute(connection)
    .await?;
    Ok(())
}
