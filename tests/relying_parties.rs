//! Relying parties that others wrote sign people in: what they verify, they verify for real.
//!
//! A missing one is a failure that says what to install, never a test left out (except those in Go:
//! a notice says so).

mod apache;
mod authlib;
mod go;
mod homeserver;
mod httpd;
mod node;
mod programs;
mod recipe;
mod rust;
mod synapse;
