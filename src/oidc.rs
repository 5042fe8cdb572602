//! What relying parties see: one file per endpoint, one per pure rule.
//!
//! From `/authorize` to `/token`: [`authorize`] checks the request ([`authorization_request`]) and hands it to
//! the [`dispatcher`], which asks [`next_step`] and either sends the person to a page or issues a
//! code; [`token`] authenticates the client ([`client_authentication`]) and exchanges the code
//! ([`code_grant`]) or a refresh token ([`refresh_grant`]); [`userinfo`] gives the same [`crate::claims`].

pub mod access_token;
mod acr;
pub mod authorization_checks;
pub mod authorization_request;
pub mod authorization_response;
pub mod authorize;
pub mod backchannel_logout;
pub mod client_assertion;
pub mod client_authentication;
pub mod client_grant;
pub mod client_keys;
pub mod code_grant;
pub mod consent;
pub mod discovery;
pub mod dispatcher;
pub mod end_session;
pub mod forward_auth;
mod forward_identity;
pub mod introspection;
pub mod lives;
pub mod logout_request;
pub mod next_step;
pub mod oauth_error;
pub mod pkce;
pub mod pushed_request;
pub mod refresh_grant;
mod refusal_words;
pub mod refused;
pub mod registration;
pub mod registration_metadata;
pub mod revocation;
pub mod token;
pub mod token_response;
pub mod userinfo;
