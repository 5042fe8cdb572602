//! Relying parties that others wrote sign people in: what they verify, they verify for real.
//!
//! A missing one is a failure that says what to install, never a test left out (except those in Go:
//! a notice says so).

mod apache;
mod authlib;
mod go;
mod homeserver;
pub mod httpd;
mod mutations;
pub mod node;
mod oauth4webapi;
mod oidc_client_ts;
mod openid_client;
pub mod programs;
pub mod recipe;
mod redirect_uris;
mod rust;
mod synapse;
