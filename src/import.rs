//! Accounts brought in from elsewhere. Reads a file, checks each line, writes batches.
//!
//! From the bottom up: `source` cuts the file into records, `member` is the rule of what a sound
//! record is, `reader` makes batches of them on a thread of its own, `store` writes a batch, `writer`
//! tells what came of it, [`members`] runs it all. Must not import a surface.

mod columns;
mod delimited;
mod fault;
mod fingerprint;
mod keys;
mod member;
pub mod members;
mod reader;
mod record;
mod rejects;
mod report;
mod seen;
mod settled;
mod source;
mod store;
mod values;
mod window;
mod writer;

pub use columns::{Field, Mapping, UnknownField};
pub use fault::{Fault, Reason};
pub use report::{Report, Tally};
pub use source::{Format, SourceError};
pub use store::StoreError;
