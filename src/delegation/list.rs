//! **The list**: an organization's people as a spreadsheet has them. It is read (`parse`), compared with
//! what is there (`plan`, pure), shown, and applied in one transaction (`apply`) if what is there has not
//! changed meanwhile. Lines that cannot be followed are told and left out; the others are done. Applied
//! again, it changes nothing.

mod apply;
mod parse;
mod plan;
mod steps;
mod write;

pub use apply::Applied;
pub use parse::{Entry, LONGEST, Line, parse};
pub use plan::plan;
pub use steps::{Plan, Planned, Present, Refused, Step};
pub(super) use write::inert;
pub use write::write;
