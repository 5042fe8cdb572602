//! What can go wrong on a page, and the plain page that says so.
//!
//! A handler returns a [`PageError`]; the envelope renders it in the language of the request. The
//! detail goes to the log with the request id, never to the page.

use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};

use super::page::see_other;
use crate::authn::hashing::Busy;
use crate::db;

/// A fault that ends in an error page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Nothing there, or nothing that this person may know of.
    #[error("not found")]
    NotFound,
    /// A request that no page of ours makes.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// An authorization request that cannot be sent back: the key of what is wrong with it.
    #[error("authorization request refused on a page: {0}")]
    Authorization(&'static str),
    /// A form of another site.
    #[error("cross-site form")]
    CrossSite,
    /// A form of ours without the token of this browser.
    #[error("form without a valid token")]
    FormExpired,
    /// An authorization that is over, unknown or another browser's.
    #[error("authorization request expired or unknown")]
    AuthorizationExpired,
    /// A mail link that is over or unknown.
    #[error("mail link expired or unknown")]
    LinkExpired,
    /// No mail link was opened in this browser.
    #[error("no mail link")]
    LinkMissing,
    /// A mail link about another account than the one that is open here.
    #[error("mail link of another account")]
    LinkOfAnother,
    /// Not a fault: another page comes first. Its address.
    #[error("another page comes first")]
    Elsewhere(String),
    /// What was asked needs a recent proof of identity. Where to give it.
    #[error("the last proof of identity is too old")]
    SignInAgain(String),
    /// More than is read.
    #[error("body too large")]
    TooLarge,
    /// Too much to do.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// PostgreSQL's words: away, or a fault of ours.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The request took longer than the settings allow.
    #[error("deadline passed")]
    Timeout,
    /// A fault of ours.
    #[error("{0}")]
    Internal(String),
    /// A page that says it in its own words.
    #[error("{cause}")]
    Said {
        /// Its status.
        status: StatusCode,
        /// For the log.
        cause: String,
        /// The page.
        body: String,
    },
}

/// What an error page says; travels in the response's extensions to the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Key of the title.
    pub title: &'static str,
    /// Key of the text.
    pub message: &'static str,
    /// Key of a hint for whoever configures the service.
    pub hint: Option<&'static str>,
}

/// Where an error page leads, if not home; travels beside the [`Fault`].
#[derive(Debug, Clone)]
pub struct WayOn(pub String);

const BAD_REQUEST: Fault = fault("error-bad-request-title", "error-bad-request-message");
const SERVICE: Fault = fault("error-service-title", "error-service-message");
const FORBIDDEN: Fault = fault("error-forbidden-title", "error-forbidden-message");
const AGAIN: Fault = fault("error-again-title", "error-again-message");
const NOT_FOUND: Fault = fault("error-not-found-title", "error-not-found-message");
const METHOD: Fault = fault("error-method-title", "error-method-message");
const EXPIRED: Fault = fault("error-expired-title", "error-expired-message");
const LINK: Fault = fault("error-link-title", "error-link-message");
const LINK_OF_ANOTHER: Fault = fault("error-link-other-title", "error-link-other-message");
const TOO_LARGE: Fault = fault("error-too-large-title", "error-too-large-message");
const TOO_MANY: Fault = fault("error-too-many-title", "error-too-many-message");
const INTERNAL: Fault = fault("error-internal-title", "error-internal-message");
const UNAVAILABLE: Fault = fault("error-unavailable-title", "error-unavailable-message");

const fn fault(title: &'static str, message: &'static str) -> Fault {
    Fault { title, message, hint: None }
}

impl PageError {
    /// A fault of ours, told in the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    fn is_unavailable(&self) -> bool {
        matches!(self, Self::Database(error) if db::is_unavailable(error))
    }

    fn fault(&self) -> Fault {
        match self {
            Self::NotFound => NOT_FOUND,
            Self::BadRequest(_) => BAD_REQUEST,
            Self::Authorization(hint) => Fault { hint: Some(hint), ..SERVICE },
            Self::CrossSite | Self::FormExpired | Self::Elsewhere(_) => FORBIDDEN,
            Self::SignInAgain(_) => AGAIN,
            Self::AuthorizationExpired => EXPIRED,
            Self::LinkExpired | Self::LinkMissing => LINK,
            Self::LinkOfAnother => LINK_OF_ANOTHER,
            Self::TooLarge => TOO_LARGE,
            Self::Busy(_) | Self::Timeout => UNAVAILABLE,
            Self::Database(_) if self.is_unavailable() => UNAVAILABLE,
            Self::Database(_) | Self::Internal(_) | Self::Said { .. } => INTERNAL,
        }
    }
}

impl Fault {
    /// The fault of an answer that somebody else made, by its status.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            403 => FORBIDDEN,
            404 => NOT_FOUND,
            405 => METHOD,
            413 => TOO_LARGE,
            429 => TOO_MANY,
            408 | 503 | 504 => UNAVAILABLE,
            500.. => INTERNAL,
            _ => BAD_REQUEST,
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest(_)
            | Self::Authorization(_)
            | Self::AuthorizationExpired
            | Self::FormExpired
            | Self::LinkMissing
            | Self::LinkOfAnother => StatusCode::BAD_REQUEST,
            Self::CrossSite | Self::SignInAgain(_) => StatusCode::FORBIDDEN,
            Self::Elsewhere(_) => StatusCode::SEE_OTHER,
            Self::Said { status, .. } => *status,
            Self::LinkExpired => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy(_) | Self::Timeout => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) if self.is_unavailable() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Elsewhere(address) = self {
            return see_other(address);
        }
        if let Self::Said { status, body, .. } = self {
            return HttpResponse::build(*status).content_type(ContentType::html()).body(body.clone());
        }
        let mut response = HttpResponse::new(self.status_code());
        let retry_after = match self {
            Self::Busy(busy) => Some(busy.retry_after),
            _ if self.status_code() == StatusCode::SERVICE_UNAVAILABLE => Some(2),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.fault());
        if let Self::SignInAgain(address) = self {
            response.extensions_mut().insert(WayOn(address.clone()));
        }
        response
    }
}
