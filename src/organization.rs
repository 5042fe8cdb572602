//! The pages for those who look after an organization: one file per page. What may be done, and how, is
//! [`crate::delegation`]'s: a page asks for it and says in words what came of it.

pub mod access;
mod done;
pub mod export;
pub mod frame;
pub mod index;
pub mod people;
mod grid;
mod refused;
