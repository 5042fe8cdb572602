//! `/api/v1/news`: what the host tells everybody, on their home page.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{json, nothing};
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::http::api_error::ApiError;

/// News of the host.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "fr": "Maintenance **samedi**.", "en": "Maintenance on **Saturday**.",
    "updated_at": "2026-11-28T09:00:00Z" }))]
pub struct News {
    /// In French, in Markdown; empty: none.
    pub fr: String,
    /// In English.
    pub en: String,
    /// Since when they stand; `null`: there never were any.
    pub updated_at: Option<DateTime<Utc>>,
}

/// News
///
/// For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/news", tag = "Instance", operation_id = "getNews", responses((status = 200, body = News))
)]
pub async fn show(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let news = caller.desk(&state).news().await.map_err(of_refusal(&state))?;
    Ok(json(&match news {
        Some(news) => News { fr: news.fr, en: news.en, updated_at: Some(news.updated_at) },
        None => News { fr: String::new(), en: String::new(), updated_at: None },
    }))
}

/// News to be told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "fr": "Maintenance **samedi**.", "en": "Maintenance on **Saturday**." }))]
pub struct NewsToTell {
    /// In French, in Markdown; empty: none.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    pub fr: String,
    /// In English.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    pub en: String,
}

/// Tell news
///
/// In the place of those before. For administrators.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/news", tag = "Instance", operation_id = "tellNews", request_body = NewsToTell,
    responses((status = 204, description = "Everybody reads it from now on."))
)]
pub async fn tell(
    request: HttpRequest,
    caller: Caller,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let news: NewsToTell = read::body(&request, &bytes)?;
    caller.desk(&state).tell_news(&news.fr, &news.en).await.map_err(of_refusal(&state))?;
    Ok(nothing())
}
