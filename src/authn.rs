//! Proving who somebody is. Pure rules and the hashing pool; no page, no SQL.

pub mod duty;
pub mod hashing;
pub mod password;
pub mod recovery_code;
pub mod throttle;
pub mod totp;
