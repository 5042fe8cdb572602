//! `/api/v1/services/{client_id}`: what is known of a service of the instance, and another secret for it.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::json;
use super::caller::Caller;
use super::host_services::OneHostService;
use super::read;
use super::refusal::of_refusal;
use super::services::ServiceName;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::clients::{Authentication, Client};
use crate::delegation::{ServiceFile, Target};
use crate::http::api_error::ApiError;

/// Longest that a secret stays good beside a new one, in hours (AD-13).
const LONGEST_OVERLAP: i64 = 24;

/// How long a secret is good. It is told nowhere.
#[derive(Serialize, ToSchema)]
pub struct ServiceSecret {
    /// Since when it is good.
    pub created_at: DateTime<Utc>,
    /// Until when, if another took its place.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A sign-out that the service was told, or is to be (OpenID Connect Back-Channel Logout).
#[derive(Serialize, ToSchema)]
pub struct SignOutNotice {
    /// When the session ended.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// When the service was told.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub failed_at: Option<DateTime<Utc>>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// How a service proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// By a secret.
    ClientSecret,
    /// By its own key.
    PrivateKeyJwt,
    /// Not at all.
    None,
}

/// All that is told of a service.
#[derive(Serialize, ToSchema)]
pub struct HostServiceDetail {
    /// The service.
    pub client_id: String,
    /// What people call it.
    pub name: ServiceName,
    /// Switched on.
    pub enabled: bool,
    /// The host's own: people are not asked what it may receive.
    pub ours: bool,
    /// It administers the instance in its own name; said on the command line alone.
    pub administers: bool,
    /// How it proves who it is.
    pub authentication: Proof,
    /// Where people start using it.
    pub start_uri: Option<String>,
    /// Where it is sent back to.
    pub redirect_uris: Vec<String>,
    /// Where it is sent back to after a sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session has ended.
    pub backchannel_logout_uri: Option<String>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// It uses PKCE.
    pub require_pkce: bool,
    /// Its people sign in in two steps.
    pub second_factor: bool,
    /// Its secrets that are good, the newest first.
    pub secrets: Vec<ServiceSecret>,
    /// The latest sign-outs.
    pub sign_outs: Vec<SignOutNotice>,
}

impl From<ServiceFile> for HostServiceDetail {
    fn from(file: ServiceFile) -> Self {
        let Client { client_id, name_fr, name_en, enabled, ours, administers, authentication, .. } = file.client;
        Self {
            client_id,
            name: ServiceName { fr: name_fr, en: name_en },
            enabled,
            ours,
            administers,
            authentication: match authentication {
                Authentication::ClientSecret => Proof::ClientSecret,
                Authentication::PrivateKeyJwt => Proof::PrivateKeyJwt,
                Authentication::None => Proof::None,
            },
            start_uri: file.client.start_uri,
            redirect_uris: file.client.redirect_uris,
            post_logout_redirect_uris: file.client.post_logout_redirect_uris,
            backchannel_logout_uri: file.client.backchannel_logout_uri,
            scopes: file.client.scopes,
            require_pkce: file.client.require_pkce,
            second_factor: file.client.second_factor,
            secrets: file
                .secrets
                .into_iter()
                .map(|secret| ServiceSecret { created_at: secret.created_at, expires_at: secret.expires_at })
                .collect(),
            sign_outs: file
                .notices
                .into_iter()
                .map(|notice| SignOutNotice {
                    created_at: notice.created_at,
                    attempts: notice.attempts,
                    delivered_at: notice.delivered_at,
                    failed_at: notice.failed_at,
                    last_error: notice.last_error,
                })
                .collect(),
        }
    }
}

/// A service of the instance
///
/// For administrators and auditors. Who may use it: `…/access`.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/services/{client_id}", tag = "All services", operation_id = "getService",
    params(OneHostService), responses((status = 200, body = HostServiceDetail))
)]
pub async fn show(caller: Caller, at: Path<OneHostService>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let file = caller.desk(&state).service_file(&at.client_id).await.map_err(of_refusal(&state))?;
    Ok(json(&HostServiceDetail::from(file)))
}

/// How long the secret before stays good.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "overlap_hours": 24 }))]
pub struct SecretRenewal {
    /// Hours, at most 24; 0: it is good no more.
    #[schema(minimum = 0, maximum = 24)]
    pub overlap_hours: i64,
}

/// A secret that was just made. It is never told again.
#[derive(Serialize, ToSchema)]
pub struct NewSecret {
    /// The secret.
    pub client_secret: String,
}

/// Make another secret
///
/// The one before stays good for a while, so that the service can be given the new one in peace. For
/// administrators, with a new key.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/services/{client_id}/secret", tag = "All services", operation_id = "renewSecret",
    params(OneHostService), request_body = SecretRenewal, responses((status = 200, body = NewSecret))
)]
pub async fn renew_secret(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneHostService>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let SecretRenewal { overlap_hours } = read::body(&request, &bytes)?;
    if !(0..=LONGEST_OVERLAP).contains(&overlap_hours) {
        return Err(ApiError::invalid("overlap_hours", "out-of-range"));
    }
    caller.must_be_recent(&state, Act::TendServices, Target::Service(&at.client_id)).await?;
    let renewed = caller.desk(&state).renew_secret(&at.client_id, overlap_hours).await;
    let (_, secret) = renewed.map_err(of_refusal(&state))?;
    let answer = NewSecret { client_secret: secret.reveal().to_owned() };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}
