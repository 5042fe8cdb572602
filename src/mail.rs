//! Mail: typed messages in the recipient's language, an outbox written in the transaction of what
//! they tell, and a job that hands them over.

mod message;
mod outbox;
mod transport;

pub use message::{Kind, Message, Recipient, Sender};
pub use outbox::{deliver_due, queue};
pub use transport::{Captured, Transport, TransportError};
