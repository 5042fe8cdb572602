//! `/api/v1/overview`: how the instance is, and what needs attention.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::json;
use super::caller::Caller;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::crypto::Algorithm;
use crate::db;
use crate::db::access_requests::Whose;
use crate::delegation::Target;
use crate::http::api_error::ApiError;
use crate::key_rotation;

/// Days whose sign-ins are counted.
const DAYS: i64 = 7;
/// Organizations that are named, at most.
const NAMED: i64 = 20;

/// How the instance is.
#[derive(Serialize, ToSchema)]
pub struct Overview {
    /// Of Loquet.
    pub version: String,
    /// What the database takes on its disk.
    pub database_bytes: i64,
    /// Accounts.
    pub accounts: AccountCounts,
    /// Sign-ins of the last seven days, where there were any; the latest day first.
    pub sign_ins: Vec<SignIns>,
    /// Mail.
    pub mail: MailCounts,
    /// The keys that sign.
    pub signing_keys: Vec<KeyAge>,
    /// What somebody of the host should see to.
    pub attention: Attention,
}

/// How many accounts there are.
#[derive(Serialize, ToSchema)]
pub struct AccountCounts {
    /// All.
    pub total: i64,
    /// Those that may be used.
    pub active: i64,
    /// New ones that wait for somebody of the host.
    pub waiting: i64,
    /// Those that are switched off.
    pub disabled: i64,
}

/// Sign-ins of a day.
#[derive(Serialize, ToSchema)]
pub struct SignIns {
    /// The day, where the host is.
    pub day: NaiveDate,
    /// How many.
    pub count: i64,
}

/// How much mail has not left.
#[derive(Serialize, ToSchema)]
pub struct MailCounts {
    /// Mails that wait.
    pub waiting: i64,
    /// Mails that were given up.
    pub given_up: i64,
    /// Since when the first of those that wait does.
    pub oldest: Option<DateTime<Utc>>,
}

/// The key that signs, of an algorithm.
#[derive(Serialize, ToSchema)]
pub struct KeyAge {
    /// `RS256` or `ES256`.
    pub algorithm: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// What somebody of the host should see to.
#[derive(Serialize, ToSchema)]
pub struct Attention {
    /// Requests to the host for a service.
    pub access_requests: usize,
    /// New accounts that wait.
    pub registrations: i64,
    /// Mails that were given up.
    pub mail_given_up: i64,
    /// The signing keys are older than they should be.
    pub keys_overdue: bool,
    /// Organizations, as in addresses, that nobody looks after: at most 20.
    pub without_referent: Vec<String>,
}

/// How the instance is
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/overview", tag = "Instance", operation_id = "overview",
    responses((status = 200, body = Overview))
)]
pub async fn get(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).may(Act::Look, Target::Instance).await.map_err(of_refusal(&state))?;
    let (now, zone) = (state.clock.now(), state.settings.host.time_zone);
    let mut connection = state.pool.acquire().await?;
    let accounts = db::overview::accounts(&mut connection).await?;
    let sign_ins = db::overview::sign_ins(&mut connection, now - TimeDelta::days(DAYS), zone.name()).await?;
    let mail = db::outbox::count(&mut connection).await?;
    let keys = db::signing_keys::load(&mut connection, now).await?;
    let asking = db::access_requests::waiting(&mut connection, Whose::Host).await?.len();
    let orphans = db::overview::without_referent(&mut connection, NAMED).await?;
    let database_bytes = db::overview::size(&mut connection).await?;
    drop(connection);
    let signing = |algorithm: &Algorithm| {
        let of = keys.iter().filter(|key| key.algorithm == algorithm.name() && key.signs_from <= now);
        let since = of.map(|key| key.signs_from).max()?;
        Some(KeyAge { algorithm: algorithm.name().to_owned(), since })
    };
    Ok(json(&Overview {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database_bytes,
        accounts: AccountCounts {
            total: accounts.total,
            active: accounts.total - accounts.inactive,
            waiting: accounts.waiting,
            disabled: accounts.inactive - accounts.waiting,
        },
        sign_ins: sign_ins.into_iter().map(|day| SignIns { day: day.day, count: day.count }).collect(),
        mail: MailCounts { waiting: mail.waiting, given_up: mail.dead, oldest: mail.oldest },
        signing_keys: Algorithm::ALL.iter().filter_map(signing).collect(),
        attention: Attention {
            access_requests: asking,
            registrations: accounts.waiting,
            mail_given_up: mail.dead,
            keys_overdue: key_rotation::is_overdue(&keys, state.settings.keys.rotation, now),
            without_referent: orphans.into_iter().map(|orphan| orphan.slug).collect(),
        },
    }))
}
