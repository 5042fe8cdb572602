//! Bearer tokens, as programs present them (RFC 6750), and which of our access tokens one may be.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use crate::app::AppState;
use crate::crypto::{Hashed, Plain};
use crate::directory::Signed;

/// Prefix of a person's access tokens.
pub const PERSON: &str = "lqt_at_";
/// Prefix of clients' own.
pub const CLIENT: &str = "lqt_ct_";
/// `typ` of those that are JWTs (RFC 9068 2.1).
pub const TYP: &str = "at+jwt";

/// Whose access token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A person's, through a client.
    Person,
    /// A client's own.
    Client,
}

/// The token in the `Authorization` header (RFC 6750 2.1). Nowhere else: one in the address would end in
/// logs.
#[must_use]
pub fn in_header(request: &HttpRequest) -> Option<Plain> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Plain::presented(token.trim()))
}

/// What a JWT is stored as. An opaque token that hashes alike would have to start so, and none is
/// looked up that does not start with its prefix.
#[must_use]
pub fn of_jti(jti: &str) -> Hashed {
    Plain::presented(&format!("jti {jti}")).hashed()
}

/// An access token that somebody presents, if it may be one: what to look for, and where.
#[must_use]
pub fn access_token(token: &Plain, state: &AppState) -> Option<(Hashed, Owner)> {
    let text = token.reveal();
    if text.starts_with(PERSON) {
        return Some((token.hashed(), Owner::Person));
    }
    if text.starts_with(CLIENT) {
        return Some((token.hashed(), Owner::Client));
    }
    let Signed { typ, claims } = state.directory.verify(text, state.paths.issuer())?;
    if typ != TYP {
        return None;
    }
    let owner = if claims["sub"].as_str()?.starts_with("client:") { Owner::Client } else { Owner::Person };
    Some((of_jti(claims["jti"].as_str()?), owner))
}
