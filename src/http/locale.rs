//! Which language a page speaks: the service's wish (`ui_locales`), then the person's choice
//! (cookie), then their browser's.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

use super::browser::only_cookie;
use crate::app::AppState;
use crate::i18n::Language;

/// The cookie that keeps a choice.
pub const COOKIE: &str = "language";

/// The language for a request; `wishes` are the `ui_locales` of the authorization it belongs to.
#[must_use]
pub fn of(request: &HttpRequest, state: &AppState, wishes: Option<&str>) -> Arc<Language> {
    let texts = &state.texts;
    let wished = || texts.best(wishes?.split(' ').take(10));
    let chosen = || texts.find(&only_cookie(request, &state.cookie_name(COOKIE))?);
    wished()
        .or_else(chosen)
        .or_else(|| texts.best(accepted(request).iter().map(String::as_str)))
        .unwrap_or_else(|| texts.default_language())
}

/// The tags of `Accept-Language`, dearest first.
fn accepted(request: &HttpRequest) -> Vec<String> {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut tags: Vec<(f32, &str)> = header
        .split(',')
        .take(20)
        .filter_map(|item| {
            let (tag, quality) = item.trim().split_once(';').unwrap_or((item.trim(), "q=1"));
            let quality: f32 = quality.trim().strip_prefix("q=")?.parse().ok()?;
            (quality > 0.0).then_some((quality, tag))
        })
        .collect();
    tags.sort_by(|a, b| b.0.total_cmp(&a.0));
    tags.into_iter().map(|(_, tag)| tag.to_owned()).collect()
}
