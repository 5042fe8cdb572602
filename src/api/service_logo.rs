//! `/api/v1/services/{client_id}/logo`: what a service looks like on people’s pages.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::nothing;
use super::caller::Caller;
use super::host_services::OneHostService;
use super::read;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::Target;
use crate::http::api_error::ApiError;
use crate::types::{Logo, PortraitError};

/// Longest body, in bytes: an image of some 380 KiB.
pub const LONGEST: usize = 512 << 10;

/// An image.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "image": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" }))]
pub struct NewLogo {
    /// PNG, JPEG, GIF or WebP, in base64 (RFC 4648 4).
    pub image: String,
}

/// Give a service a logo
///
/// In the place of the one before. It is kept as a small PNG. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    put, path = "/api/v1/services/{client_id}/logo", tag = "All services", operation_id = "setServiceLogo",
    params(OneHostService), request_body = NewLogo, responses((status = 204, description = "Done."))
)]
pub async fn put(
    request: HttpRequest,
    caller: Caller,
    at: Path<OneHostService>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let NewLogo { image } = read::body(&request, &bytes)?;
    let desk = caller.desk(&state);
    desk.may(Act::TendServices, Target::Service(&at.client_id)).await.map_err(of_refusal(&state))?;
    let file = STANDARD.decode(image).map_err(|_| ApiError::invalid("image", "not-base64"))?;
    let logo = state.uploads.work(move || Logo::of(&file)).await.map_err(ApiError::internal)?;
    let logo = logo.map_err(|error| {
        ApiError::invalid(
            "image",
            match error {
                PortraitError::Kind => "not-an-image",
                PortraitError::Damaged => "damaged",
                PortraitError::Pixels => "too-large",
            },
        )
    })?;
    desk.set_logo(&at.client_id, Some(&logo)).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}

/// Take its logo away
///
/// For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/services/{client_id}/logo", tag = "All services", operation_id = "deleteServiceLogo",
    params(OneHostService), responses((status = 204, description = "It has none any more."))
)]
pub async fn delete(caller: Caller, at: Path<OneHostService>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.desk(&state).set_logo(&at.client_id, None).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}
