//! Services: what one may be, the recipes of well-known ones, and how they are changed. The command line, the
//! console and services that register themselves follow the same rules.

pub mod change;
mod claim_rules;
pub mod guided;
pub mod recipe;
pub mod rules;
mod usual;

pub use usual::{needs_secret, usual_start};

/// Prefix of client secrets.
pub const SECRET_PREFIX: &str = "lqt_cs_";
