//! The actors of the tests: a server of its own on a database of its own, a browser, a client.

pub mod authenticator;
pub mod authority;
pub mod browser;
pub mod captcha;
#[cfg_attr(not(feature = "demo"), allow(dead_code, reason = "the demonstration's tests use all of it"))]
pub mod chromium;
pub mod client;
pub mod contents;
pub mod jwt;
pub mod listener;
pub mod mailbox;
pub mod office;
pub mod organizations;
pub mod patience;
pub mod people;
pub mod processes;
pub mod program;
pub mod role;
pub mod routes;
pub mod script;
pub mod server;
pub mod sink;
pub mod site;
pub mod world;

pub use browser::{Browser, Reply};
pub use chromium::Chromium;
pub use client::RelyingParty;
pub use listener::{Listener, Mode};
pub use office::Office;
pub use people::PASSWORD;
pub use script::Script;
pub use server::Server;
pub use site::Site;
pub use world::World;
