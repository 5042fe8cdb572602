//! The pages for those who look after an organization.

mod grid;
mod people;
pub mod scene;
