//! **Loquet**, an OpenID Connect identity provider for small hosts.
//!
//! Where things are:
//! - *What happens at an address?* `routes`, then one file of a surface: [`oidc`] (what services see),
//!   [`account`] (what a person sees of their own account), [`organization`] (what those who look after one
//!   see of it), [`api`] (what programs call).
//! - *What is the rule?* The pure files: [`authz`], [`authn`], [`oidc::next_step`],
//!   [`oidc::authorization_request`].
//! - *What is stored?* [`db`], the only folder with SQL, and `migrations/`.
//!
//! Dependencies go down only: surfaces use [`http`], [`authn`], [`authz`], [`db`] and [`mail`], never
//! one another. `tests/architecture.rs` checks it.

pub mod account;
pub mod admin;
pub mod api;
pub mod app;
pub mod authn;
pub mod authz;
pub mod claims;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod delegation;
pub mod deletion;
pub mod directory;
pub mod groups;
pub mod http;
pub mod i18n;
pub mod import;
pub mod jobs;
pub mod journal;
pub mod key_rotation;
pub mod mail;
pub mod membership;
pub mod metrics;
pub mod oidc;
pub mod organization;
pub mod outgoing;
pub mod paths;
pub mod post;
pub mod private_postgres;
mod routes;
pub mod types;
