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
pub mod membership;
pub mod news;
pub mod overview;
mod refused;
pub mod registrations;
pub mod requests;
pub mod user;
pub mod user_act;
pub mod users;
