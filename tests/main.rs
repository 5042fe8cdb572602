//! One file per behaviour; `support/` holds the actors. Real PostgreSQL, real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "tests")]

mod account_services;
mod account_sessions;
mod acr;
mod activity;
mod architecture;
mod armour;
mod authorization;
mod authorization_errors;
mod boot;
mod captcha;
// Of the demonstration, which is a feature: `make test` builds with all of them.
#[cfg(feature = "demo")]
mod chromium;
mod client_assertions;
mod configuration;
mod confirm;
mod conformance;
mod consent;
mod cross_origin;
mod discovery;
mod end_session;
mod form_post;
mod guard;
mod hostile_parameters;
mod http_hardening;
mod import;
mod introspection;
mod jwt;
mod key_rotation;
mod look;
mod mail;
mod mail_texts;
mod other_sites;
mod outgoing;
mod pages;
mod private_postgres;
mod process;
mod profile;
mod pushed_requests;
mod recovery_codes;
mod refresh;
mod registration;
mod relying_parties;
mod safe_methods;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_out_notices;
mod single_use;
mod support;
mod terms;
mod texts;
mod throttling;
mod tokens;
mod userinfo;
