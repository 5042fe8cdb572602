//! Randomness, secrets at rest and signatures: the one place that makes secrets. Uses aws-lc-rs and
//! nothing else of the crate.

mod secret;
mod signing;
mod vault;

pub use secret::{Hashed, Plain, constant_time_eq, random_bytes, random_id, sha256};
pub use signing::{Algorithm, SigningKey, SigningKeyError};
pub use vault::{Purpose, Vault, VaultError};
