//! Mail: typed messages in the recipient's language, an outbox written in the transaction of what
//! they tell, and a job that hands them over.

mod kind;
mod message;
mod name;
mod outbox;
mod transport;

pub use kind::{Factor, Kind};
pub use message::{Message, Recipient, Sender};
pub use outbox::{deliver_due, queue};
pub use transport::{Captured, Transport, TransportError};
