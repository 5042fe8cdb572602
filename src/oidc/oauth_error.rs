//! Errors of the endpoints that clients call: the RFC's codes, as JSON (RFC 6749 5.2, RFC 6750 3).

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::db;
use crate::http::params::ParamError;

/// An error of the token endpoint or of userinfo.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// Malformed.
    #[error("invalid_request: {0}")]
    InvalidRequest(&'static str),
    /// The client did not prove who it is; `basic` when it tried with HTTP Basic.
    #[error("invalid_client")]
    InvalidClient {
        /// Answer with `WWW-Authenticate: Basic`.
        basic: bool,
    },
    /// The code or refresh token is not good. Why is in the log, not in the answer.
    #[error("invalid_grant: {0}")]
    InvalidGrant(&'static str),
    /// This client may not use this grant.
    #[error("unauthorized_client")]
    UnauthorizedClient,
    /// A grant that we do not have.
    #[error("unsupported_grant_type")]
    UnsupportedGrantType,
    /// More than was granted.
    #[error("invalid_scope")]
    InvalidScope,
    /// An authorization request that was pushed and is wrong.
    #[error("{error}: {description}")]
    Authorization {
        /// The registered code.
        error: &'static str,
        /// For developers.
        description: &'static str,
    },
    /// No access token, or one that is not good.
    #[error("invalid_token")]
    InvalidToken,
    /// Client metadata that we do not accept (RFC 7591 3.2.2).
    #[error("invalid_client_metadata: {0}")]
    ClientMetadata(String),
    /// A redirect URI that cannot be registered (RFC 7591 3.2.2).
    #[error("invalid_redirect_uri: {0}")]
    RedirectUri(String),
    /// An endpoint that is switched off.
    #[error("switched off")]
    NotFound,
    /// A body over the limit.
    #[error("body too large")]
    TooLarge,
    /// PostgreSQL's words.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A fault of ours.
    #[error("{0}")]
    Internal(String),
}

impl From<ParamError> for OAuthError {
    fn from(error: ParamError) -> Self {
        match error {
            ParamError::NotUtf8 => Self::InvalidRequest("a parameter is not valid UTF-8"),
            ParamError::Repeated(_) => Self::InvalidRequest("a parameter is given more than once"),
        }
    }
}

impl OAuthError {
    /// The registered code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.parts().0
    }

    /// The registered code and, where it helps an integrator, a description.
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::ClientMetadata(why) => ("invalid_client_metadata", why),
            Self::RedirectUri(why) => ("invalid_redirect_uri", why),
            Self::NotFound => ("invalid_request", "there is nothing here"),
            Self::InvalidRequest(why) => ("invalid_request", why),
            Self::InvalidClient { .. } => ("invalid_client", "unknown client, or wrong client authentication"),
            Self::InvalidGrant(_) => {
                ("invalid_grant", "the code or token is wrong, used, expired or not for this client")
            }
            Self::UnauthorizedClient => ("unauthorized_client", "this client may not use this grant"),
            Self::UnsupportedGrantType => {
                ("unsupported_grant_type", "grant_type must be authorization_code, refresh_token or client_credentials")
            }
            Self::Authorization { error, description } => (error, description),
            Self::InvalidScope => ("invalid_scope", "more than was granted"),
            Self::InvalidToken => ("invalid_token", "the access token is missing, wrong, expired or revoked"),
            Self::TooLarge => ("invalid_request", "the body is too large"),
            Self::Database(_) | Self::Internal(_) if self.status_code() == StatusCode::SERVICE_UNAVAILABLE => {
                ("temporarily_unavailable", "try again in a moment")
            }
            Self::Database(_) | Self::Internal(_) => {
                ("server_error", "something went wrong here; the request id finds it in the log")
            }
        }
    }
}

impl ResponseError for OAuthError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::InvalidClient { .. } | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Database(error) if db::is_unavailable(error) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let (error, description) = self.parts();
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::InvalidClient { basic: true } => {
                response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"loquet\""));
            }
            Self::InvalidToken => {
                response.insert_header((
                    WWW_AUTHENTICATE,
                    format!("Bearer error=\"{error}\", error_description=\"{description}\""),
                ));
            }
            _ => {}
        }
        if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, 2));
        }
        response.json(json!({ "error": error, "error_description": description }))
    }
}
