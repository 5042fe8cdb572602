//! The pages of administrators: one file per page. What may be done, and how, is [`crate::delegation`]'s.

mod attention;
mod confirm;
mod frame;
pub mod journal;
pub mod journal_export;
pub mod key_rotation;
pub mod keys;
mod lines;
pub mod mail;
pub mod new_service;
pub mod overview;
mod refused;
pub mod registrations;
pub mod requests;
pub mod service;
pub mod service_access;
pub mod service_act;
mod service_facts;
pub mod service_secret;
pub mod service_test;
pub mod services;
pub mod user;
pub mod user_act;
pub mod users;
