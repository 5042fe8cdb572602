//! The pages of administrators: one file per page. What may be done, and how, is [`crate::delegation`]'s.

pub mod requests;
