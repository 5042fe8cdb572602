//! The pages of administrators: one file per page. What may be done, and how, is [`crate::delegation`]'s.

mod attention;
mod frame;
pub mod overview;
pub mod requests;
