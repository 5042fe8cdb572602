//! What the API answers when something is wrong: problem documents (RFC 9457).
//!
//! A handler returns an [`ApiError`]; the envelope writes the document, with the request id in it. The
//! detail of a fault goes to the log, never to the answer.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::db;
use crate::paths::Paths;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One line for each kind: what it is, the key of its text, its status, its title.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal, $status:ident, $title:literal;)*) => {
        /// What can be wrong. `locales/*/api.ftl` explains each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The key of its text.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }

            /// Its status.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status,)* }
            }

            /// Its title, for developers.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)* }
            }
        }
    };
}

kinds! {
    /// The request, or something in it.
    Invalid = "problem-invalid", BAD_REQUEST, "Something in the request is not right";
    /// No token, or one that is not good.
    Unauthorized = "problem-unauthorized", UNAUTHORIZED, "A valid token is needed";
    /// A good token, not made for this.
    InsufficientScope = "problem-insufficient-scope", FORBIDDEN, "The token does not reach so far";
    /// The rule says no.
    Forbidden = "problem-forbidden", FORBIDDEN, "You may not do this";
    /// Nothing there, or nothing that one may know of.
    NotFound = "problem-not-found", NOT_FOUND, "There is nothing here";
    /// A method that this address does not have.
    MethodNotAllowed = "problem-method-not-allowed", METHOD_NOT_ALLOWED, "This address does not have this method";
    /// What is asked cannot stand beside what is there.
    Conflict = "problem-conflict", CONFLICT, "What is there already stands in the way";
    /// Decided on the sight of something else.
    Stale = "problem-stale", PRECONDITION_FAILED, "It has changed in the meantime";
    /// More than is read.
    TooLarge = "problem-too-large", PAYLOAD_TOO_LARGE, "The request is too large";
    /// Not JSON.
    MediaType = "problem-media-type", UNSUPPORTED_MEDIA_TYPE, "The body must be JSON";
    /// A change without `If-Match`.
    PreconditionRequired = "problem-precondition-required", PRECONDITION_REQUIRED, "Say which version you saw (If-Match)";
    /// Too much for now.
    TooMany = "problem-too-many-requests", TOO_MANY_REQUESTS, "Too many requests for now";
    /// A fault of ours.
    Internal = "problem-internal", INTERNAL_SERVER_ERROR, "Something went wrong here";
    /// Try again in a moment.
    Unavailable = "problem-unavailable", SERVICE_UNAVAILABLE, "Try again in a moment";
}

impl Kind {
    /// The end of its `type`: never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.text().trim_start_matches("problem-")
    }

    /// The kind of an answer that somebody else made, by its status.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            409 => Self::Conflict,
            412 => Self::Stale,
            413 => Self::TooLarge,
            415 => Self::MediaType,
            429 => Self::TooMany,
            408 | 503 | 504 => Self::Unavailable,
            500.. => Self::Internal,
            _ => Self::Invalid,
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Its name, or the path to it.
    pub field: Cow<'static, str>,
    /// What is wrong, as a word for programs.
    pub problem: &'static str,
}

/// A problem that ends a request of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// What kind it is.
    pub kind: Kind,
    /// Why, as a word for programs, and in a sentence for developers.
    pub reason: Option<(&'static str, &'static str)>,
    /// What is wrong with which fields.
    pub errors: Vec<FieldError>,
    /// When it is worth another try, in seconds.
    pub retry_after: Option<i64>,
    /// How to present a token (RFC 6750 3).
    pub challenge: Option<&'static str>,
    /// For the log only.
    pub cause: Option<String>,
}

impl From<Kind> for ApiError {
    fn from(kind: Kind) -> Self {
        let retry_after = (kind == Kind::Unavailable).then_some(2);
        Self { kind, reason: None, errors: Vec::new(), retry_after, challenge: None, cause: None }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        let kind = if db::is_unavailable(&error) { Kind::Unavailable } else { Kind::Internal };
        Self { cause: Some(format!("database: {error}")), ..kind.into() }
    }
}

impl ApiError {
    /// Something wrong with a field.
    #[must_use]
    pub fn invalid(field: impl Into<Cow<'static, str>>, problem: &'static str) -> Self {
        Self { errors: vec![FieldError { field: field.into(), problem }], ..Kind::Invalid.into() }
    }

    /// A fault of ours, told in the log only.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Kind::Internal.into() }
    }

    /// The answer with its document, and no header yet.
    #[must_use]
    pub fn answer(&self, request: Uuid, paths: &Paths) -> HttpResponse {
        let mut document = json!({
            "type": paths.public(&paths.problem(self.kind.name())),
            "title": self.kind.title(),
            "status": self.kind.status().as_u16(),
            "instance": request.urn().to_string(),
        });
        if let Some((reason, detail)) = self.reason {
            document["reason"] = json!(reason);
            document["detail"] = json!(detail);
        }
        if !self.errors.is_empty() {
            let error = |error: &FieldError| json!({ "field": error.field, "problem": error.problem });
            document["errors"] = Value::Array(self.errors.iter().map(error).collect());
        }
        HttpResponse::build(self.kind.status()).content_type(MEDIA_TYPE).body(document.to_string())
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.name())?;
        if let Some((reason, _)) = self.reason {
            write!(f, " ({reason})")?;
        }
        for error in &self.errors {
            write!(f, " [{}]", error.problem)?;
        }
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    /// The envelope knows the request id and writes the document.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.kind.status());
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(challenge) = self.challenge {
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}
