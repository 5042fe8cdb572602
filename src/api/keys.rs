//! `/api/v1/signing-keys`: what signs tokens, and since when.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::json;
use super::caller::Caller;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::signing_keys::SealedKey;
use crate::delegation::Target;
use crate::http::api_error::ApiError;
use crate::key_rotation::{Rotated, Rotation};

/// A key that is published. Its private half is never told.
#[derive(Serialize, ToSchema)]
pub struct SigningKey {
    /// Its name.
    pub kid: String,
    /// `RS256` or `ES256`.
    pub algorithm: String,
    /// From when it signs; published before.
    pub signs_from: DateTime<Utc>,
    /// From when it is not published any more.
    pub retired_at: Option<DateTime<Utc>>,
}

impl From<SealedKey> for SigningKey {
    fn from(key: SealedKey) -> Self {
        Self { kid: key.kid, algorithm: key.algorithm, signs_from: key.signs_from, retired_at: key.retired_at }
    }
}

/// The keys that are published, the newest first.
#[derive(Serialize, ToSchema)]
pub struct SigningKeys {
    /// All of them.
    pub items: Vec<SigningKey>,
}

/// Signing keys
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/signing-keys", tag = "Signing keys", operation_id = "listSigningKeys",
    responses((status = 200, body = SigningKeys))
)]
pub async fn list(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let keys = caller.desk(&state).signing_keys().await.map_err(of_refusal(&state))?;
    Ok(json(&SigningKeys { items: keys.into_iter().map(SigningKey::from).collect() }))
}

/// What was made of an algorithm.
#[derive(Serialize, ToSchema)]
pub struct NextKey {
    /// `RS256` or `ES256`.
    pub algorithm: String,
    /// The name of the next key; `null`: there was one already, which does not sign yet.
    pub kid: Option<String>,
    /// From when it signs.
    pub signs_from: Option<DateTime<Utc>>,
}

/// What a rotation made.
#[derive(Serialize, ToSchema)]
pub struct NextKeys {
    /// For each algorithm.
    pub items: Vec<NextKey>,
}

/// Make the next signing keys
///
/// Published at once, they sign after a day; nobody notices. For administrators, with a new key of their own.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/signing-keys/rotate", tag = "Signing keys", operation_id = "rotateSigningKeys",
    responses((status = 200, body = NextKeys))
)]
pub async fn rotate(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.must_be_recent(&state, Act::RotateKeys, Target::Instance).await?;
    let rotated = caller.desk(&state).rotate_keys(Rotation::Planned).await.map_err(of_refusal(&state))?;
    let item = |(algorithm, rotated): (crate::crypto::Algorithm, Rotated)| {
        let (kid, signs_from) = match rotated {
            Rotated::Next { kid, signs_from } => (Some(kid), Some(signs_from)),
            Rotated::Waiting => (None, None),
        };
        NextKey { algorithm: algorithm.name().to_owned(), kid, signs_from }
    };
    Ok(json(&NextKeys { items: rotated.into_iter().map(item).collect() }))
}
