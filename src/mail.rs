//! Mail: typed messages in the recipient's language, an outbox written in the transaction of what
//! they tell, and a job that hands them over.

mod envelope;
mod kind;
mod message;
mod name;
mod outbox;
pub mod quota;
mod smtp;
mod starttls;
mod transport;

pub use kind::{Factor, Kind};
pub use message::{Message, Recipient, Sender};
pub use outbox::{Round, deliver_due, open, queue, retry};
pub use smtp::{Server, SetupError};
pub use transport::{Captured, Courier, Transport, TransportError};
