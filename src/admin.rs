//! The pages of administrators: one file per page. What may be done, and how, is [`crate::delegation`]'s.

mod attention;
mod confirm;
mod form;
mod frame;
pub mod group;
pub mod group_act;
pub mod groups;
pub mod journal;
pub mod journal_export;
pub mod key_rotation;
pub mod keys;
mod lines;
pub mod mail;
pub mod new_group;
pub mod new_organization;
pub mod organization;
pub mod organization_act;
mod organization_forms;
pub mod organizations;
pub mod overview;
mod refused;
pub mod registrations;
pub mod requests;
pub mod settings;
pub mod user;
pub mod user_act;
pub mod users;
