//! The actors of the tests: a server of its own on a database of its own, a browser, a client.

pub mod browser;
pub mod client;
pub mod patience;
pub mod people;
pub mod processes;
pub mod server;

pub use browser::{Browser, Reply};
pub use client::RelyingParty;
pub use people::PASSWORD;
pub use server::Server;
