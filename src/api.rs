//! What programs call: `/api/v1/…`, the same acts as the pages, under the same rules
//! ([`crate::delegation`]).
//!
//! - *Who calls?* [`door`] stands before every route, reads the token and paces requests; a handler takes
//!   the [`caller::Caller`] that it let in, and cannot run without.
//! - *What is asked?* `read`: JSON, query strings and `If-Match`, strictly.
//! - *What is answered?* `shapes` and the types beside each handler; problems as documents of RFC 9457.
//! - *What is written about it?* Each handler's `#[utoipa::path]`, put together by [`document`]. A test
//!   compares that with the routes.
//!
//! Must not import another surface.

pub mod access;
mod answer;
pub mod caller;
pub mod docs;
pub mod document;
pub mod door;
pub mod groups;
pub mod host_journal;
pub mod host_services;
pub mod import;
pub mod invitations;
pub mod journal;
pub mod kept_groups;
pub mod keys;
pub mod list;
pub mod mail;
pub mod me;
pub mod member_access;
pub mod members;
pub mod memberships;
pub mod merging;
pub mod news;
pub mod organizations;
pub mod overview;
pub mod problems;
mod read;
mod refusal;
pub mod registrations;
pub mod requests;
pub mod service_access;
pub mod service_file;
pub mod service_logo;
pub mod services;
pub mod settings;
mod shapes;
pub mod user_acts;
pub mod users;

/// What a service's access token must be granted to be used here.
pub const SCOPE: &str = crate::claims::ORGANIZATIONS;
