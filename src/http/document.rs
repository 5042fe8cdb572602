//! A JSON document for machines, serialised once and served from memory with an `ETag`.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::crypto::sha256;

/// Ready to send.
#[derive(Debug, Clone, Default)]
pub struct Document {
    bytes: Bytes,
    etag: String,
}

impl Document {
    /// Serialises a value once.
    #[must_use]
    pub fn new(value: &Value) -> Self {
        let bytes = Bytes::from(value.to_string());
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256(&bytes)[..12]));
        Self { bytes, etag }
    }

    /// The document as it is sent.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The document, or that it has not changed.
    #[must_use]
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let known = request
            .headers()
            .get(IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|tags| tags.contains(&self.etag));
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((ETAG, self.etag.as_str()))
            .insert_header((CACHE_CONTROL, "public, max-age=3600"))
            .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        if known { response.finish() } else { response.content_type("application/json").body(self.bytes.clone()) }
    }
}
