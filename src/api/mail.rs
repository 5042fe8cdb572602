//! `/api/v1/mail`: what waits, what was given up, and whether the mail server takes anything.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::{json, nothing};
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::outbox::Kept;
use crate::delegation::{MOST, Target};
use crate::http::api_error::ApiError;
use crate::mail;
use crate::post::Untried;
use crate::types::{Email, masked_email};

/// A mail that has not left.
#[derive(Serialize, ToSchema)]
pub struct Mail {
    /// In addresses.
    pub id: Uuid,
    /// To whom, masked; `null`: it was sealed with another master key.
    pub to: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next; `null`: it was given up.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Since when it is given up.
    pub given_up_at: Option<DateTime<Utc>>,
    /// What the mail server said.
    pub last_error: Option<String>,
}

/// Mail that has not left.
#[derive(Serialize, ToSchema)]
pub struct MailQueue {
    /// How many wait.
    pub waiting: i64,
    /// How many were given up.
    pub given_up: i64,
    /// Since when the first of those that wait does.
    pub oldest: Option<DateTime<Utc>>,
    /// Those that were given up and those that wait: at most 200.
    pub items: Vec<Mail>,
}

fn item(kept: Kept, state: &AppState) -> Mail {
    let message = mail::open(&state.vault, kept.id, &kept.message);
    Mail {
        id: kept.id,
        to: message.as_ref().map(|message| masked_email(&message.to)),
        subject: message.map(|message| message.subject),
        created_at: kept.created_at,
        attempts: kept.attempts,
        next_attempt_at: kept.dead_at.is_none().then_some(kept.next_attempt_at),
        given_up_at: kept.dead_at,
        last_error: kept.last_error,
    }
}

/// Mail that has not left
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/mail", tag = "Mail", operation_id = "listMail",
    responses((status = 200, body = MailQueue))
)]
pub async fn list(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let (count, kept) = caller.desk(&state).mails(MOST).await.map_err(of_refusal(&state))?;
    Ok(json(&MailQueue {
        waiting: count.waiting,
        given_up: count.dead,
        oldest: count.oldest,
        items: kept.into_iter().map(|kept| item(kept, &state)).collect(),
    }))
}

/// What is tried again.
#[derive(Serialize, ToSchema)]
pub struct Retried {
    /// How many mails.
    pub mails: u64,
}

/// Try all mail again
///
/// At once, as if it were new. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/mail/retry", tag = "Mail", operation_id = "retryAllMail",
    responses((status = 200, body = Retried))
)]
pub async fn retry_all(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mails = caller.desk(&state).retry_mail(None).await.map_err(of_refusal(&state))?;
    Ok(json(&Retried { mails }))
}

/// In the address: a mail.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneMail {
    /// The `id` of the mail.
    pub id: Uuid,
}

/// Try a mail again
///
/// At once, as if it were new. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/mail/{id}/retry", tag = "Mail", operation_id = "retryMail", params(OneMail),
    responses((status = 204, description = "Done."))
)]
pub async fn retry(caller: Caller, at: Path<OneMail>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).retry_mail(Some(at.id)).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Throw a mail away
///
/// One that was given up. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/mail/{id}/forget", tag = "Mail", operation_id = "forgetMail", params(OneMail),
    responses((status = 204, description = "Done."))
)]
pub async fn forget(caller: Caller, at: Path<OneMail>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).forget_mail(at.id).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Where a message goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "team@example.org" }))]
pub struct TestMail {
    /// The address.
    pub email: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub struct TestedMail {
    /// The mail server took it.
    pub accepted: bool,
    /// What it said otherwise; `null` also when no server is set.
    pub said: Option<String>,
}

/// Hand a test message to the mail server
///
/// The answer is what the server says. For administrators, with a key of the last ten minutes.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/mail/test", tag = "Mail", operation_id = "testMail", request_body = TestMail,
    responses((status = 200, body = TestedMail))
)]
pub async fn test(
    request: HttpRequest,
    caller: Caller,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let wanted: TestMail = read::body(&request, &bytes)?;
    // To any address at all, as on the console.
    caller.must_be_recent(&state, Act::TendMail, Target::Instance).await?;
    let email = Email::parse(&wanted.email).map_err(|_| ApiError::invalid("email", "not-an-address"))?;
    let language = state.texts.default_language();
    let tried = caller.desk(&state).test_mail(&state.transport, &email, &language).await;
    let (accepted, said) = match tried.map_err(of_refusal(&state))? {
        Ok(()) => (true, None),
        Err(fault @ Untried::Answered(_)) => (false, Some(fault.to_string())),
        Err(_) => (false, None),
    };
    Ok(json(&TestedMail { accepted, said }))
}
