//! Answers in JSON.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use serde::Serialize;

use crate::delegation::Version;

/// A document.
pub(super) fn json(document: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(document)
}

/// A document and its version, to be presented by whoever changes what it tells of.
pub(super) fn versioned(status: StatusCode, version: &Version, document: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((ETAG, format!("\"{version}\""))).json(document)
}

/// Done, and nothing to tell.
pub(super) fn nothing() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
