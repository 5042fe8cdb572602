//! Who may do what, as pure rules: no SQL, no HTTP.

pub mod administration;
pub mod asking;
pub mod client_access;
pub mod delegation;
pub mod explanation;
