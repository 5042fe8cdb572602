//! The pages for those who look after an organization.

mod grid;
mod invitations;
mod journal;
mod list;
mod member;
mod people;
pub mod scene;
