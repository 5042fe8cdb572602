//! What is measured: one file for each question.

pub mod import;
pub mod scale;
pub mod sign_in;
pub mod single_use;
pub mod start;
pub mod statements;
pub mod tokens;
