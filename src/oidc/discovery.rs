//! Metadata for clients (OpenID Connect Discovery 3, RFC 8414) and the JSON Web Key Set (RFC 7517).
//!
//! Served from memory with an `ETag`, never limited, and also while PostgreSQL is down: services
//! ask again and again, and must be able to verify tokens without us.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::acr::ACR_VALUES;
use super::client_assertion;
use crate::app::AppState;
use crate::claims;
use crate::config::Settings;
use crate::crypto::Algorithm;
use crate::http::document::Document;
use crate::i18n::I18n;
use crate::paths::Paths;

/// The metadata of this provider.
#[must_use]
pub fn metadata(paths: &Paths, texts: &I18n, settings: &Settings) -> Document {
    let public = |path: String| paths.public(&path);
    let languages: Vec<&str> = texts.languages().iter().map(|language| language.code()).collect();
    let claims: Vec<&str> = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid"]
        .into_iter()
        .chain(claims::names(&settings.profile))
        .collect();
    let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
    let mut metadata = json!({
        "issuer": paths.issuer(),
        "authorization_endpoint": public(paths.authorize()),
        "token_endpoint": public(paths.token()),
        "userinfo_endpoint": public(paths.userinfo()),
        "jwks_uri": public(paths.jwks()),
        "scopes_supported": claims::scopes(&settings.profile).collect::<Vec<_>>(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": Algorithm::ALL.map(Algorithm::name),
        "token_endpoint_auth_methods_supported": methods.iter().chain(&["none"]).collect::<Vec<_>>(),
        "token_endpoint_auth_signing_alg_values_supported": client_assertion::ALGORITHMS,
        "introspection_endpoint": public(paths.introspect()),
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": client_assertion::ALGORITHMS,
        "revocation_endpoint": public(paths.revoke()),
        "revocation_endpoint_auth_methods_supported": methods.iter().chain(&["none"]).collect::<Vec<_>>(),
        "revocation_endpoint_auth_signing_alg_values_supported": client_assertion::ALGORITHMS,
        "pushed_authorization_request_endpoint": public(paths.pushed_request()),
        "require_pushed_authorization_requests": false,
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
        "end_session_endpoint": public(paths.end_session()),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    });
    if settings.dynamic_registration.enabled {
        metadata["registration_endpoint"] = json!(public(paths.register()));
    }
    let legal = &settings.legal;
    for (there, name, path) in [
        (legal.terms.is_some(), "op_tos_uri", paths.terms()),
        (legal.privacy.is_some(), "op_policy_uri", paths.privacy()),
    ] {
        if there {
            metadata[name] = json!(public(path));
        }
    }
    Document::new(&metadata)
}

/// `GET /.well-known/openid-configuration`
pub async fn configuration(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    state.metadata.answer(&request)
}

/// `GET /jwks.json`
pub async fn jwks(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    state.directory.jwks().answer(&request)
}
