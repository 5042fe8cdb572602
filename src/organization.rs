//! The pages for those who look after an organization: one file per page. What may be done, and how, is
//! [`crate::delegation`]'s: a page asks for it and says in words what came of it.

pub mod access;
mod accesses;
mod confirm;
mod done;
pub mod export;
pub mod frame;
mod grid;
mod happened;
pub mod index;
pub mod invitations;
pub mod invite;
pub mod journal;
pub mod list;
mod list_file;
pub mod list_preview;
pub mod member;
pub mod people;
mod refused;
pub mod removal;
pub mod requests;
pub mod role;
pub mod withdrawal;
