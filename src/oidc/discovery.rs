//! Metadata for clients (OpenID Connect Discovery 3, RFC 8414) and the JSON Web Key Set (RFC 7517).
//!
//! Served from memory with an `ETag`, never limited, and also while PostgreSQL is down: services
//! ask again and again, and must be able to verify tokens without us.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::claims;
use super::token_response::ACR_VALUES;
use crate::app::AppState;
use crate::crypto::{Algorithm, sha256};
use crate::i18n::I18n;
use crate::paths::Paths;

/// A JSON document ready to send.
#[derive(Debug, Clone)]
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

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
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

/// The metadata of this provider.
#[must_use]
pub fn metadata(paths: &Paths, texts: &I18n) -> Document {
    let public = |path: String| paths.public(&path);
    let languages: Vec<&str> = texts.languages().iter().map(|language| language.code()).collect();
    let claims: Vec<&str> = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid"]
        .into_iter()
        .chain(claims::names())
        .collect();
    Document::new(&json!({
        "issuer": paths.issuer(),
        "authorization_endpoint": public(paths.authorize()),
        "token_endpoint": public(paths.token()),
        "userinfo_endpoint": public(paths.userinfo()),
        "jwks_uri": public(paths.jwks()),
        "scopes_supported": claims::SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": Algorithm::ALL.map(Algorithm::name),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": claims,
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page", "popup"],
        "ui_locales_supported": languages,
        "acr_values_supported": ACR_VALUES,
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// `GET /.well-known/openid-configuration`
pub async fn configuration(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    state.metadata.answer(&request)
}

/// `GET /jwks.json`
pub async fn jwks(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    Document::new(&state.directory.jwks()).answer(&request)
}
