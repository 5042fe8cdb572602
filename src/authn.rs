//! Proving who somebody is. Pure rules and the hashing pool; no page, no SQL.

pub mod duty;
pub mod hashing;
pub mod passkeys;
pub mod password;
pub mod proof_of_work;
pub mod recovery_code;
pub mod signed_form;
pub mod throttle;
pub mod totp;
